// The switches of the layers, each with its own legend below it while it is on. The legends of the two area
// themes are histograms: the class, its colour, and how many grids or cells fall into it.

import { progress, onProgress, retry } from "./detail.js";
import { isForbidden, levelName } from "./blocks.js";
import { byId, fill, h, icon } from "./dom.js";
import { levelAt } from "./division.js";
import * as format from "./format.js";
import { t } from "./i18n.js";
import { classes, data } from "./map.js";
import { allUnknown, coloursOf, countsOf, DARK } from "./palette.js";
import { state, toggleLayer, watch } from "./state.js";
import { SITE_SIGNS } from "./site_layers.js";
import { cameraPicture, gatePicture, hatchPicture, sitePicture } from "./symbols.js";

const GROUPS = [
  ["layers.theme", ["grids", "heat", "incidents"]],
  ["layers.watch", ["cameras", "views", "gaps"]],
  ["layers.places", ["sites", "keyAreas"]],
  ["layers.borders", ["basemap", "counties", "towns", "communities", "names"]],
];

const DEPTHS = { counties: 1, towns: 2, communities: 3 };

/** A layer's name; borders are called by the level that this city has at that depth. */
function layerName(name) {
  return name in DEPTHS ? t("layer.border", { level: levelName(levelAt(DEPTHS[name])) }) : t(`layer.${name}`);
}

/** False for the borders of a level that this city has not. */
export const layerExists = (name) => !(name in DEPTHS) || levelAt(DEPTHS[name]) !== null;

/** The labels of classes: whole numbers as ranges, measures by where the class begins. */
function classLabels(breaks, whole) {
  return breaks.map((low, k) => {
    const next = breaks[k + 1];
    if (!whole || next === undefined) return `≥ ${format.number(low, 2)}`;
    return next - low === 1 ? format.number(low) : `${format.number(low)}–${format.number(next - 1)}`;
  });
}

/** A legend as columns: height by count, colour and label by class. Used on screen and on paper. */
function histogram({ values, breaks, ramp, zero, whole, unit }) {
  const counts = countsOf(values, breaks);
  const colours = [zero, ...coloursOf(ramp, breaks.length)];
  const labels = [whole ? "0" : t("legend.none"), ...classLabels(breaks, whole)];
  const most = Math.max(...counts, 1);
  const columns = counts.map((count, k) => h("li", { title: `${labels[k]}: ${t(unit, { n: format.number(count) })}` },
    h("span", { class: "column-count" }, format.number(count)),
    h("span", { class: "column", style: { "--height": String(count / most), "--colour": colours[k] } }),
    h("span", { class: "column-label" }, labels[k])));
  return h("ol", { class: "histogram" }, whole || counts[0] > 0 ? columns : columns.slice(1));
}

/** The histogram of a theme layer with what it counts. */
export function themeLegend(name, theme) {
  if (name === "grids") {
    const values = data.grids.features.map((f) => f.properties.open_incidents);
    if (allUnknown(values)) return [h("p", { class: "legend-status" }, t("error.forbidden"))];
    return [h("p", { class: "legend-note" }, t("legend.open")),
      histogram({ values, breaks: classes.breaks.grids, ramp: theme.grids, zero: theme.zero, whole: true, unit: "legend.gridCount" })];
  }
  if (!data.cells.features.length) return [];
  const values = data.cells.features.map((f) => f.properties.per_km2);
  return [h("p", { class: "legend-note" }, `${t("legend.density")} · ${t("legend.resolution", { resolution: classes.resolution ?? "" })}`),
    histogram({ values, breaks: classes.breaks.cells, ramp: theme.heat, zero: theme.zero, whole: false, unit: "legend.cellCount" })];
}

/** A picture of the map's symbols as a swatch. */
function pictured(pixels) {
  const canvas = h("canvas", { class: "swatch swatch-picture", width: pixels.width, height: pixels.height, "aria-hidden": "true" });
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}

function hatched(colour, options) {
  const tile = hatchPicture(colour, options);
  const canvas = h("canvas", { class: "swatch swatch-area", width: 96, height: 54, "aria-hidden": "true" });
  const pen = canvas.getContext("2d");
  for (let x = 0; x < 96; x += tile.width) for (let y = 0; y < 54; y += tile.height) pen.putImageData(tile, x, y);
  canvas.style.setProperty("--edge", colour);
  return canvas;
}

const plain = (colour, kind) => h("span", { class: `swatch ${kind}`, style: { "--colour": colour } });
const keyRow = (swatch, text) => h("li", {}, swatch, h("span", {}, text));

