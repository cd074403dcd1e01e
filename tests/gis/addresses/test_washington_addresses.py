"""Washington's requests, half against half: a certain answer has the right ward."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest

from gis.addresses.gazetteer import Gazetteer, frame_of
from gis.addresses.rows import row_of
from gis.division.model import Area, AreaTree, Division, Edition, Grid
from gis.duty.ladder import Roster
from gis.lookup import look_up_address
from gis.units import AreaId, EditionId, GridId


def halves(requests: pd.DataFrame, by: str, *, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return two halves; what is equal in a column stands in one of them."""
    second = requests[by].map(lambda text: hashlib.sha256(f"{seed} {text}".encode()).digest()[0] % 2) == 1
    return requests[~second], requests[second]


def division_of(wards: geopandas.GeoDataFrame) -> Division:
    """Return the wards as grids of one area."""
    city = Area(AreaId(1), None, "city", "DC", "Washington")
    codes = wards.WARD.astype(str).tolist()
    grids = [Grid(GridId(number), code, code, city.id) for number, code in enumerate(codes, start=1)]
    edition = Edition(EditionId(1), datetime(2016, 1, 1, tzinfo=UTC))
    return Division.of(edition, AreaTree([city]), grids=grids, shapes=np.asarray(wards.geometry.values))


def gazetteer_of(requests: pd.DataFrame, division: Division) -> Gazetteer:
    rows = []
    for text, lon, lat in zip(requests.STREETADDRESS, requests.lon, requests.lat, strict=True):
        parts = row_of(text)
        if parts is not None:
            rows.append({**parts, "full_text": text, "lon": float(lon), "lat": float(lat)})
    return Gazetteer.build([frame_of(rows)], division=division)


def asked_half(shared_data: Path, by: str, *, seed: int) -> pd.DataFrame:
    """Ask one half of the requests of the other; return for each whether it was certain and its ward was right."""
    requests = pd.read_csv(shared_data / "dc" / "requests311_addresses_2016.csv", dtype=str)
    known, asked = halves(requests.dropna(subset=["STREETADDRESS", "WARD"]), by, seed=seed)
    division = division_of(geopandas.read_file(shared_data / "dc" / "ward2012.geojson"))
    gazetteer = gazetteer_of(known, division)
    nobody = Roster(division.areas, {}, {}, {})
    told: dict[str, tuple[bool, str]] = {}
    for text in asked.STREETADDRESS.unique():
        answer = look_up_address(gazetteer, division, nobody, text, at=datetime(2016, 7, 1, tzinfo=UTC))
        grid = answer.candidates[0][1].grid if answer.candidates else None
        told[text] = (answer.certain, "" if grid is None else grid.code)
    certain = [told[text][0] for text in asked.STREETADDRESS]
    right = [told[text][1] == ward for text, ward in zip(asked.STREETADDRESS, asked.WARD, strict=True)]
    return pd.DataFrame({"certain": certain, "right": right})


@pytest.mark.slow
@pytest.mark.parametrize(("by", "least_certain"), [("SERVICEREQUESTID", 0.83), ("STREETADDRESS", 0.74)])
def test_certain_answers_have_the_right_ward(shared_data: Path, by: str, least_certain: float) -> None:
    found = asked_half(shared_data, by, seed=1)
    assert found.certain.mean() >= least_certain
    assert found[found.certain].right.mean() >= 0.98


@pytest.mark.proof
@pytest.mark.parametrize(("by", "least_certain"), [("SERVICEREQUESTID", 0.84), ("STREETADDRESS", 0.75)])
def test_over_five_halves_certain_answers_have_the_right_ward(shared_data: Path, by: str, least_certain: float) -> None:
    found = [asked_half(shared_data, by, seed=seed) for seed in range(1, 6)]
    certain = [half.certain.mean() for half in found]
    right = [half[half.certain].right.mean() for half in found]
    print(by, np.round(certain, 4), np.mean(certain), np.round(right, 4), np.mean(right))
    assert np.mean(certain) >= least_certain
    assert np.mean(right) >= 0.98
