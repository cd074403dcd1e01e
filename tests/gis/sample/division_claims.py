"""What must hold of every sample division, small or whole."""

import numpy as np
import shapely

from tests.gis.sample.conftest import Written

LATTICE = 1e9


def parents(city: Written) -> dict[str, str]:
    return {area["code"]: area["parent_code"] for area in city.areas if area["parent_code"]}


def county_of(code: str, city: Written) -> str:
    levels = {area["code"]: area["level"] for area in city.areas}
    above = parents(city)
    while levels[code] != "county":
        code = above[code]
    return code


def grids_are_a_valid_coverage(city: Written) -> None:
    assert shapely.is_valid(city.grid_shapes).all()
    assert shapely.coverage_is_valid(city.grid_shapes)


def grids_fill_the_real_counties(city: Written) -> None:
    owner = np.array([county_of(grid["area_code"], city) for grid in city.grids])
    counties = [area["code"] for area in city.areas if area["level"] == "county"]
    assert sorted(set(owner)) == sorted(counties)
    for code in counties:
        official = city.area_shapes[code]
        union = shapely.union_all(city.grid_shapes[owner == code])
        assert abs(union.area / official.area - 1) < 1e-6
        assert shapely.symmetric_difference(union, official).area / official.area < 1e-6
        assert abs(shapely.area(city.grid_shapes[owner == code]).sum() / official.area - 1) < 1e-6


def every_area_has_one_parent_of_the_level_above(city: Written) -> None:
    levels = {area["code"]: area["level"] for area in city.areas}
    above = {"county": "city", "town": "county", "community": "town"}
    assert len(levels) == len(city.areas)
    assert [area["level"] for area in city.areas].count("city") == 1
    for code, parent in parents(city).items():
        assert levels[parent] == above[levels[code]]
        assert code.startswith(parent.rstrip("0")) or levels[parent] == "city"


def every_community_has_grids_with_codes_of_their_own(city: Written) -> None:
    communities = {area["code"] for area in city.areas if area["level"] == "community"}
    assert {grid["area_code"] for grid in city.grids} == communities
    codes = [grid["code"] for grid in city.grids]
    assert len(set(codes)) == len(codes)
    numbers: dict[str, list[int]] = {}
    for grid in city.grids:
        assert len(grid["code"]) == 15
        assert grid["code"][:12] == grid["area_code"]
        numbers.setdefault(grid["area_code"], []).append(int(grid["code"][12:]))
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


def coordinates_lie_on_the_lattice(city: Written) -> None:
    at = shapely.get_coordinates(city.grid_shapes)
    assert (at == np.round(at * LATTICE) / LATTICE).all()


CLAIMS = (
    grids_are_a_valid_coverage,
    grids_fill_the_real_counties,
    every_area_has_one_parent_of_the_level_above,
    every_community_has_grids_with_codes_of_their_own,
    coordinates_lie_on_the_lattice,
)
