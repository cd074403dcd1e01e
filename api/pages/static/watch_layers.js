// The style of what watches and what is watched: fields of view, blind spots, cameras, incidents. They appear
// only from a zoom on at which one can tell them apart.

import { BOLD } from "./lettering.js";

export const CAMERA_ZOOM = 12.5;
export const VIEW_ZOOM = 14;
export const GAP_ZOOM = 12;
export const INCIDENT_ZOOM = 13;

const at = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
const live = ["!=", ["get", "status"], "dead"];
const sure = ["==", ["get", "certain"], true];

function viewLayers(theme) {
  return [
    {
      id: "view-dead", type: "fill", source: "views", minzoom: VIEW_ZOOM, filter: ["!", live],
      paint: { "fill-pattern": "hatch-dead", "fill-opacity": 0.45 },
    },
    {
      id: "view-unsure", type: "fill", source: "views", minzoom: VIEW_ZOOM, filter: ["all", live, ["!", sure]],
      paint: { "fill-pattern": "hatch-unsure", "fill-opacity": 0.6 },
    },
    {
      id: "view-sure", type: "fill", source: "views", minzoom: VIEW_ZOOM, filter: ["all", live, sure],
      paint: { "fill-color": theme.camera, "fill-opacity": 0.34 },
    },
    {
      id: "view-line", type: "line", source: "views", minzoom: VIEW_ZOOM,
      paint: { "line-color": ["case", live, theme.camera, theme.dead], "line-width": 0.9, "line-opacity": ["case", sure, 0.9, 0.55] },
    },
  ];
}

/** Areas: drawn below the names. */
export function watchLayers(theme, { scale }) {
  return [
    {
      id: "gap-fill", type: "fill", source: "gaps", minzoom: GAP_ZOOM,
      paint: { "fill-pattern": "hatch-gap", "fill-opacity": at(GAP_ZOOM, 0.3, 15, 0.42) },
    },
    {
      id: "gap-line", type: "line", source: "gaps", minzoom: GAP_ZOOM + 1,
      paint: { "line-color": theme.gap, "line-width": 0.8, "line-opacity": 0.4 },
    },
    ...viewLayers(theme),
    {
      id: "incident", type: "circle", source: "incidents", minzoom: INCIDENT_ZOOM,
      paint: {
        "circle-radius": at(13, 1.8 * scale, 16, 4 * scale), "circle-color": theme.incident,
        "circle-stroke-color": theme.casing, "circle-stroke-width": 1,
      },
    },
  ];
}

/** Cameras as symbols, below the names. */
export function cameraLayers(theme, { scale }) {
  const turning = ["all", ["get", "direction_known"], ["==", ["get", "azimuth_deg"], null]];
  const shape = ["case", ["any", ["==", ["get", "kind"], "dome"], turning], "dome", ["get", "direction_known"], "aimed", "unaimed"];
  return [
    {
      id: "camera", type: "symbol", source: "cameras", minzoom: CAMERA_ZOOM,
      layout: {
        "icon-image": ["concat", "camera-", shape, ["case", live, "-live", "-dead"]],
        "icon-rotate": ["coalesce", ["get", "azimuth_deg"], 0],
        "icon-rotation-alignment": "map",
        "icon-size": at(CAMERA_ZOOM, 0.42 * scale, 14, 0.7 * scale, 16, scale),
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "symbol-sort-key": ["case", live, 1, 0],
      },
      paint: { "icon-opacity": ["case", ["==", ["get", "status"], "unknown"], 0.5, 1] },
    },
  ];
}

/** The ranks of the worst blind spots, above the names. */
export function rankLayers(theme, { scale }) {
  return [
    {
      id: "worst", type: "symbol", source: "worst", maxzoom: GAP_ZOOM + 1,
      layout: {
        "icon-image": "rank", "icon-size": 0.85 * scale, "text-field": ["to-string", ["get", "rank"]], "text-font": BOLD,
        "text-size": 10.5 * scale, "symbol-sort-key": ["get", "rank"], "text-padding": 0, "icon-padding": 0,
      },
      paint: { "text-color": theme.gap },
    },
  ];
}
