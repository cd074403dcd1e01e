"""What the tables are made of: edges once each, every cell an edge meets, and codes along scan lines."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.index import edges as edges_module
from gis.index.build import tables_of
from gis.index.edges import Edges
from gis.index.lattice import Extent, Lattice, Window
from gis.index.raster import Scan, outside_everything, touched_cells
from gis.index.tables import COUNT_BITS, LEADS_ON
from tests.strategies import ORIGINS, divisions, drawn_division


def edges_one_by_one(polygons):
    """The slow obvious twin: walk along every ring and note who has each edge."""
    owners = {}
    for position, polygon in enumerate(polygons):
        for ring in shapely.get_rings(shapely.get_parts(polygon)):
            at = [(x + 0.0, y + 0.0) for x, y in ring.coords]
            for start, end in pairwise(at):
                if start != end:
                    owners.setdefault((*min(start, end), *max(start, end)), []).append(position)
    return {edge: (found[0], found[1] if len(found) > 1 else -1) for edge, found in owners.items()}


@settings(max_examples=40, deadline=None)
@given(divisions())
def test_every_edge_stands_once_with_both_its_sides(division):
    edges = Edges.of(division.polygons)
    found = {
        tuple(ends): (low, high)
        for ends, low, high in zip(edges.ends.tolist(), edges.low.tolist(), edges.high.tolist(), strict=True)
    }
    assert len(found) == len(edges)
    assert found == edges_one_by_one(division.polygons)


def test_edges_whose_hashes_meet_are_still_told_apart(monkeypatch):
    division = drawn_division(4, origin=ORIGINS["Jiangmen"], columns=4, rows=4, grids=6, uncovered=0.1)
    expected = edges_one_by_one(division.polygons)
    monkeypatch.setattr(edges_module, "_MULTIPLIERS", np.zeros(4, dtype=np.uint64))
    edges = Edges.of(division.polygons)
    assert {tuple(ends) for ends in edges.ends.tolist()} == set(expected)
    assert len(edges) == len(expected)


def test_zero_and_minus_zero_are_one_place():
    west = shapely.Polygon([(-1.0, 0.0), (-0.0, 0.0), (-0.0, 1.0), (-1.0, 1.0)])
    east = shapely.Polygon([(0.0, -0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    edges = Edges.of(np.array([west, east]))
    assert len(edges) == 7
    assert (edges.high >= 0).sum() == 1


@settings(max_examples=25, deadline=None)
@given(divisions())
def test_every_cell_that_an_edge_meets_is_found(division):
    edges = Edges.of(division.polygons)
    lattice = Lattice.over(Extent.of(edges))
    cell, edge = touched_cells(edges, lattice, Window.whole(lattice))
    found = set(zip(cell.tolist(), edge.tolist(), strict=True))
    assert (np.diff(cell) >= 0).all()
    for number, ends in enumerate(edges.ends):
        along = np.linspace(0.0, 1.0, 400)[:, None]
        places = lattice.in_cells(ends[:2] * (1 - along) + ends[2:] * along)
        columns, rows = np.floor(places).astype(int).T
        met = set(zip(lattice.number(columns, rows).tolist(), [number] * 400, strict=True))
        assert met <= found
    column, row = lattice.place(cell)
    start, end = lattice.in_cells(edges.ends[edge, :2]), lattice.in_cells(edges.ends[edge, 2:])
    away = shapely.distance(
        shapely.linestrings(np.stack((start, end), axis=1)), shapely.box(column, row, column + 1, row + 1)
    )
    assert away.max() < 1e-4


@settings(max_examples=30, deadline=None)
@given(divisions(), st.sampled_from([0.5, 0.381, 0.129]))
def test_codes_along_a_line_are_the_grids_that_cover_it(division, height):
    edges = Edges.of(division.polygons)
    lattice = Lattice.over(Extent.of(edges))
    scan = Scan.along(edges, lattice, Window.whole(lattice), height=height, entering=outside_everything)
    rng = np.random.default_rng(division.seed)
    column, row = rng.uniform(0, lattice.columns, 300), rng.integers(0, lattice.rows, 300)
    clear = scan.is_clear(column, row)
    lon, lat = lattice.longitude(column), lattice.latitude(row + height)
    within = shapely.contains_xy(division.polygons[:, None], lon, lat)
    on_edge = shapely.dwithin(shapely.boundary(division.polygons)[:, None], shapely.points(lon, lat), 1e-9).any(axis=0)
    expected = np.where(within.any(axis=0), within.argmax(axis=0) + 1, 0)
    asked = clear & ~on_edge
    assert np.array_equal(scan.code_at(column, row)[asked], expected[asked])


@settings(max_examples=15, deadline=None)
@given(divisions())
def test_every_anchor_lies_in_the_grid_its_code_says(division):
    tables = tables_of(Edges.of(division.polygons))
    words = tables.fine[tables.fine < LEADS_ON]
    record = (LEADS_ON - 1 - words).astype(np.int64)
    code = tables.numbers[record + 2] >> COUNT_BITS
    within = shapely.contains_xy(division.polygons[:, None], tables.records[record], tables.records[record + 1])
    assert np.array_equal(code, np.where(within.any(axis=0), within.argmax(axis=0) + 1, 0))
    assert (within.sum(axis=0) <= 1).all()


@pytest.mark.parametrize("sides", [(1e-4, 1e-4), (300.0, 1e-4), (1e-4, 150.0)])
def test_a_lattice_stays_small_however_the_division_is_shaped(sides):
    width, height = sides
    box = shapely.segmentize(shapely.box(-150, -75, -150 + width, -75 + height), max(sides) / 3000)
    tables = tables_of(Edges.of(np.array([box])))
    assert tables.size_bytes < 40e6
    assert tables.lattice.columns * tables.lattice.rows < 2**30
