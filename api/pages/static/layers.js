// The style of the division: ground, grids, cells, borders and names. A style is built from a theme, the
// classes and what is shown; the screen and the printed sheet use the same function.

import { BASEMAP_IDS, basemapSource, FINE_ZOOM, groundLayers, roadLayers, wayNames } from "./basemap_layers.js";
import { BOLD, FONT } from "./lettering.js";
import { stepExpression } from "./palette.js";
import { keyAreaLayers, siteLayers } from "./site_layers.js";
import { cameraLayers, rankLayers, watchLayers } from "./watch_layers.js";

export const SOURCES = [
  "areas", "area-names", "grids", "grid-names", "cells", "views", "gaps", "worst", "incidents", "cameras", "sites", "gates", "key-areas",
  "veil", "focus", "hover", "selected", "runner-up", "pin",
];
const BY_ID = new Set(["areas", "grids"]);
const FIRST_SOURCES = ["areas", "area-names", "grids"];
/** What the first picture does without: fine lines that one sees only when one looks for them. */
const NOT_FIRST = ["grid-seam", "grid-touch", "county-casing"];

/** Which layers of the style belong to which switch. */
const LAYERS_OF = {
  grids: ["grid-fill"],
  heat: ["cell-fill", "cell-line"],
  cameras: ["camera"],
  views: ["view-sure", "view-unsure", "view-dead", "view-line"],
  gaps: ["gap-fill", "gap-line", "worst"],
  incidents: ["incident"],
  sites: ["site-ground", "site-line", "site", "gate"],
  keyAreas: ["key-area-fill", "key-area-line", "key-area-name"],
  basemap: BASEMAP_IDS,
  counties: ["county-casing", "county-line"],
  towns: ["town-line"],
  communities: ["community-line"],
  names: ["county-name", "town-name", "community-name", "grid-name"],
};

const at = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
const level = (depth) => ["==", ["get", "depth"], depth];

function ground(theme, options) {
  const { breaks } = options;
  return [
    { id: "ground", type: "background", paint: { "background-color": theme.ground } },
    { id: "land", type: "fill", source: "areas", filter: level(0), paint: { "fill-color": theme.land, "fill-antialias": false } },
    ...groundLayers(theme),
    {
      id: "grid-fill", type: "fill", source: "grids",
      paint: {
        "fill-color": stepExpression("open_incidents", breaks.grids, theme.grids, "rgba(0, 0, 0, 0)"),
        "fill-opacity": at(8, 0.92, 11, 0.8, 14, 0.58, 16, 0.42),
        "fill-antialias": false,
      },
    },
    {
      id: "cell-fill", type: "fill", source: "cells",
      paint: { "fill-color": stepExpression("per_km2", breaks.cells, theme.heat, theme.zero), "fill-opacity": 0.9 },
    },
    {
      id: "cell-line", type: "line", source: "cells",
      paint: { "line-color": theme.seam, "line-width": 0.6, "line-opacity": 0.7 },
    },
    ...roadLayers(theme, options),
    {
      id: "grid-seam", type: "line", source: "grids", minzoom: FINE_ZOOM,
      paint: { "line-color": theme.seam, "line-width": at(8, 0.15, 11, 0.5, 14, 1.6), "line-opacity": at(FINE_ZOOM, 0.3, 11, 0.75) },
    },
    {
      id: "grid-line", type: "line", source: "grids", minzoom: 10.5,
      paint: { "line-color": theme.grid, "line-width": at(12, 0.6, 15, 1), "line-opacity": at(10.5, 0, 12, 0.75) },
    },
    { id: "grid-hover", type: "line", source: "hover", paint: { "line-color": theme.selected, "line-width": 1.2, "line-opacity": 0.75 } },
    // clicks and hovering need a fill also where the colours are switched off
    { id: "grid-touch", type: "fill", source: "grids", paint: { "fill-color": theme.ground, "fill-opacity": 0 } },
  ];
}

function borders(theme) {
  const round = { "line-join": "round", "line-cap": "round" };
  return [
    {
      id: "community-line", type: "line", source: "areas", filter: level(3), minzoom: 10.5, layout: round,
      paint: { "line-color": theme.community, "line-width": at(11, 0.5, 14, 1.2), "line-dasharray": [3, 2], "line-opacity": 0.8 },
    },
    {
      id: "town-line", type: "line", source: "areas", filter: level(2), layout: round,
      paint: { "line-color": theme.town, "line-width": at(8, 0.45, 11, 1, 14, 1.7), "line-opacity": at(8, 0.5, 10.5, 0.85) },
    },
    {
      id: "county-casing", type: "line", source: "areas", filter: level(1), layout: round,
      paint: { "line-color": theme.casing, "line-width": at(8, 2.6, 12, 5), "line-opacity": 0.65 },
    },
    {
      id: "county-line", type: "line", source: "areas", filter: level(1), layout: round,
      paint: { "line-color": theme.county, "line-width": at(8, 0.9, 12, 1.8) },
    },
    {
      id: "city-line", type: "line", source: "areas", filter: level(0), layout: round,
      paint: { "line-color": theme.city, "line-width": at(8, 1.4, 12, 2.4) },
    },
  ];
}

