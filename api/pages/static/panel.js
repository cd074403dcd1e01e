// The panel beside the map: what is selected decides what it shows. Each question draws anew; an answer that
// comes after the reader has moved on is dropped.

import { get, isAbandoned } from "./api.js";
import { areaPanel } from "./area_panel.js";
import { failure, skeleton } from "./blocks.js";
import { boxOf } from "./centres.js";
import { area, boxOfArea, grid, hasMiddle, loadMiddle, pathOf, rootArea, shapeOfArea } from "./division.js";
import { byId, fill, h, icon } from "./dom.js";
import { areaName } from "./frame.js";
import { gridPanel } from "./grid_panel.js";
import { t } from "./i18n.js";
import { lookupSection, outsidePanel } from "./lookup_panel.js";
import { data, flyToBox, flyToPoint, focusOn, show } from "./map.js";
import { ask, change, state, watch } from "./state.js";

const POINT_ZOOM = 14;
/** Areas down to this depth are drawn from the beginning. */
const FIRST_DEPTH = 2;
let control = new AbortController();

const pinFeatures = ({ lon, lat }) => [{ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties: {} }];

/** Outline the grid and, when the owner is in doubt, the other side. */
function outline(detail, other) {
  const feature = (row) => (row?.geometry ? [{ type: "Feature", geometry: row.geometry, properties: {} }] : []);
  show("selected", feature(detail));
  show("runner-up", feature(other));
}

function withPoint([west, south, east, north], { lon, lat }) {
  return [Math.min(west, lon), Math.min(south, lat), Math.max(east, lon), Math.max(north, lat)];
}

async function drawPoint(signal) {
  const { pin, asked } = state;
  const { lon, lat, crs, accuracy_m } = pin;
  const answer = await get("/lookup", { lon, lat, crs, accuracy_m: accuracy_m || null }, signal);
  show("pin", pinFeatures(answer.point));
  // from now on the place is known in WGS84, in the address line too; what was typed stays in view
  const place = { ...pin, ...answer.point, crs: "EPSG:4326", typed: pin.typed ?? pin };
  if (answer.grid === null) {
    const nearest = grid(answer.nearest?.grid.id);
    outline(null, nearest && data.grids.features.find((feature) => feature.properties.id === nearest.id));
    if (asked.fly && nearest) flyToBox(withPoint(nearest.box, answer.point));
    change({ pin: place });
    return outsidePanel(answer, place);
  }
  if (asked.fly) flyToPoint(answer.point.lon, answer.point.lat, POINT_ZOOM);
  const [detail, other] = await Promise.all([
    get(`/grids/${answer.grid.id}`, {}, signal),
    answer.ambiguous && answer.runner_up ? get(`/grids/${answer.runner_up.id}`, {}, signal) : null,
  ]);
  change({ pin: place, grid: answer.grid.id });
  outline(detail, other);
  return gridPanel(detail, lookupSection(answer, place, state.camera), draw);
}

async function drawGrid(signal) {
  show("pin", []);
  const known = grid(state.grid);
  if (state.asked.fly && known?.box) flyToBox(known.box, { maxZoom: 16.5 });
  const detail = await get(`/grids/${state.grid}`, {}, signal);
  refocus();
  outline(detail, null);
  if (state.asked.fly && !known?.box) flyToBox(boxOf(detail.geometry), { maxZoom: 16.5 });
  return gridPanel(detail, null, draw);
}

async function drawArea(signal) {
  const node = area(state.area) ?? rootArea();
  const { fly } = state.asked;
  const box = fly ? boxOfArea(node.id) : null;
  if (box) flyToBox(box, { maxZoom: 15 });
  show("pin", []);
  outline(null, null);
  if (node.depth > FIRST_DEPTH && !hasMiddle()) await loadMiddle(signal);
  signal.throwIfAborted();
  refocus();
  return areaPanel(node, pathOf(node.id), signal, draw);
}

/** Veil what is outside the area one looks at; the whole city has no outside. */
export function refocus() {
  const node = area(state.area);
  focusOn(node && node.depth > 0 ? shapeOfArea(node.id) : null);
}

/** The line at the top that leads back to the area one came from. */
function backBar() {
  const node = area(state.area) ?? rootArea();
  const close = () => ask({});
  return h("div", { class: "back" },
    h("button", { class: "link", type: "button", onclick: close }, icon("back"), t("panel.back", { name: areaName(node) })),
    h("button", { class: "plain", type: "button", onclick: close, "aria-label": t("panel.close"), title: t("panel.close") }, icon("close")));
}

/** Draw the panel for the present selection. */
export async function draw() {
  control.abort();
  control = new AbortController();
  const { signal } = control;
  const body = byId("panel-body");
  const kind = state.pin ? "point" : state.grid === null ? "area" : "grid";
  const top = kind === "area" ? [] : [backBar()];
  byId("panel").dataset.kind = kind;
  if (kind !== "area") {
    body.setAttribute("aria-busy", "true");
    fill(body, top, skeleton(9));
  }
  try {
    fill(body, top, await { point: drawPoint, grid: drawGrid, area: drawArea }[kind](signal));
  } catch (error) {
    if (isAbandoned(error)) return;
    outline(null, null);
    fill(body, top, failure(error, draw));
  }
  body.scrollTop = 0;
  byId("spoken").textContent = body.querySelector("h2, .warning strong, .failure strong")?.textContent ?? "";
  body.removeAttribute("aria-busy");
}

/** Draw now and for every new question, and when the language changes. */
export function startPanel() {
  watch(["asked", "lang"], draw);
  return draw();
}
