"""Streets in towns and lanes in the country: rectangles split again and again in turned frames.

Each town has a frame over its territory. Blocks are split until they hold some 350 people in town, and
until 0.15 to 0.9 km2 in the country; steep land is left alone. Straight splits are then bent, a little in
town and much in the country, by one smooth field, so that neighbouring lines bend together and no line
crosses another. All towns are split at once, level by level. Cost: O(blocks).
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.sample.chance import fractal_noise, stream
from gis.sample.landscape import Landscape
from gis.sample.linework import LineKind, Lines
from gis.units import BoolArray, FloatArray, GeometryArray, IntArray

PEOPLE_PER_BLOCK = 360.0
SHARE_OF_CROSSINGS = 0.75
"""Of the blocks cut in two, how many are cut on in one line, so that streets cross there."""
OVERSHOOT_M = 3.0
"""How far a split reaches over its ends, so that it surely meets the lines it ends at."""


@dataclass(frozen=True, slots=True)
class Frames:
    """The turned frames of towns: the origin, and the direction of the first axis.

    Parameters
    ----------
    origin
        (towns, 2) metres.
    angle
        (towns,) radians from east.
    """

    origin: FloatArray
    angle: FloatArray

    def to_plane(self, town: IntArray, u: FloatArray, v: FloatArray) -> FloatArray:
        """Return (..., 2) places of frame coordinates; `town` broadcasts against them."""
        cosine, sine = np.cos(self.angle[town]), np.sin(self.angle[town])
        origin = self.origin[town]
        return np.stack([origin[..., 0] + u * cosine - v * sine, origin[..., 1] + u * sine + v * cosine], -1)

    def from_plane(self, town: IntArray, xy: FloatArray) -> FloatArray:
        """Return (n, 2) frame coordinates of places."""
        cosine, sine = np.cos(self.angle[town]), np.sin(self.angle[town])
        away = xy - self.origin[town]
        return np.column_stack([away[:, 0] * cosine + away[:, 1] * sine, away[:, 1] * cosine - away[:, 0] * sine])


@dataclass(frozen=True, slots=True)
class Splits:
    """Straight splits in the frames of their towns.

    Parameters
    ----------
    town
        (n,) whose frame.
    ends
        (n, 4) u0, v0, u1, v1, metres.
    block_m2
        (n,) area of the block that was split.
    """

    town: IntArray
    ends: FloatArray
    block_m2: FloatArray


def streets_and_lanes(
    land: Landscape, centres: FloatArray, road_lines: Lines, built: shapely.Geometry, *, seed: int
) -> Lines:
    """Return streets and arteries inside built-up land, and lanes outside."""
    rng = stream(seed, "streets")
    frames = Frames(centres, _angles(centres, road_lines.of_kinds(LineKind.TRUNK), rng))
    splits = _split_blocks(land, frames, rng)
    lines, block_m2 = _bent(land, frames, splits, rng)
    shapely.prepare(built)
    middle = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))
    in_town = shapely.contains_xy(built, middle[:, 0], middle[:, 1])
    kinds = np.where(in_town, np.where(block_m2 > 0.3e6, LineKind.ARTERY, LineKind.STREET), LineKind.LANE)
    return Lines(lines, kinds.astype(np.int64))


def _angles(centres: FloatArray, trunk: Lines, rng: np.random.Generator) -> FloatArray:
    """Return the direction of the longest trunk road near each centre, slightly off it, or any direction."""
    angles = rng.uniform(0.0, np.pi, len(centres))
    offsets = rng.normal(0.0, 0.06, len(centres))
    if len(trunk.lines) == 0:
        return angles
    tree = shapely.STRtree(trunk.lines)
    for town, near in enumerate(shapely.buffer(shapely.points(centres), 1500.0)):
        hits = np.sort(tree.query(near, predicate="intersects"))
        if len(hits):
            pieces = shapely.intersection(trunk.lines[hits], near)
            ends = shapely.get_coordinates(pieces[int(np.argmax(shapely.length(pieces)))])
            run = ends[-1] - ends[0]
            angles[town] = np.arctan2(run[1], run[0]) + offsets[town]
    return angles


def _first_blocks(land: Landscape, frames: Frames) -> tuple[IntArray, FloatArray]:
    """Return one block (u0, u1, v0, v1) per town, around its territory."""
    town = land.town.ravel()
    cells = np.flatnonzero(town >= 0)
    uv = frames.from_plane(town[cells], land.raster.middles()[cells])
    order = np.argsort(town[cells], kind="stable")
    towns, first = np.unique(town[cells][order], return_index=True)
    low = np.minimum.reduceat(uv[order], first, axis=0)
    high = np.maximum.reduceat(uv[order], first, axis=0)
    return towns, np.column_stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]])


def _split_blocks(land: Landscape, frames: Frames, rng: np.random.Generator) -> Splits:
    """Split the towns' first blocks until all are small enough."""
    town, block = _first_blocks(land, frames)
    towns, ends, areas = [], [], []
    planned = np.full((len(town), 2), np.nan)
    while len(town):
        width, height = block[:, 1] - block[:, 0], block[:, 3] - block[:, 2]
        area = width * height
        wanted = _worth_splitting(land, frames, town, block)
        wanted &= (area > _target_m2(land, frames, town, block) * rng.uniform(0.75, 1.5, len(town))) | (
            np.maximum(width, height) > 3.0 * np.minimum(width, height)
        )
        town, block, planned, area = town[wanted], block[wanted], planned[wanted], area[wanted]
        upright = (width > height * rng.uniform(0.85, 1.15, len(width)))[wanted]
        at = _cuts(block, planned, upright, rng)
        u0, u1, v0, v1 = block.T
        over = OVERSHOOT_M
        across = np.column_stack([at, v0 - over, at, v1 + over])
        along = np.column_stack([u0 - over, at, u1 + over, at])
        towns.append(town)
        ends.append(np.where(upright[:, None], across, along))
        areas.append(area)
        first = np.column_stack([u0, np.where(upright, at, u1), v0, np.where(upright, v1, at)])
        second = np.column_stack([np.where(upright, at, u0), u1, np.where(upright, v0, at), v1])
        planned = _plans(block, upright, rng)
        town, block, planned = np.r_[town, town], np.vstack([first, second]), np.vstack([planned, planned])
    return Splits(np.concatenate(towns), np.vstack(ends), np.concatenate(areas))


