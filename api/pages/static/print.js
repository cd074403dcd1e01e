// The printed sheet: a page of its own with title, map, legend, scale, sources, edition and date. The map is
// drawn anew on white, at the resolution of paper, from the same data; the picture on screen is not touched.

import { Map as GlMap } from "../parts/maplibre-gl.mjs";
import { failure } from "./blocks.js";
import { byId, fill, h } from "./dom.js";
import { grid } from "./division.js";
import { t } from "./i18n.js";
import { FONT_FAMILY } from "./lettering.js";
import { classes, data, map, styleOptions } from "./map.js";
import { LIGHT } from "./palette.js";
import { sheetOf } from "./print_sheet.js";
import { state } from "./state.js";
import { addPictures } from "./symbols.js";
import { styleOf } from "./layers.js";

/** The frame of the map on the sheet in CSS px (1/96 inch) and the letters' size, by paper. */
const PAPERS = {
  a4: { width: 794, height: 616, scale: 0.82, sharpness: 3 },
  a3: { width: 1218, height: 924, scale: 1.05, sharpness: 2.4 },
};
const WAIT_MS = 60_000;

let paper = "a4";
let making = null;

/** Draw the map for a paper off screen and give its picture, its metres per CSS px, and its width. */
async function picture({ width, height, scale, sharpness }) {
  const frame = h("div", { class: "print-map", style: { width: `${width}px`, height: `${height}px` } });
  document.body.append(frame);
  const view = map.getBounds();
  const paperMap = new GlMap({
    container: frame,
    style: { ...styleOf(LIGHT, data, styleOptions(scale)), transition: { duration: 0, delay: 0 } },
    bounds: [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()],
    interactive: false,
    attributionControl: false,
    pixelRatio: sharpness,
    fadeDuration: 0,
    localIdeographFontFamily: FONT_FAMILY,
    canvasContextAttributes: { preserveDrawingBuffer: true },
    renderWorldCopies: false,
  });
  try {
    addPictures(paperMap, LIGHT);
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("timeout")), WAIT_MS);
      paperMap.on("idle", () => {
        if (!paperMap.loaded()) return;
        clearTimeout(timer);
        resolve();
      });
    });
    const { lat } = paperMap.getCenter();
    const metresPerPx = (Math.cos((lat * Math.PI) / 180) * 2 * Math.PI * 6_378_137) / (512 * 2 ** paperMap.getZoom());
    return { url: paperMap.getCanvas().toDataURL("image/png"), metresPerPx, width, height };
  } finally {
    paperMap.remove();
    frame.remove();
  }
}

async function make() {
  const view = byId("sheet-view");
  view.dataset.paper = paper;
  view.dataset.state = "making";
  fill(view, toolbar(), h("p", { class: "sheet-wait", role: "status" }, t("print.making")));
  try {
    const drawn = await picture(PAPERS[paper]);
    const selected = state.grid === null ? null : grid(state.grid);
    const image = h("img", { alt: "", src: drawn.url });
    await image.decode();
    fill(view, toolbar(), sheetOf({ drawn, image, theme: LIGHT, selected, breaks: classes.breaks, paper }));
    view.dataset.state = "ready";
  } catch (error) {
    view.dataset.state = "failed";
    fill(view, toolbar(), h("div", { class: "sheet-wait" }, h("strong", {}, t("print.failed")), failure(error, make)));
  }
}

function choose(event) {
  paper = event.target.value;
  making = make();
}

function toolbar() {
  return h("header", { class: "sheet-tools" },
    h("strong", {}, t("print.title")),
    h("label", { class: "field" }, h("span", {}, t("print.paper")),
      h("select", { onchange: choose }, Object.keys(PAPERS).map((name) => h("option", { value: name, selected: name === paper }, name.toUpperCase())))),
    h("button", { class: "button button-main", type: "button", onclick: () => print() }, t("print.do")),
    h("button", { class: "button", type: "button", onclick: close }, t("tool.close")));
}

/** Open the sheet. */
export function open() {
  byId("sheet-view").hidden = false;
  document.documentElement.classList.add("has-sheet");
  making = make();
  return making;
}

function close() {
  byId("sheet-view").hidden = true;
  fill(byId("sheet-view"));
  document.documentElement.classList.remove("has-sheet");
  byId("print-open").focus();
}

async function onKey(event) {
  const shown = !byId("sheet-view").hidden;
  if (event.key === "Escape" && shown) close();
  if (event.key.toLowerCase() !== "p" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  event.preventDefault(); // the browser would print before the sheet is drawn
  await (shown ? making : open());
  if (byId("sheet-view").dataset.state === "ready") print();
}

/** Make the button and Ctrl P work. */
export function startPrint() {
  byId("print-open").addEventListener("click", open);
  document.addEventListener("keydown", onKey);
}
