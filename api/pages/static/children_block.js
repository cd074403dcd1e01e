// The areas or grids directly below, as a table that can be sorted: open incidents, closing rate, in-time rate,
// coverage; a bar below each number. A row leads there.

import { get, isAbandoned } from "./api.js";
import { section } from "./blocks.js";
import { childrenOf, gridsUnder } from "./division.js";
import { fill, h } from "./dom.js";
import { firstPicture } from "./first_picture.js";
import * as format from "./format.js";
import { t, word } from "./i18n.js";
import { incidentFigures } from "./incident_block.js";
import { openArea, openGrid } from "./selection.js";

const SHORT = 10;

/** Columns: `low` when a small value is what one looks for. */
const COLUMNS = [
  { key: "open", text: (value) => format.number(value), low: false },
  { key: "closing", text: (value) => format.percent(value), low: true },
  { key: "inTime", text: (value) => format.percent(value), low: true },
  { key: "covered", text: (value) => format.percent(value), low: true },
];
let sorted = "open";

const isKnown = (value) => value !== null && value !== undefined;

function inOrder(rows) {
  const { low } = COLUMNS.find(({ key }) => key === sorted);
  const rank = (row) => (isKnown(row[sorted]) ? row[sorted] * (low ? 1 : -1) : Infinity);
  return [...rows].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, "zh-CN"));
}

/** Rates reach from the lowest of the rows to 1, so that differences near 100 % can be seen; counts from 0. */
function scales(rows) {
  return Object.fromEntries(COLUMNS.map(({ key }) => {
    const values = rows.map((row) => row[key]).filter(isKnown);
    if (key === "open") return [key, [0, Math.max(...values, 1)]];
    if (key === "covered") return [key, [0, Math.max(...values, 0.0001)]];
    const least = Math.min(...values, 1);
    return [key, [Math.max(0, least - (1 - least) * 0.25), 1]];
  }));
}

function cell(row, { key, text }, [least, most]) {
  const value = row[key];
  const share = isKnown(value) ? (value - least) / (most - least || 1) : 0;
  return h("td", { class: `kid-${key}` }, text(value),
    h("span", { class: `bar bar-${key}`, style: { "--share": String(Math.max(0, Math.min(1, share))) } }));
}

function headCell({ key }, redraw) {
  const now = sorted === key;
  return h("th", { scope: "col", "aria-sort": now ? "descending" : "none" }, h("button", {
    type: "button", title: t("kids.sort", { name: t(`kids.${key}`) }), onclick: () => {
      sorted = key;
      redraw();
    },
  }, t(`kids.${key}`)));
}

function table(rows, all, redraw) {
  const ordered = inOrder(rows);
  const scale = scales(rows);
  const shown = all() ? ordered : ordered.slice(0, SHORT);
  return [
    h("table", { class: "kids" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("kids.name")), COLUMNS.map((column) => headCell(column, redraw)))),
      h("tbody", {}, shown.map((row) => h("tr", { onclick: row.go },
        h("th", { scope: "row" }, h("button", { type: "button", class: "kid-name", title: row.name }, row.short ?? row.name)),
        COLUMNS.map((column) => cell(row, column, scale[column.key])))))),
    ordered.length > SHORT && h("button", { class: "more", type: "button", onclick: () => redraw(!all()) },
      all() ? t("kids.fewer") : t("panel.all", { n: format.number(ordered.length) })),
  ];
}

function rowsOf(node) {
  const below = childrenOf(node.id);
  if (below.length) {
    return below.map((row) => ({ id: row.id, name: row.name, open: row.open_incidents, go: () => openArea(row.id) }));
  }
  return gridsUnder(node.id).map((row) => ({
    id: row.id, name: row.name, short: row.short, open: row.open_incidents, covered: row.share_covered, go: () => openGrid(row.id),
  }));
}

function title(node) {
  const below = childrenOf(node.id);
  if (!below.length) return t("area.gridsHere");
  return new Set(below.map((row) => row.level)).size === 1 ? word(`kids.${below[0].level}`, t("kids.below")) : t("kids.below");
}

/** Add the rates, and for areas the coverage, to rows that are shown already. */
async function complete(rows, node, signal) {
  const wanted = { area_id: node.id };
  const [figures, coverage] = await Promise.allSettled([
    incidentFigures(wanted), firstPicture.then(() => get("/coverage/cameras", { area_id: node.id, limit: 1 }, signal)),
  ]);
  const groups = new Map((figures.value?.groups ?? []).map((group) => [group.id, group]));
  const covered = new Map((coverage.value?.areas ?? []).map((row) => [row.id, row.share_covered]));
  for (const row of rows) {
    const group = groups.get(row.id);
    if (group) Object.assign(row, { closing: group.closing_rate, inTime: group.in_time_rate });
    if (covered.has(row.id)) row.covered = covered.get(row.id);
  }
  const failed = [figures, coverage].find(({ reason }) => reason && !isAbandoned(reason));
  return failed?.reason ?? null;
}

/** The block of what lies directly below an area; null when nothing does. */
export function childrenBlock(node, signal) {
  const rows = rowsOf(node);
  if (!rows.length) return null;
  let all = false;
  const body = h("div", {});
  const redraw = (wanted = all) => {
    all = wanted;
    fill(body, table(rows, () => all, redraw));
  };
  redraw();
  complete(rows, node, signal).then(() => !signal.aborted && redraw());
  return section(title(node), { note: t("kids.hint") }, body);
}