def _cuts(block: FloatArray, planned: FloatArray, upright: BoolArray, rng: np.random.Generator) -> FloatArray:
    """Return (n,) where blocks are cut: as planned when that leaves two fair halves, else near the middle."""
    low, high = np.where(upright[:, None], block[:, :2], block[:, 2:]).T
    plan = np.where(upright, planned[:, 0], planned[:, 1])
    share = (plan - low) / (high - low)
    fair = (share > 0.3) & (share < 0.7)
    return np.where(fair, plan, low + rng.uniform(0.38, 0.62, len(block)) * (high - low))


def _plans(block: FloatArray, upright: BoolArray, rng: np.random.Generator) -> FloatArray:
    """Return (n, 2) where both halves of a block shall be cut the other way, so that the cuts meet in a crossing."""
    at = np.column_stack(
        [low + rng.uniform(0.38, 0.62, len(block)) * (high - low) for low, high in (block[:, :2].T, block[:, 2:].T)]
    )
    meets = rng.random(len(block)) < SHARE_OF_CROSSINGS
    return np.where(meets[:, None] & np.column_stack([~upright, upright]), at, np.nan)


def _worth_splitting(land: Landscape, frames: Frames, town: IntArray, block: FloatArray) -> BoolArray:
    """Return which blocks hold built-up or a fair share of flat land of their town, or are large."""
    grid = np.linspace(0.1, 0.9, 4)
    across, along = (part.ravel() for part in np.meshgrid(grid, grid))
    u = block[:, :1] + (block[:, 1:2] - block[:, :1]) * across
    v = block[:, 2:3] + (block[:, 3:] - block[:, 2:3]) * along
    cells = land.raster.cells(frames.to_plane(town[:, None], u, v).reshape(-1, 2))
    own = land.town.ravel()[cells] == np.repeat(town, 16)
    built = (own & land.built.ravel()[cells]).reshape(-1, 16)
    flat = (own & (land.slope.ravel()[cells] < 0.055)).reshape(-1, 16)
    area = (block[:, 1] - block[:, 0]) * (block[:, 3] - block[:, 2])
    worth: BoolArray = ((built | flat).mean(axis=1) > 0.3) | built.any(axis=1) | (area > 6e6)
    return worth


