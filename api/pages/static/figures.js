// The five figures: the old saying in five parts, each with its numbers, whether it holds, and what exactly is
// counted, on hover or focus. The server computes; here they are only set in type.

import { get, isAbandoned } from "./api.js";
import { failure, section, skeleton } from "./blocks.js";
import { fill, h, icon } from "./dom.js";
import * as format from "./format.js";
import { language, t, word } from "./i18n.js";

const STATE = { true: ["ok", "check", "figure.ok"], false: ["bad", "warn", "figure.notOk"], null: ["unknown", "minus", "figure.unknown"] };

/** A value in its unit; null is unknown, never 0. */
function valueText(value, unit) {
  if (value === null || value === undefined) return format.UNKNOWN;
  if (unit === "m2") return format.area(value);
  if (unit === "h") return value < 48 ? t("figure.hours", { n: format.number(value, 1) }) : t("figure.days", { n: format.number(value / 24) });
  return format.number(value, Number.isInteger(value) ? 0 : 1);
}

/** Areas of nothing stay out: the count beside them already says that there is none. */
const tells = ({ value, unit }) => !(unit === "m2" && (value === 0 || value === null));

function valueItem(figure, value, describedBy) {
  const whole = value.denominator === null || value.denominator === undefined ? null : h("small", {}, ` / ${valueText(value.denominator, value.unit)}`);
  const label = word(`figure.${figure.key}.${value.key}`, value.key);
  const definition = (language() === "en" && value.definition_en) || value.definition;
  return h("div", { class: "figure-value", tabindex: "0", "aria-describedby": describedBy },
    h("dt", {}, label), h("dd", {}, valueText(value.value, value.unit), whole),
    h("p", { class: "definition", role: "tooltip", id: describedBy }, definition));
}

function figureRow(figure) {
  const [tone, sign, says] = STATE[String(figure.ok)] ?? STATE.null;
  const name = language() === "zh" ? figure.saying : figure.saying_en;
  return h("li", { class: `figure figure-${tone}` },
    h("div", { class: "figure-head" },
      h("strong", {}, name), h("span", { class: "figure-state" }, icon(sign), t(says))),
    h("dl", { class: "figure-values" }, figure.values.filter(tells).map((value, k) => valueItem(figure, value, `def-${figure.key}-${k}`))));
}

/** The block of the five figures of an area. */
export function figuresBlock(node, signal) {
  const body = h("div", {}, skeleton(5));
  const block = section(t("area.figures"), { id: "figures" }, body);
  const load = async () => {
    try {
      const answer = await get("/figures", { area_id: node.id }, signal);
      fill(body, h("ul", { class: "figures" }, answer.figures.map(figureRow)));
    } catch (error) {
      if (!isAbandoned(error)) fill(body, failure(error, load));
    }
  };
  load();
  return block;
}
