// What pointing and clicking on the map does: hovering names what lies there, one click asks the server which
// grid it is and opens the grid with the point's answer on top.

import { byId, fill, h } from "./dom.js";
import { grid, shapeOfGrid } from "./division.js";
import * as format from "./format.js";
import { t, word } from "./i18n.js";
import { map, show } from "./map.js";
import { openPoint } from "./selection.js";
import { ask, state } from "./state.js";

let hovered = null;

function setHovered(id) {
  if (id === hovered) return;
  hovered = id;
  const geometry = id === null ? null : shapeOfGrid(id);
  show("hover", geometry ? [{ type: "Feature", properties: {}, geometry }] : []);
}

const shownLayers = (ids) => ids.filter((id) => map.getLayer(id) && map.getLayoutProperty(id, "visibility") !== "none");
const top = (point, ids) => map.queryRenderedFeatures(point, { layers: shownLayers(ids) })[0];

/** A little room around the pointer, since camera symbols are small. */
const around = ({ x, y }, px = 5) => [[x - px, y - px], [x + px, y + px]];

function hintFor(point) {
  const camera = top(around(point), ["camera"])?.properties;
  if (camera) return [h("b", {}, camera.name ?? camera.gb_id), `${word(`camera.kind.${camera.kind}`, camera.kind)} · ${word(`camera.status.${camera.status}`, camera.status)}`];
  const cell = top(point, ["cell-fill"])?.properties;
  if (cell) return [h("b", {}, t("hint.cell", { n: format.number(cell.count), density: format.number(cell.per_km2, 1) })), h("span", { class: "code" }, cell.cell)];
  const row = grid(top(point, ["grid-touch"])?.properties.id);
  if (!row) return null;
  return [h("b", {}, row.name), [row.area_name, t("hint.open", { n: format.number(row.open_incidents) })].join(" · ")];
}

function onMove({ point }) {
  const hint = byId("hint");
  setHovered(top(point, ["grid-touch"])?.properties.id ?? null);
  const content = hintFor(point);
  hint.hidden = !content;
  map.getCanvas().style.cursor = content ? "pointer" : "";
  if (!content) return;
  fill(hint, content.map((line, k) => h(k ? "span" : "div", {}, line)));
  const stage = map.getContainer();
  const left = point.x + hint.offsetWidth + 26 > stage.clientWidth ? point.x - hint.offsetWidth - 14 : point.x + 14;
  const below = point.y + hint.offsetHeight + 26 > stage.clientHeight ? point.y - hint.offsetHeight - 14 : point.y + 14;
  hint.style.transform = `translate(${Math.round(left)}px, ${Math.round(below)}px)`;
}

function onLeave() {
  setHovered(null);
  byId("hint").hidden = true;
}

function onClick({ point, lngLat }) {
  byId("hint").hidden = true;
  const camera = top(around(point), ["camera"]);
  const [lon, lat] = camera ? camera.geometry.coordinates : [lngLat.lng, lngLat.lat];
  openPoint({ lon: Number(lon.toFixed(7)), lat: Number(lat.toFixed(7)), crs: "EPSG:4326", accuracy_m: 0 }, { camera: camera?.properties ?? null });
}

/** Make map and keys listen. */
export function startGestures() {
  const fine = matchMedia("(hover: hover)");
  map.on("mousemove", (event) => fine.matches && onMove(event));
  map.on("mouseout", onLeave);
  map.on("movestart", onLeave);
  map.on("click", onClick);
  byId("zoom-in").addEventListener("click", () => map.zoomIn());
  byId("zoom-out").addEventListener("click", () => map.zoomOut());
  byId("zoom-home").addEventListener("click", () => {
    ask({ area: null }, { fly: true });
  });
  document.addEventListener("keydown", (event) => {
    const free = !event.target.matches("input, select, textarea") && !event.defaultPrevented;
    if (event.key === "Escape" && free && (state.grid !== null || state.pin)) ask({});
  });
}
