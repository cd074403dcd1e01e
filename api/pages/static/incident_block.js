// How incidents of an area or grid are handled: accepted, closing rate and in-time rate of a period, each against the
// period before, with its definition on hover or focus. The server counts; here numbers are only set in type.

import { get } from "./api.js";
import { failure, none, section, skeleton } from "./blocks.js";
import { fill, h } from "./dom.js";
import { firstPicture } from "./first_picture.js";
import * as format from "./format.js";
import { language, t } from "./i18n.js";

const PERIODS = ["month", "quarter", "year"];
let period = "year";

/** What is shown, whether more is better, and whether the change is in points of per cent. */
const SHOWN = [
  { key: "accepted", isRate: false, better: 0 },
  { key: "closing_rate", isRate: true, better: 1 },
  { key: "in_time_rate", isRate: true, better: 1 },
];

const answers = new Map();

/** Figures of a place and period, divided by the areas below; asked once while the reader moves about. */
export function incidentFigures(place) {
  const key = JSON.stringify([place, period]);
  if (!answers.has(key)) {
    const asked = firstPicture.then(() => get("/figures/incidents", { ...place, period, by: "area" }));
    asked.catch(() => answers.delete(key));
    answers.set(key, asked);
  }
  return answers.get(key);
}

/** Forget what was answered: the data has moved on. */
export const forgetFigures = () => answers.clear();

function change(now, before, { isRate, better }) {
  if (now === null || before === null || before === undefined || (!isRate && before === 0)) return null;
  const by = isRate ? (now - before) * 100 : ((now - before) / before) * 100;
  const flat = Math.abs(by) < 0.05;
  const tone = flat || !better ? "even" : Math.sign(by) === better ? "good" : "bad";
  const sign = flat ? "±" : by > 0 ? "+" : "−";
  const unit = isRate ? t("cases.points") : "%";
  return h("span", { class: `change change-${tone}` }, `${sign}${format.number(Math.abs(by), 1)}${unit === "%" ? " %" : unit}`);
}

/** Whether there is anything to compare with: a period in which nothing was reported says nothing. */
const compared = ({ previous }) => previous?.total.reported > 0;

function item(shown, answer, id) {
  const { key, isRate } = shown;
  const meaning = answer.definitions[key];
  const value = answer.total[key];
  const before = answer.previous?.total[key];
  const of = isRate && meaning?.numerator
    ? h("small", {}, `${format.number(answer.total[meaning.numerator])} / ${format.number(answer.total[meaning.denominator])}`)
    : null;
  return h("div", { class: "case", tabindex: "0", "aria-describedby": id },
    h("dt", {}, language() === "zh" ? meaning?.name ?? key : t(`cases.${key}`)),
    h("dd", {}, h("strong", {}, isRate ? format.percent(value, 2) : format.number(value)), of),
    compared(answer) && h("dd", { class: "case-change" }, change(value, before, shown) ?? h("span", { class: "change change-even" }, t("cases.noChange"))),
    h("p", { class: "definition", role: "tooltip", id }, language() === "zh" ? meaning?.zh : meaning?.en));
}

function content(answer) {
  if (!answer.total.reported) return none(t("cases.none", { period: answer.period.label }));
  const than = compared(answer)
    ? t("cases.than", { period: answer.previous.period.label })
    : t("cases.noEarlier", { period: answer.previous?.period.label ?? "" });
  return [h("dl", { class: "cases" }, SHOWN.map((shown) => item(shown, answer, `case-${shown.key}`))),
    h("p", { class: "block-foot" }, `${answer.period.label}${answer.period.complete ? "" : t("cases.soFar")} · ${than}`)];
}

function choice(redraw) {
  return h("div", { class: "segments", role: "group", "aria-label": t("cases.period") }, PERIODS.map((name) => h("button", {
    type: "button", class: "segment", "aria-pressed": String(name === period), onclick: () => {
      period = name;
      redraw();
    },
  }, t(`cases.${name}`))));
}

/** The block; `place` is {area_id} or {grid_id}; `redraw` draws the panel anew after another period was chosen. */
export function incidentBlock(place, redraw) {
  const body = h("div", {}, skeleton(2));
  const load = async () => {
    try {
      fill(body, content(await incidentFigures(place)));
    } catch (error) {
      fill(body, failure(error, load));
    }
  };
  load();
  return section(t("cases.title"), { note: choice(redraw) }, body);
}
