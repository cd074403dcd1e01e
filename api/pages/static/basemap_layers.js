// The city's own basemap: water and ground below the grids, roads and railways thin above their colours. Quiet on
// purpose: one has to find one's way by it and to look through it.

import { FONT } from "./lettering.js";

export const BASEMAP_IDS = [
  "base-built", "base-green", "base-water", "base-stream", "base-river", "base-rail",
  "base-lane", "base-street", "base-road", "base-trunk", "base-motorway", "base-road-name", "base-water-name",
];

/** The tiles; `origin` because tiles are fetched by a worker, which needs a whole address. */
export const basemapSource = (origin) => ({
  type: "vector", tiles: [`${origin}/api/v1/basemap/{z}/{x}/{y}.mvt`], minzoom: 0, maxzoom: 14,
});

/** Farther out, what is finer than half a pixel only costs time to draw. */
export const FINE_ZOOM = 9.6;
/** Farther out, the ground that shows through a grid without incidents looks like a class of its own. */
const GROUND_ZOOM = 11;

const of = (...kinds) => ["in", ["get", "class"], ["literal", kinds]];
const round = { "line-join": "round", "line-cap": "round" };
const layer = (id, type, filter, paint, more = {}) => ({
  id: `base-${id}`, type, source: "basemap", "source-layer": "basemap", filter, paint, ...more,
});

/** A line's width: at least so many px at three zooms, and from near its width on the ground. */
function width(far, middle, near, { latitude, usual_m }) {
  const pxPerM = (zoom) => 2 ** zoom / (78_271.517 * Math.cos((latitude * Math.PI) / 180));
  const ground = (zoom) => ["*", ["coalesce", ["get", "width_m"], usual_m], pxPerM(zoom)];
  return ["interpolate", ["exponential", 1.6], ["zoom"], 8, far, 12, middle, 15, ["max", near, ground(15)], 20, ["max", near, ground(20)]];
}

/** Below the grids' colours. The sea is left as dark as all that is not the city: it ends where the data ends, in a straight line. */
export function groundLayers(theme) {
  return [
    layer("built", "fill", of("built_up"), { "fill-color": theme.built }, { minzoom: GROUND_ZOOM }),
    layer("green", "fill", of("green"), { "fill-color": theme.green }, { minzoom: GROUND_ZOOM }),
  ];
}

/** Above the grids' colours, below borders and names. */
export function roadLayers(theme, { latitude = 30 }) {
  const line = (id, kinds, colour, [far, middle, near], usual_m, more = {}) => layer(id, "line",
    ["all", of(...kinds), ["==", ["geometry-type"], "LineString"]],
    { "line-color": colour, "line-width": width(far, middle, near, { latitude, usual_m }), ...more.paint }, { layout: round, ...more.rest });
  return [
    layer("water", "fill", ["all", of("water", "river"), ["==", ["geometry-type"], "Polygon"]], { "fill-color": theme.water }),
    line("stream", ["stream"], theme.water, [0.2, 0.6, 1], 5, { rest: { minzoom: FINE_ZOOM } }),
    line("river", ["river"], theme.water, [0.9, 1.8, 2], 30),
    line("lane", ["lane"], theme.lane, [0, 0.2, 0.7], 4, { rest: { minzoom: 13.5 } }),
    line("street", ["street"], theme.street, [0, 0.4, 1], 8, { rest: { minzoom: 12 } }),
    line("road", ["road"], theme.road, [0.2, 0.7, 1.4], 12, { rest: { minzoom: FINE_ZOOM } }),
    line("rail", ["railway"], theme.rail, [0.4, 0.9, 1.2], 3, { rest: { minzoom: FINE_ZOOM } }),
    line("trunk", ["trunk"], theme.trunk, [0.7, 1.3, 2], 22),
    line("motorway", ["motorway"], theme.motorway, [0.9, 1.8, 2.4], 28),
  ];
}

/** Names along roads and rivers, under the names of the division. */
export function wayNames(theme, { scale }) {
  const along = (id, filter, colour, minzoom) => layer(id, "symbol", ["all", filter, ["has", "name"]], {
    "text-color": colour, "text-halo-color": theme.halo, "text-halo-width": 1.2,
  }, {
    minzoom,
    layout: {
      "symbol-placement": "line", "symbol-spacing": 420, "text-field": ["get", "name"], "text-font": FONT,
      "text-size": 10.5 * scale, "text-letter-spacing": 0.08, "text-max-angle": 32, "text-padding": 12,
    },
  });
  return [
    along("road-name", of("motorway", "trunk", "road", "street"), theme.wayName, 13.2),
    along("water-name", of("river", "stream", "water"), theme.waterName, 11.5),
  ];
}
