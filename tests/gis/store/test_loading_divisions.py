"""Areas and grids: one tree, one edition, whole or not at all; what looks wrong is told or refused."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import mapping, shape
from sqlalchemy import text

from gis.errors import Conflict, DoubtfulCrs, GisError, InvalidLayer, NotFound, OverlappingGrids
from gis.loading import ColumnPlan, Kind
from gis.store.address import DatabaseAddress
from gis.store.cities import City, write_city
from gis.store.database import Connection, Database
from gis.store.divisions import read_areas
from gis.store.loading import LoadOptions, LoadReport
from gis.store.points import Written
from tests.gis.store.states import content
from tests.tiny_city import AREAS, grids_geojson, load_text

HEADER = "code,name,level,parent_code"
COMMIT = LoadOptions(mode="commit")
Feature = dict[str, Any]


def load_areas(database: Database, folder: Path, *rows: str, header: str = HEADER, **options: object) -> LoadReport:
    body = "\n".join([header, *rows]) + "\n"
    return load_text(
        database, Kind.AREAS, folder, name="areas.csv", text=body, options=replace(COMMIT, **options)
    )  # fmt: skip


def load_grids(
    database: Database, folder: Path, change: Callable[[list[Feature]], object] = len, **options: object
) -> LoadReport:
    """Load the tiny city's grids after something was done to their features."""
    layer = json.loads(grids_geojson())
    change(layer["features"])
    chosen = replace(COMMIT, **{"crs": "EPSG:4326", **options})
    return load_text(database, Kind.GRIDS, folder, name="grids.geojson", text=json.dumps(layer), options=chosen)


def refused(database: Database, error: type[GisError], loads: Callable[[], object], *, saying: str) -> GisError:
    """See that a load is refused with these words, a remedy, and nothing written."""
    before = content(database)
    with pytest.raises(error, match=saying) as caught:
        loads()
    assert caught.value.remedy
    assert content(database) == before
    return caught.value


def values(database: Database, statement: str) -> list[Any]:
    with database.transaction() as connection:
        return list(connection.execute(text(statement)).scalars())


def tree(connection: Connection) -> dict[str, str | None]:
    """Return every area's parent by LEVEL:CODE."""
    areas = read_areas(connection)
    names = {None: None, **{area.id: f"{area.level}:{area.code}" for area in areas}}
    return {str(names[area.id]): names[area.parent_id] for area in areas}


def tree_of(database: Database) -> dict[str, str | None]:
    with database.transaction() as connection:
        return tree(connection)


@pytest.fixture
def with_areas(named: Database, folder: Path) -> Database:
    """The tiny city without grids."""
    load_text(named, Kind.AREAS, folder, name="areas.csv", text=AREAS, options=COMMIT)
    return named


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_parents_may_stand_anywhere_in_the_file(tiny: Database, folder: Path, chance: random.Random, size: int) -> None:
    parents = {f"N{n}": "T0" if n == 0 else f"N{chance.randrange(n)}" for n in range(size)}
    rows = [f"{code},area {code},town,{parent}" for code, parent in parents.items()]
    chance.shuffle(rows)
    with tiny.transaction() as connection:
        connection.execute(text("DELETE FROM area WHERE code LIKE 'N%'"))
    assert load_areas(tiny, folder, *rows).written == Written(size, 0, 0)
    found = tree_of(tiny)
    for code, parent in parents.items():
        assert found[f"town:{code}"] == ("city:T0" if parent == "T0" else f"town:{parent}")


def test_an_unknown_parent_is_told_with_its_row(named: Database, folder: Path) -> None:
    error = refused(
        named, InvalidLayer, lambda: load_areas(named, folder, "T1,镇,town,T0", "A,社区,community,T9"), saying="row 3"
    )
    assert "no area with the code 'T9'" in str(error.facts["problems"])


