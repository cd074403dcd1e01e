// The panel of an area, the whole city's first of all: what it holds, the five figures, which parts are
// busiest, where cameras are missing.

import { get, isAbandoned } from "./api.js";
import { barRow, failure, levelName, list, none, pairs, section, skeleton, tag } from "./blocks.js";
import { coverageBlock } from "./coverage_block.js";
import { childrenOf, gridsUnder, rootArea } from "./division.js";
import { fill, h } from "./dom.js";
import { figuresBlock } from "./figures.js";
import * as format from "./format.js";
import { approvalOf, areaName, sourcesOf } from "./frame.js";
import { t, word } from "./i18n.js";
import { allUnknown } from "./palette.js";
import { crumbs, openArea, openGrid } from "./selection.js";
import { service } from "./service.js";

const SHORT = 6;
const LONG = 40;

function head(node, path) {
  const simulated = node.simulated || (node.id === rootArea().id && service.city?.simulated);
  return h("header", { class: "panel-head" },
    path.length > 1 && crumbs(path.slice(0, -1)),
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

function childrenBlock(node) {
  const below = childrenOf(node.id);
  if (!below.length) return null;
  const most = Math.max(...below.map((row) => row.open_incidents), 1);
  const rows = below.map((row) => barRow({
    name: row.name,
    small: t("legend.gridCount", { n: format.number(row.grids) }),
    share: row.open_incidents / most,
    value: format.number(row.open_incidents),
    onclick: () => openArea(row.id),
  }));
  const levels = new Set(below.map((row) => row.level));
  const title = levels.size === 1 ? word(`area.children.${below[0].level}`, t("area.children")) : t("area.children");
  return section(title, {}, list(rows, 12));
}

function gridRow(row, most, rank) {
  return barRow({
    name: row.name, small: row.area_name, rank, share: row.open_incidents / most,
    value: format.number(row.open_incidents), onclick: () => openGrid(row.id),
  });
}

function gridsBlock(node) {
  const rows = gridsUnder(node.id);
  const leaf = !childrenOf(node.id).length;
  const sorted = [...rows].sort((a, b) => b.open_incidents - a.open_incidents || a.code.localeCompare(b.code));
  const shown = leaf ? sorted : sorted.filter((row) => row.open_incidents > 0).slice(0, LONG);
  const most = Math.max(sorted[0]?.open_incidents ?? 0, 1);
  const nothing = allUnknown(rows.map((row) => row.open_incidents)) ? "area.hidden" : "area.quiet";
  return section(t(leaf ? "area.gridsHere" : "area.busiest"), {},
    shown.length ? list(shown.map((row, k) => gridRow(row, most, leaf ? null : k + 1)), leaf ? LONG : SHORT) : none(t(nothing)));
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

/** Where the city's data comes from, in full. */
function sourcesBlock(node) {
  if (node.id !== rootArea().id || !service.city) return null;
  const { sources } = service.city;
  return section(t("area.sources"), {},
    h("ul", { class: "sources-list" }, h("li", {}, approvalOf(service.city)), sources.map((source) => h("li", {}, sourcesOf({ sources: [source] })))));
}

/** The panel of an area with its path from the city down. */
export function areaPanel(node, path, signal) {
  return [head(node, path), totals(node), figuresBlock(node, signal), childrenBlock(node), gridsBlock(node), watchedBlocks(node, signal), sourcesBlock(node)];
}
