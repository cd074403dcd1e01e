// The panel of an area, the whole city's first of all: what it holds, the five figures, which parts are
// busiest, where cameras are missing.

import { get, isAbandoned } from "./api.js";
import { barRow, failure, levelName, list, none, pairs, section, skeleton, tag } from "./blocks.js";
import { coverageBlock } from "./coverage_block.js";
import { childrenBlock } from "./children_block.js";
import { childrenOf, gridsUnder, pathOf, rootArea } from "./division.js";
import { fill, h } from "./dom.js";
import { figuresBlock } from "./figures.js";
import { firstPicture } from "./first_picture.js";
import * as format from "./format.js";
import { approvalOf, areaName, sourcesOf } from "./frame.js";
import { t } from "./i18n.js";
import { incidentBlock } from "./incident_block.js";
import { allUnknown } from "./palette.js";
import { crumbs, openArea, openGrid } from "./selection.js";
import { service } from "./service.js";

const SHORT = 6;
const LONG = 40;

function head(node, path) {
  const simulated = node.simulated || (node.id === rootArea().id && service.city?.simulated);
  return h("header", { class: "panel-head" },
    path.length > 1 && crumbs(path),
    h("h2", {}, areaName(node)),
    h("p", { class: "panel-sub" },
      h("span", {}, levelName(node.level)), h("span", { class: "code" }, node.code),
      simulated && tag(t("tag.simulated"), "simulated")));
}

function totals(node) {
  const city = node.id === rootArea().id ? service.city?.counts : null;
  return pairs([
    [t("area.grids"), format.number(node.grids)],
    [t("area.openShort"), format.number(city ? city.open_incidents : node.open_incidents)],
    [t("area.cameras"), format.number(node.cameras)],
    city ? [t("area.workers"), format.number(city.workers)] : [t("area.area"), format.area(node.area_m2)],
  ]);
}

function gridRow(row, most, rank) {
  return barRow({
    name: row.short ?? row.name, small: pathOf(row.area_id).slice(-2).map((above) => above.name).join(" "), rank, share: row.open_incidents / most,
    value: format.number(row.open_incidents), onclick: () => openGrid(row.id),
  });
}

/** The grids with the most open incidents of an area that has areas below. */
function busiestBlock(node) {
  if (!childrenOf(node.id).length) return null;
  const rows = gridsUnder(node.id);
  if (allUnknown(rows.map((row) => row.open_incidents))) return section(t("area.busiest"), {}, none(t("area.hidden")));
  const sorted = rows.filter((row) => row.open_incidents > 0)
    .sort((a, b) => b.open_incidents - a.open_incidents || a.code.localeCompare(b.code)).slice(0, LONG);
  const most = Math.max(sorted[0]?.open_incidents ?? 0, 1);
  return section(t("area.busiest"), {},
    sorted.length ? list(sorted.map((row, k) => gridRow(row, most, k + 1)), SHORT) : none(t("area.quiet")));
}

function gapRows(rows) {
  const most = Math.max(...rows.map((row) => row.incidents), 1);
  return list(rows.map((row, k) => barRow({
    name: row.name,
    small: t("hint.share", { share: format.percent(row.share, 0), area: format.area(row.area_m2) }),
    rank: k + 1,
    share: row.incidents / most,
    value: format.number(row.incidents),
    tone: "gap",
    onclick: () => openGrid(row.grid_id),
  })), SHORT);
}

/** Coverage of the area, then its worst blind spots; how to load cameras while there are none. */
function watchedBlocks(node, signal) {
  if (node.cameras === 0) {
    const command = h("code", { class: "command" }, "gezhi load cameras FILE --crs EPSG:4326 --commit");
    return section(t("area.coverage"), {}, none(t("area.noCameras")), h("p", { class: "none" }, t("area.noCamerasHow"), command));
  }
  const body = h("div", {}, skeleton(5));
  const load = async () => {
    try {
      await firstPicture;
      const [coverage, gaps] = await Promise.all([
        get("/coverage/cameras", { area_id: node.id, limit: 1 }, signal),
        get("/coverage/gaps", { area_id: node.id, limit: 12 }, signal),
      ]);
      fill(body, coverageBlock(t("area.coverage"), coverage.total),
        section(t("area.worst"), {}, gaps.items.length ? gapRows(gaps.items) : none(t("area.worstNone"))));
    } catch (error) {
      if (!isAbandoned(error)) fill(body, section(t("area.coverage"), {}, failure(error, load)));
    }
  };
  load();
  return body;
}

/** How incidents are handled; how to load some while the city has none. */
function incidents(node, redraw) {
  if (node.incidents === null) return section(t("cases.title"), {}, none(t("area.hidden")));
  if (rootArea().incidents > 0) return incidentBlock({ area_id: node.id }, redraw);
  const command = h("code", { class: "command" }, "gezhi load incidents FILE --crs EPSG:4326 --commit");
  return section(t("cases.title"), {}, none(t("cases.noIncidents")), h("p", { class: "none" }, t("area.noCamerasHow"), command));
}

/** Where the city's data comes from, in full. */
function sourcesBlock(node) {
  if (node.id !== rootArea().id || !service.city) return null;
  const { sources } = service.city;
  return section(t("area.sources"), {},
    h("ul", { class: "sources-list" }, h("li", {}, approvalOf(service.city)), sources.map((source) => h("li", {}, sourcesOf({ sources: [source] })))));
}

/** The panel of an area with its path from the city down. */
export function areaPanel(node, path, signal, redraw) {
  return [
    head(node, path), totals(node), incidents(node, redraw), figuresBlock(node, signal), childrenBlock(node, signal),
    busiestBlock(node), watchedBlocks(node, signal), sourcesBlock(node),
  ];
}
