// What stands on the stage: the division when it has come, or why it has not. Nothing is drawn that could be taken for
// the whole when it is not.

import { failure } from "./blocks.js";
import { drawOutlines, loadFar, loadGrids, loadTree } from "./division.js";
import { byId, fill, h, icon } from "./dom.js";
import { t } from "./i18n.js";

/** The line under the head that moves while something is awaited. */
export const running = (shown) => {
  byId("running").hidden = !shown;
};

/** A message over the map that cannot be mistaken for a map. */
export function cover(...content) {
  const over = byId("over");
  over.hidden = !content.length;
  fill(over, content);
}

/** Ask for everything that the first picture needs, at once. */
export function askForDivision() {
  const asked = Promise.all([loadTree(), loadGrids(), loadFar()]);
  asked.catch(() => {}); // told where it is awaited
  return asked;
}

/** Take the division when it has come; else say so, and offer to try again: `late` is called when that has worked. */
export async function showDivision(asked, late) {
  cover();
  running(true);
  try {
    const [, , outlines] = await asked;
    performance.mark("gezhi:fetched");
    drawOutlines(outlines);
    return true;
  } catch (error) {
    const again = async () => (await showDivision(askForDivision(), late)) && late();
    cover(h("h2", {}, icon("warn"), t("error.mapData")), failure(error, again));
    return false;
  } finally {
    running(false);
  }
}
