// The panel beside the map: what is selected decides what it shows. Each question draws anew; an answer that
// comes after the reader has moved on is dropped.

import { get, isAbandoned } from "./api.js";
import { areaPanel } from "./area_panel.js";
import { failure, skeleton } from "./blocks.js";
import { boxOf } from "./centres.js";
import { area, boxOfArea, pathOf, rootArea } from "./division.js";
import { byId, fill, h, icon } from "./dom.js";
import { gridPanel } from "./grid_panel.js";
import { t } from "./i18n.js";
import { lookupSection, outsidePanel } from "./lookup_panel.js";
import { flyToBox, flyToPoint, show } from "./map.js";
import { ask, change, state, watch } from "./state.js";

const POINT_ZOOM = 14;
let control = new AbortController();

const pinFeatures = ({ lon, lat }) => [{ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties: {} }];

/** Outline the grid and, when the owner is in doubt, the other side. */
function outline(detail, other) {
  const feature = (row) => (row?.geometry ? [{ type: "Feature", geometry: row.geometry, properties: { id: row.id } }] : []);
  show("selected", feature(detail));
  show("runner-up", feature(other));
}

async function drawPoint(signal) {
  const { pin, asked } = state;
  const { lon, lat, crs, accuracy_m } = pin;
  const answer = await get("/lookup", { lon, lat, crs, accuracy_m: accuracy_m || null }, signal);
  show("pin", pinFeatures(answer.point));
  if (asked.fly) flyToPoint(answer.point.lon, answer.point.lat, POINT_ZOOM);
  // from now on the place is known in WGS84, in the address line too; what was typed stays in view
  const place = { ...pin, ...answer.point, crs: "EPSG:4326", typed: pin.typed ?? pin };
  if (answer.grid === null) {
    outline(null, null);
    change({ pin: place });
    return outsidePanel(answer, place);
  }
  const [detail, other] = await Promise.all([
    get(`/grids/${answer.grid.id}`, {}, signal),
    answer.ambiguous && answer.runner_up ? get(`/grids/${answer.runner_up.id}`, {}, signal) : null,
  ]);
  change({ pin: place, grid: answer.grid.id });
  outline(detail, other);
  return gridPanel(detail, lookupSection(answer, place, state.camera));
}

async function drawGrid(signal) {
  show("pin", []);
  const detail = await get(`/grids/${state.grid}`, {}, signal);
  outline(detail, null);
  if (state.asked.fly) flyToBox(boxOf(detail.geometry), { maxZoom: 15.5 });
  return gridPanel(detail, null);
}

function drawArea(signal) {
  show("pin", []);
  outline(null, null);
  const node = area(state.area) ?? rootArea();
  const box = state.asked.fly ? boxOfArea(node.id) : null;
  if (box) flyToBox(box, { maxZoom: 14.5 });
  return areaPanel(node, pathOf(node.id), signal);
}

/** The line at the top that leads back to the area one came from. */
function backBar() {
  const node = area(state.area) ?? rootArea();
  const close = () => ask({});
  return h("div", { class: "back" },
    h("button", { class: "link", type: "button", onclick: close }, icon("back"), t("panel.back", { name: node?.name ?? "" })),
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
  body.removeAttribute("aria-busy");
}

/** Draw now and for every new question, and when the language changes. */
export function startPanel() {
  watch(["asked", "lang"], draw);
  return draw();
}
