// The division as the page knows it: the tree of areas and all grids in force, loaded once. Names and counts
// come with them; nothing here is computed that the server answers better.

import { getAll } from "./api.js";
import { boxOf, centreOf } from "./centres.js";
import { breaksOf } from "./palette.js";
import { classes, data, refine, show } from "./map.js";

const SIMPLIFY_M = 30;
const DETAIL_M = 1;
export const DETAIL_ZOOM = 12.5;

const areas = new Map();
const children = new Map();
const grids = new Map();
const refined = [];
const drawn = new Set();
let root = null;

export const area = (id) => areas.get(id);
export const grid = (id) => grids.get(id);
export const rootArea = () => root;
export const gridCount = () => grids.size;

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
  if (id === root?.id) return [...grids.values()];
  return [...grids.values()].filter((row) => pathOf(row.area_id).some((node) => node.id === id));
}

/** The box of an area: that of its grids; null while it has none. */
export function boxOfArea(id) {
  const boxes = gridsUnder(id).map((row) => row.box);
  if (!boxes.length) return null;
  const extreme = (choose, k) => boxes.reduce((best, box) => choose(best, box[k]), boxes[0][k]);
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
  const rows = await getAll("/areas", { limit: 1000 });
  for (const row of rows) areas.set(row.id, row);
  for (const row of rows) {
    if (row.parent_id === null) root = row;
    else children.set(row.parent_id, [...(children.get(row.parent_id) ?? []), row]);
  }
  for (const row of rows) row.depth = pathOf(row.id).length - 1;
}

/** Load the shapes of the areas at some depths and add them to the map. */
export async function loadAreas(depths) {
  const wanted = [...areas.values()].filter((row) => depths.includes(row.depth) && !drawn.has(row.level));
  const levels = [...new Set(wanted.map((row) => row.level))];
  levels.forEach((level) => drawn.add(level));
  const answers = await Promise.all(
    levels.map((level) => getAll("/areas", { level, f: "geojson", simplify_m: SIMPLIFY_M, limit: 2000 })),
  ).catch((error) => {
    levels.forEach((level) => drawn.delete(level));
    throw error;
  });
  const features = answers.flat().map((feature) => ({
    ...feature, properties: { ...feature.properties, depth: areas.get(feature.properties.id).depth },
  }));
  show("areas", [...data.areas.features, ...features]);
  show("area-names", [...data["area-names"].features, ...features.map((f) => named(f, -f.properties.area_m2))]);
}

function named({ properties, geometry }, rank) {
  return { type: "Feature", geometry: { type: "Point", coordinates: centreOf(geometry) }, properties: { ...properties, rank } };
}

/** Load all grids, simplified together so that borders still meet, and fix the classes. */
export async function loadGrids() {
  const features = await getAll("/grids", { f: "geojson", simplify_m: SIMPLIFY_M, limit: 10_000 });
  grids.clear();
  for (const { properties, geometry } of features) grids.set(properties.id, { ...properties, box: boxOf(geometry) });
  classes.breaks.grids = breaksOf(features.map((f) => f.properties.open_incidents), { whole: true });
  const centres = features.map((f) => named(f, -f.properties.open_incidents));
  for (const centre of centres) grids.get(centre.properties.id).centre = centre.geometry.coordinates;
  refined.length = 0;
  show("grids", features);
  show("grid-names", centres);
}

const within = (box, outer) => box[0] >= outer[0] && box[1] >= outer[1] && box[2] <= outer[2] && box[3] <= outer[3];

/** Replace the simplified shapes in a box by nearly exact ones; each place only once. */
export async function loadDetail(view, padded, signal) {
  if (refined.some((box) => within(view, box))) return;
  const query = { bbox: padded.map((x) => x.toFixed(6)).join(","), f: "geojson", simplify_m: DETAIL_M, limit: 5000 };
  const answers = await Promise.all([
    getAll("/grids", query, signal),
    ...[...drawn].map((level) => getAll("/areas", { ...query, level }, signal)),
  ]);
  refine("grids", answers[0].filter((f) => grids.has(f.properties.id)));
  refine("areas", answers.slice(1).flat());
  refined.push(padded);
}
