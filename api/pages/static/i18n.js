// The page in two languages. Chinese is the original; English is a switch, kept in the address line and in
// this browser. Names of places and people are data and stay as they are.

import en from "./en.js";
import zh from "./zh.js";

const DICTIONARIES = { zh, en };
const KEY = "gezhi.lang";
let current = "zh";

export function language() {
  return current;
}

/** The text for a key with {named} values; a key that is missing shows itself, so that it is noticed. */
export function t(key, values = {}) {
  const text = DICTIONARIES[current][key] ?? DICTIONARIES.zh[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** The text for a key, or the given word when the dictionary has none (words that come with the data). */
export function word(key, fallback) {
  return DICTIONARIES[current][key] ?? fallback ?? key;
}

/** The language that was chosen before in this browser, if any. */
export function rememberedLanguage() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage may be forbidden; then the switch lasts as long as the page
  }
}

/** Speak this language from now on, in the static parts of the page too. */
export function setLanguage(lang) {
  current = lang in DICTIONARIES ? lang : "zh";
  document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
  try {
    localStorage.setItem(KEY, current);
  } catch {
    // see rememberedLanguage
  }
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
    if (element.hasAttribute("title")) element.title = t(element.dataset.tLabel);
  }
  for (const element of document.querySelectorAll("[data-t-placeholder]")) {
    element.placeholder = t(element.dataset.tPlaceholder);
  }
}
