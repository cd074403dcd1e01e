"""Answers of the lookup, from memory alone: the same one by one and at once."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.lookup import look_up, look_up_one
from gis.units import Location
from tests.gis.test_assignment import NOW, division_of, points_of, roster_of
from tests.strategies import DrawnDivision, divisions


@settings(max_examples=30)
@given(divisions(), st.sampled_from([0.0, 3.0, 1e4]))
def test_one_by_one_and_at_once_agree(drawn: DrawnDivision, accuracy_m: float) -> None:
    division, people = division_of(drawn.polygons), roster_of(drawn.polygons)
    lon, lat = points_of(drawn, 3)
    together = look_up(division, people, lon=lon, lat=lat, accuracy_m=accuracy_m, at=NOW)
    assert len(together) == len(lon)
    for i, answer in enumerate(together):
        place = Location.of(float(lon[i]), float(lat[i]))
        assert look_up_one(division, people, place, accuracy_m=accuracy_m, at=NOW) == answer


@settings(max_examples=30)
@given(divisions(), st.floats(0, 1e5))
def test_every_answer_is_whole(drawn: DrawnDivision, accuracy_m: float) -> None:
    division, people = division_of(drawn.polygons), roster_of(drawn.polygons)
    lon, lat = points_of(drawn, 4)
    for answer in look_up(division, people, lon=lon, lat=lat, accuracy_m=accuracy_m, at=NOW):
        assert (answer.grid is None) == (answer.nearest is not None) == (answer.path == ())
        assert (answer.nearest is None) == (answer.nearest_distance_m is None)
        assert math.isfinite(answer.distance_to_border_m)
        assert answer.distance_to_border_m >= 0
        assert answer.on_border == (answer.distance_to_border_m == 0)
        assert answer.ambiguous == (answer.on_border or accuracy_m >= answer.distance_to_border_m)
        assert answer.duty
        assert answer.runner_up is None or answer.runner_up != answer.grid
        if answer.grid is None:
            assert answer.nearest_distance_m == answer.distance_to_border_m
            assert answer.runner_up is None
            assert not answer.on_border
        else:
            assert [area.level for area in answer.path] == ["city"]


def test_the_grid_beyond_the_border_is_the_runner_up() -> None:
    polygons = np.array([shapely.box(113, 22, 113.1, 22.1), shapely.box(113.1, 22, 113.2, 22.1)])
    division, people = division_of(polygons), roster_of(polygons)
    answer = look_up_one(division, people, Location.of(113.099, 22.05), accuracy_m=0, at=NOW)
    assert answer.grid is not None
    assert answer.runner_up is not None
    assert (answer.grid.code, answer.runner_up.code) == ("g0", "g1")
    assert answer.distance_to_border_m == pytest.approx(103.2, rel=0.01)
    edge = look_up_one(division, people, Location.of(113.001, 22.05), accuracy_m=0, at=NOW)
    assert edge.runner_up is None


def test_no_points_give_no_answers() -> None:
    polygons = np.array([shapely.box(113, 22, 113.1, 22.1)])
    none = np.empty(0)
    assert look_up(division_of(polygons), roster_of(polygons), lon=none, lat=none, accuracy_m=0, at=NOW) == []
