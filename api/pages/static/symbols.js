// The pictures that the map needs, drawn here instead of fetched: camera symbols that point north (the map
// turns them) and hatches.

import { FONT_FAMILY } from "./lettering.js";
import { SITE_SIGNS } from "./site_layers.js";

const SHARPNESS = 3;

function canvasOf(size_px) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(size_px * SHARPNESS);
  const pen = canvas.getContext("2d");
  pen.scale(SHARPNESS, SHARPNESS);
  return { canvas, pen };
}

function pixelsOf({ canvas, pen }) {
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** Draw twice: a wide stroke in the halo's colour, then the symbol itself. */
function withHalo(pen, theme, colour, draw) {
  pen.lineJoin = "round";
  pen.lineCap = "round";
  for (const pass of ["halo", "ink"]) {
    const halo = pass === "halo";
    pen.strokeStyle = pen.fillStyle = halo ? theme.casing : colour;
    draw(pen, halo ? 2.4 : 0);
  }
}

function dot(pen, extra) {
  pen.beginPath();
  pen.arc(0, 0, 3 + extra / 2, 0, 2 * Math.PI);
  pen.fill();
}

function ring(pen, extra, dash) {
  pen.setLineDash(dash);
  pen.lineWidth = 1.3 + extra;
  pen.beginPath();
  pen.arc(0, 0, 6.6, 0, 2 * Math.PI);
  pen.stroke();
  pen.setLineDash([]);
}

function wedge(pen, extra) {
  const [reach, half] = [10.5, Math.PI / 5.5];
  pen.beginPath();
  pen.moveTo(0, 0);
  pen.arc(0, 0, reach, -Math.PI / 2 - half, -Math.PI / 2 + half);
  pen.closePath();
  if (extra) {
    pen.lineWidth = extra;
    pen.stroke();
  }
  pen.globalAlpha = extra ? 1 : 0.75;
  pen.fill();
  pen.globalAlpha = 1;
}

const SHAPES = {
  aimed: (pen, extra) => [wedge, dot].forEach((part) => part(pen, extra)),
  dome: (pen, extra) => [ring, dot].forEach((part) => part(pen, extra, [])),
  unaimed: (pen, extra) => [ring, dot].forEach((part) => part(pen, extra, extra ? [] : [2.2, 2.4])),
};

/** A camera symbol as an image of 26 px; `shape` is aimed, dome or unaimed. */
export function cameraPicture(theme, shape, colour) {
  const picture = canvasOf(26);
  picture.pen.translate(13, 13);
  withHalo(picture.pen, theme, colour, SHAPES[shape]);
  return pixelsOf(picture);
}

/** Parallel lines that join at the edges of the tile; `slope` 1 rises to the right, -1 falls. */
export function hatchPicture(colour, { gap_px, width_px, slope }) {
  const picture = canvasOf(gap_px);
  const { pen } = picture;
  pen.strokeStyle = colour;
  pen.lineWidth = width_px;
  for (const shift of [-gap_px, 0, gap_px]) {
    pen.beginPath();
    pen.moveTo(shift - gap_px, slope > 0 ? 2 * gap_px : -gap_px);
    pen.lineTo(shift + 2 * gap_px, slope > 0 ? -gap_px : 2 * gap_px);
    pen.stroke();
  }
  return pixelsOf(picture);
}

/** A small numbered disc's plate: a circle with an outline, for ranks. */
function platePicture(theme, colour) {
  const picture = canvasOf(26);
  const { pen } = picture;
  pen.translate(13, 13);
  pen.beginPath();
  pen.arc(0, 0, 10, 0, 2 * Math.PI);
  pen.fillStyle = theme.casing;
  pen.fill();
  pen.lineWidth = 1.6;
  pen.strokeStyle = colour;
  pen.stroke();
  return pixelsOf(picture);
}

/** A small square plate with a sign of one or two letters, for sites by kind. */
export function sitePicture(theme, sign) {
  const picture = canvasOf(22);
  const { pen } = picture;
  pen.translate(11, 11);
  pen.beginPath();
  pen.roundRect(-8.5, -8.5, 17, 17, 4);
  pen.fillStyle = theme.casing;
  pen.fill();
  pen.lineWidth = 1.2;
  pen.strokeStyle = theme.site;
  pen.stroke();
  pen.font = `500 10.5px ${FONT_FAMILY}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = theme.site;
  pen.fillText(sign, 0, 0.6);
  return pixelsOf(picture);
}

/** A gate: two posts and what is between them, a bar when it is closed. */
export function gatePicture(theme, { closed }) {
  const picture = canvasOf(16);
  picture.pen.translate(8, 8);
  withHalo(picture.pen, theme, theme.site, (pen, extra) => {
    pen.lineWidth = 1.8 + extra;
    pen.beginPath();
    for (const x of [-4, 4]) {
      pen.moveTo(x, -4);
      pen.lineTo(x, 4);
    }
    if (closed) {
      pen.moveTo(-4, 0);
      pen.lineTo(4, 0);
    }
    pen.stroke();
  });
  return pixelsOf(picture);
}

/** All pictures of a theme by the names that the layers use. */
function picturesOf(theme) {
  const pictures = {
    "hatch-gap": hatchPicture(theme.gap, { gap_px: 10, width_px: 1, slope: 1 }),
    "hatch-unsure": hatchPicture(theme.camera, { gap_px: 6, width_px: 0.8, slope: -1 }),
    "hatch-dead": hatchPicture(theme.dead, { gap_px: 6, width_px: 0.6, slope: -1 }),
    rank: platePicture(theme, theme.gap),
    gate: gatePicture(theme, { closed: false }),
    "gate-closed": gatePicture(theme, { closed: true }),
  };
  for (const [kind, sign] of Object.entries(SITE_SIGNS)) pictures[`site-${kind}`] = sitePicture(theme, sign);
  for (const shape of Object.keys(SHAPES)) {
    pictures[`camera-${shape}-live`] = cameraPicture(theme, shape, theme.camera);
    pictures[`camera-${shape}-dead`] = cameraPicture(theme, shape, theme.dead);
  }
  return pictures;
}

/** Give a map the pictures of a theme. */
export function addPictures(map, theme) {
  for (const [name, picture] of Object.entries(picturesOf(theme))) {
    if (!map.hasImage(name)) map.addImage(name, picture, { pixelRatio: SHARPNESS });
  }
}
