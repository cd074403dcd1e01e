// Places everybody knows, fenced neighbourhoods, and the ground that is inspected more often. Near zooms only.

import { FONT } from "./lettering.js";

export const SITE_ZOOM = 13;
export const GATE_ZOOM = 15;
export const KEY_AREA_ZOOM = 11.5;

/** A sign for each kind of site; what a city adds in words of its own gets a dot. */
export const SITE_SIGNS = {
  school: "校", kindergarten: "幼", hospital: "医", market: "市", station: "站", park: "园", hotel: "宿", neighbourhood: "区", other: "·",
};

const NAME_ZOOM = 15;
const at = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
const KINDS = Object.keys(SITE_SIGNS).filter((kind) => kind !== "other");

function name(theme, id, source, minzoom, colour, { scale }, offset) {
  return {
    id, type: "symbol", source, minzoom,
    layout: {
      "text-field": ["get", "name"], "text-font": FONT, "text-size": 10.5 * scale, "text-max-width": 9, "text-padding": 4,
      "text-variable-anchor": offset ? ["left", "right", "top", "bottom"] : ["center"], "text-radial-offset": offset,
      "text-justify": "auto", "text-optional": true,
    },
    paint: { "text-color": colour, "text-halo-color": theme.halo, "text-halo-width": 1.4 },
  };
}

/** Sites: the ground of those that are fenced in, a plate with a sign beside its name from near, and the gates. */
export function siteLayers(theme, options) {
  const known = ["in", ["get", "kind"], ["literal", KINDS]];
  const named = name(theme, "site", "sites", SITE_ZOOM, theme.site, options, 1.3);
  return [
    {
      id: "site-ground", type: "fill", source: "sites", minzoom: SITE_ZOOM, filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": theme.site, "fill-opacity": 0.1 },
    },
    {
      id: "site-line", type: "line", source: "sites", minzoom: SITE_ZOOM, filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "line-color": theme.site, "line-width": 1, "line-opacity": 0.55 },
    },
    {
      id: "site", type: "symbol", source: "sites", minzoom: SITE_ZOOM,
      layout: {
        ...named.layout,
        "text-field": ["step", ["zoom"], "", NAME_ZOOM, ["get", "name"]],
        "icon-image": ["case", known, ["concat", "site-", ["get", "kind"]], "site-other"],
        "icon-size": at(SITE_ZOOM, 0.62 * options.scale, 16, options.scale), "icon-padding": 1,
      },
      paint: named.paint,
    },
    {
      id: "gate", type: "symbol", source: "gates", minzoom: GATE_ZOOM,
      layout: {
        "icon-image": ["case", ["==", ["get", "state"], "closed"], "gate-closed", "gate"], "icon-size": at(GATE_ZOOM, 0.7 * options.scale, 17, options.scale),
        "icon-allow-overlap": true, "icon-ignore-placement": true,
      },
    },
  ];
}

/** Key areas: a tint and a dotted line, with the name from near. */
export function keyAreaLayers(theme, options) {
  return [
    {
      id: "key-area-fill", type: "fill", source: "key-areas", minzoom: KEY_AREA_ZOOM,
      paint: { "fill-color": theme.keyArea, "fill-opacity": 0.12 },
    },
    {
      id: "key-area-line", type: "line", source: "key-areas", minzoom: KEY_AREA_ZOOM,
      paint: { "line-color": theme.keyArea, "line-width": at(KEY_AREA_ZOOM, 0.8, 15, 1.6), "line-dasharray": [1.5, 1.5], "line-opacity": 0.85 },
    },
    name(theme, "key-area-name", "key-areas", 14, theme.keyArea, options, 0),
  ];
}
