// What stands in the place of the city while no edition is in force: how to load one.

import { h } from "./dom.js";
import { t } from "./i18n.js";

const LOADS = [
  "gezhi load areas areas.csv --crs EPSG:4326 --commit",
  "gezhi load grids grids.geojson --crs EPSG:4326 --commit",
];

/** Title, reason and the commands. */
export function emptyPanel() {
  return h("section", { class: "empty" },
    h("h2", {}, t("empty.title")),
    h("p", {}, t("empty.lead")),
    h("h3", {}, t("empty.demo")), h("pre", { class: "command" }, "gezhi demo"),
    h("h3", {}, t("empty.load")), h("pre", { class: "command" }, LOADS.join("\n")),
    h("p", { class: "none" }, t("empty.after")));
}
