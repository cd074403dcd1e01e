"""Sites, gates and key areas of one county: each where it belongs."""

import json

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.spatial import cKDTree

from gis.sample.blocks import Blocks
from gis.sample.chance import ranked
from gis.sample.city import City
from gis.sample.crossings import crossings_of
from gis.sample.linework import LineKind
from gis.sample.places import STREETS, first_apart
from gis.sites import KeyAreaKind, SiteKind
from tests.gis.sample.conftest import Written

FENCE_M = 0.05
"""Positions in the files are rounded to a centimetre."""


def metres(city: City, rows: pd.DataFrame) -> np.ndarray:
    return city.register.plane.metres(rows[["lon", "lat"]].astype(float).to_numpy())


def grounds(county: Written, city: City) -> dict[str, shapely.Geometry]:
    """Return the ground of every neighbourhood by its reference, metres."""
    fenced = county.sites[county.sites.geometry != ""]
    shapes = shapely.transform(shapely.from_wkt(fenced.geometry.to_numpy()), city.register.plane.metres)
    return dict(zip(fenced.source_ref, shapes, strict=True))


def streets(city: City, *kinds: LineKind) -> shapely.Geometry:
    return shapely.multilinestrings(city.lines.of_kinds(*(kinds or STREETS)).lines)


def test_sites_are_of_every_kind_and_named_as_examples(county: Written) -> None:
    assert set(county.sites.kind) == {"school", "hospital", "market", "station", "neighbourhood"}
    assert county.sites.name.str.endswith("(示例)").all()
    assert county.sites.name.is_unique
    assert not county.sites.duplicated(["source", "source_ref"]).any()


def test_sites_lie_in_the_city_and_neighbourhoods_are_valid_ground_apart_from_each_other(
    county: Written, county_city: City
) -> None:
    whole = shapely.union_all(county.grid_shapes)
    assert shapely.contains_xy(whole, county.sites.lon.astype(float), county.sites.lat.astype(float)).all()
    ground = grounds(county, county_city)
    shapes = np.array(list(ground.values()), dtype=object)
    assert (county.sites.kind[county.sites.geometry != ""] == SiteKind.NEIGHBOURHOOD).all()
    assert shapely.is_valid(shapes).all()
    assert (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON).all()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert (first == second).all()
    fenced = county.sites.set_index("source_ref").loc[list(ground)]
    assert shapely.contains(shapes, shapely.points(metres(county_city, fenced))).all()


def test_neighbourhoods_are_blocks_between_streets(county: Written, county_city: City) -> None:
    shapes = np.array(list(grounds(county, county_city).values()), dtype=object)
    crossed = shapely.intersects(shapely.buffer(shapes, -1.0), streets(county_city))
    assert not crossed.any()
    fence = shapely.segmentize(shapely.get_exterior_ring(shapes), 10.0)
    at, owner = shapely.get_coordinates(fence, return_index=True)
    near = shapely.dwithin(shapely.points(at), streets(county_city), 15.0)
    assert (np.bincount(owner, near) / np.bincount(owner) > 0.6).all()


def test_every_gate_lies_on_its_neighbourhoods_fence_within_30_m_of_a_street(
    county: Written, county_city: City
) -> None:
    ground = grounds(county, county_city)
    assert set(county.gates.site_ref) == set(ground)
    fences = shapely.boundary(np.array([ground[ref] for ref in county.gates.site_ref], dtype=object))
    points = shapely.points(metres(county_city, county.gates))
    assert (shapely.distance(points, fences) < FENCE_M).all()
    assert shapely.dwithin(points, streets(county_city), 30.0).all()
    assert not county.gates.duplicated(["site_ref", "name"]).any()
    assert set(county.gates.state) <= {"open", "closed", "unknown"}


def test_gates_of_a_neighbourhood_stand_apart(county: Written, county_city: City) -> None:
    for _, own in county.gates.groupby("site_ref"):
        at = metres(county_city, own)
        assert len(own) <= 4
        assert not cKDTree(at).query_pairs(8.0)


def test_schools_are_where_people_live_and_stations_at_trunk_roads(county: Written, county_city: City) -> None:
    at = metres(county_city, county.sites)
    kind = county.sites.kind.to_numpy()
    land = county_city.land
    assert land.built.ravel()[land.raster.cells(at[np.isin(kind, ["school", "hospital", "market"])])].mean() > 0.9
    stations = shapely.points(at[kind == "station"])
    assert shapely.dwithin(stations, streets(county_city, LineKind.TRUNK, LineKind.RAILWAY), 31.0).all()
    for some in ("school", "hospital", "market"):
        assert shapely.dwithin(shapely.points(at[kind == some]), streets(county_city), 30.0).all()


