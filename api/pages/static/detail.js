// What is loaded for the view only: exact borders, cameras, fields of view, blind spots, incidents, cells.
// A newer request always wins over an older one, and a failed one says so in the layer's row of the legend.

import { get, getAll, isAbandoned } from "./api.js";
import { DETAIL_ZOOM, grid, loadDetail, loadMiddle, MIDDLE_ZOOM } from "./division.js";
import { classes, data, map, restyle, show, viewBox } from "./map.js";
import { breaksOf } from "./palette.js";
import { debounced } from "./dom.js";
import { state, watch } from "./state.js";
import { GATE_ZOOM, KEY_AREA_ZOOM, SITE_ZOOM } from "./site_layers.js";
import { CAMERA_ZOOM, GAP_ZOOM, INCIDENT_ZOOM, VIEW_ZOOM } from "./watch_layers.js";

/** What /incidents/points gives at most; it says so itself when there are more. */
const TOO_MANY = 422;
const WORST = 20;

/** Layer name → "idle" | "loading" | "zoom" (too far out to show) | "empty" | a Problem. */
export const progress = new Map();
const hearers = [];
export const onProgress = (hearer) => hearers.push(hearer);

function tell(name, status) {
  progress.set(name, status);
  hearers.forEach((hearer) => hearer(name, status));
}

const running = new Map();

/** Run one load of a layer; an older one of the same layer is given up. */
async function run(name, load) {
  running.get(name)?.abort();
  const control = new AbortController();
  running.set(name, control);
  tell(name, "loading");
  try {
    tell(name, (await load(control.signal)) ?? "idle");
  } catch (error) {
    if (!isAbandoned(error)) tell(name, error);
  }
}

const boxText = (box) => box.map((x) => x.toFixed(6)).join(",");
const within = (box, outer) => outer && box[0] >= outer[0] && box[1] >= outer[1] && box[2] <= outer[2] && box[3] <= outer[3];

/** What is asked for by box, from a zoom on; `layer` is its switch where that has another name. */
const BOXED = {
  cameras: { path: "/cameras", source: "cameras", zoom: CAMERA_ZOOM, query: {} },
  views: { path: "/coverage/views", source: "views", zoom: VIEW_ZOOM, query: {} },
  gaps: { path: "/coverage/gaps", source: "gaps", zoom: GAP_ZOOM, query: { limit: 500 } },
  incidents: { path: "/incidents/points", source: "incidents", zoom: INCIDENT_ZOOM, query: { state: "open" } },
  sites: { path: "/sites", source: "sites", zoom: SITE_ZOOM, query: { limit: 1000 } },
  gates: { path: "/gates", layer: "sites", source: "gates", zoom: GATE_ZOOM, query: { limit: 1000 } },
  keyAreas: { path: "/key-areas", source: "key-areas", zoom: KEY_AREA_ZOOM, query: { limit: 1000 } },
};
const have = new Map();

function loadBoxed(name) {
  const { path, source, zoom, query, layer = name } = BOXED[name];
  if (!state.layers.has(layer)) return;
  if (map.getZoom() < zoom) {
    running.get(name)?.abort();
    tell(name, "zoom");
    return;
  }
  if (within(viewBox(0), have.get(name)) && !(progress.get(name) instanceof Error)) {
    tell(name, data[source].features.length ? "idle" : "empty");
    return;
  }
  const box = viewBox();
  run(name, async (signal) => {
    const features = await getAll(path, { ...query, f: "geojson", bbox: boxText(box) }, signal).catch((error) => {
      if (error.status === TOO_MANY) return null;
      throw error;
    });
    if (!features) {
      show(source, []);
      return "many";
    }
    have.set(name, box);
    show(source, features);
    return features.length ? "idle" : "empty";
  });
}

const cellsAt = new Map();

/** The H3 resolution whose cells are some 15 to 40 px wide at a zoom. */
function resolutionFor(zoom) {
  if (zoom < 9.7) return 7;
  return zoom < 11.4 ? 8 : 9;
}

function loadCells() {
  if (!state.layers.has("heat")) return;
  const resolution = resolutionFor(map.getZoom());
  const put = (features) => {
    if (data.cells.features !== features) {
      classes.breaks.cells = breaksOf(features.map((f) => f.properties.per_km2), { whole: false });
      classes.resolution = resolution;
      show("cells", features);
      restyle();
    }
    return features.length ? "idle" : "empty";
  };
  const kept = cellsAt.get(resolution);
  if (kept) {
    tell("heat", put(kept));
    return;
  }
  run("heat", async (signal) => {
    const features = await getAll("/incidents/cells", { resolution, state: "open", f: "geojson" }, signal);
    cellsAt.set(resolution, features);
    return put(features);
  });
}

let worstLoaded = false;

/** The worst blind spots of the city as ranks, for when one is too far out for their shapes. */
function loadWorst() {
  if (worstLoaded || !state.layers.has("gaps")) return;
  run("worst", async (signal) => {
    const { items: rows } = await get("/coverage/gaps", { limit: WORST }, signal);
    worstLoaded = true;
    const points = rows.flatMap((row, k) => {
      const centre = grid(row.grid_id)?.centre;
      return centre ? [{ type: "Feature", geometry: { type: "Point", coordinates: centre }, properties: { ...row, rank: k + 1 } }] : [];
    });
    show("worst", points);
  });
}

function loadBorders() {
  if (map.getZoom() >= MIDDLE_ZOOM) run("middle", async (signal) => {
    if (await loadMiddle(signal)) hearers.forEach((hearer) => hearer("shapes"));
  });
  if (map.getZoom() < DETAIL_ZOOM) return;
  run("borders", (signal) => loadDetail(viewBox(0), signal));
}

/** Load whatever the present view and switches need. */
export function loadView() {
  Object.keys(BOXED).forEach(loadBoxed);
  loadCells();
  loadWorst();
  loadBorders();
}

/** Forget what was loaded (a newer state of the data has come, or a retry). */
export function forget() {
  have.clear();
  cellsAt.clear();
  worstLoaded = false;
}

/** Try one layer again. */
export function retry(name) {
  have.delete(name);
  loadView();
}

/** Load for every view and switch from now on. */
export function startLoading() {
  const soon = debounced(loadView, 120);
  map.on("moveend", soon);
  watch(["layers"], loadView);
  loadView();
}
