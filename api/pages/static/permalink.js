// The address line holds the view: #zoom/lat/lon&grid=…&area=…&pin=lon,lat[,accuracy_m]&layers=…&lang=…
// Reading it again gives the same picture.

import { DEFAULT_LAYERS, LAYERS } from "./state.js";

const finite = (text) => (text === undefined || text.trim() === "" || !Number.isFinite(Number(text)) ? null : Number(text));

function viewOf(text) {
  const [zoom, lat, lon] = text.split("/").map(finite);
  const sound = [zoom, lat, lon].every((value) => value !== null && value !== undefined);
  return sound && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
}

function pinOf(text) {
  const [lon, lat, accuracy_m] = (text ?? "").split(",").map(finite);
  if (lon === null || lat === null || lat === undefined || Math.abs(lat) > 90 || Math.abs(lon) > 180) return null;
  return { lon, lat, accuracy_m: accuracy_m ?? 0, crs: "EPSG:4326" };
}

/** Read a hash; what is malformed is left out rather than guessed. */
export function parse(hash) {
  const [first, ...rest] = hash.replace(/^#/, "").split("&");
  const values = Object.fromEntries(
    (first.includes("=") ? [first, ...rest] : rest).filter(Boolean).map((part) => part.split("=").map(decodeURIComponent)),
  );
  const whole = (text) => (/^\d+$/.test(text ?? "") ? Number(text) : null);
  const told = values.layers?.split(",").filter((name) => LAYERS.includes(name));
  // No layer at all is a choice; names that all mean nothing are none.
  const layers = told?.length || values.layers === "" ? told : null;
  return {
    view: first.includes("=") ? null : viewOf(first),
    grid: whole(values.grid),
    area: whole(values.area),
    pin: pinOf(values.pin),
    layers: layers && new Set(layers),
    lang: ["zh", "en"].includes(values.lang) ? values.lang : null,
  };
}

/** Write the hash of a view and a state; defaults are left out. */
export function format({ zoom, lat, lon }, state) {
  const parts = [`#${zoom.toFixed(2)}/${lat.toFixed(5)}/${lon.toFixed(5)}`];
  if (state.area !== null) parts.push(`area=${state.area}`);
  if (state.grid !== null) parts.push(`grid=${state.grid}`);
  if (state.pin) {
    const { lon: x, lat: y, accuracy_m } = state.pin;
    parts.push(`pin=${[x.toFixed(6), y.toFixed(6), ...(accuracy_m ? [accuracy_m] : [])].join(",")}`);
  }
  const usual = state.layers.size === DEFAULT_LAYERS.length && DEFAULT_LAYERS.every((name) => state.layers.has(name));
  if (!usual) parts.push(`layers=${LAYERS.filter((name) => state.layers.has(name)).join(",")}`);
  if (state.lang !== "zh") parts.push(`lang=${state.lang}`);
  return parts.join("&");
}