function pointed(theme) {
  return [
    { id: "veil", type: "fill", source: "veil", paint: { "fill-color": theme.veil, "fill-antialias": false } },
    {
      id: "focus-line", type: "line", source: "focus", layout: { "line-join": "round" },
      paint: { "line-color": theme.city, "line-width": at(8, 1.6, 13, 2.6) },
    },
    {
      id: "runner-up", type: "line", source: "runner-up",
      paint: { "line-color": theme.incident, "line-width": 1.6, "line-dasharray": [2, 2] },
    },
    {
      id: "selected-casing", type: "line", source: "selected", layout: { "line-join": "round" },
      paint: { "line-color": theme.casing, "line-width": 6, "line-opacity": 0.85 },
    },
    {
      id: "selected-line", type: "line", source: "selected", layout: { "line-join": "round" },
      paint: { "line-color": theme.selected, "line-width": 2.4 },
    },
  ];
}

function pin(theme) {
  return [
    {
      id: "pin-halo", type: "circle", source: "pin",
      paint: { "circle-radius": 7.5, "circle-color": theme.casing, "circle-opacity": 0.7, "circle-stroke-color": theme.selected, "circle-stroke-width": 1.6 },
    },
    { id: "pin", type: "circle", source: "pin", paint: { "circle-radius": 2.8, "circle-color": theme.incident } },
  ];
}

function nameLayer(theme, { id, source, filter, minzoom, maxzoom = 24, font, size, scale, colour, field, padding = 3, width = 8 }) {
  return {
    id, type: "symbol", source, minzoom, maxzoom, ...(filter ? { filter } : {}),
    layout: {
      "text-field": field ?? ["get", "name"],
      "text-font": font,
      "text-size": at(...size.map((value, k) => (k % 2 ? value * scale : value))),
      "text-max-width": width,
      "text-line-height": 1.25,
      "text-padding": padding * scale,
      "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
      "text-radial-offset": 0.5,
      "symbol-sort-key": ["get", "rank"],
    },
    paint: { "text-color": colour, "text-halo-color": theme.halo, "text-halo-width": 1.6 * scale, "text-halo-blur": 0.2 },
  };
}

/** Names of areas; while cameras are shown from afar, their number stands below the name. */
function names(theme, { scale, cameras, cameraWord }) {
  const counted = [
    "format", ["get", "name"], {}, "\n", {},
    ["concat", cameraWord, " ", ["number-format", ["get", "cameras"], { locale: "en" }]],
    { "font-scale": 0.8, "text-color": theme.camera },
  ];
  const field = cameras ? counted : ["get", "name"];
  return [
    nameLayer(theme, {
      id: "grid-name", source: "grid-names", minzoom: 13.2, font: FONT, size: [13, 10, 16, 12.5], scale, colour: theme.minor, padding: 6, width: 14,
    }),
    nameLayer(theme, {
      id: "community-name", source: "area-names", filter: level(3), minzoom: 11.4, font: FONT, size: [11, 11, 14, 13, 17, 17], scale,
      colour: theme.minor,
    }),
    nameLayer(theme, {
      id: "town-name", source: "area-names", filter: level(2), minzoom: 9.2, maxzoom: 13.2, font: FONT, size: [9, 11, 13, 15], scale, colour: theme.label, field,
    }),
    nameLayer(theme, {
      id: "county-name", source: "area-names", filter: level(1), minzoom: 6, maxzoom: 11.6, font: BOLD, size: [8, 13.5, 11, 18], scale, colour: theme.label, field, padding: 6,
    }),
  ];
}

/** All layers for a theme, from the ground up, with `visibility` by the switches. */
export function layerSpecs(theme, options) {
  const specs = [
    ...ground(theme, options), ...borders(theme), ...keyAreaLayers(theme, options), ...watchLayers(theme, options),
    ...pointed(theme), ...wayNames(theme, options), ...cameraLayers(theme, options), ...siteLayers(theme, options),
    ...names(theme, options), ...rankLayers(theme, options), ...pin(theme),
  ];
  const hidden = Object.entries(LAYERS_OF).flatMap(([name, ids]) => (options.shown.has(name) ? [] : ids));
  return specs.map((spec) => ({
    ...spec, layout: { ...spec.layout, visibility: hidden.includes(spec.id) ? "none" : "visible" },
  }));
}

/** How the features of a source come to the map. Shapes are simplified for the screen already; 16 px beyond a tile are enough for lines. */
const geojson = (name, features) => ({
  type: "geojson", data: features, tolerance: 0.2, ...(BY_ID.has(name) ? { promoteId: "id", buffer: 16 } : {}),
});

/** What every style of ours has. */
const style = (sources, layers) => ({ version: 8, sources, layers, transition: { duration: 200, delay: 0 } });

/** A whole style. `data` gives the GeoJSON of each source; no glyphs address: letters are drawn locally. */
export function styleOf(theme, data, options) {
  const sources = Object.fromEntries(SOURCES.map((name) => [name, geojson(name, data[name])]));
  sources.basemap = basemapSource(location.origin);
  return style(sources, layerSpecs(theme, options));
}

/** The style of the first picture: the division alone. */
export function firstStyleOf(theme, data, options) {
  const sources = Object.fromEntries(FIRST_SOURCES.map((name) => [name, geojson(name, data[name])]));
  const first = ({ source, id }) => id === "ground" || (FIRST_SOURCES.includes(source) && !NOT_FIRST.includes(id));
  return style(sources, layerSpecs(theme, options).filter(first));
}
