"""Simulated cameras: on poles at corners, kerbs and gates, from three networks, with gaps as real lists have.

Two in five of the cameras that have a direction do not tell it; some are dead or silent; a few stand in two networks'
lists, half of them under one GB/T 28181 id and a few metres apart, the others in one place under ids of their own. A
pole belongs to one network.
"""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import shapely

from gis.cameras import CameraKind, CameraStatus
from gis.sample.chance import stream
from gis.sample.city import City
from gis.sample.crossings import crossings_of
from gis.sample.key_areas import KeyAreas
from gis.sample.linework import LineKind
from gis.sample.naming import MARK, short_community_name
from gis.sample.places import CROWDING, STREETS, Streets, grid_of_places
from gis.sample.poles import Cameras, Setting, put_up
from gis.sample.profiles import Profile
from gis.sample.sites import Sites, proportional
from gis.sample.times import as_local_text
from gis.units import BoolArray, FloatArray, IntArray

ROWS_OF_WHOLE = 5_285
ROWS_OF_TOWN = 285
"""Far more for each grid than a city has: a country town's net covers its villages' squares, roads and gates."""
SHARE_WITHOUT_DIRECTION = 0.40
SHARE_TWICE = 0.04
TOWN_PEOPLE_PER_KM2 = 2_500.0
NETWORKS = np.array(["天网", "雪亮工程", "美丽乡村"])
OTHER_NETWORK = {"天网": "雪亮工程", "雪亮工程": "天网", "美丽乡村": "天网"}
KINDS = {
    Setting.CROSSING: (0.60, 0.35, 0.05),
    Setting.GATE: (0.62, 0.04, 0.34),
    Setting.KEY_AREA: (0.52, 0.28, 0.20),
    Setting.VILLAGE: (0.64, 0.26, 0.10),
    Setting.STREET: (0.70, 0.24, 0.06),
}
"""Chance that a camera is fixed, turns, or sees all round."""
IN_TOWN = {Setting.GATE: (0.30, 0.70, 0.0)}
USUAL_IN_TOWN = (0.62, 0.38, 0.0)
OUTSIDE = (0.25, 0.20, 0.55)
"""Chance of each network for a pole, in town and outside."""


def cameras(
    city: City, streets: Streets, sites: Sites, key_areas: KeyAreas, *, seed: int, until: datetime
) -> pd.DataFrame:
    """Return one row per camera and network, in the columns of a cameras file.

    Parameters
    ----------
    city, streets, sites, key_areas
        Where they may stand.
    seed
        Of chance.
    until
        The moment of the list; no camera was seen later.
    """
    rng = stream(seed, "cameras")
    rows = ROWS_OF_TOWN if city.profile is Profile.TOWN else proportional(ROWS_OF_WHOLE, city)
    twins = round(SHARE_TWICE * rows)
    put = _put_up(city, streets, sites, key_areas, count=rows - twins, rng=rng)
    count = len(put)
    grid = grid_of_places(city.division.outlines, put.places)
    lonlat = city.register.plane.degrees(put.places)
    network = NETWORKS[_networks(city, put, rng)]
    seen = _status_and_last_seen(count, rng, until)
    single = pd.DataFrame(
        {
            "source": network,
            "source_ref": [f"SAMPLE-C{number:05d}" for number in range(1, count + 1)],
            "gb_id": np.where(rng.random(count) < 0.96, _gb_ids(city, grid), ""),
            "name": _names(city, grid),
            "networks": network,
            **_optics(put, rng),
            "status": seen[0],
            "last_seen": seen[1],
            "secrecy": (rng.random(count) < 0.02).astype(int),
            "lon": np.round(lonlat[:, 0], 7),
            "lat": np.round(lonlat[:, 1], 7),
            "simulated": 1,
        }
    )
    return _with_twins(single, twins, rng)


def _put_up(
    city: City, streets: Streets, sites: Sites, key_areas: KeyAreas, *, count: int, rng: np.random.Generator
) -> Cameras:
    """Return the cameras on their poles; crossings of larger roads are worth more."""

    def density(places: FloatArray) -> FloatArray:
        return city.land.raster.sample(city.land.people_per_km2, places)

    lines = city.lines.of_kinds(*STREETS)
    crossings = crossings_of(lines.lines)
    people = np.maximum(density(crossings.places), 0.0)
    inside = city.land.inside.ravel()[city.land.raster.cells(crossings.places)]
    large = lines.of_kinds(LineKind.TRUNK, LineKind.ARTERY).lines
    points = shapely.points(crossings.places)
    on_large = np.zeros(len(crossings), dtype=np.bool_)
    on_large[shapely.STRtree(large).query(points, predicate="dwithin", distance=15.0)[0]] = True
    return put_up(
        count,
        streets=streets,
        rural=(density(streets.middles) <= TOWN_PEOPLE_PER_KM2).astype(np.float64),
        crossings=crossings,
        crowding=inside * np.where(on_large, 4.0, 1.0) * (60.0 + people) ** CROWDING,
        fenced=sites.fenced,
        key_areas=key_areas.polygons,
        rng=rng,
    )


