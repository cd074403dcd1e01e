// Where the page starts: language, city, tree, map, grids, in that order, each step with a state of its own
// when it fails. Nothing is drawn that could be taken for the whole when it is not.

import { failure, skeleton } from "./blocks.js";
import { startCoordinates } from "./coordinates.js";
import { forget, loadView, startLoading } from "./detail.js";
import { loadAreas, loadGrids, loadTree } from "./division.js";
import { byId, fill, h, icon } from "./dom.js";
import { emptyPanel } from "./empty.js";
import * as format from "./format.js";
import { drawFrame } from "./frame.js";
import { startGestures } from "./gestures.js";
import { language, rememberedLanguage, setLanguage, t } from "./i18n.js";
import { redrawLegend, startLegend } from "./legend.js";
import { copyLink, startLinks, toast } from "./links.js";
import { createMap, map, restyle, visiblePadding } from "./map.js";
import { draw, startPanel } from "./panel.js";
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

/** Take selection, layers and language from the address line. */
function adopt(link) {
  if (link.lang && link.lang !== language()) speak(link.lang);
  change({ layers: link.layers ?? new Set(DEFAULT_LAYERS) });
  if (map && link.view) map.jumpTo({ center: [link.view.lon, link.view.lat], zoom: link.view.zoom });
  ask({ area: link.area, grid: link.pin ? null : link.grid, pin: link.pin }, { fly: link.view === null && (link.area ?? link.grid ?? link.pin) !== null });
}

async function loadDivision() {
  cover();
  running(true);
  try {
    await Promise.all([loadAreas([0, 1, 2]), loadGrids()]);
    restyle();
    redrawLegend();
    return true;
  } catch (error) {
    cover(h("h2", {}, icon("warn"), t("error.mapData")), failure(error, async () => (await loadDivision()) && draw()));
    return false;
  } finally {
    running(false);
  }
}

async function refresh() {
  forget();
  try {
    await loadCity();
    await loadTree();
  } catch (error) {
    toast(t("error.mapData"));
    throw error;
  }
  drawFrame();
  if (await loadDivision()) {
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
    await createMap({ box: service.city.bbox, view: link.view, padding: visiblePadding() });
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
  addEventListener("hashchange", () => adopt(parse(location.hash)));
  startSheet();
}

async function start() {
  const link = parse(location.hash);
  speak(link.lang ?? rememberedLanguage() ?? "zh");
  adopt(link);
  startFrame();
  fill(byId("panel-body"), skeleton(12));
  running(true);
  try {
    if (!(await loadCity())) {
      waitForEdition();
      return;
    }
    drawFrame();
    await loadTree();
  } catch (error) {
    stop(() => cover(failure(error, () => location.reload())));
    return;
  } finally {
    running(false);
  }
  document.documentElement.dataset.ready = "loading";
  startLegend();
  startSearch();
  startCoordinates();
  const drawn = await startMap(link);
  const loaded = drawn && (await loadDivision());
  await startPanel();
  if (loaded) startLoading();
  watchService();
  document.documentElement.dataset.ready = loaded ? "yes" : "incomplete";
}

start();
