"""Simulated addresses: doors along streets, odd on one side and even on the other; estates; village groups.

The whole city has 300,000; fewer counties have their share. Numbers rise along a street with gaps. An estate stands
behind one door of a street, with buildings, units and rooms; a village has groups with numbers of their own. Streets
are filled by their length and the people around them. Everything is drawn in arrays; O(addresses).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.index import GridIndex
from gis.sample.chance import stream
from gis.sample.city import GRIDS, City
from gis.sample.linework import Lines
from gis.sample.naming import short_community_name
from gis.sample.places import CROWDING
from gis.sample.street_names import FIRST, SECOND
from gis.units import FloatArray, IntArray

WHOLE = 300_000
SHARE_ESTATE, SHARE_VILLAGE = 0.32, 0.16
ASIDE_M = 14.0
FRONT_M = 9.0
"""No door is nearer to the next on its side."""
ROOMS_AN_ESTATE = 40
NUMBERS_OF_GROUP = 60
SHARE_SUB, SHARE_GAP = 0.03, 0.2
ESTATES = ("花园", "苑", "小区", "豪庭", "名居", "新村", "雅居", "华府", "公寓", "家园")
SPARE = 1.03
"""So many more are drawn, since doubles and what falls outside the city are left out."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Doors along streets.

    Parameters
    ----------
    line
        (n,) which street.
    number
        (n,) rising along it, odd on the left.
    places
        (n, 2) metres.
    """

    line: IntArray
    number: IntArray
    places: FloatArray


def addresses(city: City, lines: Lines, names: NDArray[np.object_], *, seed: int) -> pd.DataFrame:
    """Return one row per address, in the columns of an addresses file.

    Parameters
    ----------
    lines, names
        The streets, and the name of each.
    """
    rng = stream(seed, "addresses")
    wanted = max(3, round(WHOLE * len(city.division) / GRIDS))
    count = round(SPARE * wanted)
    villages = _village_rows(city, round(SHARE_VILLAGE * count), rng)
    rooms = round(SHARE_ESTATE * count)
    doors = _doors(city, lines, count - rooms - len(villages), rng)
    estates = _estate_rows(doors, names, count - len(villages) - len(doors.line), rng)
    streets = pd.DataFrame(
        {
            "street": names[doors.line],
            "number": doors.number,
            "sub": np.where(rng.random(len(doors.line)) < SHARE_SUB, "1", ""),
            "x": doors.places[:, 0],
            "y": doors.places[:, 1],
        }
    )
    rows = pd.concat([streets, estates, villages], ignore_index=True)
    return _written(city, rows, wanted, rng)


def _doors(city: City, lines: Lines, count: int, rng: np.random.Generator) -> Doors:
    """Return doors along the streets, as many as wanted or as there is room for."""
    length = shapely.length(lines.lines)
    raster = city.land.raster
    middle = shapely.get_coordinates(shapely.line_interpolate_point(lines.lines, 0.5, normalized=True))
    inside = city.land.inside.ravel()[raster.cells(middle)]
    people = np.maximum(raster.sample(city.land.people_per_km2, middle), 0.0)
    room = np.floor(2.0 * length / FRONT_M).astype(np.int64) * inside
    weight = length * inside * (60.0 + people) ** CROWDING
    per_line = np.minimum(rng.multinomial(count, weight / weight.sum()), room)
    line = np.repeat(np.arange(len(per_line)), per_line)
    nth = np.arange(len(line)) - np.repeat(np.cumsum(per_line) - per_line, per_line)
    step, side = nth // 2, nth % 2
    gaps = np.where(rng.random(len(line)) < SHARE_GAP, 2, 1)
    number = 2 * _summed(gaps, line, side) - 1 + side
    share = (step + 0.5 + rng.uniform(-0.3, 0.3, len(line))) / np.maximum(1, (per_line[line] + 1) // 2)
    return Doors(line, number, _beside(lines, line, share, np.where(side == 0, 1.0, -1.0), length))


def _summed(gaps: IntArray, line: IntArray, side: IntArray) -> IntArray:
    """Return the running sum of gaps along each side of each street."""
    order = np.lexsort((np.arange(len(line)), side, line))
    group = (2 * line + side)[order]
    running = np.cumsum(gaps[order])
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(group) else group
    before = np.repeat(running[first] - gaps[order][first], np.diff(np.r_[first, len(group)]))
    summed = np.empty(len(line), dtype=np.int64)
    summed[order] = running - before
    return summed


def _beside(lines: Lines, line: IntArray, share: FloatArray, left: FloatArray, length: FloatArray) -> FloatArray:
    """Return (n, 2) places beside streets, at a share of their length."""
    along = np.clip(share, 0.0, 1.0) * length[line]
    at = shapely.get_coordinates(shapely.line_interpolate_point(lines.lines[line], along))
    ahead = shapely.get_coordinates(
        shapely.line_interpolate_point(lines.lines[line], np.minimum(along + 2.0, length[line]))
    )
    behind = shapely.get_coordinates(shapely.line_interpolate_point(lines.lines[line], np.maximum(along - 2.0, 0.0)))
    run = ahead - behind
    run /= np.maximum(np.hypot(*run.T), 1e-6)[:, None]
    places: FloatArray = at + np.column_stack([-run[:, 1], run[:, 0]]) * (ASIDE_M * left)[:, None]
    return places


def _estate_rows(doors: Doors, names: NDArray[np.object_], count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return rooms of estates behind doors of streets."""
    estates = max(1, round(count / ROOMS_AN_ESTATE))
    door = rng.choice(len(doors.line), estates, replace=estates > len(doors.line))
    stems = [first + second for first in FIRST for second in SECOND]
    called = [f"{rng.choice(stems)}{rng.choice(ESTATES)}" for _ in range(estates)]
    of = np.sort(rng.integers(0, estates, count))
    buildings = rng.integers(2, 16, estates)
    building = rng.integers(0, buildings[of]) + 1
    turn = rng.uniform(0.0, 2.0 * np.pi, estates)
    away_m = 25.0 + 22.0 * building
    at = doors.places[door[of]] + away_m[:, None] * 0.4 * np.column_stack([np.cos(turn[of]), np.sin(turn[of])])
    rows = pd.DataFrame(
        {
            "street": names[doors.line[door[of]]],
            "number": doors.number[door[of]],
            "sub": "",
            "estate": np.array(called, dtype=object)[of],
            "building": building,
            "unit": rng.integers(1, 4, count),
            "room": 100 * rng.integers(1, 19, count) + rng.integers(1, 5, count),
            "x": at[:, 0],
            "y": at[:, 1],
        }
    )
    return rows.drop_duplicates(["estate", "street", "number", "building", "unit", "room"])


