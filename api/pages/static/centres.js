// Where a polygon's name goes: the place inside that is farthest from its border, so that a label of a
// crescent or of an archipelago stands on its own ground.

function ringArea(ring) {
  let sum = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    sum += (ring[j][0] + ring[i][0]) * (ring[j][1] - ring[i][1]);
  }
  return Math.abs(sum / 2);
}

/** The largest polygon of a (multi)polygon, as rings. */
function mainPart(geometry) {
  if (geometry.type === "Polygon") return geometry.coordinates;
  return geometry.coordinates.reduce((best, rings) => (ringArea(rings[0]) > ringArea(best[0]) ? rings : best));
}

/** Signed distance to the border in degrees of latitude: positive inside. */
function depth(x, y, rings, squeeze) {
  let inside = false;
  let least = Infinity;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [ax, ay] = ring[i];
      const [bx, by] = ring[j];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
      const dx = (bx - ax) * squeeze;
      const dy = by - ay;
      const px = (x - ax) * squeeze;
      const py = y - ay;
      const along = Math.max(0, Math.min(1, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
      least = Math.min(least, (px - along * dx) ** 2 + (py - along * dy) ** 2);
    }
  }
  return (inside ? 1 : -1) * Math.sqrt(least);
}

/** [lon, lat] for a label: the best of a coarse lattice, then refined by halving around it. */
export function centreOf(geometry) {
  const rings = mainPart(geometry);
  const xs = rings[0].map((p) => p[0]);
  const ys = rings[0].map((p) => p[1]);
  const [west, east] = [Math.min(...xs), Math.max(...xs)];
  const [south, north] = [Math.min(...ys), Math.max(...ys)];
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  let best = { x: (west + east) / 2, y: (south + north) / 2, d: -Infinity };
  const consider = (x, y) => {
    const d = depth(x, y, rings, squeeze);
    if (d > best.d) best = { x, y, d };
  };
  let [stepX, stepY] = [(east - west) / 8, (north - south) / 8];
  for (let i = 1; i < 8; i += 1) for (let j = 1; j < 8; j += 1) consider(west + i * stepX, south + j * stepY);
  for (let round = 0; round < 4; round += 1) {
    [stepX, stepY] = [stepX / 2, stepY / 2];
    const { x, y } = best;
    for (const i of [-1, 0, 1]) for (const j of [-1, 0, 1]) if (i || j) consider(x + i * stepX, y + j * stepY);
  }
  return [best.x, best.y];
}

/** The box [west, south, east, north] of a geometry. */
export function boxOf(geometry) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (part) => {
    if (typeof part[0] !== "number") return part.forEach(visit);
    box[0] = Math.min(box[0], part[0]);
    box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]);
    box[3] = Math.max(box[3], part[1]);
    return undefined;
  };
  visit(geometry.coordinates);
  return box;
}
