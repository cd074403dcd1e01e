// Ways to select: from a list, a path, the map or the search. The map follows where that helps.

import { h, icon } from "./dom.js";
import { rootArea } from "./division.js";
import { ask } from "./state.js";

/** Open an area's panel and go there. */
export function openArea(id) {
  ask({ area: id === rootArea()?.id ? null : id }, { fly: true });
}

/** Select a grid and go there. */
export function openGrid(id) {
  ask({ grid: id }, { fly: true });
}

/** Ask about a place; `fly` when it was typed rather than clicked. */
export function openPoint(pin, { camera = null, fly = false } = {}) {
  ask({ pin, camera }, { fly });
}

/** A path of areas as buttons. */
export function crumbs(path) {
  return h("nav", { class: "crumbs" }, path.map((node, k) => [
    k ? icon("chevron") : null,
    node.id === undefined
      ? h("span", {}, node.name)
      : h("button", { type: "button", onclick: () => openArea(node.id) }, node.name),
  ]));
}
