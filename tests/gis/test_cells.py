"""H3 cells: agreement with h3's own scalar calls, true areas, and covers that points can trust."""

import h3.api.basic_str as h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.cells import (
    areas_m2,
    cell_centres,
    cell_polygons,
    cells_of,
    cover,
    from_text,
    parents,
    resolutions,
    to_text,
)
from gis.crs import geodesic_area_m2
from gis.errors import InvalidInput

RESOLUTIONS = st.integers(0, 15)
PLACES = st.lists(st.tuples(st.floats(-180.0, 180.0), st.floats(-90.0, 90.0)), max_size=20)
GRAZING_DEGREES = 1e-5
"""A metre."""
CITIES = st.sampled_from([(113.08, 22.58), (-77.02, 38.9), (24.94, 60.17), (0.0, 0.0)])
NONE = np.empty(0)


def columns(places: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    pairs = np.array(places, dtype=np.float64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def blob(centre: tuple[float, float], *, seed: int, radius: float) -> shapely.Polygon:
    """Return a star-shaped polygon, sometimes with a hole."""
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(0.0, 2.0 * np.pi, 24))
    reach = radius * rng.uniform(0.4, 1.0, 24)
    ring = np.column_stack([centre[0] + reach * np.cos(angles), centre[1] + reach * np.sin(angles)])
    polygon = shapely.make_valid(shapely.Polygon(ring), method="structure")
    return shapely.difference(polygon, shapely.Point(centre).buffer(radius * 0.2)) if seed % 2 else polygon


@given(PLACES, RESOLUTIONS)
def test_cells_are_those_h3_gives_one_by_one(places: list[tuple[float, float]], resolution: int) -> None:
    lon, lat = columns(places)
    found = cells_of(lon, lat, resolution=resolution)
    assert found.dtype == np.uint64
    assert to_text(found) == [h3.latlng_to_cell(y, x, resolution) for x, y in places]
    assert (resolutions(found) == resolution).all()


def test_what_is_not_finite_has_no_cell() -> None:
    found = cells_of(np.array([np.nan, 113.0, np.inf, 113.0]), np.array([22.0, np.nan, 22.0, 22.0]), resolution=9)
    assert (found == 0).tolist() == [True, True, True, False]


@pytest.mark.parametrize(("lon", "lat"), [(22.58, 113.08), (181.0, 0.0), (38_400_000.0, 2_500_000.0)])
def test_swapped_axes_and_metres_are_refused_instead_of_given_a_wrong_cell(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="out of range"):
        cells_of(np.array([113.0, lon]), np.array([22.0, lat]), resolution=9)


@pytest.mark.parametrize("resolution", [-1, 16])
def test_a_resolution_that_does_not_exist_is_the_callers_mistake(resolution: int) -> None:
    for call in (cells_of, lambda x, y, resolution: cover(np.array([shapely.box(0, 0, 1, 1)]), resolution=resolution)):
        with pytest.raises(ValueError, match="resolution"):
            call(NONE, NONE, resolution=resolution)


@given(PLACES, RESOLUTIONS)
def test_text_and_back_is_the_same_cell(places: list[tuple[float, float]], resolution: int) -> None:
    found = cells_of(*columns(places), resolution=resolution)
    assert from_text(to_text(found)).tolist() == found.tolist()
    assert from_text([text.upper() for text in to_text(found)]).tolist() == found.tolist()
    assert found.astype(np.int64).astype(np.uint64).tolist() == found.tolist()


@pytest.mark.parametrize(
    "text",
    ["", "0", "banana", "0x89411d02a37ffff", "-1", "8941109_14bbffff", " 89411d02a37ffff", "f" * 16, "1" * 99, "²"],
)
def test_text_that_is_no_cell_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(InvalidInput, match="item 1"):
        from_text(["89411d02a37ffff", text])


@given(PLACES, RESOLUTIONS, st.data())
def test_parents_are_those_h3_gives(places: list[tuple[float, float]], fine: int, data: st.DataObject) -> None:
    coarse = data.draw(st.integers(0, fine))
    found = cells_of(*columns(places), resolution=fine)
    assert to_text(parents(found, resolution=coarse)) == [h3.cell_to_parent(text, coarse) for text in to_text(found)]


def test_no_cell_has_no_parent_and_a_coarser_cell_is_refused() -> None:
    cell = cells_of(np.array([113.0]), np.array([22.0]), resolution=7)
    assert parents(np.array([0], np.uint64), resolution=3).tolist() == [0]
    with pytest.raises(ValueError, match="coarser"):
        parents(cell, resolution=8)


@given(PLACES, RESOLUTIONS)
def test_the_centre_of_a_cell_lies_in_it(places: list[tuple[float, float]], resolution: int) -> None:
    found = cells_of(*columns(places), resolution=resolution)
    lon, lat = cell_centres(found)
    assert cells_of(lon, lat, resolution=resolution).tolist() == found.tolist()


@given(CITIES, st.integers(3, 15))
def test_the_outline_of_a_cell_is_h3s_with_longitude_first(centre: tuple[float, float], resolution: int) -> None:
    found = cells_of(*columns([centre]), resolution=resolution)
    outline = cell_polygons(found)[0]
    theirs = [(lon, lat) for lat, lon in h3.cell_to_boundary(to_text(found)[0])]
    assert shapely.get_coordinates(outline)[:-1].tolist() == [list(corner) for corner in theirs]
    assert shapely.is_ccw(outline.exterior)
    assert outline.contains(shapely.Point(centre))


def test_a_pentagon_has_five_corners_among_hexagons() -> None:
    pentagon = from_text([h3.get_pentagons(6)[0]])
    hexagon = cells_of(np.array([113.0]), np.array([22.0]), resolution=6)
    outlines = cell_polygons(np.concatenate([pentagon, hexagon, pentagon]))
    assert (shapely.get_num_coordinates(outlines) - 1).tolist() == [5, 6, 5]


@given(CITIES, st.integers(0, 12))
def test_the_area_of_a_cell_is_that_of_its_outline_on_the_ellipsoid(
    centre: tuple[float, float], resolution: int
) -> None:
    found = cells_of(*columns([centre]), resolution=resolution)
    by_outline = geodesic_area_m2(cell_polygons(found))
    assert areas_m2(found) == pytest.approx(by_outline, rel=1e-5 if resolution >= 2 else 3e-4)


def test_no_cells_have_no_centres_outlines_areas_parents_or_text() -> None:
    nothing = cells_of(NONE, NONE, resolution=9)
    assert nothing.shape == cell_polygons(nothing).shape == areas_m2(nothing).shape == (0,)
    assert cell_centres(nothing)[0].shape == parents(nothing, resolution=3).shape == (0,)
    assert to_text(nothing) == []
    assert from_text([]).dtype == np.uint64


@pytest.mark.parametrize("call", [cell_centres, cell_polygons, areas_m2])
def test_what_is_no_cell_is_the_callers_mistake(call: object) -> None:
    with pytest.raises(ValueError, match="H3 cell"):
        call(np.array([0], np.uint64))  # type: ignore[operator]


@settings(max_examples=30, deadline=None)
@given(CITIES, st.integers(0, 999), st.integers(6, 11))
def test_points_can_trust_a_cover(centre: tuple[float, float], seed: int, resolution: int) -> None:
    polygon = blob(centre, seed=seed, radius=0.01)
    found = cover(np.array([polygon]), resolution=resolution)
    corners = shapely.get_coordinates(shapely.segmentize(polygon, 0.0005))
    rng = np.random.default_rng(seed)
    near = corners[rng.integers(0, len(corners), 300)] + rng.normal(0.0, 1e-6, (300, 2))
    lon, lat = np.vstack([corners, near, rng.uniform(corners.min(0), corners.max(0), (300, 2))]).T
    cells = cells_of(lon, lat, resolution=resolution)
    inside = shapely.intersects_xy(polygon, lon, lat)
    assert np.isin(cells[inside], found.cells).all()
    assert inside[np.isin(cells, found.cells[found.full])].all()


@settings(max_examples=20, deadline=None)
@given(CITIES, st.integers(0, 999), st.integers(7, 10))
def test_a_cover_is_that_of_trying_every_cell_around(centre: tuple[float, float], seed: int, resolution: int) -> None:
    polygon = blob(centre, seed=seed, radius=0.006)
    found = cover(np.array([polygon]), resolution=resolution)
    around = from_text(h3.grid_disk(h3.latlng_to_cell(centre[1], centre[0], resolution), 20))
    outlines = cell_polygons(around)
    touching, inside = shapely.intersects(polygon, outlines), shapely.contains(polygon, outlines)
    covered, full = np.isin(around, found.cells), np.isin(around, found.cells[found.full])
    assert np.isin(found.cells, around).all()
    # Edges of cells are arcs, so what only grazes the border counts as touching it: never the other way round.
    assert (covered | ~touching).all()
    assert (inside | ~full).all()
    assert (shapely.distance(polygon, outlines[covered & ~touching]) <= GRAZING_DEGREES).all()
    assert (shapely.distance(polygon.boundary, outlines[inside & ~full]) <= GRAZING_DEGREES).all()


def test_a_cover_tells_polygons_apart_and_a_shared_border_cell_appears_under_both() -> None:
    west, east = shapely.box(113.0, 22.0, 113.02, 22.02), shapely.box(113.02, 22.0, 113.04, 22.02)
    parts = shapely.MultiPolygon([shapely.box(113.1, 22.0, 113.11, 22.01), shapely.box(113.2, 22.0, 113.21, 22.01)])
    found = cover(np.array([west, None, east, shapely.Polygon(), parts], dtype=object), resolution=9)
    assert np.unique(found.positions).tolist() == [0, 2, 4]
    assert found.positions.dtype == np.int32
    assert (np.diff(found.positions) >= 0).all()
    shared = np.intersect1d(found.cells[found.positions == 0], found.cells[found.positions == 2])
    assert shared.size
    assert not found.full[np.isin(found.cells, shared)].any()
    lon, _ = cell_centres(found.cells[found.positions == 4])
    assert (lon < 113.12).any()
    assert (lon > 113.19).any()


def test_a_cell_larger_than_the_polygon_covers_it_as_a_border_cell() -> None:
    speck = shapely.Point(113.08, 22.58).buffer(0.0001)
    found = cover(np.array([speck]), resolution=5)
    assert found.cells.tolist() == cells_of(np.array([113.08]), np.array([22.58]), resolution=5).tolist()
    assert found.full.tolist() == [False]


def test_no_polygons_have_an_empty_cover() -> None:
    found = cover(np.array([], dtype=object), resolution=9)
    assert [len(column) for column in found] == [0, 0, 0]
