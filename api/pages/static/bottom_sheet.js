// On a phone the panel is a sheet at the bottom with three heights. A tap on its grip or a drag changes them;
// a selection opens it halfway, so that the place stays in view above it.

import { byId } from "./dom.js";
import { state, watch } from "./state.js";

const HEIGHTS = ["peek", "half", "full"];
const narrow = matchMedia("(max-width: 720px)");

function setHeight(name) {
  byId("panel").dataset.height = name;
  byId("grip").setAttribute("aria-expanded", String(name !== "peek"));
}

function drag(event) {
  const panel = byId("panel");
  const grip = byId("grip");
  const start = { y: event.clientY, height: panel.getBoundingClientRect().height };
  let moved = 0;
  grip.setPointerCapture(event.pointerId);
  const onMove = (move) => {
    moved = start.y - move.clientY;
    panel.style.setProperty("--height", `${start.height + moved}px`);
    panel.classList.add("is-dragged");
  };
  const onEnd = () => {
    grip.removeEventListener("pointermove", onMove);
    panel.classList.remove("is-dragged");
    panel.style.removeProperty("--height");
    const now = HEIGHTS.indexOf(panel.dataset.height);
    const step = Math.abs(moved) < 8 ? (now === 0 ? 1 : -now) : Math.sign(moved);
    setHeight(HEIGHTS[Math.max(0, Math.min(2, now + step))]);
  };
  grip.addEventListener("pointermove", onMove);
  grip.addEventListener("pointerup", onEnd, { once: true });
  grip.addEventListener("pointercancel", onEnd, { once: true });
}

/** Make the sheet work; on wide screens it is simply the panel at the right. */
export function startSheet() {
  setHeight("peek");
  byId("grip").addEventListener("pointerdown", drag);
  byId("grip").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    setHeight(byId("panel").dataset.height === "peek" ? "half" : "peek");
  });
  const makeRoom = () => {
    if (narrow.matches && (state.grid !== null || state.pin)) setHeight("half");
  };
  makeRoom();
  watch(["asked"], makeRoom);
}
