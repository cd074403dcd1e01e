// The five figures as one calm strip: the old saying in five parts, each with its state; the part that is chosen tells its
// numbers below, and what exactly is counted on hover or focus. The server computes; here they are only set in type.

import { get, isAbandoned } from "./api.js";
import { failure, section, skeleton } from "./blocks.js";
import { fill, h, icon } from "./dom.js";
import { firstPicture } from "./first_picture.js";
import * as format from "./format.js";
import { language, t, word } from "./i18n.js";

const STATE = { true: ["ok", "check", "figure.ok"], false: ["bad", "warn", "figure.notOk"], null: ["unknown", "minus", "figure.unknown"] };
let chosen = null;

/** A value in its unit; null is unknown, never 0. */
function valueText(value, unit) {
  if (value === null || value === undefined) return format.UNKNOWN;
  if (unit === "m2") return format.area(value);
  if (unit === "h") return value < 48 ? t("figure.hours", { n: format.number(value, 1) }) : t("figure.days", { n: format.number(value / 24) });
  return format.number(value, Number.isInteger(value) ? 0 : 1);
}

/** Areas of nothing stay out: the count beside them already says that there is none. */
const tells = ({ value, unit }) => !(unit === "m2" && (value === 0 || value === null));
const stateOf = (figure) => STATE[String(figure.ok)] ?? STATE.null;
const nameOf = (figure) => (language() === "zh" ? figure.saying : figure.saying_en);

function valueItem(figure, value, describedBy) {
  const whole = value.denominator === null || value.denominator === undefined ? null : h("small", {}, ` / ${valueText(value.denominator, value.unit)}`);
  const label = word(`figure.${figure.key}.${value.key}`, value.key);
  const definition = (language() === "en" && value.definition_en) || value.definition;
  return h("div", { class: "figure-value", tabindex: "0", "aria-describedby": describedBy },
    h("dt", {}, label), h("dd", {}, valueText(value.value, value.unit), whole),
    h("p", { class: "definition", role: "tooltip", id: describedBy }, definition));
}

function part(figure, shown, choose) {
  const [tone, sign, says] = stateOf(figure);
  return h("button", {
    class: `fifth fifth-${tone}`, type: "button", "aria-pressed": String(figure.key === shown), title: `${nameOf(figure)} · ${t(says)}`,
    onclick: () => choose(figure.key),
  }, icon(sign), h("span", {}, nameOf(figure)));
}

/** The part to begin with: what the reader chose before, else the first that does not hold. */
function firstShown(figures) {
  return (figures.find(({ key }) => key === chosen) ?? figures.find(({ ok }) => ok === false) ?? figures[0])?.key;
}

function strip(figures, shown, redraw) {
  const figure = figures.find(({ key }) => key === shown);
  const [tone, , says] = stateOf(figure);
  const choose = (key) => {
    chosen = key;
    redraw(key);
  };
  return [
    h("div", { class: "fifths", role: "group", "aria-label": t("area.figures") }, figures.map((one) => part(one, shown, choose))),
    h("div", { class: `figure figure-${tone}` },
      h("p", { class: "figure-state" }, `${nameOf(figure)}${language() === "zh" ? "：" : ": "}${t(says)}`),
      h("dl", { class: "figure-values" }, figure.values.filter(tells).map((value, k) => valueItem(figure, value, `def-${figure.key}-${k}`)))),
  ];
}

/** The block of the five figures of an area. */
export function figuresBlock(node, signal) {
  const body = h("div", {}, skeleton(3));
  const load = async () => {
    try {
      await firstPicture;
      const { figures } = await get("/figures", { area_id: node.id }, signal);
      const redraw = (shown) => {
        fill(body, strip(figures, shown, redraw));
        body.querySelector("[aria-pressed=true]")?.focus({ preventScroll: true });
      };
      fill(body, strip(figures, firstShown(figures), redraw));
    } catch (error) {
      if (!isAbandoned(error)) fill(body, failure(error, load));
    }
  };
  load();
  return section(t("area.figures"), { id: "figures" }, body);
}
