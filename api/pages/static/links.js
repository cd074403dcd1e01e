// Keeping the address line in step with the view, and handing it on.

import { byId, copyText, debounced, h } from "./dom.js";
import { t } from "./i18n.js";
import { map } from "./map.js";
import { format } from "./permalink.js";
import { state, watch } from "./state.js";

/** Say something for a moment. */
export function toast(text, { action = null, lasting = false } = {}) {
  const element = h("div", { class: "toast" }, h("span", {}, text),
    action && h("button", { class: "button", type: "button", onclick: action.run }, action.text));
  byId("toasts").append(element);
  if (!lasting) setTimeout(() => element.remove(), 3000);
  return element;
}

/** The address of the present view. */
function viewHash() {
  const { lng, lat } = map.getCenter();
  return format({ zoom: map.getZoom(), lat, lon: lng }, state);
}

function write() {
  if (map) history.replaceState(null, "", viewHash());
}

/** A new question of the reader is a step that the browser's back leads back from; going back and forward is none. */
function step({ asked }) {
  if (map && !asked.again && viewHash() !== location.hash) history.pushState(null, "", viewHash());
}

/** Copy the link to exactly this view. */
export async function copyLink() {
  write();
  toast(t((await copyText(location.href)) ? "tool.copied" : "tool.notCopied"));
}

/** Copy a coordinate. */
export async function copyPoint(text) {
  toast(t((await copyText(text)) ? "lookup.pointCopied" : "tool.notCopied"));
}

/** Follow map and state. */
export function startLinks() {
  const soon = debounced(write, 200);
  map.on("moveend", soon);
  watch(["asked"], step);
  watch(["grid", "pin", "area", "layers", "lang"], soon);
  write();
}
