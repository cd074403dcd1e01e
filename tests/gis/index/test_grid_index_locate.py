import threading

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from gis.index import GridIndex
from tests.gis.index import rational_twin
from tests.strategies import ORIGINS, divisions, drawn_division


@settings(max_examples=40, deadline=None)
@given(divisions())
def test_every_point_has_the_owner_that_rational_arithmetic_gives(division):
    lon, lat = division.points(6)
    index = GridIndex.build(division.polygons)
    assert index.locate(lon, lat).tolist() == rational_twin.owners(division.polygons, lon, lat)


@settings(max_examples=15, deadline=None)
@given(divisions())
def test_one_by_one_is_in_bulk(division):
    lon, lat = division.points(4)
    index = GridIndex.build(division.polygons)
    assert [index.locate_one(x, y) for x, y in zip(lon, lat, strict=True)] == index.locate(lon, lat).tolist()


@pytest.mark.parametrize("origin", ORIGINS.values(), ids=ORIGINS)
def test_few_points_and_many_points_are_placed_alike_and_as_shapely_does(origin):
    division = drawn_division(5, origin=origin, columns=12, rows=12, grids=60, uncovered=0.05)
    lon, lat = division.points(300)
    index = GridIndex.build(division.polygons)
    many = index.locate(lon, lat)
    few = np.concatenate([index.locate(lon[i : i + 40], lat[i : i + 40]) for i in range(0, len(lon), 40)])
    assert np.array_equal(many, few)
    anywhere = slice(0, 300)
    covered = shapely.covers(division.polygons[:, None], shapely.points(lon[anywhere], lat[anywhere])[None, :])
    expected = np.where(covered.any(axis=0), covered.argmax(axis=0), -1)
    assert np.array_equal(many[anywhere], expected)


def test_a_hundred_thousand_points_on_shared_borders_have_one_owner_each():
    division = drawn_division(1, origin=ORIGINS["Jiangmen"], columns=12, rows=12, grids=60, uncovered=0.0)
    vertices, part = shapely.get_coordinates(division.polygons, return_index=True)
    joined = np.flatnonzero(part[1:] == part[:-1])
    rng = np.random.default_rng(2)
    chosen = rng.choice(joined, 100_000)
    points = (vertices[chosen] + vertices[chosen + 1]) / 2
    points[::2] = vertices[chosen[::2]]
    index = GridIndex.build(division.polygons)
    at_once = index.locate(*points.T)
    order = rng.permutation(len(points))
    again = index.locate(*points[order].T)
    assert np.array_equal(at_once[order], again)
    on_vertices = at_once[::2]
    assert (on_vertices <= part[chosen[::2]]).all()
    assert (on_vertices >= 0).all()


def test_an_empty_index_and_empty_questions_have_empty_answers():
    empty = GridIndex.build([])
    assert len(empty) == 0
    assert empty.locate([113.0], [22.0]).tolist() == [-1]
    assert empty.locate_one(113.0, 22.0) == -1
    index = GridIndex.build([shapely.box(113, 22, 114, 23)])
    nothing = index.locate([], [])
    assert nothing.dtype == np.int32
    assert nothing.shape == (0,)


def test_lengths_that_differ_are_the_callers_mistake():
    index = GridIndex.build([shapely.box(113, 22, 114, 23)])
    with pytest.raises(ValueError, match="equal length"):
        index.locate([113.0, 113.5], [22.0])
    with pytest.raises(ValueError, match="equal length"):
        index.locate([[113.0]], [[22.0]])


@pytest.mark.slow
def test_threads_share_an_index_and_get_the_same_answers():
    division = drawn_division(8, origin=ORIGINS["Jiangmen"], columns=12, rows=12, grids=80, uncovered=0.05)
    lon, lat = division.points(600)
    expected = GridIndex.build(division.polygons)
    owners = expected.locate(lon, lat)
    distance_m, beyond = expected.near_border(lon, lat, limit_m=100.0)
    for _ in range(5):
        fresh = GridIndex.build(division.polygons)
        start = threading.Barrier(4)
        faults = []

        def ask(index=fresh, start=start, faults=faults):
            start.wait()
            near = index.near_border(lon, lat, limit_m=100.0)
            same = (
                np.array_equal(index.locate(lon, lat), owners),
                np.array_equal(near[0], distance_m),
                np.array_equal(near[1], beyond),
            )
            if not all(same):
                faults.append(same)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []


def test_the_polygons_of_the_caller_stay_as_they_are():
    polygon = shapely.box(113, 22, 114, 23)
    layer = np.array([polygon])
    GridIndex.build(layer)
    assert layer[0] is polygon
    assert not shapely.is_prepared(polygon)
