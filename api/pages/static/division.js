// The division as the page knows it: the tree of areas and all grids in force, and their shapes at the scale of the
// view. Rows and shapes come apart: shapes change with an edition, counts by the minute. Names, counts and the
// places of labels come from the server; nothing here is computed that it answers better.

import { get, getAll } from "./api.js";
import { boxOf } from "./centres.js";
import { breaksOf } from "./palette.js";
import { classes, data, refine, show } from "./map.js";

/** Scales at which the whole city is loaded, coarse first, and the nearest, which is loaded by boxes. */
const FAR = { zoom: 9, depth: 2 };
const MIDDLE = { zoom: 11 };
const NEAR_ZOOM = 14;
export const MIDDLE_ZOOM = 9.8;
export const DETAIL_ZOOM = 12.5;
/** Boxes of the nearest scale are the tiles of this zoom, so that panning asks for each only once. */
const BOX_ZOOM = 12;

const areas = new Map();
const children = new Map();
const grids = new Map();
const outlines = new Map();
const boxes = new Set();
let root = null;
let middle = null;

export const area = (id) => areas.get(id);
export const grid = (id) => grids.get(id);
export const rootArea = () => root;
export const gridCount = () => grids.size;
export const allGrids = () => [...grids.values()];

/** Areas directly below, with the most open incidents first. */
export function childrenOf(id) {
  return [...(children.get(id) ?? [])].sort((a, b) => b.open_incidents - a.open_incidents || a.code.localeCompare(b.code));
}

/** From the city down to this area. */
export function pathOf(id) {
  const path = [];
  for (let node = areas.get(id); node; node = areas.get(node.parent_id)) path.unshift(node);
  return path;
}

/** Grids of an area and of all areas below it. */
export function gridsUnder(id) {
  if (id === root?.id) return allGrids();
  return allGrids().filter((row) => pathOf(row.area_id).some((node) => node.id === id));
}

/** The shape of an area as it is drawn now; null while it is not loaded or the area has no grids. */
export const shapeOfArea = (id) => outlines.get(`area ${id}`) ?? null;

/** The shape of a grid as it is drawn now. */
export const shapeOfGrid = (id) => outlines.get(`grid ${id}`) ?? null;

/** The box of an area: that of its grids; null while it has none. */
export function boxOfArea(id) {
  const found = gridsUnder(id).map((row) => row.box).filter(Boolean);
  if (!found.length) return null;
  const extreme = (choose, k) => found.reduce((best, box) => choose(best, box[k]), found[0][k]);
  return [extreme(Math.min, 0), extreme(Math.min, 1), extreme(Math.max, 2), extreme(Math.max, 3)];
}

/** Areas whose name or code contains a text, the higher first. */
export function areasLike(text, limit) {
  const wanted = text.toLowerCase();
  return [...areas.values()]
    .filter((row) => row.name.toLowerCase().includes(wanted) || row.code.startsWith(wanted))
    .sort((a, b) => a.depth - b.depth || a.code.localeCompare(b.code))
    .slice(0, limit);
}

/** The word for the level at a depth below the root; null when the tree is not that deep. */
export function levelAt(depth) {
  return [...areas.values()].find((row) => row.depth === depth)?.level ?? null;
}

/** Load the tree (without shapes) and name each area's depth below the root. */
export async function loadTree() {
  const rows = await getAll("/areas", { limit: 2000 });
  areas.clear();
  children.clear();
  for (const row of rows) areas.set(row.id, row);
  for (const row of rows) {
    if (row.parent_id === null) root = row;
    else children.set(row.parent_id, [...(children.get(row.parent_id) ?? []), row]);
  }
  for (const row of rows) row.depth = pathOf(row.id).length - 1;
}

/** Load what is told of every grid, and fix the classes. */
export async function loadGrids() {
  const rows = await getAll("/grids", { limit: 10_000 });
  grids.clear();
  for (const row of rows) grids.set(row.id, row);
  classes.breaks.grids = breaksOf(rows.map((row) => row.open_incidents), { whole: true });
}

/** Load the shapes with which a map of the whole city begins; drawn by `drawOutlines`. */
export function loadFar() {
  middle = null;
  boxes.clear();
  return get("/outlines", FAR);
}

