// The answer to "which grid, and who?" for a point, as the head of the grid's panel, or as a panel of its own
// when the point lies outside.

import { pairs, section, tag, warning } from "./blocks.js";
import { h, icon } from "./dom.js";
import * as format from "./format.js";
import { personRow } from "./grid_panel.js";
import { t, word } from "./i18n.js";
import { copyPoint } from "./links.js";
import { openGrid } from "./selection.js";
import { service } from "./service.js";

function pointRow(point, typed) {
  const text = format.coordinate(point.lon, point.lat);
  const other = typed && typed.crs !== "EPSG:4326";
  return h("div", { class: "point" },
    h("span", { class: "point-text" }, h("b", {}, text), h("small", {}, "WGS 84 · lon, lat")),
    h("button", { class: "plain", type: "button", title: t("lookup.copyPoint"), "aria-label": t("lookup.copyPoint"), onclick: () => copyPoint(text) }, icon("copy")),
    other && h("small", { class: "point-typed" }, `${typed.crs}  ${format.coordinate(typed.lon, typed.lat)}`));
}

/** Doubts about the coordinate system: a text, or an object with its message. */
function warnings(answer) {
  return (answer.warnings ?? []).map((doubt) => warning(t("lookup.warning"), typeof doubt === "string" ? doubt : doubt.message));
}

function cameraBlock(camera) {
  if (!camera) return null;
  const turning = camera.direction_known ? t("camera.direction.all") : t("camera.direction.unknown");
  const way = format.bearing(camera.azimuth_deg) ?? turning;
  return section(`${t("lookup.camera")} · ${camera.name ?? camera.gb_id ?? ""}`, {}, pairs([
    [t("camera.status"), word(`camera.status.${camera.status}`, camera.status)],
    [t("camera.kind"), word(`camera.kind.${camera.kind}`, camera.kind)],
    [t("camera.direction"), way],
    [t("camera.range"), format.distance(camera.range_m)],
  ]), camera.gb_id && h("p", { class: "none" }, `${t("camera.gb")} `, h("span", { class: "code" }, camera.gb_id)));
}

function doubt(answer, accuracy_m) {
  const runnerUp = answer.runner_up?.name;
  if (answer.on_border) {
    return warning(t("lookup.ambiguous"), runnerUp ? t("lookup.onBorderWhy", { runnerUp }) : t("lookup.onBorderEdge"));
  }
  if (!answer.ambiguous) return null;
  return warning(t("lookup.ambiguous"), t("lookup.ambiguousWhy", {
    accuracy: format.distance(accuracy_m), distance: format.distance(answer.distance_to_border_m), runnerUp: runnerUp ?? t("lookup.beyond"),
  }));
}

function validity(answer) {
  if (!answer.valid_until) return null;
  return h("p", { class: "none" }, t("lookup.validUntil", { day: format.day(answer.valid_until, service.city?.time_zone) }));
}

/** The lookup of a point inside the city. */
export function lookupSection(answer, pin, camera) {
  const other = answer.runner_up
    ? h("button", { class: "link", type: "button", onclick: () => openGrid(answer.runner_up.id) }, answer.runner_up.name)
    : t("lookup.beyond");
  return h("section", { class: "lookup", id: "lookup" },
    h("h3", {}, t("lookup.title")),
    pointRow(answer.point, pin.typed),
    doubt(answer, pin.accuracy_m), warnings(answer),
    pairs([
      [t("lookup.border"), answer.on_border ? t("lookup.onBorder") : format.distance(answer.distance_to_border_m)],
      [t("lookup.runnerUp"), other],
    ]),
    validity(answer), cameraBlock(camera));
}

/** The panel for a point outside every grid: the nearest one and who answers all the same. */
export function outsidePanel(answer, pin) {
  const { nearest } = answer;
  return h("section", { class: "lookup lookup-outside", id: "lookup" },
    h("h3", {}, t("lookup.title")),
    pointRow(answer.point, pin.typed),
    warnings(answer),
    warning(t("lookup.outside"), t("lookup.outsideWhy")),
    nearest && h("button", { class: "nearest", type: "button", onclick: () => openGrid(nearest.grid.id) },
      h("span", {}, h("b", {}, nearest.grid.name),
        h("small", {}, (nearest.grid.path ?? []).map((node) => node.name).join(" / ") || nearest.grid.code)),
      tag(t("lookup.away", { distance: format.distance(nearest.distance_m) }))),
    (answer.duty ?? []).length > 0 && [h("h4", {}, t("lookup.fallback")), h("ul", { class: "people" }, answer.duty.map(personRow))]);
}
