"""Where cameras stand and look: poles at crossings, along streets, at gates, in key areas and in villages.

A pole carries one to four cameras. At a crossing they look along the streets that leave it, or across it; along a
street up and down; at a gate at who comes in, or along the fence. Poles keep a distance from each other, so that two
cameras in one place are always on one pole. Cost: O(poles log streets).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gis.sample.chance import ranked
from gis.sample.crossings import Crossings, azimuth_deg
from gis.sample.neighbourhoods import Neighbourhoods
from gis.sample.places import Streets
from gis.units import BoolArray, FloatArray, GeometryArray, IntArray


class Setting(StrEnum):
    """What a camera is there for."""

    CROSSING = "crossing"
    GATE = "gate"
    KEY_AREA = "key area"
    VILLAGE = "village"
    STREET = "street"


SHARES = {Setting.CROSSING: 0.28, Setting.GATE: 0.16, Setting.KEY_AREA: 0.17, Setting.VILLAGE: 0.20}
"""Of all cameras; the others stand along streets."""
ON_A_POLE = {
    Setting.CROSSING: (0.35, 0.35, 0.15, 0.15),
    Setting.GATE: (0.55, 0.45, 0.0, 0.0),
    Setting.KEY_AREA: (0.70, 0.30, 0.0, 0.0),
    Setting.VILLAGE: (0.75, 0.25, 0.0, 0.0),
    Setting.STREET: (0.80, 0.20, 0.0, 0.0),
}
"""Chance of one to four cameras on a pole."""
APART_M = 5.0
CORNER_M = (9.0, 13.0)
KERB_M = 6.5
SPARE = 1.25
"""Poles are drawn in excess, since some are too near to others."""
ACROSS = 0.25
"""Share of the cameras at a crossing that look across it rather than along a street."""


@dataclass(frozen=True, slots=True)
class Cameras:
    """(n,) cameras, those of a pole together: the pole's number, its place in metres, where they look, and why."""

    pole: IntArray
    places: FloatArray
    azimuths: FloatArray
    settings: tuple[Setting, ...]

    def __len__(self) -> int:
        """Return the number of cameras."""
        return len(self.pole)

    def taken(self, chosen: IntArray) -> "Cameras":
        """Return some of them."""
        return Cameras(
            self.pole[chosen],
            self.places[chosen],
            self.azimuths[chosen],
            tuple(self.settings[one] for one in chosen.tolist()),
        )


def put_up(
    count: int,
    *,
    streets: Streets,
    rural: FloatArray,
    crossings: Crossings,
    crowding: FloatArray,
    fenced: Neighbourhoods,
    key_areas: GeometryArray,
    rng: np.random.Generator,
) -> Cameras:
    """Return exactly that many cameras.

    Parameters
    ----------
    streets
        Weighted pieces of street.
    rural
        (streets,) above 0 for those outside towns.
    crossings, crowding
        Crossings, and (n,) how much each is worth watching.
    fenced
        Neighbourhoods whose gates are watched.
    key_areas
        Polygons in which streets are watched.
    """
    wanted = {setting: round(share * count) for setting, share in SHARES.items()}
    drawn = [
        _at_crossings(wanted[Setting.CROSSING], crossings, crowding, rng),
        _at_gates(wanted[Setting.GATE], fenced, rng),
        _along(wanted[Setting.KEY_AREA], _inside(streets, key_areas), Setting.KEY_AREA, rng),
        _along(wanted[Setting.VILLAGE], streets.reweighted(rural), Setting.VILLAGE, rng),
        _along(count, streets, Setting.STREET, rng),
    ]
    together = _joined(drawn)
    together = together.taken(np.flatnonzero(~_crowded(together)))
    left = count - sum(wanted.values())
    kept = []
    for setting in Setting:
        own = np.flatnonzero([one is setting for one in together.settings])
        number = wanted.get(setting, left)
        kept.append(own[:number])
        left += number - len(kept[-1]) if setting is not Setting.STREET else 0
    return together.taken(np.concatenate(kept))


def _inside(streets: Streets, key_areas: GeometryArray) -> Streets:
    """Return the pieces of street that lie in key areas, all worth the same for their length."""
    piece = np.unique(shapely.STRtree(key_areas).query(shapely.points(streets.middles), predicate="intersects")[0])
    factor = np.zeros(len(streets.chance))
    length = np.hypot(*(streets.ends[piece, 1] - streets.ends[piece, 0]).T)
    factor[piece] = length / streets.chance[piece]
    return streets.reweighted(factor)