def test_key_areas_are_valid_polygons_inside_the_city_and_named_as_examples(county: Written) -> None:
    shapes = county.key_area_shapes
    assert shapely.is_valid(shapes).all()
    assert (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON).all()
    assert shapely.covers(shapely.union_all(county.grid_shapes), shapes).all()
    assert {row["kind"] for row in county.key_areas} == set(KeyAreaKind)
    assert all(row["name"].endswith("(示例)") for row in county.key_areas)
    assert len({row["source_ref"] for row in county.key_areas}) == len(shapes)


def test_key_areas_cross_grids_and_hold_the_site_they_are_around(county: Written) -> None:
    grid_of = shapely.STRtree(county.grid_shapes).query(county.key_area_shapes, predicate="intersects")[0]
    assert (np.bincount(grid_of) > 1).mean() > 0.4
    points = {
        row["name"].removesuffix("(示例)"): shapely.Point(float(row["lon"]), float(row["lat"]))
        for row in county.sites.to_dict("records")
    }
    around = [
        (shape, points[row["name"].removesuffix("周边(示例)")])
        for row, shape in zip(county.key_areas, county.key_area_shapes, strict=True)
        if row["kind"].endswith("_surroundings")
    ]
    assert len(around) > 5
    assert all(shape.contains(point) for shape, point in around)


def test_blocks_are_faces_of_built_up_land(county_city: City) -> None:
    blocks = Blocks.of(county_city)
    assert len(blocks) > 100
    assert shapely.contains_xy(blocks.polygons, blocks.inner[:, 0], blocks.inner[:, 1]).all()
    assert (county_city.register.community_town[blocks.community] == blocks.town).all()
    some = np.arange(0, len(blocks), 9)
    sides = shapely.get_exterior_ring(blocks.polygons[some])
    # The slow twin measures how much of the sides runs along streets.
    exact = shapely.length(shapely.intersection(sides, shapely.buffer(streets(county_city), 1.5)))
    assert blocks.street_share(some) == pytest.approx(exact / shapely.length(sides), abs=0.15)


def test_places_apart_are_those_a_slow_search_finds() -> None:
    rng = np.random.default_rng(3)
    places, order = rng.uniform(0.0, 1000.0, (200, 2)), rng.permutation(200)
    chosen: list[int] = []
    for place in order.tolist():
        if len(chosen) < 12 and all(np.hypot(*(places[one] - places[place])) >= 150.0 for one in chosen):
            chosen.append(place)
    assert first_apart(places, order, count=12, apart_m=150.0).tolist() == chosen
    crowded = first_apart(places, order, count=60, apart_m=400.0)
    assert len(set(crowded.tolist())) == 60


def test_heavy_things_are_ranked_first_more_often_and_weightless_ones_last() -> None:
    rng = np.random.default_rng(5)
    firsts = [int(ranked(np.array([1.0, 3.0, 0.0]), rng)[0]) for _ in range(2000)]
    assert 2 not in firsts
    assert np.mean(np.array(firsts) == 1) == pytest.approx(0.75, abs=0.04)
    assert ranked(np.array([0.0, 2.0]), rng).tolist() == [1, 0]


def test_a_crossing_has_the_directions_of_the_streets_that_leave_it() -> None:
    cross = [shapely.LineString([(0, -100), (0, 100)]), shapely.LineString([(-100, 0), (100, 0)])]
    stub = [shapely.LineString([(500, 3), (500, 100)]), shapely.LineString([(400, 5), (600, 5)])]
    found = crossings_of(np.array([*cross, *stub], dtype=object))
    assert found.places.tolist() == [[0.0, 0.0], [500.0, 5.0]]
    assert found.azimuths[found.arm_of == 0].tolist() == [0.0, 90.0, 180.0, 270.0]
    # The street that ends here overshoots by 2 m, which is no arm.
    assert found.azimuths[found.arm_of == 1].tolist() == [0.0, 90.0, 270.0]


def test_key_areas_are_features_of_their_own(county: Written) -> None:
    text = (county.summary.directory / "key_areas.geojson").read_text(encoding="utf-8")
    assert json.loads(text)["type"] == "FeatureCollection"
