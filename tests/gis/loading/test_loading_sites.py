"""Sites, gates and key areas: good rows are kept, bad ones come back with their reasons."""

import pytest
import shapely

from gis.errors import DoubtfulCrs, MissingColumn
from gis.loading import gates_from, key_areas_from, read_file, sites_from
from gis.sites import GATE_STATE_NAMES, KEY_AREA_KIND_NAMES, SITE_KIND_NAMES, GateState, KeyAreaKind, SiteKind
from tests.gis.loading.making import PLAN, WGS84, feature, reasons, square, write_csv, write_geojson

SITE = {"source": "s", "kind": "school", "name": "No. 1"}
GATE_HEADER = "source,source_ref,site_source,site_ref,name,state,lon,lat"
BOWTIE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}


def sites(path):
    return sites_from(read_file(path), plan=PLAN, crs=WGS84)


def key_areas(path):
    return key_areas_from(read_file(path), plan=PLAN, crs=WGS84)


def gates(path, known):
    return gates_from(read_file(path), plan=PLAN, crs=WGS84, sites=known)


def test_every_kind_and_state_has_a_chinese_name_of_its_own():
    for names, choices in (
        (SITE_KIND_NAMES, SiteKind),
        (KEY_AREA_KIND_NAMES, KeyAreaKind),
        (GATE_STATE_NAMES, GateState),
    ):
        assert set(names) == set(choices)
        assert len(set(names.values())) == len(names)
    assert len(KeyAreaKind) == 10


def test_known_kinds_are_understood_and_other_words_are_kept_and_said(tmp_path):
    words = ["学校", "SCHOOL", "小区", "加油站", "Gasworks"]
    rows = [f"s,{number},{word},x,113,22" for number, word in enumerate(words)]
    batch = sites(write_csv(tmp_path, "source,source_ref,kind,name,lon,lat", *rows))
    assert batch.rows["kind"].tolist() == ["school", "school", "neighbourhood", "加油站", "Gasworks"]
    assert any("'小区' is neighbourhood" in line for line in batch.understood)
    assert any("2 words of the city's own" in line and "加油站" in line for line in batch.understood)


def test_a_site_is_a_point_or_ground_with_a_place_inside(tmp_path):
    path = write_geojson(
        tmp_path,
        feature({"type": "Point", "coordinates": [113.08, 22.58]}, source_ref="1", **SITE),
        feature(square(113, 22), source_ref="2", **SITE),
        feature(None, source_ref="3", **SITE),
        feature(BOWTIE, source_ref="4", **SITE),
        feature({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, source_ref="5", **SITE),
    )
    batch = sites(path)
    assert batch.rows["source_ref"].tolist() == ["1", "2"]
    assert (batch.lon[0], batch.lat[0]) == (113.08, 22.58)
    assert batch.geometry[0] is None
    assert batch.geometry[1].contains(shapely.Point(batch.lon[1], batch.lat[1]))
    assert [(line, reason) for line, _, reason in reasons(batch)] == [
        (3, "the feature has no position"),
        (4, "feature 4 crosses itself at 0.5, 0.5"),
        (5, "the feature is a LineString, not a point"),
    ]


def test_a_row_with_a_point_and_ground_keeps_both(tmp_path):
    ground = shapely.box(113, 22, 114, 23)
    rows = [f's,1,小区,x,113.2,22.3,"{ground.wkt}"', "s,2,school,y,113.4,22.4,"]
    batch = sites(write_csv(tmp_path, "source,source_ref,kind,name,lon,lat,geometry", *rows))
    assert (batch.lon.tolist(), batch.lat.tolist()) == ([113.2, 113.4], [22.3, 22.4])
    assert batch.geometry[0].equals(ground)
    assert batch.geometry[1] is None


def test_a_gate_of_no_stored_site_comes_back(tmp_path):
    path = write_csv(
        tmp_path,
        GATE_HEADER,
        "s,1,,estate,East,开放,113,22",
        "s,2,other,estate,West,closed,113,22",
        "s,3,,lost,North,,113,22",
        "s,4,,,South,,113,22",
        "s,5,,estate,South,ajar,113,22",
        "s,6,,estate,South,,113,22",
    )
    batch = gates(path, known={("s", "estate"), ("other", "estate")})
    assert batch.rows["site_source"].tolist() == ["s", "other", "s"]
    assert batch.rows["state"].tolist() == ["open", "closed", "unknown"]
    assert [(line, column) for line, column, _ in reasons(batch)] == [(4, "site_ref"), (5, "site_ref"), (6, "state")]


def test_key_areas_need_ground_and_may_overlap(tmp_path):
    facts = {"source": "s", "kind": "城乡结合部", "name": "x"}
    path = write_geojson(
        tmp_path,
        feature(square(113, 22), source_ref="1", **facts),
        feature(square(113.5, 22), source_ref="2", **facts),
        feature({"type": "Point", "coordinates": [113, 22]}, source_ref="3", **facts),
        feature(None, source_ref="4", **facts),
        feature(BOWTIE, source_ref="5", **facts),
    )
    batch = key_areas(path)
    assert batch.rows["source_ref"].tolist() == ["1", "2"]
    assert batch.rows["kind"].tolist() == ["urban_fringe", "urban_fringe"]
    assert [line for line, _, _ in reasons(batch)] == [3, 4, 5]


def test_a_file_of_key_areas_with_swapped_axes_is_refused(tmp_path):
    facts = {"source": "s", "kind": "x", "name": "x"}
    with pytest.raises(DoubtfulCrs, match="swapped"):
        key_areas(write_geojson(tmp_path, feature(square(22, 113), source_ref="1", **facts)))


def test_a_table_of_key_areas_without_shapes_brings_no_row_in(tmp_path):
    batch = key_areas(write_csv(tmp_path, "source,source_ref,kind,name", "s,1,x,y"))
    assert len(batch) == 0
    assert [reason for _, _, reason in reasons(batch)] == ["the row has no polygon"]


def test_a_table_of_sites_without_positions_is_refused(tmp_path):
    with pytest.raises(MissingColumn, match="no positions"):
        sites(write_csv(tmp_path, "source,source_ref,kind,name", "s,1,x,y"))
