// Numbers, lengths, areas and times as text. Values wear their unit in the name; unknown (null) is a dash,
// never 0.

import { language } from "./i18n.js";

export const UNKNOWN = "—";

const known = (value) => value !== null && value !== undefined && Number.isFinite(Number(value));
const locale = () => (language() === "zh" ? "zh-CN" : "en-GB");

/** A count or measure with thousands separators and at most `digits` decimals. */
export function number(value, digits = 0) {
  if (!known(value)) return UNKNOWN;
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);
}

/** A share from 0 to 1 as per cent; a trace is never rounded to nothing, nor almost all to all. */
export function percent(share, digits = 1) {
  if (!known(share)) return UNKNOWN;
  const floor = 10 ** -digits;
  const value = share * 100;
  if (value > 0 && value < floor) return `< ${floor} %`;
  if (value < 100 && value > 100 - floor) return `> ${100 - floor} %`;
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value)} %`;
}

/** An area, in hectares or km² so that three figures count. */
export function area(area_m2) {
  if (!known(area_m2)) return UNKNOWN;
  if (area_m2 < 10_000) return `${number(area_m2)} m²`;
  const km2 = area_m2 / 1e6;
  return `${number(km2, km2 < 1 ? 3 : km2 < 100 ? 2 : 0)} km²`;
}

/** A distance on the ground. */
export function distance(distance_m) {
  if (!known(distance_m)) return UNKNOWN;
  if (distance_m < 10) return `${number(distance_m, 2)} m`;
  if (distance_m < 1000) return `${number(distance_m, 1)} m`;
  return `${number(distance_m / 1000, distance_m < 10_000 ? 2 : 1)} km`;
}

/** lon, lat in degrees; six decimals are 0.1 m. */
export function coordinate(lon, lat) {
  return `${Number(lon).toFixed(6)}, ${Number(lat).toFixed(6)}`;
}

/** A time in the city's own zone, to the minute. */
export function time(iso, zone) {
  const when = new Date(iso);
  if (!iso || Number.isNaN(when.getTime())) return UNKNOWN;
  return new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: zone }).format(when);
}

/** A day in the city's own zone. */
export function day(iso, zone) {
  const when = new Date(iso);
  if (!iso || Number.isNaN(when.getTime())) return UNKNOWN;
  return new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: zone }).format(when);
}

/** How old a time is, in words; null when it is not a time. */
export function age(iso, now = Date.now()) {
  const seconds = (now - new Date(iso).getTime()) / 1000;
  if (!Number.isFinite(seconds)) return null;
  const words = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  if (seconds < 90) return words.format(-Math.round(seconds / 60), "minute");
  if (seconds < 5400) return words.format(-Math.round(seconds / 60), "minute");
  if (seconds < 129_600) return words.format(-Math.round(seconds / 3600), "hour");
  return words.format(-Math.round(seconds / 86_400), "day");
}

/** The eight directions a camera can look. */
export function bearing(azimuth_deg) {
  if (!known(azimuth_deg)) return null;
  const names = language() === "zh"
    ? ["北", "东北", "东", "东南", "南", "西南", "西", "西北"]
    : ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];
  return `${names[Math.round((((azimuth_deg % 360) + 360) % 360) / 45) % 8]} ${number(azimuth_deg)}°`;
}