/** A grid's name without the names of the areas it lies in: on the map those stand beside it already. */
function shortName(row) {
  let name = row.name;
  for (const { name: above } of pathOf(row.area_id)) {
    const stem = above.replace(/(居民委员会|村民委员会|居委会|村委会)$/, "");
    if (stem.length > 1 && name.startsWith(stem)) name = name.slice(stem.length);
  }
  name = name.replace(/^(社区|村)?(?=第)/, "").replace(/\((示例|example)\)$/i, "");
  return name || row.name;
}

const isGrid = (feature) => feature.properties.level === "grid";

const named = (label, properties) => ({ type: "Feature", geometry: { type: "Point", coordinates: label }, properties });

function keep(features) {
  for (const { properties: { id, level }, geometry } of features) {
    outlines.set(`${level === "grid" ? "grid" : "area"} ${id}`, geometry);
  }
}

/** Join shapes with what the layers ask of rows and show them; rows and tree must have come. */
export function drawOutlines({ features }) {
  keep(features);
  const own = features.filter((feature) => isGrid(feature) && grids.has(feature.properties.id));
  const above = features.filter((feature) => !isGrid(feature) && areas.has(feature.properties.id));
  for (const { properties: { id, label }, geometry } of own) {
    const row = grids.get(id);
    Object.assign(row, { box: boxOf(geometry), centre: label, short: shortName(row) });
  }
  const shape = ({ geometry }, properties) => ({ type: "Feature", geometry, properties });
  show("grids", own.map((feature) => {
    const { id, open_incidents } = grids.get(feature.properties.id);
    return shape(feature, { id, open_incidents });
  }));
  show("areas", above.map((feature) => {
    const { id, depth } = areas.get(feature.properties.id);
    return shape(feature, { id, depth });
  }));
  show("grid-names", own.map(({ properties: { id, label } }) => {
    const { short, open_incidents } = grids.get(id);
    return named(label, { id, name: short, rank: -(open_incidents ?? 0) });
  }));
  show("area-names", above.map(({ properties: { id, label } }) => {
    const { name, depth, cameras, area_m2 } = areas.get(id);
    return named(label, { id, name, depth, cameras, rank: -area_m2 });
  }));
}

/** Load the shapes of the middle scale, communities among them; once. Gives true when they are new. */
export async function loadMiddle(signal) {
  if (middle) return false;
  const answer = await get("/outlines", MIDDLE, signal);
  middle = answer;
  drawOutlines(answer);
  return true;
}

const column = (lon) => Math.floor(((lon + 180) / 360) * 2 ** BOX_ZOOM);
const row = (lat) => Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** BOX_ZOOM);
const west = (x) => (x / 2 ** BOX_ZOOM) * 360 - 180;
const north = (y) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** BOX_ZOOM))) * 180) / Math.PI;

/** Boxes of the fixed grid that a view touches and that have not come yet. */
function missingBoxes([left, bottom, right, top]) {
  const found = [];
  for (let x = column(left); x <= column(right); x += 1) {
    for (let y = row(top); y <= row(bottom); y += 1) if (!boxes.has(`${x}/${y}`)) found.push([x, y]);
  }
  return found;
}

/** Replace the shapes in view by nearly exact ones; each box of the fixed grid only once. */
export async function loadDetail(view, signal) {
  const wanted = missingBoxes(view);
  if (!wanted.length) return;
  const answers = await Promise.all(wanted.map(([x, y]) => get("/outlines", {
    zoom: NEAR_ZOOM, bbox: [west(x), north(y + 1), west(x + 1), north(y)].map((degrees) => degrees.toFixed(6)).join(","),
  }, signal)));
  const features = [...new Map(answers.flatMap(({ features: some }) => some).map((f) => [`${isGrid(f)} ${f.properties.id}`, f])).values()];
  keep(features);
  refine("grids", features.filter((feature) => isGrid(feature) && grids.has(feature.properties.id)));
  refine("areas", features.filter((feature) => !isGrid(feature) && areas.has(feature.properties.id)));
  wanted.forEach(([x, y]) => boxes.add(`${x}/${y}`));
}

/** Whether the middle scale, with the communities, is on the map. */
export const hasMiddle = () => middle !== null;

/** How many features of a source are drawn; for tests and measurements. */
export const drawnCount = (source) => data[source].features.length;
