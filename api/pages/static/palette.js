// Colours and classes. Both ramps rise evenly in lightness (OKLCH, 0.35 to 0.87 on dark, the reverse on
// paper) while the hue turns, so that the order survives every kind of colour blindness and a grey printer.

export const DARK = {
  name: "dark",
  ground: "#0a0f16",
  land: "#16202c",
  zero: "#172130",
  grids: ["#243b52", "#295771", "#287886", "#469a8b", "#97b975", "#e5d587"],
  heat: ["#4f2851", "#7d325c", "#aa445a", "#cf664c", "#e49953", "#eed18a"],
  seam: "#0a0f16",
  casing: "#0a0f16",
  city: "#dbe3ec",
  county: "#c2cdd9",
  town: "#97a6b7",
  community: "#77889b",
  grid: "#5d6d80",
  label: "#f1f4f8",
  minor: "#dde4ec",
  halo: "rgba(8, 12, 18, 0.88)",
  camera: "#a5d4ff",
  dead: "#8a939e",
  gap: "#ff7fa6",
  incident: "#ffb259",
  site: "#c9b6ff",
  keyArea: "#ff9d6e",
  selected: "#ffffff",
  veil: "rgba(10, 15, 22, 0.62)",
  built: "#1f2936",
  green: "#172825",
  water: "#1e4263",
  lane: "#2a3542",
  street: "#313d4b",
  road: "#3a4755",
  rail: "#4a5663",
  trunk: "#55554f",
  motorway: "#6e6650",
  wayName: "#8b99a8",
  waterName: "#6f9cc4",
};

export const LIGHT = {
  name: "light",
  ground: "#ffffff",
  land: "#fbfbf9",
  zero: "#fbfaf4",
  grids: ["#efeed8", "#c2dcb5", "#7bc3b4", "#489dad", "#347396", "#274a6f"],
  heat: ["#f8ecd3", "#f6cc9f", "#f59c74", "#e16969", "#b14370", "#732f67"],
  seam: "#ffffff",
  casing: "#ffffff",
  city: "#1d2630",
  county: "#36424f",
  town: "#5c6a78",
  community: "#8793a0",
  grid: "#aab3bd",
  label: "#10161d",
  minor: "#33404d",
  halo: "rgba(255, 255, 255, 0.92)",
  camera: "#12538c",
  dead: "#7c858f",
  gap: "#b3204f",
  incident: "#b35a00",
  site: "#5b3fa8",
  keyArea: "#a8481a",
  selected: "#000000",
  veil: "rgba(255, 255, 255, 0.6)",
  built: "#f3f1ec",
  green: "#eef4ea",
  water: "#b9d3e6",
  lane: "#e6e9ec",
  street: "#dde1e5",
  road: "#ced4d9",
  rail: "#b4bbc2",
  trunk: "#d9c9a8",
  motorway: "#cfb27c",
  wayName: "#5f6b77",
  waterName: "#3f6f99",
};

/** Shares of the positive values below each class: finer at the top, since the worst few are looked for. */
const QUANTILES = [0, 0.3, 0.55, 0.75, 0.9, 0.97];

/** Two figures are enough for a border between classes; small numbers stay whole. */
function rounded(value, whole, round = Math.round) {
  if (whole && value < 20) return round(value);
  const step = 10 ** (Math.floor(Math.log10(value)) - 1);
  const result = round(value / step) * step;
  return whole ? Math.round(result) : Number(result.toPrecision(12));
}

/** The share of the values that the top class has at least. */
const LEAST = 0.015;

/**
 * Lower borders of up to six classes of the positive values, by rounded quantiles, ascending.
 * The first is the smallest value's (1 for counts); empty when no value is positive.
 */
export function breaksOf(values, { whole }) {
  const positive = values.filter((value) => value > 0).sort((a, b) => a - b);
  if (!positive.length) return [];
  const lows = [whole ? 1 : rounded(positive[0], false, Math.floor)];
  for (const share of QUANTILES.slice(1)) {
    const low = rounded(positive[Math.floor(positive.length * share)], whole);
    // where many counts are equal, the next number begins the next class, unless hardly any would be in it
    const next = whole ? Math.max(low, lows.at(-1) + 1) : low;
    const apart = whole || next >= lows.at(-1) * 1.25; // measures that differ less are one class
    const above = positive.length - positive.findIndex((value) => value >= next);
    if (apart && next <= positive.at(-1) && above >= positive.length * LEAST) lows.push(next);
  }
  return lows;
}

/** One colour a class; fewer classes spread over the whole ramp. */
export function coloursOf(ramp, classes) {
  if (classes <= 1) return ramp.slice(3, 3 + classes);
  return Array.from({ length: classes }, (_, k) => ramp[Math.round((k * (ramp.length - 1)) / (classes - 1))]);
}

/** MapLibre expression that colours a property by its class. */
export function stepExpression(property, breaks, ramp, zero) {
  if (!breaks.length) return zero;
  const colours = coloursOf(ramp, breaks.length);
  return ["step", ["coalesce", ["get", property], 0], zero, ...breaks.flatMap((low, k) => [low, colours[k]])];
}

/** True when the reader may not know any of the values. */
export function allUnknown(values) {
  return values.length > 0 && values.every((value) => value === null || value === undefined);
}

/** How many values fall into "none" and into each class: (1 + classes) counts. */
export function countsOf(values, breaks) {
  const counts = new Array(breaks.length + 1).fill(0);
  for (const value of values) {
    let k = 0;
    while (k < breaks.length && value >= breaks[k]) k += 1;
    counts[k] += 1;
  }
  return counts;
}
