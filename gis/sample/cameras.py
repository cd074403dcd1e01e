"""Simulated cameras: beside streets and at corners, from three networks, with gaps as real lists have.

Two in five fixed and turning cameras have no direction; some are dead or silent; a few stand in two
networks' lists under one GB/T 28181 id, a few metres apart, as in real merged lists.
"""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from gis.cameras import CameraKind, CameraStatus
from gis.sample.chance import stream
from gis.sample.city import City
from gis.sample.naming import MARK, short_community_name
from gis.sample.places import Streets, grid_of_places
from gis.sample.times import as_local_text
from gis.units import FloatArray, IntArray

CAMERAS_PER_GRID = 1.2
SHARE_WITHOUT_DIRECTION = 0.40
SHARE_TWICE = 0.02
TOWN_PEOPLE_PER_KM2 = 2_500.0
NETWORKS = np.array(["天网", "雪亮工程", "美丽乡村"])


def cameras(city: City, streets: Streets, *, seed: int, until: datetime) -> pd.DataFrame:
    """Return one row per camera and network, in the columns of a cameras file.

    Parameters
    ----------
    city, streets
        Where they may stand.
    seed
        Of chance.
    until
        The moment of the list; no camera was seen later.
    """
    rng = stream(seed, "cameras")
    count = round(CAMERAS_PER_GRID * len(city.division))
    places, along = streets.beside(count, rng, aside_m=7.0, at_corners=0.55)
    kinds = rng.choice([CameraKind.FIXED, CameraKind.PTZ, CameraKind.DOME], count, p=[0.58, 0.27, 0.15])
    grid = grid_of_places(city.division.outlines, places)
    seen = _status_and_last_seen(count, rng, until)
    lonlat = city.register.plane.degrees(places)
    ids = _gb_ids(city, grid)
    network = _networks(city, places, rng)
    rows = pd.DataFrame(
        {
            "source": NETWORKS[network],
            "source_ref": [f"SAMPLE-C{number:05d}" for number in range(1, count + 1)],
            "gb_id": np.where(rng.random(count) < 0.96, ids, ""),
            "name": _names(city, grid),
            "kind": [str(kind) for kind in kinds],
            "networks": NETWORKS[network],
            **_optics(np.asarray(kinds), along, rng),
            "status": seen[0],
            "last_seen": seen[1],
            "secrecy": (rng.random(count) < 0.02).astype(int),
            "lon": np.round(lonlat[:, 0], 7),
            "lat": np.round(lonlat[:, 1], 7),
            "simulated": 1,
        }
    )
    return _with_twins(rows, rng)


def _optics(kinds: FloatArray, along_deg: FloatArray, rng: np.random.Generator) -> dict[str, object]:
    """Return height, direction, angle, range and pixels; unknown ones are missing."""
    count = len(kinds)
    dome, turning = kinds == CameraKind.DOME, kinds == CameraKind.PTZ
    turned = along_deg + rng.choice([0.0, 180.0, 90.0, 270.0], count, p=[0.40, 0.40, 0.10, 0.10])
    azimuth = np.round(turned + rng.normal(0.0, 8.0, count)) % 360.0
    known = ~dome & (rng.random(count) >= SHARE_WITHOUT_DIRECTION)
    angle = np.where(turning, rng.choice([58.0, 62.0], count), rng.choice([54.0, 78.0, 91.0, 106.0], count))
    reach = np.where(turning, rng.uniform(90.0, 160.0, count), rng.uniform(35.0, 85.0, count))
    reach = np.round(np.where(dome, rng.uniform(18.0, 32.0, count), reach))
    height = np.where(dome, rng.uniform(2.8, 3.8, count), rng.uniform(3.5, 7.5, count))
    return {
        "height_m": np.where(rng.random(count) < 0.7, np.round(height, 1), np.nan),
        "azimuth_deg": np.where(known, azimuth, np.nan),
        "hfov_deg": np.where(dome, 360.0, np.where(rng.random(count) < 0.85, angle, np.nan)),
        "range_m": np.where(rng.random(count) < 0.8, reach, np.nan),
        "pixels_h": pd.array(rng.choice([1920, 2560, 3840], count, p=[0.6, 0.3, 0.1]), dtype="Int64"),
    }


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


def _networks(city: City, places: FloatArray, rng: np.random.Generator) -> IntArray:
    """Return the network: the police's in town, the village one mostly outside."""
    crowded = city.land.raster.sample(city.land.people_per_km2, places) > TOWN_PEOPLE_PER_KM2
    draw = rng.random(len(places))
    in_town = np.where(draw < 0.62, 0, 1)
    outside = np.where(draw < 0.25, 0, np.where(draw < 0.45, 1, 2))
    return np.where(crowded, in_town, outside)


def _names(city: City, grid: IntArray) -> list[str]:
    """Return names after the community, numbered inside it."""
    numbers: dict[int, int] = {}
    names: list[str] = []
    for community in city.division.community[grid].tolist():
        numbers[community] = numbers.get(community, 0) + 1
        short = short_community_name(city.register.community_names[community])
        names.append(f"{short}监控点{numbers[community]:02d}{MARK}")
    return names


def _with_twins(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows and, for a few with an id, the same camera in another network's list."""
    able = np.flatnonzero((rows.gb_id != "").to_numpy())
    chosen = np.sort(rng.choice(able, round(SHARE_TWICE * len(rows)), replace=False))
    twins = rows.iloc[chosen].copy()
    other = {"天网": "雪亮工程", "雪亮工程": "天网", "美丽乡村": "天网"}
    twins["source"] = twins.source.map(other)
    twins["networks"] = twins.source
    twins["source_ref"] = twins.source_ref + "-2"
    twins["lon"] = np.round(twins.lon + rng.normal(0.0, 2e-5, len(twins)), 7)
    twins["lat"] = np.round(twins.lat + rng.normal(0.0, 2e-5, len(twins)), 7)
    return pd.concat([rows, twins], ignore_index=True)
