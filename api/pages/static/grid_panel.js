// The panel of one grid: who is in charge, what is going on, how it is covered.

import { none, pairs, section, tag, warning } from "./blocks.js";
import { coverageBlock } from "./coverage_block.js";
import { grid as known, pathOf } from "./division.js";
import { h, icon } from "./dom.js";
import * as format from "./format.js";
import { language, t, word } from "./i18n.js";
import { incidentBlock } from "./incident_block.js";
import { crumbs } from "./selection.js";
import { copyLink } from "./links.js";
import { boxOf } from "./centres.js";
import { flyToBox } from "./map.js";

const TEAM_SHORT = 6;

/** A telephone number one can dial, or nothing. */
function phone(value) {
  if (!value) return null;
  return h("a", { class: "phone", href: `tel:${value.replace(/[^\d+]/g, "")}` }, icon("phone"), value);
}

/** The role in the reader's language; an own role keeps the name that the data gives. */
function roleName({ role, role_name, level }) {
  if (role === "duty_desk") return word(`desk.${level}`, role_name ?? t("duty.desk"));
  return language() === "zh" && role_name ? role_name : word(`duty.${role}`, role_name ?? role);
}

/** For whom somebody is there today. */
function standsIn({ stands_in_for: absent }) {
  return absent ? h("small", { class: "stands-in" }, t("duty.standsIn", { name: absent })) : null;
}

/** One person or desk. */
export function personRow(person) {
  return h("li", { class: "person" },
    h("span", { class: "person-role" }, roleName(person)),
    h("span", { class: "person-name" }, person.name ?? format.UNKNOWN, standsIn(person)), phone(person.phone));
}

function head(detail) {
  const own = known(detail.id);
  const path = own ? pathOf(own.area_id) : detail.path ?? [];
  return h("header", { class: "panel-head" },
    crumbs(path),
    h("h2", {}, detail.name),
    h("p", { class: "panel-sub" },
      h("span", {}, t(detail.grid_class === "exclusive" ? "tag.exclusive" : "tag.basic")), h("span", { class: "code" }, detail.code),
      detail.simulated && tag(t("tag.simulated"), "simulated")),
    h("p", { class: "actions" },
      h("button", { class: "button", type: "button", onclick: () => flyToBox(boxOf(detail.geometry), { maxZoom: 17 }) }, icon("target"), t("panel.zoom")),
      h("button", { class: "button", type: "button", onclick: copyLink }, icon("link"), t("panel.link"))));
}

function facts(detail) {
  return pairs([
    [t("grid.area"), format.area(detail.area_m2)],
    [t("grid.households"), format.number(detail.households)],
    [t("grid.population"), format.number(detail.population)],
  ]);
}

function membersList(members) {
  const rest = members.length - TEAM_SHORT;
  const rows = members.map(personRow);
  const element = h("ul", { class: "people" }, rest > 2 ? rows.slice(0, TEAM_SHORT) : rows);
  if (rest <= 2) return element;
  const more = h("button", { class: "more", type: "button", onclick: () => {
    element.append(...rows.slice(TEAM_SHORT));
    more.remove();
  } }, t("panel.all", { n: rows.length }));
  return [element, more];
}

function who({ duty = [], members = [] }) {
  const lead = duty.find((person) => person.role === "lead");
  const desks = duty.filter((person) => person.level !== "grid");
  const team = members.filter((person) => !(lead && person.role === "lead" && person.name === lead.name));
  return section(t("grid.who"), {},
    lead
      ? h("div", { class: "lead" }, h("span", { class: "lead-role" }, roleName(lead)), h("strong", {}, lead.name ?? format.UNKNOWN, standsIn(lead)), phone(lead.phone))
      : warning(t("grid.noLead"), null),
    desks.length > 0 && [h("h4", {}, t("grid.desks")), h("ul", { class: "people" }, desks.map(personRow))],
    team.length > 0 && [h("h4", {}, t("grid.members", { n: members.length })), membersList(team)]);
}

function what({ open_incidents, incidents, categories }) {
  if (incidents === null || incidents === undefined) return section(t("grid.what"), {}, none(t("area.hidden")));
  const rows = [...(categories ?? [])].sort((a, b) => b.open - a.open || b.total - a.total);
  const most = Math.max(...rows.map((row) => row.open), 1);
  const numbers = h("p", { class: "big" }, h("strong", {}, format.number(open_incidents)), h("span", {}, ` / ${format.number(incidents)}`), h("small", {}, t("grid.openOf")));
  if (!incidents) return section(t("grid.what"), {}, none(t("grid.noIncidents")));
  return section(t("grid.what"), {}, numbers,
    open_incidents === 0 && none(t("grid.noOpen")),
    h("ul", { class: "rows rows-still" }, rows.map((row) => h("li", {}, h("div", { class: "row" },
      h("span", { class: "row-name" }, row.category),
      h("span", { class: "row-value" }, format.number(row.open), h("small", {}, ` / ${format.number(row.total)}`)),
      h("span", { class: "bar bar-open", style: { "--share": String(row.open / most) } }))))));
}

/** How the grid's incidents are handled; nothing where it has had none, since the section below says so. */
function handled(detail, redraw) {
  return detail.incidents > 0 ? incidentBlock({ grid_id: detail.id }, redraw) : null;
}

/** The panel of a grid; `lookup` is the section of the point that led here, if one did. */
export function gridPanel(detail, lookup, redraw) {
  return [lookup, head(detail), facts(detail), who(detail), handled(detail, redraw), what(detail), coverageBlock(t("grid.how"), detail.coverage)];
}
