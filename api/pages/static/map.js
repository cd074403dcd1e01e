// The map itself: one MapLibre instance, the data it shows, and what a finger or mouse does to it. It draws;
// which grid a point lies in is the server's answer.

import { Map as GlMap, prewarm, ScaleControl } from "../parts/maplibre-gl.mjs";
import { drawn } from "./first_picture.js";
import { firstStyleOf, layerSpecs, SOURCES, styleOf } from "./layers.js";
import { FONT_FAMILY, lettersScale } from "./lettering.js";
import { DARK } from "./palette.js";
import { addPictures } from "./symbols.js";
import { state } from "./state.js";
import { t } from "./i18n.js";

const EMPTY = { type: "FeatureCollection", features: [] };

/** What each source shows now; the printed sheet draws from the same. */
export const data = Object.fromEntries(SOURCES.map((name) => [name, EMPTY]));

/** Classes of the two area themes: set when their data has come. */
export const classes = { breaks: { grids: [], cells: [] } };

export let map = null;

/** Whether the map has a style: before, it has no sources to ask for. */
let ready = false;

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The options that a style depends on, at this moment. */
export function styleOptions(scale = lettersScale()) {
  return {
    breaks: classes.breaks, shown: state.layers, cameras: state.layers.has("cameras"), cameraWord: t("map.cameras"), scale, latitude,
  };
}

/** The latitude at which widths on the ground are turned into pixels: the city's middle. */
let latitude = 30;

/**
 * Begin the map before there is anything to show: its drawing context and its worker are made while the data is on its
 * way. Throws when the browser cannot draw.
 */
export function prepareMap() {
  prewarm();
  map = new GlMap({
    container: "map",
    minZoom: 5,
    maxZoom: 20,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    rollEnabled: false,
    localIdeographFontFamily: FONT_FAMILY,
    fadeDuration: still.matches ? 0 : 200,
    validateStyle: false,
    renderWorldCopies: false,
    refreshExpiredTiles: false,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
}

/**
 * Show the division in the map that was prepared, at a `view` or with `box` [west, south, east, north] in sight: grids,
 * borders and names first, since a reader waits for those. `styled` resolves when sources can be given other data,
 * `pictured` when all of it is on the screen.
 */
export function showFirst({ box, view, padding }) {
  latitude = (box[1] + box[3]) / 2;
  map.setMaxBounds(widened(box));
  if (view) map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
  else map.fitBounds(box, { padding, duration: 0 });
  map.setStyle(firstStyleOf(DARK, data, styleOptions()), { diff: false });
  const styled = map.once("style.load").then(() => { ready = true; });
  return { styled, pictured: map.once("idle").then(() => drawn(map)) };
}

/** Add what the first picture left out, each layer where it belongs. */
export function showRest() {
  addPictures(map, DARK);
  const { sources, layers } = styleOf(DARK, data, styleOptions());
  for (const [id, source] of Object.entries(sources)) if (!map.getSource(id)) map.addSource(id, source);
  let above;
  for (const layer of layers.reverse()) {
    if (!map.getLayer(layer.id)) map.addLayer(layer, above);
    above = layer.id;
  }
  map.addControl(new ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
}

/** Room around the city, so that one can pan but not get lost. */
function widened([west, south, east, north]) {
  const [x, y] = [(east - west) * 1.5 + 0.2, (north - south) * 1.5 + 0.2];
  return [Math.max(-180, west - x), Math.max(-85, south - y), Math.min(180, east + x), Math.min(85, north + y)];
}

/** Show these features in a source. */
export function show(source, features) {
  data[source] = { type: "FeatureCollection", features };
  if (ready) map.getSource(source)?.setData(data[source]);
}

/** Give some features of a source, by id, a finer geometry; the rest stays. */
export function refine(source, features) {
  const finer = new Map(features.map((feature) => [feature.properties.id, feature.geometry]));
  for (const feature of data[source].features) {
    const geometry = finer.get(feature.properties.id);
    if (geometry) feature.geometry = geometry;
  }
  const update = [...finer].map(([id, newGeometry]) => ({ id, newGeometry }));
  map.getSource(source).updateData({ update });
}

/** Bring layers into line with switches, classes and language. */
export function restyle() {
  if (!ready) return;
  for (const spec of layerSpecs(DARK, styleOptions())) {
    if (!map.getLayer(spec.id)) continue;
    for (const [name, value] of Object.entries(spec.layout)) setIfNew(spec.id, "Layout", name, value);
    for (const [name, value] of Object.entries(spec.paint ?? {})) setIfNew(spec.id, "Paint", name, value);
  }
}

function setIfNew(layer, kind, name, value) {
  const now = map[`get${kind}Property`](layer, name);
  if (JSON.stringify(now) !== JSON.stringify(value)) map[`set${kind}Property`](layer, name, value);
}

/** Pixels that panels hide at each side, so that "in the middle" means in what can be seen. */
export function visiblePadding() {
  const canvas = document.getElementById("map").getBoundingClientRect();
  const sheet = document.getElementById("panel").getBoundingClientRect();
  const legend = document.getElementById("layers").getBoundingClientRect();
  const covers = (other) => other.width > 0 && other.left < canvas.right && other.right > canvas.left && other.top < canvas.bottom;
  const edge = 28;
  const below = covers(sheet) && sheet.width > canvas.width * 0.8 ? Math.max(0, canvas.bottom - sheet.top) : 0;
  const beside = covers(legend) && below === 0 && canvas.width > 700 ? legend.right - canvas.left : 0;
  return { top: edge, right: edge + 44, bottom: Math.min(below, canvas.height * 0.7) + edge, left: beside + edge };
}

/** Lay a veil over everything outside a shape and draw its border strongly; null lifts it. */
export function focusOn(geometry) {
  const polygons = geometry?.type === "Polygon" ? [geometry.coordinates] : geometry?.coordinates ?? [];
  const around = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]];
  const rings = [around, ...polygons.map(([outer]) => outer)];
  const enclaves = polygons.flatMap(([, ...holes]) => holes.map((hole) => [hole]));
  const feature = (shape) => ({ type: "Feature", properties: {}, geometry: shape });
  show("veil", geometry ? [feature({ type: "MultiPolygon", coordinates: [rings, ...enclaves] })] : []);
  show("focus", geometry ? [feature(geometry)] : []);
}

/** Move so that a box fills the view, gently unless the reader asked for stillness. */
export function flyToBox(box, { maxZoom = 16 } = {}) {
  map.fitBounds(box, { padding: visiblePadding(), maxZoom, animate: !still.matches, duration: 900, essential: false });
}

/** Move to a view of the address line. */
export function flyToView({ lon, lat, zoom }) {
  map.easeTo({ center: [lon, lat], zoom, animate: !still.matches, duration: 700 });
}

/** Move to a point, never farther out than now. */
export function flyToPoint(lon, lat, zoom = map.getZoom()) {
  const { left, right, top, bottom } = visiblePadding();
  map.easeTo({ center: [lon, lat], zoom: Math.max(zoom, map.getZoom()), offset: [(left - right) / 2, (top - bottom) / 2], animate: !still.matches, duration: 700 });
}

/** The box of the view, widened by a share of its size: [west, south, east, north]. */
export function viewBox(share = 0.35) {
  const bounds = map.getBounds();
  const [x, y] = [(bounds.getEast() - bounds.getWest()) * share, (bounds.getNorth() - bounds.getSouth()) * share];
  return [bounds.getWest() - x, bounds.getSouth() - y, bounds.getEast() + x, bounds.getNorth() + y];
}