def _at_crossings(count: int, crossings: Crossings, crowding: FloatArray, rng: np.random.Generator) -> Cameras:
    """Return cameras on a corner of crossings, each crossing once, worthy ones first."""
    first = np.searchsorted(crossings.arm_of, np.arange(len(crossings)))
    arms = np.bincount(crossings.arm_of, minlength=len(crossings))
    order = ranked(crowding, rng)[: int(SPARE * count) + 10]
    many = np.minimum(arms[order], _numbers(len(order), Setting.CROSSING, rng))
    start = rng.integers(0, arms[order])
    one, after = crossings.azimuths[first[order] + start], crossings.azimuths[first[order] + (start + 1) % arms[order]]
    corner = np.radians(one + ((after - one) % 360.0) / 2.0)
    away = rng.uniform(*CORNER_M, len(order))
    places = crossings.places[order] + np.column_stack([np.sin(corner), np.cos(corner)]) * away[:, None]
    pole = np.repeat(np.arange(len(order)), many)
    number = np.arange(len(pole)) - np.repeat(np.cumsum(many) - many, many)
    looks = crossings.azimuths[first[order][pole] + (start[pole] + number) % arms[order][pole]]
    across = (number == 0) & (rng.random(len(pole)) < ACROSS * len(pole) / max(len(order), 1))
    looks = np.where(across, azimuth_deg(crossings.places[order] - places)[pole], looks)
    return Cameras(pole, places[pole], looks, (Setting.CROSSING,) * len(pole))


def _at_gates(count: int, fenced: Neighbourhoods, rng: np.random.Generator) -> Cameras:
    """Return cameras beside gates: the first looks at who comes in, a second along the fence."""
    gates = rng.permutation(len(fenced.gates))[:count]
    many = _numbers(len(gates), Setting.GATE, rng)
    outward = fenced.outward[gates]
    along = np.column_stack([-outward[:, 1], outward[:, 0]]) * rng.choice([-1.0, 1.0], len(gates))[:, None]
    places = fenced.gates[gates] + along * 4.0 + outward * 0.8
    pole = np.repeat(np.arange(len(gates)), many)
    looks = np.where(_beside_another(pole), azimuth_deg(along)[pole], azimuth_deg(outward - along)[pole])
    return Cameras(pole, places[pole], looks, (Setting.GATE,) * len(pole))


def _along(count: int, streets: Streets, setting: Setting, rng: np.random.Generator) -> Cameras:
    """Return cameras at the kerb of streets, looking along them."""
    drawn = int(SPARE * count) + 10 if count else 0
    places, along = streets.beside(drawn, rng, aside_m=KERB_M, at_corners=0.0)
    pole = np.repeat(np.arange(drawn), _numbers(drawn, setting, rng))
    ways = rng.choice([0.0, 180.0], drawn)[pole] + 180.0 * _beside_another(pole)
    return Cameras(pole, places[pole], (along[pole] + ways) % 360.0, (setting,) * len(pole))


def _beside_another(pole: IntArray) -> BoolArray:
    """Return which cameras hang on the pole of the one before."""
    beside: BoolArray = np.diff(pole, prepend=-1) == 0
    return beside


def _numbers(poles: int, setting: Setting, rng: np.random.Generator) -> IntArray:
    """Return (poles,) how many cameras each carries."""
    numbers: IntArray = rng.choice(np.arange(1, 5), poles, p=ON_A_POLE[setting])
    return numbers


def _joined(several: list[Cameras]) -> Cameras:
    """Return all of them, their poles numbered through."""
    first = np.cumsum([0, *(int(some.pole.max(initial=-1)) + 1 for some in several)])
    return Cameras(
        np.concatenate([some.pole + start for some, start in zip(several, first[:-1].tolist(), strict=True)]),
        np.vstack([some.places for some in several]),
        np.concatenate([some.azimuths for some in several]),
        tuple(setting for some in several for setting in some.settings),
    )


def _crowded(cameras: Cameras) -> BoolArray:
    """Return which cameras hang on a pole that is too near to one before it."""
    pole, first = np.unique(cameras.pole, return_index=True)
    near = cKDTree(cameras.places[first]).query_pairs(APART_M, output_type="ndarray")
    too_near = np.zeros(len(pole), dtype=np.bool_)
    too_near[near.max(axis=1)] = True
    return too_near[np.searchsorted(pole, cameras.pole)]