def _village_rows(city: City, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return numbers of village groups; a group stays around one place of its village."""
    register, division = city.register, city.division
    grids = np.flatnonzero(~register.urban_communities[division.community])
    if len(grids) == 0:
        return pd.DataFrame({"x": [], "y": []}, dtype=np.float64)
    people = np.maximum(division.people[grids], 1).astype(np.float64)
    grid = np.sort(rng.choice(grids, count, p=people / people.sum()))
    middles = city.register.plane.metres(shapely.get_coordinates(shapely.point_on_surface(division.grids)))
    group = division.sequence[grid] * 4 - rng.integers(0, 4, count)
    turn = 2.0 * np.pi * ((group * 0.38) % 1.0)
    spread = rng.normal(0.0, 35.0, (count, 2))
    at = middles[grid] + 60.0 * np.column_stack([np.cos(turn), np.sin(turn)]) + spread
    village = [short_community_name(register.community_names[community]) for community in division.community[grid]]
    rows = pd.DataFrame(
        {
            "village": village,
            "community": division.community[grid],
            "group_no": group,
            "number": rng.integers(1, NUMBERS_OF_GROUP, count),
            "x": at[:, 0],
            "y": at[:, 1],
        }
    )
    return rows.drop_duplicates(["community", "group_no", "number"]).drop(columns="community")


def _written(city: City, rows: pd.DataFrame, wanted: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows as a file has them: with references, whole texts and degrees."""
    register, division = city.register, city.division
    lonlat = np.round(register.plane.degrees(rows[["x", "y"]].to_numpy()), 7)
    grid = GridIndex.build(np.asarray(division.grids, dtype=object)).locate(lonlat[:, 0], lonlat[:, 1])
    inside = np.flatnonzero(grid >= 0)
    kept = np.sort(rng.choice(inside, min(wanted, len(inside)), replace=False))
    rows, lonlat, grid = rows.iloc[kept].reset_index(drop=True), lonlat[kept], grid[kept]
    parts = ("street", "village", "estate", "group_no", "number", "sub", "building", "unit", "room")
    table = rows.reindex(columns=list(parts))
    for name in ("group_no", "number", "building", "unit", "room"):
        table[name] = table[name].astype("Int64").astype("string").fillna("")
    table = table.fillna("").astype(str)
    town = register.community_town[division.community[grid]]
    before = np.array(
        [
            f"{register.city_name}{register.county_names[county]}{name}"
            for name, county in zip(register.town_names, register.town_county.tolist(), strict=True)
        ],
        dtype=object,
    )[town]
    texts = [_text(*row) for row in zip(before.tolist(), *(table[name].tolist() for name in parts), strict=True)]
    return table.assign(
        source="sample",
        source_ref=[f"SAMPLE-A{number:06d}" for number in range(1, len(table) + 1)],
        full_text=texts,
        simulated=1,
        lon=lonlat[:, 0],
        lat=lonlat[:, 1],
    )


def _text(*row: str) -> str:
    before, street, village, estate, group, number, sub, building, unit, room = row
    door = f"{number}号" + (f"之{sub}" if sub else "")
    told = f"{before}{village}{group + '组' if group else ''}{street}{door}"
    return f"{told}{estate}{building}栋{unit}单元{room}" if estate else told
