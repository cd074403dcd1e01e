// All that stands around the map once it is being drawn: legend, search, panel, print, what a finger does, and the
// watch over the service. It comes after the map's own modules, since nobody can use it before there is a map.

import { startCoordinates } from "./coordinates.js";
import { byId } from "./dom.js";
import { forget, loadView, onProgress, startLoading } from "./detail.js";
import * as format from "./format.js";
import { drawFrame } from "./frame.js";
import { startGestures } from "./gestures.js";
import { t } from "./i18n.js";
import { forgetFigures } from "./incident_block.js";
import { redrawLegend, startLegend } from "./legend.js";
import { copyLink, startLinks, toast } from "./links.js";
import { map, restyle } from "./map.js";
import { draw, refocus, startPanel } from "./panel.js";
import { startPrint } from "./print.js";
import { startSearch } from "./search.js";
import { loadCity, service, startPolling } from "./service.js";
import { askForDivision, showDivision } from "./stage.js";
import { watch } from "./state.js";

/** Draw again what follows from the division: it has come late, or anew. */
export function redraw() {
  restyle();
  redrawLegend();
  loadView();
  draw();
}

async function refresh() {
  forget();
  forgetFigures();
  const asked = askForDivision();
  try {
    await loadCity();
    await asked;
  } catch (error) {
    toast(t("error.mapData"));
    throw error;
  }
  drawFrame();
  if (await showDivision(asked, redraw)) redraw();
}

/** Say when the data has moved on, and when the service is away. */
export function watchService() {
  let notice = null;
  const say = (text, action) => {
    notice?.remove();
    notice = toast(text, { action, lasting: true });
  };
  startPolling({
    newer: (city) => say(t("notice.newer", { time: format.time(city.data_as_of, city.time_zone) }), {
      text: t("notice.reload"),
      run: () => {
        notice.remove();
        refresh();
      },
    }),
    lost: () => say(t("error.lost", { time: format.time(service.seen, service.city.time_zone) })),
    back: () => notice?.remove(),
  });
}

function watchContext() {
  let notice = null;
  map.on("webglcontextlost", () => {
    notice = toast(t("notice.context"), { lasting: true });
  });
  map.on("webglcontextrestored", () => notice?.remove());
}

/** Furnish the page; resolves when the panel has its first content. Without a map there is a panel all the same. */
export function furnish() {
  byId("link-copy").addEventListener("click", copyLink);
  startLegend();
  startSearch();
  startCoordinates();
  if (map) {
    watch(["layers", "lang"], restyle);
    startGestures();
    startLinks();
    startPrint();
    watchContext();
  }
  return startPanel();
}

/** Load what each view needs from now on, and notice when the service moves on. */
export function follow() {
  startLoading();
  onProgress((name) => name === "shapes" && refocus());
}
