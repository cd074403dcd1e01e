// The few pieces that panels are built of: sections, rows with bars, tags, states. No panel invents its own.

import { t, word } from "./i18n.js";
import { h, icon } from "./dom.js";
import { number } from "./format.js";
import { Problem } from "./api.js";

/** A titled section; `note` stands small at the right. */
export function section(title, { note = null, id = null } = {}, ...children) {
  return h("section", { class: "block", id },
    h("header", { class: "block-head" }, h("h3", {}, title), note && h("span", { class: "block-note" }, note)),
    children);
}

export function tag(text, tone = "plain") {
  return h("span", { class: `tag tag-${tone}` }, text);
}

/** Pairs of term and value in columns. */
export function pairs(rows) {
  return h("dl", { class: "pairs" }, rows.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))));
}

/** A row one can click: name, small print, a bar of `share` of the longest, a value. */
export function barRow({ name, small = null, share, value, onclick, rank = null, tone = "open" }) {
  const bar = h("span", { class: `bar bar-${tone}`, style: { "--share": String(Math.max(0, Math.min(1, share))) } });
  return h("li", {},
    h("button", { class: "row", type: "button", onclick },
      rank === null ? null : h("span", { class: "row-rank" }, rank),
      h("span", { class: "row-name" }, name, small && h("small", {}, small)),
      h("span", { class: "row-value" }, value),
      bar));
}

/** A list that shows its first rows and, on demand, all. */
export function list(rows, limit = Infinity) {
  const element = h("ul", { class: "rows" }, rows.slice(0, limit));
  if (rows.length <= limit) return element;
  const more = h("button", { class: "more", type: "button", onclick: () => {
    element.append(...rows.slice(limit));
    more.remove();
  } }, t("panel.all", { n: number(rows.length) }));
  return [element, more];
}

/** A quiet line for "there is none", which is an answer too. */
export function none(text) {
  return h("p", { class: "none" }, text);
}

/** A warning with its reason. */
export function warning(title, text, tone = "warn") {
  return h("div", { class: `warning warning-${tone}`, role: "note" }, icon("warn"),
    h("div", {}, h("strong", {}, title), text && h("p", {}, text)));
}

/** Grey bars in the place of what is coming. */
export function skeleton(lines = 4) {
  return h("div", { class: "skeleton", role: "status", "aria-label": t("panel.loading") },
    Array.from({ length: lines }, (_, k) => h("span", { class: `bone bone-${k % 4}` })));
}

const TITLE_OF_STATUS = { 503: "error.unavailable", 401: "error.forbidden", 403: "error.forbidden", 404: "error.missing", 410: "error.missing" };

/** True when the reader's role is why: trying again would not help. */
export const isForbidden = (error) => error?.status === 401 || error?.status === 403;

/** What went wrong in the reader's words, with what the service said below. */
export function problemText(error) {
  if (!(error instanceof Problem)) return { title: t("error.server"), said: String(error?.message ?? error), how: null };
  if (error.status === 0) {
    return error.detail === "timeout"
      ? { title: t("error.timeout"), said: null, how: t("error.networkHow") }
      : { title: t("error.network"), said: null, how: t("error.networkHow") };
  }
  const title = t(TITLE_OF_STATUS[error.status] ?? (error.status >= 500 ? "error.server" : "error.refused"));
  const said = [...new Set([error.title, error.detail, error.remedy].filter(Boolean))].join("\n");
  return { title, said, how: error.request ? `${t("error.request")} ${error.request}` : null };
}

/** A failure in place of a section, with a button to try again. */
export function failure(error, again) {
  if (isForbidden(error)) return none(t("error.forbidden"));
  const { title, said, how } = problemText(error);
  return h("div", { class: "failure", role: "alert" },
    h("strong", {}, icon("warn"), title),
    said && h("p", { class: "said" }, h("span", {}, t("error.said")), said),
    how && h("p", {}, how),
    again && h("button", { class: "button", type: "button", onclick: again }, t("tool.retry")));
}

/** The name of a level, as the data has it when we know none. */
export function levelName(level) {
  return word(`level.${level}`, level);
}
