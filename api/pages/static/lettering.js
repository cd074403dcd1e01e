// The letters on the map. They are drawn from the reader's own fonts: nothing is fetched.

export const FONT = ["Noto Sans CJK SC Regular"];
export const BOLD = ["Noto Sans CJK SC Bold"];
export const FONT_FAMILY = "'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";

/** How much larger than at a desk letters and symbols are to be: a wall of 3840 px is read from afar. */
export function lettersScale() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}