@pytest.mark.parametrize(
    ("rows", "saying"),
    [
        (["T1,镇,town,"], "there is no parent, and the city is 小城"),
        (["X0,另一城,city,"], "there is no parent, and the city is 小城"),
        (["T1,镇,town,T0", "T2,镇,town,"], "row 3"),
        (["T0,小城,city,T1", "T1,镇,town,T0"], "own ancestor|no area above it"),
        (["K1,甲,county,K2", "K2,乙,county,K1"], "own ancestor"),
        (["K1,甲,county,town:K2", "K2,乙,town,county:K1"], "own ancestors"),
        (["T1,镇,town,T1"], "own ancestor"),
    ],
)
def test_what_is_no_tree_under_the_city_is_refused(
    named: Database, folder: Path, rows: Sequence[str], saying: str
) -> None:
    refused(named, InvalidLayer, lambda: load_areas(named, folder, *rows), saying=saying)


def test_a_file_cannot_close_a_loop_with_areas_that_are_stored(with_areas: Database, folder: Path) -> None:
    refused(with_areas, InvalidLayer, lambda: load_areas(with_areas, folder, "T1,镇,town,A"), saying="own ancestors")


def test_a_code_on_two_levels_is_a_parent_when_its_level_is_told(named: Database, folder: Path) -> None:
    load_areas(named, folder, "K,县,county,T0", "K,功能区,town,K")
    assert tree_of(named)["town:K"] == "county:K"
    error = refused(named, InvalidLayer, lambda: load_areas(named, folder, "A,社区,community,K"), saying="2 areas")
    assert "county:K or town:K" in error.facts["problems"][0]
    load_areas(named, folder, "A,社区,community,town:K")
    assert tree_of(named)["community:A"] == "town:K"


def test_a_leaf_with_a_code_on_two_levels_is_told_apart_by_grids(named: Database, folder: Path) -> None:
    load_areas(named, folder, "A,镇,town,T0", "A,社区,community,T0", "B,社区,community,T0")
    error = refused(named, InvalidLayer, lambda: load_grids(named, folder), saying="2 grids cannot hang")
    assert "town:A or community:A" in error.facts["problems"][0]

    def tell(features: list[Feature]) -> None:
        for feature in features:
            feature["properties"]["area_code"] = feature["properties"]["area_code"].replace("A", "town:A")

    assert load_grids(named, folder, tell).written == Written(4, 0, 0)
    assert values(named, "SELECT DISTINCT level FROM grid_version JOIN area ON area.id = area_id ORDER BY 1") == [
        "community",
        "town",
    ]


def test_a_changed_name_desk_or_scheme_is_a_changed_area(tiny: Database, folder: Path) -> None:
    rows = [line.replace("甲社区,", "甲社区委,", 1) for line in AREAS.splitlines()[1:]]
    assert load_areas(tiny, folder, *rows, header=AREAS.splitlines()[0]).written == Written(0, 1, 3)
    rows = [line.replace("000-0001", "000-0009") for line in rows]
    assert load_areas(tiny, folder, *rows, header=AREAS.splitlines()[0]).written == Written(0, 1, 3)
    assert values(tiny, "SELECT phone FROM team WHERE name = '示例镇综治中心'") == ["000-0009"]


def test_areas_below_a_leaf_with_grids_are_refused(tiny: Database, folder: Path) -> None:
    refused(tiny, InvalidLayer, lambda: load_areas(tiny, folder, "A1,小组,group,A"), saying="甲社区.*2 grids")


def test_an_area_with_another_parent_takes_its_ground_along(tiny: Database, folder: Path) -> None:
    towns = (
        "SELECT round(area_m2 / sum(area_m2) OVER (PARTITION BY level) * 100) "
        "FROM area_shape JOIN area ON area.id = area_id WHERE level = 'town' ORDER BY code"
    )
    assert values(tiny, towns) == [100]
    assert load_areas(tiny, folder, "T2,新镇,town,T0", "B,乙社区,community,T2").written == Written(1, 1, 0)
    assert values(tiny, towns) == [50, 50]
    assert values(tiny, "SELECT ST_Area(shape) > 0 FROM area_shape") == [True] * 5


