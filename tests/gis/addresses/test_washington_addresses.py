"""Washington's requests, half against half: a certain answer has the right ward."""

import zlib
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest

from gis.addresses.gazetteer import Gazetteer, frame_of
from gis.addresses.matching import match
from gis.addresses.rows import row_of
from gis.index import GridIndex


def halves(requests: pd.DataFrame, by: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    second = requests[by].map(lambda text: zlib.crc32(text.encode()) % 2) == 1
    return requests[~second], requests[second]


def gazetteer_of(requests: pd.DataFrame) -> Gazetteer:
    rows = []
    for text, lon, lat in zip(requests.STREETADDRESS, requests.lon, requests.lat, strict=True):
        parts = row_of(text)
        if parts is not None:
            rows.append({**parts, "full_text": text, "lon": float(lon), "lat": float(lat)})
    return Gazetteer.build([frame_of(rows)])


@pytest.mark.slow
@pytest.mark.parametrize(("by", "least_certain"), [("SERVICEREQUESTID", 0.79), ("STREETADDRESS", 0.64)])
def test_certain_answers_have_the_right_ward(shared_data: Path, by: str, least_certain: float) -> None:
    requests = pd.read_csv(shared_data / "dc" / "requests311_addresses_2016.csv", dtype=str)
    known, asked = halves(requests.dropna(subset=["STREETADDRESS", "WARD"]), by)
    wards = geopandas.read_file(shared_data / "dc" / "ward2012.geojson")
    index, names = GridIndex.build(np.asarray(wards.geometry.values)), wards.WARD.astype(str).tolist()
    gazetteer = gazetteer_of(known)
    found = {text: match(text, gazetteer) for text in asked.STREETADDRESS.unique()}
    certain = asked[[found[text].certain for text in asked.STREETADDRESS]]
    first = [found[text].candidates[0] for text in certain.STREETADDRESS]
    ward = index.locate(np.array([one.lon for one in first]), np.array([one.lat for one in first]))
    right = [position >= 0 and names[position] == own for position, own in zip(ward, certain.WARD, strict=True)]
    assert len(certain) / len(asked) >= least_certain
    assert np.mean(right) >= 0.98
