// What the reader is looking at, apart from the camera of the map: one object, changed only by `change`, so
// that panel, map and address line can never tell different stories.

export const LAYERS = [
  "grids", "heat", "incidents", "cameras", "views", "gaps", "sites", "keyAreas", "basemap", "counties", "towns", "communities", "names",
];
export const DEFAULT_LAYERS = ["grids", "basemap", "counties", "towns", "communities", "names"];

/**
 * layers: Set of LAYERS · area: area id whose panel is open (null: the city's) · grid: selected grid id · pin: {lon,
 * lat, accuracy_m, crs} a place that was asked for · camera: properties of the camera that was clicked · asked: a new
 * object for every question of the reader; `fly` when the map should go there.
 */
export const state = {
  layers: new Set(DEFAULT_LAYERS),
  area: null,
  grid: null,
  pin: null,
  camera: null,
  asked: { fly: false },
  lang: "zh",
};

const listeners = [];

/** Hear about changes of any of these keys. */
export function watch(keys, listener) {
  listeners.push({ keys, listener });
}

/** Change some keys at once; listeners are called once each. */
export function change(patch) {
  const changed = Object.keys(patch).filter((key) => state[key] !== patch[key]);
  Object.assign(state, patch);
  for (const { keys, listener } of listeners) {
    if (keys.some((key) => changed.includes(key))) listener(state, changed);
  }
}

/** Switch one layer; grid colours and cell colours exclude each other, since one place has one colour. */
export function toggleLayer(name, shown) {
  const layers = new Set(state.layers);
  if (shown) layers.add(name);
  else layers.delete(name);
  if (shown && name === "grids") layers.delete("heat");
  if (shown && name === "heat") layers.delete("grids");
  change({ layers });
}

/**
 * Ask for something else: what is not named is no longer selected, except the area one came from. `again` when the
 * reader goes back or forward: then the address line has it already.
 */
export function ask(selection, { fly = false, again = false } = {}) {
  change({ grid: null, pin: null, camera: null, ...selection, asked: { fly, again } });
}
