"""The small sample place: twenty villages of one real town, each of them one grid."""

import numpy as np
import pandas as pd
import pytest
import shapely

from gis.sample import FILES, Profile, write_sample_city
from gis.sample.plane import Plane
from gis.sample.sources import VILLAGES, digest, shipped_file
from gis.sample.town import read_district
from tests.gis.sample.conftest import SEED, Written
from tests.gis.sample.division_claims import (
    coordinates_lie_on_the_lattice,
    every_area_has_one_parent_of_the_level_above,
    every_community_has_grids_with_codes_of_their_own,
    grids_are_a_valid_coverage,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return Written.of(write_sample_city(tmp_path_factory.mktemp("town"), seed=SEED, profile=Profile.TOWN))


def test_what_holds_of_every_division_holds_of_the_town(town: Written) -> None:
    grids_are_a_valid_coverage(town)
    every_area_has_one_parent_of_the_level_above(town)
    every_community_has_grids_with_codes_of_their_own(town)
    coordinates_lie_on_the_lattice(town)


def test_every_grid_is_a_real_village_with_one_worker(town: Written) -> None:
    rows = pd.read_csv(shipped_file(VILLAGES), dtype=str)
    real = rows[rows.town == "安国镇"]
    villages = {area["code"]: area["name"] for area in town.areas if area["level"] == "community"}
    assert villages == dict(zip(real.village_code, real.village, strict=True))
    assert sorted(grid["area_code"] for grid in town.grids) == sorted(villages)
    assert sorted(town.workers.grid_code) == sorted(grid["code"] for grid in town.grids)
    assert town.workers.worker_ref.is_unique
    assert set(town.workers.role) == {"lead"}


def test_the_town_has_the_cameras_of_the_real_one_and_no_grid_is_without(town: Written) -> None:
    assert len(town.cameras) == 285
    points = shapely.points(town.cameras[["lon", "lat"]].astype(float))
    counts = np.bincount(shapely.STRtree(town.grid_shapes).query(points, predicate="within")[1], minlength=20)
    assert counts.min() >= 1


def test_the_town_lies_inside_its_real_district_whose_boundary_it_does_not_claim(town: Written) -> None:
    district = read_district(SEED).counties[0]
    union = shapely.union_all(town.grid_shapes)
    assert shapely.area(shapely.difference(union, district)) < 1e-6 * shapely.area(union)
    assert union.geom_type == "Polygon"
    assert town.area_shapes == {}
    metres = Plane(106.7, 35.5).geometries_in_metres(town.grid_shapes)
    km2 = shapely.area(metres) / 1e6
    assert 30 < km2.sum() < 400
    assert np.median(km2) > 1.0


def test_the_same_seed_gives_the_same_town(town: Written, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = write_sample_city(tmp_path_factory.mktemp("again"), seed=SEED, profile=Profile.TOWN).directory
    first = town.summary.directory
    assert [digest(again / name) for name in FILES] == [digest(first / name) for name in FILES]
