// Where the page starts: language, city, tree, map, grids, in that order, each step with a state of its own
// when it fails. Nothing is drawn that could be taken for the whole when it is not.

import { failure, skeleton } from "./blocks.js";
import { startCoordinates } from "./coordinates.js";
import { forget, loadView, onProgress, startLoading } from "./detail.js";
import { drawOutlines, loadFar, loadGrids, loadTree } from "./division.js";
import { byId, fill, h, icon } from "./dom.js";
import { emptyPanel } from "./empty.js";
import * as format from "./format.js";
import { markPictured } from "./first_picture.js";
import { drawFrame } from "./frame.js";
import { startGestures } from "./gestures.js";
import { language, rememberedLanguage, setLanguage, t } from "./i18n.js";
import { forgetFigures } from "./incident_block.js";
import { redrawLegend, startLegend } from "./legend.js";
import { copyLink, startLinks, toast } from "./links.js";
import { createMap, flyToView, map, restyle, visiblePadding } from "./map.js";
import { draw, refocus, startPanel } from "./panel.js";
import { parse } from "./permalink.js";
import { startPrint } from "./print.js";
import { startSearch } from "./search.js";
import { loadCity, service, startPolling } from "./service.js";
import { startSheet } from "./bottom_sheet.js";
import { ask, change, DEFAULT_LAYERS, state, watch } from "./state.js";

const EMPTY_POLL_MS = 5000;

const running = (shown) => {
  byId("running").hidden = !shown;
};

function speak(lang) {
  setLanguage(lang);
  change({ lang: language() });
  drawFrame();
}

/** A message over the map that cannot be mistaken for a map. */
function cover(...content) {
  const over = byId("over");
  over.hidden = !content.length;
  fill(over, content);
}

/** Take selection, layers and language from the address line; `again` when the reader goes back or forward. */
function adopt(link, { again = false } = {}) {
  if (link.lang && link.lang !== language()) speak(link.lang);
  change({ layers: link.layers ?? new Set(DEFAULT_LAYERS) });
  if (map && link.view) flyToView(link.view);
  const somewhere = (link.area ?? link.grid ?? link.pin) !== null;
  ask({ area: link.area, grid: link.pin ? null : link.grid, pin: link.pin }, { fly: link.view === null && somewhere, again });
}

/** Ask for everything that the first picture needs, at once. */
function askForDivision() {
  const asked = Promise.all([loadTree(), loadGrids(), loadFar()]);
  asked.catch(() => {}); // told where it is awaited
  return asked;
}

/** Show the division when it has come; a message in place of half a map. */
async function showDivision(asked) {
  cover();
  running(true);
  try {
    const [, , outlines] = await asked;
    performance.mark("gezhi:fetched");
    drawOutlines(outlines);
    if (map) restyle();
    redrawLegend();
    return true;
  } catch (error) {
    cover(h("h2", {}, icon("warn"), t("error.mapData")), failure(error, async () => (await showDivision(askForDivision())) && draw()));
    return false;
  } finally {
    running(false);
  }
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
  if (await showDivision(asked)) {
    loadView();
    draw();
  }
}

function watchService() {
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

/** Show only why there is no map. */
function stop(say) {
  document.documentElement.dataset.ready = "stopped";
  say();
}

/** With no edition there is nothing to draw: say how to load one, and look again until there is. */
function waitForEdition() {
  const say = () => cover(emptyPanel());
  stop(say);
  watch(["lang"], say);
  setInterval(async () => {
    const city = await loadCity().catch(() => null);
    if (city) location.reload();
  }, EMPTY_POLL_MS);
}

async function startMap(link) {
  try {
    const drawn = createMap({ box: service.city.bbox, view: link.view, padding: visiblePadding() });
    performance.mark("gezhi:map");
    await drawn;
  } catch {
    cover(h("h2", {}, icon("warn"), t("error.webgl")), h("p", {}, t("error.webglHow")));
    return false;
  }
  window.gezhi = { map, state, service };
  watch(["layers", "lang"], restyle);
  startGestures();
  startLinks();
  startPrint();
  watchContext();
  return true;
}

function startFrame() {
  byId("language").addEventListener("click", () => speak(language() === "zh" ? "en" : "zh"));
  byId("link-copy").addEventListener("click", copyLink);
  addEventListener("popstate", () => adopt(parse(location.hash), { again: true }));
  startSheet();
}

async function start() {
  performance.mark("gezhi:start");
  const link = parse(location.hash);
  const division = askForDivision();
  speak(link.lang ?? rememberedLanguage() ?? "zh");
  adopt(link, { again: true });
  startFrame();
  fill(byId("panel-body"), skeleton(12));
  running(true);
  try {
    if (!(await loadCity())) {
      waitForEdition();
      return;
    }
  } catch (error) {
    stop(() => cover(failure(error, () => location.reload())));
    return;
  } finally {
    running(false);
  }
  drawFrame();
  document.documentElement.dataset.ready = "loading";
  // The map is made when its data is there: drawing an empty one first would take as long again.
  const shown = await showDivision(division);
  const drawing = startMap(link);
  startLegend();
  startSearch();
  startCoordinates();
  const panel = startPanel();
  const loaded = (await drawing) && shown;
  if (loaded) performance.mark("gezhi:picture");
  markPictured();
  await panel;
  if (loaded) startLoading();
  onProgress((name) => name === "shapes" && refocus());
  watchService();
  document.documentElement.dataset.ready = loaded ? "yes" : "incomplete";
}

start();
