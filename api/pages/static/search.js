// The search: areas are known to the page, grids and addresses are asked for. Slash focuses, arrows move, Enter goes,
// Escape leaves. Two numbers are offered as a coordinate.

import { get, isAbandoned } from "./api.js";
import { levelName, problemText } from "./blocks.js";
import { areasLike, pathOf } from "./division.js";
import { byId, debounced, fill, h, icon } from "./dom.js";
import * as format from "./format.js";
import { language, t } from "./i18n.js";
import { openArea, openGrid, openPoint } from "./selection.js";

const GRIDS = 8;
const AREAS = 3;
const ADDRESSES = 5;
/** Shorter texts name no address. */
const LEAST_ADDRESS = 4;

let control = new AbortController();
let options = [];
let active = -1;
/** Whether the list answers what stands in the field. */
let answered = false;
/** Whether the reader wants to go to the first row as soon as there is one. */
let eager = false;

const input = () => byId("search-input");
const box = () => byId("search-list");

/** The text with what was searched for marked. */
function marked(text, wanted) {
  const at = text.toLowerCase().indexOf(wanted.toLowerCase());
  if (at < 0) return text;
  return [text.slice(0, at), h("mark", {}, text.slice(at, at + wanted.length)), text.slice(at + wanted.length)];
}

function pathText(areaId) {
  return pathOf(areaId).slice(1).map((node) => node.name).join(" / ");
}

function option(go, ...content) {
  const element = h("div", {
    class: "option", role: "option", id: `option-${options.length}`, "aria-selected": "false",
    onmousedown: (event) => event.preventDefault(), onclick: () => choose(go),
  }, content);
  options.push({ element, go });
  return element;
}

function choose(go) {
  close();
  input().blur();
  go();
}

function setActive(index) {
  options[active]?.element.setAttribute("aria-selected", "false");
  active = options.length ? (index + options.length) % options.length : -1;
  const element = options[active]?.element;
  element?.setAttribute("aria-selected", "true");
  element?.scrollIntoView({ block: "nearest" });
  if (element) input().setAttribute("aria-activedescendant", element.id);
  else input().removeAttribute("aria-activedescendant");
}

function open(...content) {
  fill(box(), content);
  box().hidden = false;
  input().setAttribute("aria-expanded", "true");
}

/** Close the list; what was typed stays. */
function close() {
  control.abort();
  eager = false;
  box().hidden = true;
  options = [];
  active = -1;
  input().setAttribute("aria-expanded", "false");
  input().removeAttribute("aria-activedescendant");
}

/** "113.08, 22.58" as a place, or null. */
function pointIn(text) {
  const found = text.match(/^\s*(-?\d{1,3}\.\d+)\s*[,，\s]\s*(-?\d{1,3}\.\d+)\s*$/);
  if (!found) return null;
  const [lon, lat] = [Number(found[1]), Number(found[2])];
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat, crs: "EPSG:4326", accuracy_m: 0 } : null;
}

function areaOptions(text) {
  const rows = areasLike(text, AREAS);
  if (!rows.length) return [];
  return [h("div", { class: "options-head" }, t("search.areas")), rows.map((row) => option(
    () => openArea(row.id),
    h("span", { class: "option-name" }, h("span", {}, marked(row.name, text)), h("small", {}, levelName(row.level))),
    h("span", { class: "option-path" }, pathText(row.parent_id) || row.code)))];
}

function gridOptions(rows, text) {
  if (!rows.length) return [];
  return [h("div", { class: "options-head" }, t("search.grids")), rows.map((row) => option(
    () => openGrid(row.id),
    h("span", { class: "option-name" }, h("span", {}, marked(row.name, text)), h("span", { class: "code" }, marked(row.code, text))),
    h("span", { class: "option-path" }, pathText(row.area_id) || row.area_name)))];
}

/** Why a candidate fits, in the reader's language. */
function reasonsText({ reasons = [] }) {
  return reasons.map((reason) => reason[language()]).join(language() === "zh" ? "；" : "; ");
}

