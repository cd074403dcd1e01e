// The layout of the printed sheet; sizes stand in print.css.

import { pairs } from "./blocks.js";
import { rootArea } from "./division.js";
import { h, icon } from "./dom.js";
import * as format from "./format.js";
import { approvalOf, cityName, pageTitle } from "./frame.js";
import { language, t } from "./i18n.js";
import { layerExists, symbolKeys, themeLegend } from "./legend.js";
import { service } from "./service.js";
import { state } from "./state.js";

/** A round length whose bar is at most a quarter of the map. */
function scaleBar({ metresPerPx, width }) {
  const most = (metresPerPx * width) / 4;
  const power = 10 ** Math.floor(Math.log10(most));
  const length_m = [5, 2, 1].map((k) => k * power).find((length) => length <= most);
  const bar = h("span", { class: "sheet-scale-bar", style: { width: `${length_m / metresPerPx}px` } });
  const label = length_m >= 1000 ? `${format.number(length_m / 1000)} km` : `${format.number(length_m)} m`;
  const ratio = Math.round((metresPerPx * 96) / 0.0254 / 1000) * 1000;
  return h("div", { class: "sheet-scale" }, bar, h("span", {}, label), h("small", {}, t("print.scale", { n: format.number(ratio) })));
}

function subject() {
  if (state.layers.has("heat")) return t("layer.heat");
  if (state.layers.has("grids")) return t("layer.grids");
  return t("layers.watch");
}

function legend(theme) {
  const themed = ["grids", "heat"].filter((name) => state.layers.has(name));
  const symbols = ["cameras", "views", "gaps", "incidents", "sites", "keyAreas", "counties", "towns", "communities"].filter((name) => state.layers.has(name) && layerExists(name));
  return h("section", { class: "sheet-legend" }, h("h3", {}, t("print.legend")),
    themed.map((name) => [h("h4", {}, t(`layer.${name}`)), themeLegend(name, theme)]),
    h("ul", { class: "keys" }, symbols.flatMap((name) => symbolKeys(name, theme))));
}

function totals() {
  const node = rootArea();
  return pairs([
    [t("area.grids"), format.number(node.grids)], [t("area.open"), format.number(service.city.counts.open_incidents)],
    [t("area.cameras"), format.number(node.cameras)], [t("area.area"), format.area(node.area_m2)],
  ]);
}

function selectedBlock(row) {
  if (!row) return null;
  return h("section", { class: "sheet-selected" }, h("h3", {}, t("print.selected")),
    h("p", {}, h("strong", {}, row.name)), h("p", { class: "code" }, row.code),
    h("p", {}, `${t("area.open")} ${format.number(row.open_incidents)} · ${t("area.cameras")} ${format.number(row.cameras)}`),
    h("p", {}, `${t("grid.area")} ${format.area(row.area_m2)} · ${t("grid.seen")} ${format.percent(row.share_covered)}`));
}

/** The sheet as elements. */
export function sheetOf({ drawn, image, theme, selected }) {
  const { city } = service;
  const now = format.time(new Date().toISOString(), city.time_zone);
  const sources = (city.sources ?? []).map((source) => source.text).join(language() === "zh" ? "、" : ", ");
  return h("article", { class: "sheet" },
    h("header", { class: "sheet-head" },
      h("h1", {}, pageTitle(), h("small", {}, subject())),
      h("p", {}, `${t("head.edition")} ${t("head.editionOf", { id: city.edition.id })} · ${t("head.editionFrom", { day: format.day(city.edition.effective_at, city.time_zone) })}`,
        h("br"), `${t("head.asOf")} ${format.time(city.data_as_of, city.time_zone)}`)),
    h("figure", { class: "sheet-map", style: { width: `${drawn.width}px`, height: `${drawn.height}px` } },
      image, h("span", { class: "sheet-north", "aria-hidden": "true" }, icon("north"), t("print.north")), scaleBar(drawn)),
    h("aside", { class: "sheet-side" },
      h("p", { class: "sheet-city" }, cityName(), h("span", { class: "code" }, city.code)),
      totals(), legend(theme), selectedBlock(selected),
      city.simulated && h("p", { class: "sheet-simulated" }, t("print.simulated"))),
    h("footer", { class: "sheet-foot" },
      h("span", {}, approvalOf(city)), h("span", {}, t("foot.sources") + (sources || t("foot.noSources"))),
      h("span", {}, t("print.projection")), h("span", {}, `${t("print.made")} ${now} · ${t("print.internal")}`)));
}
