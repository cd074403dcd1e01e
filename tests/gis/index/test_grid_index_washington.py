"""The index against official labels: what the police of Washington wrote down as the area of each incident."""

import math

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.index import GridIndex

LAYERS = {
    "psa": ("PSA", "PSA", 0.954, 0.984),
    "ward2012": ("WARD", "WARD", 0.997, 1.0),
    "anc2013": ("ANC_ID", "ANC", 0.997, 1.0),
}
"""File: its column, the incidents' column, the share that must agree, and that counting areas within a metre."""


@pytest.mark.parametrize("name", LAYERS)
def test_incidents_lie_in_their_official_area(shared_data, name):
    of_layer, of_incident, least_exactly, least_within_a_metre = LAYERS[name]
    layer = geopandas.read_file(shared_data / "dc" / f"{name}.geojson").sort_values(of_layer)
    shapes, labels = np.array(list(layer.geometry), dtype=object), layer[of_layer].astype(str).to_numpy()
    incidents = pd.read_csv(shared_data / "dc" / "incidents_2016.csv", dtype={of_incident: str})
    incidents = incidents[incidents[of_incident].isin(labels)]
    lon, lat = incidents["lon"].to_numpy(), incidents["lat"].to_numpy()
    official = incidents[of_incident].to_numpy()
    index = GridIndex.build(shapes)
    owners = index.locate(lon, lat)
    exactly = (owners >= 0) & (labels[owners] == official)
    distance_m, runner_up = index.near_border(lon, lat, limit_m=math.inf)
    within = exactly | ((distance_m <= 1.0) & (runner_up >= 0) & (labels[runner_up] == official))
    assert exactly.mean() >= least_exactly
    assert within.mean() >= least_within_a_metre
    covered = shapely.covers(shapes[:, None], shapely.points(lon, lat)[None, :])
    assert np.array_equal(owners, np.where(covered.any(axis=0), covered.argmax(axis=0), -1))