def test_a_second_load_without_official_lines_keeps_those_of_the_first(named: Database, folder: Path) -> None:
    wkt = "POLYGON ((113 22.5, 113.02 22.5, 113.02 22.52, 113 22.52, 113 22.5))"
    load_areas(named, folder, f'T0,小城,city,,"{wkt}"', header=f"{HEADER},geometry", crs="EPSG:4326")
    assert load_areas(named, folder, "T0,小城,city,").written == Written(0, 0, 1)
    assert values(named, "SELECT ST_NPoints(official_boundary) FROM area") == [5]


def test_a_city_must_be_named_before_anything_is_loaded(database_address: DatabaseAddress, folder: Path) -> None:
    database = Database(database_address)
    with pytest.raises(NotFound, match="gezhi city"):
        load_areas(database, folder, "T1,镇,town,T0")
    database.close()


def test_grids_of_an_unknown_or_inner_area_are_refused_each_with_its_row(with_areas: Database, folder: Path) -> None:
    def rename(features: list[Feature]) -> None:
        features[0]["properties"]["area_code"] = "Z"
        features[2]["properties"]["area_code"] = "T1"

    error = refused(with_areas, InvalidLayer, lambda: load_grids(with_areas, folder, rename), saying="load the areas")
    assert error.facts["problems"] == [
        "row 1: there is no area with the code 'Z'",
        "row 3: the area 'T1' has areas below it",
    ]


def test_a_second_edition_is_no_load(tiny: Database, folder: Path) -> None:
    refused(tiny, Conflict, lambda: load_grids(tiny, folder), saying="already has a division.*GEZHI_DATA")


def overlap(features: list[Feature]) -> None:
    """Let C1 reach a millimetre and a bit (1e-8 degrees) into C2."""
    features[0]["geometry"]["coordinates"][0][1][0] += 1e-8
    features[0]["geometry"]["coordinates"][0][2][0] += 1e-8


def test_overlaps_are_refused_and_slivers_repaired_when_asked(with_areas: Database, folder: Path) -> None:
    refused(with_areas, OverlappingGrids, lambda: load_grids(with_areas, folder, overlap), saying="示例第1网格")
    refused(
        with_areas,
        OverlappingGrids,
        lambda: load_grids(with_areas, folder, overlap, repair_slivers_m=0.0005),
        saying=r"wider than 0.0005 m",
    )
    report = load_grids(with_areas, folder, overlap, repair_slivers_m=0.01)
    assert report.written == Written(4, 0, 0)
    assert any(line.startswith("repaired: 示例第1网格 (C1) keeps") for line in report.noticed)
    areas = values(with_areas, "SELECT area_m2 FROM grid_version ORDER BY code")
    assert areas[0] > areas[1]


def test_one_bad_polygon_keeps_the_whole_layer_out(with_areas: Database, folder: Path) -> None:
    def cross(features: list[Feature]) -> None:
        ring = features[3]["geometry"]["coordinates"][0]
        ring[1], ring[2] = ring[2], ring[1]

    error = refused(with_areas, InvalidLayer, lambda: load_grids(with_areas, folder, cross), saying="crosses itself")
    assert error.facts["problems"][0]["place"] == pytest.approx([113.015, 22.515], abs=0.01)


def test_holes_are_told_and_loaded(with_areas: Database, folder: Path) -> None:
    def pierce(features: list[Feature]) -> None:
        hole = [[113.004, 22.504], [113.004, 22.506], [113.006, 22.506], [113.006, 22.504], [113.004, 22.504]]
        features[0]["geometry"]["coordinates"].append(hole)

    noticed = load_grids(with_areas, folder, pierce).noticed
    assert [line for line in noticed if line.startswith("hole: 45") and "113.005" in line]