def _target_m2(land: Landscape, frames: Frames, town: IntArray, block: FloatArray) -> FloatArray:
    """Return the area at which a block need not be split, from the people at its middle."""
    middle = frames.to_plane(town, block[:, :2].mean(axis=1), block[:, 2:].mean(axis=1))
    cells = land.raster.cells(middle)
    people = np.maximum(land.people_per_km2.ravel()[cells], 1.0)
    in_town = np.clip(PEOPLE_PER_BLOCK / people, 0.02, 0.10)
    outside = np.clip(400.0 / people, 0.40, 1.6)
    target: FloatArray = np.where(land.built.ravel()[cells], in_town, outside) * 1e6
    return target


def _up_to_the_next_town(own: BoolArray, owner: IntArray) -> BoolArray:
    """Return which vertices lie in the town's own territory or next to one that does: so streets meet at the seam."""
    same = owner[1:] == owner[:-1]
    after, before = np.r_[False, own[:-1] & same], np.r_[own[1:] & same, False]
    near: BoolArray = own | after | before
    return near


def _bent(
    land: Landscape, frames: Frames, splits: Splits, rng: np.random.Generator
) -> tuple[GeometryArray, FloatArray]:
    """Return the splits as bent lines inside their town's territory, and the area of the block they split."""
    raster = land.raster
    fine = [fractal_noise(raster.shape, rng, steepness=3.0, longest_cells=6) for _ in range(2)]
    wide = [fractal_noise(raster.shape, rng, steepness=4.2, longest_cells=18) for _ in range(2)]
    run = splits.ends[:, 2:] - splits.ends[:, :2]
    steps = np.maximum(2, (np.hypot(*run.T) / 80.0).astype(np.int64) + 1)
    owner = np.repeat(np.arange(len(steps)), steps)
    count = np.arange(len(owner)) - np.repeat(np.cumsum(steps) - steps, steps)
    share = count / (steps[owner] - 1)
    uv = splits.ends[owner, :2] + run[owner] * share[:, None]
    at = frames.to_plane(splits.town[owner], uv[:, 0], uv[:, 1])
    town_there = land.town.ravel()[raster.cells(at)]
    kept = _up_to_the_next_town(town_there == splits.town[owner], owner) & (town_there >= 0)
    rural = 1.0 - np.clip(raster.sample(land.people_per_km2, at) / 2500.0, 0.0, 1.0)
    for axis in range(2):
        bend = 12.0 * raster.sample(fine[axis], at) + 240.0 * rural**2 * raster.sample(wide[axis], at)
        at[:, axis] += bend
    starts = kept & ~np.r_[False, kept[:-1] & (owner[1:] == owner[:-1])]
    piece = np.cumsum(starts) - 1
    long = np.bincount(piece[kept], minlength=int(starts.sum())) > 1
    chosen = kept & long[np.maximum(piece, 0)]
    _, indices = np.unique(piece[chosen], return_inverse=True)
    first = np.r_[True, indices[1:] != indices[:-1]] if len(indices) else np.zeros(0, dtype=bool)
    lines = shapely.linestrings(at[chosen], indices=indices)
    tolerance = np.where(rural[chosen][first] < 0.8, 1.5, 12.0)
    return shapely.simplify(lines, tolerance), splits.block_m2[owner[chosen][first]]