/** The candidates of an address with why they fit, and the question when none stands clear. */
function addressOptions(answer) {
  const rows = (answer?.candidates ?? []).slice(0, ADDRESSES);
  if (!rows.length) return [];
  return [h("div", { class: "options-head" }, t("search.addresses")),
    !answer.certain && answer.question && h("p", { class: "options-note" }, t("search.uncertain"), answer.question),
    rows.map((row) => option(
      () => openPoint({ ...row.point, crs: "EPSG:4326", accuracy_m: row.uncertainty_m ?? 0 }, { fly: true }),
      h("span", { class: "option-name" }, h("span", {}, row.address), h("small", {}, format.percent(row.score, 0))),
      h("span", { class: "option-path" }, [row.grid?.name, reasonsText(row)].filter(Boolean).join(" · "))))];
}

/** What the gazetteer says to a text that could be an address: its answer, or why there is none. */
async function addressesLike(text, signal) {
  if (text.length < LEAST_ADDRESS) return {};
  return get("/lookup", { address: text }, signal).then((answer) => ({ answer }), (error) => {
    if (isAbandoned(error)) throw error;
    return { error };
  });
}

/** Why addresses could not be looked up: the reader must not take it for "there is none". */
function addressFailure({ error }) {
  if (!error) return null;
  const { title, said } = problemText(error);
  return h("p", { class: "options-note options-failed", role: "alert" }, icon("warn"), t("search.addressFailed"), [title, said].filter(Boolean).join(": "));
}

async function search() {
  const text = input().value.trim();
  control.abort();
  control = new AbortController();
  options = [];
  active = -1;
  if (!text || document.activeElement !== input()) return close();
  const point = pointIn(text);
  if (point) {
    open(option(() => openPoint(point, { fly: true }), h("span", { class: "option-name" }, icon("target"), t("search.point", { point: format.coordinate(point.lon, point.lat) }))));
    return settle();
  }
  open(areaOptions(text), h("p", { class: "options-note" }, t("search.busy")));
  try {
    const [answer, lookup] = await Promise.all([get("/grids", { q: text, limit: GRIDS }, control.signal), addressesLike(text, control.signal)]);
    const more = answer.numberMatched - answer.items.length;
    options = [];
    const found = [areaOptions(text), gridOptions(answer.items, text), addressOptions(lookup.answer)];
    open(found,
      more > 0 && h("p", { class: "options-note" }, t("search.more", { n: format.number(more) })),
      addressFailure(lookup),
      !lookup.error && !found.flat().length && h("p", { class: "options-note" }, t("search.none", { text })));
    return settle();
  } catch (error) {
    if (isAbandoned(error)) return undefined;
    const { title, said } = problemText(error);
    options = [];
    return open(areaOptions(text), h("p", { class: "options-note options-failed", role: "alert" }, icon("warn"), title, said && `: ${said}`));
  }
}

/** Go where the marked row leads; whoever is faster than the answer goes to the first row when it comes. */
function enter() {
  eager = !answered;
  if (answered && options[active]) choose(options[active].go);
}

/** The list is an answer to the field now: mark its first row, or go there when the reader asked to. */
function settle() {
  answered = true;
  setActive(0);
  if (eager && options[active]) choose(options[active].go);
}

function onKey(event) {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves && options.length) setActive(active + moves[event.key]);
  else if (event.key === "Enter") enter();
  else if (event.key === "Escape") {
    if (box().hidden) input().value = "";
    close();
    input().blur();
  } else return;
  event.preventDefault();
}

const typing = (target) => target.matches("input, select, textarea, [contenteditable]");

/** Listen to the field and to the slash key. */
export function startSearch() {
  const soon = debounced(search, 140);
  input().addEventListener("input", () => {
    answered = eager = false;
    soon();
  });
  input().addEventListener("keydown", onKey);
  input().addEventListener("focus", () => input().value.trim() && search());
  input().addEventListener("blur", close);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    event.preventDefault();
    input().focus();
    input().select();
  });
}