def test_differences_from_official_boundaries_are_told(with_areas: Database, folder: Path) -> None:
    wkt = "POLYGON ((113 22.5, 113.02 22.5, 113.02 22.521, 113 22.52, 113 22.5))"
    load_areas(with_areas, folder, f'T0,小城,city,,"{wkt}"', header=f"{HEADER},geometry", crs="EPSG:4326")
    noticed = load_grids(with_areas, folder).noticed
    assert [line for line in noticed if line.startswith("小城: ") and "leave out 113,9" in line]


def test_a_layer_a_hundred_metres_off_the_official_line_is_no_doubt_and_another_city_is(
    with_areas: Database, folder: Path
) -> None:
    def shift(degrees: float) -> Callable[[list[Feature]], None]:
        def move(features: list[Feature]) -> None:
            for feature in features:
                for position in feature["geometry"]["coordinates"][0]:
                    position[0] = round(position[0] + degrees, 9)

        return move

    wkt = "POLYGON ((113 22.5, 113.02 22.5, 113.02 22.52, 113 22.52, 113 22.5))"
    load_areas(with_areas, folder, f'T0,小城,city,,"{wkt}"', header=f"{HEADER},geometry", crs="EPSG:4326")
    refused(with_areas, DoubtfulCrs, lambda: load_grids(with_areas, folder, shift(2.0)), saying="nothing lies in")
    assert load_grids(with_areas, folder, shift(0.001)).written == Written(4, 0, 0)


JIANGMEN = "440700"
OFFICIAL = "cn4_boundaries_tianditu_wgs84.geojson"
OF_A_WEB_MAP = "jiangmen_counties_echarts_gcj02_RAW_DIRTY.geojson"


def counties_of(path: Path) -> str:
    """Return Jiangmen's counties of a file as GeoJSON; the raw one has spikes, which are cut off."""
    layer = json.loads(path.read_text(encoding="utf-8"))
    features = [
        feature
        for feature in layer["features"]
        if feature["properties"]["adcode"].startswith(JIANGMEN[:4]) and feature["properties"]["adcode"] != JIANGMEN
    ]
    for feature in features:
        clean = shapely.make_valid(shape(feature["geometry"]), method="structure", keep_collapsed=False)
        feature["geometry"] = mapping(clean)
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_jiangmens_counties_from_a_web_map_are_doubted_against_its_official_lines(
    database_address: DatabaseAddress, folder: Path, shared_data: Path
) -> None:
    """The real layers: GCJ-02 declared as WGS84 is refused (R8), loads under its own name, and when accepted."""
    database = Database(database_address)
    with database.transaction() as connection:
        write_city(connection, City("江门市", JIANGMEN, "Asia/Shanghai"))
    plan = ColumnPlan.parse(["code=adcode"], ["level=county", f"parent_code={JIANGMEN}"])

    def load_as(crs: str, name: str, **options: object) -> LoadReport:
        body = counties_of(shared_data / "cn" / name)
        chosen = replace(COMMIT, crs=crs, plan=plan, **options)
        return load_text(database, Kind.AREAS, folder, name="counties.geojson", text=body, options=chosen)

    assert load_as("EPSG:4326", OFFICIAL).written == Written(7, 0, 0)
    error = refused(database, DoubtfulCrs, lambda: load_as("EPSG:4326", OF_A_WEB_MAP), saying="looks like GCJ-02")
    assert "--accept-doubt" in str(error)
    assert load_as("GCJ-02", OF_A_WEB_MAP, mode="dry_run").noticed == ()
    accepted = load_as("EPSG:4326", OF_A_WEB_MAP, on_doubt="accept")
    assert accepted.written == Written(0, 7, 0)
    assert accepted.noticed[0].startswith("doubt accepted: this looks like GCJ-02")
    database.close()
