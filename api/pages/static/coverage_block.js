// How well cameras cover a place, honestly: what is certainly seen, and the upper bound that cameras of unknown
// direction or status could reach.

import { none, section } from "./blocks.js";
import { h } from "./dom.js";
import * as format from "./format.js";
import { t } from "./i18n.js";

/** A bar of what is seen (solid) and what may be seen (hatched). */
function shareBar(share, upper) {
  return h("div", {
    class: "share", role: "img", style: { "--seen": String(share), "--upper": String(Math.max(upper, share)) },
    "aria-label": `${t("grid.seen")} ${format.percent(share)}, ${t("grid.upper")} ${format.percent(upper)}`,
  }, h("span", { class: "share-upper" }), h("span", { class: "share-seen" }));
}

/** What the cameras of a grid or area see: how many are live, the share seen, the upper bound. */
export function coverageBlock(title, coverage) {
  if (!coverage) return section(title, {}, none(t("grid.coverageUnknown")));
  const { cameras, cameras_live, direction_unknown, share_covered: share, upper_share_covered: upper } = coverage;
  const numbers = h("p", { class: "big" }, h("strong", {}, format.number(cameras_live)), h("span", {}, ` / ${format.number(cameras)}`), h("small", {}, t("grid.live")));
  if (share === null || share === undefined) return section(title, {}, numbers, none(t("grid.coverageUnknown")));
  return section(title, {}, numbers,
    cameras === 0 && share === 0 ? none(t("grid.noCameras")) : null,
    shareBar(share, upper ?? share),
    h("dl", { class: "share-key" },
      h("div", { class: "key-seen" }, h("dt", {}, t("grid.seen")), h("dd", {}, format.percent(share))),
      h("div", { class: "key-upper" }, h("dt", {}, t("grid.upper")), h("dd", {}, format.percent(upper))),
      h("div", { class: "key-unseen" }, h("dt", {}, t("grid.unseen")), h("dd", {}, format.percent(1 - share)))),
    direction_unknown > 0 && h("p", { class: "none" }, t("grid.directionUnknown", { n: format.number(direction_unknown) })));
}
