// The small form for a coordinate in any of the systems people have: phones and web maps speak GCJ-02 or BD-09,
// papers CGCS2000. The service converts; the page never does.

import { byId, fill, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { openPoint } from "./selection.js";
import { state, watch } from "./state.js";

const SYSTEMS = [
  ["EPSG:4326", "WGS 84 (EPSG:4326)"],
  ["EPSG:4490", "CGCS2000 (EPSG:4490)"],
  ["GCJ-02", "GCJ-02"],
  ["BD-09", "BD-09"],
];

/** The key of what was wrong when the form was last sent, or null. */
let fault = null;

const form = () => byId("coordinates");
const opener = () => byId("coordinates-open");

function show(shown) {
  form().hidden = !shown;
  opener().setAttribute("aria-expanded", String(shown));
  if (shown) form().querySelector("input").focus();
  else if (form().contains(document.activeElement)) opener().focus();
}

/** A number of a text field, null when it is empty or no number. */
function valueOf(name) {
  const text = form().elements[name].value.trim();
  return text === "" || !Number.isFinite(Number(text)) ? null : Number(text);
}

function submit(event) {
  event.preventDefault();
  const [lon, lat] = [valueOf("lon"), valueOf("lat")];
  const accuracy_m = form().elements.accuracy_m.value.trim() === "" ? 0 : valueOf("accuracy_m");
  fault = faultOf(lon, lat, accuracy_m);
  byId("coordinates-wrong").hidden = !fault;
  if (fault) return fill(byId("coordinates-wrong"), t(fault));
  openPoint({ lon, lat, crs: form().elements.crs.value, accuracy_m }, { fly: true });
  if (matchMedia("(max-width: 720px)").matches) show(false);
}

/** The key of what is wrong with the fields, or null. */
function faultOf(lon, lat, accuracy_m) {
  if (lon !== null && lat !== null && Math.abs(lon) <= 90 && Math.abs(lat) > 90 && Math.abs(lat) <= 180) return "form.swapped";
  if (lon === null || lat === null || Math.abs(lon) > 180 || Math.abs(lat) > 90) return "form.wrong";
  return accuracy_m === null || accuracy_m < 0 || accuracy_m > 1e6 ? "form.wrongAccuracy" : null;
}

/** A pasted "lon, lat" fills both fields. */
function paste(event) {
  const text = event.clipboardData?.getData("text") ?? "";
  const found = text.match(/(-?\d+(?:\.\d+)?)\s*[,，;\s]\s*(-?\d+(?:\.\d+)?)/);
  if (!found) return;
  event.preventDefault();
  [form().elements.lon.value, form().elements.lat.value] = [found[1], found[2]];
}

function field(name, label, value = "", more = {}) {
  return h("label", { class: "field" }, h("span", {}, label),
    h("input", { name, type: "text", inputmode: "decimal", autocomplete: "off", value, onpaste: paste, ...more }));
}

/** What stands in the fields now; before the form was drawn for the first time, the place on the map. */
function typed() {
  const fields = form().elements;
  if (fields.crs) return Object.fromEntries(["crs", "lon", "lat", "accuracy_m"].map((name) => [name, fields[name].value]));
  const { pin } = state;
  return { crs: SYSTEMS[0][0], lon: pin ? pin.lon.toFixed(6) : "", lat: pin ? pin.lat.toFixed(6) : "", accuracy_m: "" };
}

function draw() {
  const before = typed();
  fill(form(),
    h("header", {}, h("h2", {}, t("form.title")),
      h("button", { class: "plain", type: "button", "aria-label": t("tool.close"), onclick: () => show(false) }, icon("close"))),
    h("p", {}, t("form.lead")),
    h("label", { class: "field field-wide" }, h("span", {}, t("form.crs")),
      h("select", { name: "crs" }, SYSTEMS.map(([value, name]) => h("option", { value, selected: value === before.crs }, name)))),
    field("lon", t("form.lon"), before.lon, { placeholder: "113.081234" }),
    field("lat", t("form.lat"), before.lat, { placeholder: "22.581234" }),
    field("accuracy_m", t("form.accuracy"), before.accuracy_m, { placeholder: "0" }),
    h("button", { class: "button button-main", type: "submit" }, t("form.ask")),
    h("small", { class: "form-note" }, t("form.paste")),
    h("p", { class: "form-wrong", id: "coordinates-wrong", role: "alert", hidden: !fault }, fault && t(fault)));
}

/** Make the form and its button work. */
export function startCoordinates() {
  draw();
  watch(["lang"], draw);
  opener().addEventListener("click", () => show(form().hidden));
  form().addEventListener("submit", submit);
  form().addEventListener("keydown", (event) => event.key === "Escape" && show(false));
}