/** Keys of a layer's symbols, in the colours of a theme. */
export function symbolKeys(name, theme) {
  const camera = (shape, colour) => pictured(cameraPicture(theme, shape, colour));
  const keys = {
    cameras: () => [
      keyRow(camera("aimed", theme.camera), t("legend.aimed")), keyRow(camera("dome", theme.camera), t("legend.dome")),
      keyRow(camera("unaimed", theme.camera), t("legend.unaimed")), keyRow(camera("aimed", theme.dead), t("legend.dead")),
      data.cameras.features.some((f) => f.properties.status === "unknown")
        && keyRow(h("span", { class: "swatch-faint" }, camera("aimed", theme.camera)), t("legend.unknownStatus")),
    ],
    views: () => [
      keyRow(plain(theme.camera, "swatch-fill"), t("legend.sure")),
      keyRow(hatched(theme.camera, { gap_px: 6, width_px: 0.8, slope: -1 }), t("legend.unsure")),
      keyRow(hatched(theme.dead, { gap_px: 6, width_px: 0.6, slope: -1 }), t("legend.deadView")),
      data.views.features.some((f) => f.properties.assumed) && h("li", {}, t("legend.assumed")),
    ],
    gaps: () => [keyRow(hatched(theme.gap, { gap_px: 10, width_px: 1, slope: 1 }), t("legend.gap")),
      keyRow(h("span", { class: "swatch swatch-rank", style: { "--colour": theme.gap } }, "1"), t("legend.rank"))],
    sites: () => Object.entries(SITE_SIGNS).filter(([kind]) => kind !== "other")
      .map(([kind, sign]) => keyRow(pictured(sitePicture(theme, sign)), t(`site.${kind}`)))
      .concat(keyRow(pictured(gatePicture(theme, { closed: false })), t("legend.gate")), keyRow(pictured(gatePicture(theme, { closed: true })), t("legend.gateClosed"))),
    keyAreas: () => [keyRow(plain(theme.keyArea, "swatch-fill"), t("layer.keyAreas"))],
    incidents: () => [keyRow(plain(theme.incident, "swatch-dot"), t("layer.incidents"))],
    counties: () => [keyRow(plain(theme.county, "swatch-line"), layerName(name))],
    towns: () => [keyRow(plain(theme.town, "swatch-line swatch-thin"), layerName(name))],
    communities: () => [keyRow(plain(theme.community, "swatch-line swatch-dashed"), layerName(name))],
  };
  return (keys[name]?.() ?? []).filter(Boolean);
}

function statusLine(name) {
  const status = progress.get(name === "gaps" && progress.get("gaps") === "zoom" ? "worst" : name);
  if (isForbidden(status)) return h("p", { class: "legend-status" }, t("error.forbidden"));
  if (status instanceof Error) {
    return h("p", { class: "legend-status legend-failed", role: "alert" }, icon("warn"), t("legend.failed"),
      h("button", { class: "link", type: "button", onclick: () => retry(name) }, t("tool.retry")));
  }
  const far = name === "cameras" ? "legend.farCameras" : "legend.far";
  const text = { zoom: t(far), loading: t("legend.loading"), empty: t("legend.empty"), many: t("legend.many") }[status];
  return text ? h("p", { class: "legend-status" }, text) : null;
}

function bodyOf(name) {
  if (!state.layers.has(name)) return null;
  const bordersOnly = ["basemap", "counties", "towns", "communities", "names", "incidents"].includes(name);
  const theme = name === "grids" || name === "heat" ? themeLegend(name, DARK) : null;
  const keys = bordersOnly ? [] : symbolKeys(name, DARK);
  return [theme ?? [], keys.length > 0 && h("ul", { class: "keys" }, keys), statusLine(name)];
}

/** Beside the name of a layer that is drawn with one line or dot: that line or dot. */
function lead(name) {
  const swatches = {
    counties: () => plain(DARK.county, "swatch-line"),
    towns: () => plain(DARK.town, "swatch-line swatch-thin"),
    communities: () => plain(DARK.community, "swatch-line swatch-dashed"),
    incidents: () => plain(DARK.incident, "swatch-dot"),
  };
  return swatches[name]?.() ?? null;
}

function row(name) {
  const toggle = h("input", { type: "checkbox", role: "switch", id: `layer-${name}`, onchange: (event) => toggleLayer(name, event.target.checked) });
  toggle.checked = state.layers.has(name);
  return h("div", { class: "layer", "data-layer": name },
    h("label", { class: "layer-switch" }, toggle, h("span", { class: "layer-name" }, layerName(name)), lead(name)),
    h("div", { class: "layer-body" }, bodyOf(name)));
}

function draw() {
  const focused = document.activeElement?.id;
  fill(byId("layers"), GROUPS.map(([title, names]) => h("fieldset", {}, h("legend", {}, t(title)), names.filter(layerExists).map(row))));
  if (focused?.startsWith("layer-")) byId(focused)?.focus();
}

function redrawRow(name) {
  const shown = name === "worst" ? "gaps" : name;
  const body = byId("layers").querySelector(`[data-layer="${shown}"] .layer-body`);
  if (body) fill(body, bodyOf(shown));
}

/** Draw the switches and keep them true. */
export function startLegend() {
  draw();
  watch(["layers", "lang"], draw);
  onProgress(redrawRow);
  const opener = byId("layers-open");
  opener.addEventListener("click", () => {
    const open = byId("layers").classList.toggle("is-open");
    opener.setAttribute("aria-expanded", String(open));
  });
}

export { draw as redrawLegend };
