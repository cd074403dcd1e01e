// The frame around the map: title, age of the data, edition, badges above; sources, approval number and who is
// looking below. They are always in view.

import { byId, fill, h } from "./dom.js";
import * as format from "./format.js";
import { language, t, word } from "./i18n.js";
import { service } from "./service.js";

/** The city's name in the reader's language. */
export function cityName() {
  const { city } = service;
  if (!city) return "";
  return (language() === "en" && city.name_en) || city.name;
}

/** An area's name; the city has one in English too. */
export function areaName(node) {
  return node?.parent_id === null ? cityName() : node?.name ?? "";
}

/** The page's title for the city. */
export function pageTitle() {
  return service.city ? t("app.title", { city: cityName() }) : t("app.map");
}

function facts(city) {
  const age = format.age(city.data_as_of);
  return [
    h("div", { class: "fact-wide" }, h("dt", {}, t("head.asOf")), h("dd", { title: age ?? "" }, format.time(city.data_as_of, city.time_zone))),
    h("div", { class: "fact-wide" }, h("dt", {}, t("head.edition")), h("dd", {}, t("head.editionOf", { id: city.edition.id }), " ",
      h("small", {}, t("head.editionFrom", { day: format.day(city.edition.effective_at, city.time_zone) })))),
    city.simulated && h("div", {}, h("dd", {}, h("span", { class: "tag tag-simulated" }, t("tag.simulated")))),
  ];
}

/** Sources as links or text. */
export function sourcesOf(city) {
  const sources = city.sources ?? [];
  if (!sources.length) return [t("foot.noSources")];
  return sources.flatMap(({ text, url }, k) => [
    k ? language() === "zh" ? "、" : ", " : "",
    url ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text) : text,
  ]);
}

/** The map approval number, or that there is none. */
export function approvalOf(city) {
  return city.approval_no ? t("foot.approval", { number: city.approval_no }) : t("foot.noApproval");
}

function foot(city) {
  const viewer = city.viewer ?? {};
  const who = viewer.demo ? t("foot.demo") : t("foot.role", { role: word(`role.${viewer.role}`, viewer.role) });
  return [
    h("p", { class: viewer.demo ? "who who-demo" : "who" }, who),
    h("p", { class: "sources" },
      h("span", { class: "approval" }, approvalOf(city)),
      h("span", {}, t("foot.sources"), sourcesOf(city)),
      h("span", { class: "crs" }, t("foot.crs"))),
  ];
}

/** Draw the frame for the present city and language. */
export function drawFrame() {
  const { city } = service;
  byId("title").textContent = pageTitle();
  document.title = `${pageTitle()} · ${t("app.name")}`;
  fill(byId("facts"), city ? facts(city) : []);
  fill(byId("foot"), city ? foot(city) : []);
}
