// Where the page starts: language, map, city and division, in that order, each with a state of its own when it fails.
// What the first picture does not need is asked for when that picture is being drawn.

import { failure, skeleton } from "./blocks.js";
import { byId, fill, h, icon } from "./dom.js";
import { emptyPanel } from "./empty.js";
import { markPictured } from "./first_picture.js";
import { drawFrame } from "./frame.js";
import { language, rememberedLanguage, setLanguage, t } from "./i18n.js";
import { flyToView, map, prepareMap, showFirst, showRest, visiblePadding } from "./map.js";
import { parse } from "./permalink.js";
import { loadCity, service } from "./service.js";
import { startSheet } from "./bottom_sheet.js";
import { askForDivision, cover, running, showDivision } from "./stage.js";
import { ask, change, DEFAULT_LAYERS, state, watch } from "./state.js";

const EMPTY_POLL_MS = 5000;

function speak(lang) {
  setLanguage(lang);
  change({ lang: language() });
  drawFrame();
}

/** Take selection, layers and language from the address line; `again` when the reader goes back or forward. */
function adopt(link, { again = false } = {}) {
  if (link.lang && link.lang !== language()) speak(link.lang);
  change({ layers: link.layers ?? new Set(DEFAULT_LAYERS) });
  if (map && link.view) flyToView(link.view);
  const somewhere = (link.area ?? link.grid ?? link.pin) !== null;
  ask({ area: link.area, grid: link.pin ? null : link.grid, pin: link.pin }, { fly: link.view === null && somewhere, again });
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

/** Prepare the map; false when this browser cannot draw one. */
function prepared() {
  try {
    prepareMap();
    performance.mark("gezhi:map");
    return true;
  } catch {
    return false;
  }
}

function startFrame() {
  byId("language").addEventListener("click", () => speak(language() === "zh" ? "en" : "zh"));
  addEventListener("popstate", () => adopt(parse(location.hash), { again: true }));
  startSheet();
}

/** The city, or null when there is none to show and the stage says why. */
async function cityToShow() {
  running(true);
  try {
    const city = await loadCity();
    if (!city) waitForEdition();
    return city;
  } catch (error) {
    stop(() => cover(failure(error, () => location.reload())));
    return null;
  } finally {
    running(false);
  }
}

async function start() {
  performance.mark("gezhi:start");
  const link = parse(location.hash);
  const division = askForDivision();
  speak(link.lang ?? rememberedLanguage() ?? "zh");
  adopt(link, { again: true });
  startFrame();
  fill(byId("panel-body"), skeleton(12));
  const drawable = prepared();
  if (!(await cityToShow())) return;
  drawFrame();
  document.documentElement.dataset.ready = "loading";
  const late = async () => (await import("./furnishing.js")).redraw();
  const shown = await showDivision(division, late);
  if (!drawable) cover(h("h2", {}, icon("warn"), t("error.webgl")), h("p", {}, t("error.webglHow")));
  const first = drawable ? showFirst({ box: service.city.bbox, view: link.view, padding: visiblePadding() }) : null;
  if (first) window.gezhi = { map, state, service };
  await first?.pictured;
  const loaded = first !== null && shown;
  if (loaded) performance.mark("gezhi:picture");
  const { furnish, follow, watchService } = await import("./furnishing.js");
  if (first) showRest();
  const panel = furnish();
  markPictured();
  await panel;
  if (loaded) follow();
  watchService();
  document.documentElement.dataset.ready = loaded ? "yes" : "incomplete";
}

start();