def _optics(put: Cameras, rng: np.random.Generator) -> dict[str, object]:
    """Return kind, height, direction, angle, range and pixels; unknown ones are missing."""
    count = len(put)
    choices = [CameraKind.FIXED, CameraKind.PTZ, CameraKind.DOME]
    chance = np.cumsum([KINDS[setting] for setting in put.settings], axis=1)
    kinds = np.array(choices)[(rng.random(count)[:, None] > chance[:, :2]).sum(axis=1)]
    dome, turning = kinds == CameraKind.DOME, kinds == CameraKind.PTZ
    azimuth = np.round(put.azimuths + rng.normal(0.0, 5.0, count)) % 360.0
    angle = np.where(turning, rng.choice([58.0, 62.0], count), rng.choice([54.0, 78.0, 91.0, 106.0], count))
    reach = np.where(turning, rng.uniform(90.0, 160.0, count), rng.uniform(35.0, 85.0, count))
    reach = np.round(np.where(dome, rng.uniform(18.0, 32.0, count), reach))
    height = np.where(dome, rng.uniform(2.8, 3.8, count), rng.uniform(3.5, 7.5, count))
    return {
        "kind": [str(kind) for kind in kinds],
        "height_m": np.where(rng.random(count) < 0.7, np.round(height, 1), np.nan),
        "azimuth_deg": np.where(_told(~dome, rng), azimuth, np.nan),
        "hfov_deg": np.where(dome, 360.0, np.where(rng.random(count) < 0.85, angle, np.nan)),
        "range_m": np.where(rng.random(count) < 0.8, reach, np.nan),
        "pixels_h": pd.array(rng.choice([1920, 2560, 3840], count, p=[0.6, 0.3, 0.1]), dtype="Int64"),
    }


def _told(has_direction: BoolArray, rng: np.random.Generator) -> BoolArray:
    """Return which cameras tell their direction: all that have one, but for two in five."""
    told = has_direction.copy()
    able = np.flatnonzero(has_direction)
    told[rng.choice(able, round(SHARE_WITHOUT_DIRECTION * len(able)), replace=False)] = False
    return told


def _status_and_last_seen(count: int, rng: np.random.Generator, until: datetime) -> tuple[list[str], list[str]]:
    """Return the states and the times of the last picture; silent cameras have none."""
    status = rng.choice([CameraStatus.LIVE, CameraStatus.DEAD, CameraStatus.UNKNOWN], count, p=[0.90, 0.07, 0.03])
    silent_s = np.where(
        status == CameraStatus.LIVE, rng.uniform(0, 600, count), rng.uniform(86_400, 120 * 86_400, count)
    )
    texts = as_local_text([until - timedelta(seconds=int(second)) for second in silent_s.tolist()])
    known = status != CameraStatus.UNKNOWN
    return [str(one) for one in status], [text if has else "" for text, has in zip(texts, known.tolist(), strict=True)]


def _gb_ids(city: City, grid: IntArray) -> list[str]:
    """Return GB/T 28181 ids: center (county and 00), industry 00, type 132, a serial per county."""
    register = city.register
    town = register.community_town[city.division.community[grid]]
    serials: dict[str, int] = {}
    ids: list[str] = []
    for county in register.town_county[town].tolist():
        code = register.county_codes[county]
        serials[code] = serials.get(code, 0) + 1
        ids.append(f"{code}0000132{serials[code]:07d}")
    return ids


def _networks(city: City, put: Cameras, rng: np.random.Generator) -> IntArray:
    """Return the network of every camera, one a pole: the police's and the neighbourhoods' in town, the villages'."""
    crowded = city.land.raster.sample(city.land.people_per_km2, put.places) > TOWN_PEOPLE_PER_KM2
    chance = [
        IN_TOWN.get(setting, USUAL_IN_TOWN) if in_town else OUTSIDE
        for setting, in_town in zip(put.settings, crowded.tolist(), strict=True)
    ]
    draw: FloatArray = rng.random(int(put.pole.max(initial=0)) + 1)[put.pole]
    networks: IntArray = (draw[:, None] > np.cumsum(chance, axis=1)[:, :2]).sum(axis=1)
    return networks


def _names(city: City, grid: IntArray) -> list[str]:
    """Return names after the community, numbered inside it."""
    numbers: dict[int, int] = {}
    names: list[str] = []
    for community in city.division.community[grid].tolist():
        numbers[community] = numbers.get(community, 0) + 1
        short = short_community_name(city.register.community_names[community])
        names.append(f"{short}监控点{numbers[community]:02d}{MARK}")
    return names


def _with_twins(rows: pd.DataFrame, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows and so many cameras of theirs in another network's list.

    A twin has the id of the first and stands a few metres off, as networks measure, or stands in the same place, looks
    the same way, and has another id or none.
    """
    by_id = rng.permutation(np.flatnonzero((rows.gb_id != "").to_numpy()))[: (count + 1) // 2]
    by_place = rng.permutation(np.setdiff1d(np.arange(len(rows)), by_id))[: count - len(by_id)]
    chosen = np.concatenate([by_id, by_place])
    twins = rows.iloc[chosen].copy()
    same_id = np.arange(count) < len(by_id)
    twins["source"] = twins.source.map(OTHER_NETWORK)
    twins["networks"] = twins.source
    twins["source_ref"] = twins.source_ref + "-2"
    twins["gb_id"] = twins.gb_id.where(same_id, "")
    off = np.where(same_id[:, None], rng.normal(0.0, 2e-5, (count, 2)), rng.uniform(-4e-6, 4e-6, (count, 2)))
    twins["lon"] = np.round(twins.lon + off[:, 0], 7)
    twins["lat"] = np.round(twins.lat + off[:, 1], 7)
    return pd.concat([rows, twins.sort_values("source_ref")], ignore_index=True)
