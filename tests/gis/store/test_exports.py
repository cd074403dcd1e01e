# ruff: noqa: E501
"""What was loaded, exported and loaded again is the same; other people's programs read what is exported."""

import contextlib
import csv
import io
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from sqlalchemy import text

from gis.crs import BD09, GCJ02, WGS84, from_wgs84, parse_crs
from gis.errors import GisError, InvalidInput, NotFound
from gis.exporting import write_file
from gis.loading import WITHOUT_POSITIONS, Kind, read_file
from gis.loading.formats import Format
from gis.policy import Role, Viewer
from gis.store.address import DatabaseAddress
from gis.store.cities import write_city
from gis.store.cluster import PrivateCluster
from gis.store.database import Database
from gis.store.exports import LAYERS, Scope, layer_named, scope_of, seen_by
from gis.store.loading import LoadOptions, load
from tests.tiny_city import CITY, FILES, load_text

pytestmark = pytest.mark.database

SITES = """source,source_ref,kind,name,lon,lat,geometry
edu,1,school,第一小学,113.005,22.505,
estate,2,neighbourhood,"幸福,小区",113.0155,22.5152,"POLYGON ((113.015 22.515, 113.016 22.515, 113.016 22.516, 113.015 22.515))"
"""
GATES = """source,source_ref,site_source,site_ref,name,state,lon,lat
estate,g1,estate,2,东门,open,113.016,22.5155
"""
KEY_AREAS = """source,source_ref,kind,name,geometry
ga,k1,hotels,宾馆片区,"POLYGON ((113.001 22.501, 113.019 22.501, 113.019 22.503, 113.001 22.501))"
"""
CAMERAS = """source,source_ref,gb_id,name,kind,networks,height_m,azimuth_deg,hfov_deg,range_m,pixels_h,status,last_seen,secrecy,lon,lat
net,007,44070300001310000001,路口“东”,fixed,甲;乙,3.1,359.9,60.5,0.1,1920,live,2026-11-01T08:00:00.123456+08:00,1,113.0000000015,22.5000000017
net,8,,,unknown,,,,,,,unknown,,0,113.01,22.505
"""
INCIDENTS = """source,source_ref,kind,category,title,state,reported_at,closed_at,returns,accuracy_m,found_by_grid,lon,lat
hotline,001,request,噪声扰民,"第一行
=1+1",closed,2026-11-01T08:00:00.000001+08:00,2026-11-01T09:00:00+08:00,2,12.25,1,113.005000000001,22.505
hotline,2,incident,市容,,reported,2026-11-01T08:00:00+08:00,,0,0,,113.03,22.51
hotline,3,incident,市容,,reported,2026-11-01T08:00:00+08:00,,0,0,0,113.011,22.512
"""
ROLES = """code,name_zh,name_en,rank,leads
lead,网格长,Lead,1,1
night,"夜班,值守",Night watch,77,0
"""
LEAVE = """worker_ref,from,until,stand_in_ref
{first},2026-11-02T00:00:00+08:00,2026-11-05,{second}
{second},2026-12-02T09:30:00.5+08:00,2026-12-02T18:00:00+08:00,
"""
CALENDAR = """date,until,working,name,simulated
2026-10-01,2026-10-03,0,国庆节,1
2026-10-10,,1,,0
"""
BASEMAP = """class,name,width_m,bridge,min_zoom,simulated,geometry
river,潭江,120.5,0,7.5,1,"LINESTRING (113.0000000015 22.5, 113.02 22.5200000013)"
sea,,,0,0,0,"POLYGON ((113.0 22.4, 113.1 22.4, 113.1 22.45, 113.0 22.4))"
"""
ADDRESSES = """source,source_ref,full_text,street,crossing,village,estate,lane,group_no,number,last,sub,building,unit,room,lon,lat
mz,1,示例镇长安路12号之3,长安路,,,,,,12,,3,,,,113.005,22.505
mz,2,,,,,幸福小区,,,,,,5,2,301,113.0155,22.5152
mz,3,上村长安路1-9号,长安路,,上村,,4,2,1,9,,,,,113.03,22.51
"""
MORE = {
    Kind.SITES: ("sites.csv", SITES),
    Kind.GATES: ("gates.csv", GATES),
    Kind.KEY_AREAS: ("key-areas.csv", KEY_AREAS),
}
_WORKERS = [line.split(",")[0] for line in FILES[Kind.WORKERS][1].splitlines()[1:]]
_AWAY = LEAVE.format(first=_WORKERS[0], second=next(ref for ref in _WORKERS if ref != _WORKERS[0]))
MORE |= {
    Kind.ROLES: ("roles.csv", ROLES),
    Kind.LEAVE: ("leave.csv", _AWAY),
    Kind.CALENDAR: ("calendar.csv", CALENDAR),
    Kind.BASEMAP: ("basemap.csv", BASEMAP),
    Kind.ADDRESSES: ("addresses.csv", ADDRESSES),
}
ALL = {**FILES, Kind.CAMERAS: ("cameras.csv", CAMERAS), Kind.INCIDENTS: ("incidents.csv", INCIDENTS), **MORE}
ORDER = tuple(ALL)


@pytest.fixture(scope="module")
def full(cluster: PrivateCluster, template_database: str, tmp_path_factory: pytest.TempPathFactory):
    database = Database(cluster.create_database("exported", template=template_database))
    folder = tmp_path_factory.mktemp("exported")
    with database.transaction() as connection:
        write_city(connection, CITY)
    for kind in ORDER:
        name, content = ALL[kind]
        load_text(database, kind, folder, name=name, text=content)
    yield database
    database.close()
    cluster.drop_database("exported")


def batches(database, name, scope=None):
    with database.transaction() as connection:
        return list(LAYERS[name].batches(connection, scope or Scope()))


def exported(database, name, path, *, format_=None, crs=WGS84):
    write_file(path, LAYERS[name].form, batches(database, name), format_=format_ or Format(path.suffix[1:]), crs=crs)
    return path


def rows(database, name):
    """Everything that leaves of a layer, with exact shapes, in an order of its own."""
    found = [row for batch in batches(database, name) for row in batch.to_pylist()]
    for row in found:
        if row.get("geometry"):
            row["geometry"] = shapely.normalize(shapely.from_wkb(row["geometry"])).wkb
    return sorted(found, key=repr)


NAMES = [kind.value for kind in Kind]


def refused(name, format_):
    without_shapes = Kind(name) in WITHOUT_POSITIONS and format_ in {Format.SHAPEFILE, Format.FLATGEOBUF}
    return without_shapes or (name in {"sites", "basemap"} and format_ is Format.SHAPEFILE)


def test_every_kind_that_is_loaded_can_be_exported():
    assert set(NAMES) <= set(LAYERS)
    assert set(ALL) == set(Kind)


@pytest.mark.parametrize("format_", list(Format))
def test_what_was_exported_loads_as_the_same_rows(full, database_address: DatabaseAddress, tmp_path, format_):
    with contextlib.closing(Database(database_address)) as copy:
        _load_and_compare(full, copy, tmp_path, format_)


def _load_and_compare(full, copy, tmp_path, format_):
    with copy.transaction() as connection:
        write_city(connection, CITY)
    for kind in ORDER:
        name = kind.value
        path = tmp_path / f"{name}.{format_.value}"
        if refused(name, format_):
            with pytest.raises(InvalidInput, match="choose"):
                exported(full, name, path)
            assert not path.exists()
            path = exported(full, name, tmp_path / f"{name}.csv")
        else:
            exported(full, name, path)
        options = LoadOptions(crs=None if kind in WITHOUT_POSITIONS else "EPSG:4326", mode="commit")
        report = load(copy, kind, path, options=options, progress=lambda _what, _share: None)
        assert report.rejected == 0, report.rejects
    for name in NAMES:
        assert rows(copy, name) == rows(full, name)


@pytest.mark.parametrize("name", ["grids", "cameras", "incidents", "coverage-gaps"])
@pytest.mark.parametrize("suffix", ["gpkg", "fgb", "parquet", "geojson", "shp", "zip"])
def test_geopandas_reads_what_is_exported(full, tmp_path, name, suffix):
    path = tmp_path / f"{name}.{suffix}"
    exported(full, name, path, format_=Format.SHAPEFILE if suffix == "zip" else None)
    read = gpd.read_parquet(path) if suffix == "parquet" else gpd.read_file(path)
    own = batches(full, name)[0]
    assert len(read) == own.num_rows
    assert read.crs.to_epsg() == 4326
    ours = shapely.from_wkb(np.array(own.column("geometry").to_pylist(), dtype=object))
    assert {shapely.normalize(shape).wkb for shape in ours} == {
        shapely.normalize(
            shapely.multipolygons(shapely.get_parts(shape)) if "Polygon" in shape.geom_type else shape
        ).wkb
        for shape in read.geometry
    }


def test_pandas_and_openpyxl_read_tables(full, tmp_path):
    table = pd.read_csv(exported(full, "cameras", tmp_path / "a.csv"), dtype=str)
    assert table["source_ref"].tolist() == ["007", "8"]
    assert table["crs"].unique().tolist() == ["EPSG:4326"]
    sheet = openpyxl.load_workbook(exported(full, "incidents", tmp_path / "a.xlsx")).active
    cells = {cell.value: sheet.cell(2, cell.column) for cell in sheet[1]}
    assert (cells["source_ref"].value, cells["accuracy_m"].value) == ("001", 12.25)
    assert (cells["title"].value, cells["title"].data_type) == ("第一行\n=1+1", "s")
    assert pq.read_table(exported(full, "incidents", tmp_path / "a.parquet"))["reported_at"][0].as_py().microsecond == 1


def test_names_in_a_shapefile_have_ten_characters_and_its_text_is_utf8(full, tmp_path):
    for layer in LAYERS.values():
        short = [column.name_in_table for column in layer.form.columns]
        assert max(map(len, short)) <= 10
        assert len(set(short)) == len(short)
    path = exported(full, "grids", tmp_path / "grids.shp")
    assert path.with_suffix(".cpg").read_text() == "UTF-8"
    assert "示例第1网格" in gpd.read_file(path)["name"].tolist()


@pytest.mark.parametrize("crs", [GCJ02, BD09, parse_crs("EPSG:4526"), parse_crs("EPSG:4490")])
@pytest.mark.parametrize("format_", list(Format))
def test_another_system_moves_positions_and_is_told(full, tmp_path, crs, format_):
    mark = f".{crs.name}" if crs in {GCJ02, BD09} else ""
    path = exported(full, "cameras", tmp_path / f"c{mark}.{format_.value}", crs=crs)
    raw = read_file(path)
    if raw.geometry is None:
        found = sorted(zip(map(float, raw.columns["lon"]), map(float, raw.columns["lat"]), strict=True))
    else:
        found = sorted(map(tuple, shapely.get_coordinates(raw.geometry).tolist()))
    x, y = from_wgs84([113.0000000015, 113.01], [22.5000000017, 22.505], crs=crs)
    digits = 1e-15 if format_ is Format.XLSX else 0.0  # openpyxl writes sixteen digits
    np.testing.assert_allclose(found, sorted(zip(x.tolist(), y.tolist(), strict=True)), rtol=digits, atol=0)
    if mark and format_ not in {Format.SHAPEFILE, Format.FLATGEOBUF}:
        assert raw.declared_crs == crs.name or set(raw.columns["crs"]) == {crs.name}
    if mark:
        with pytest.raises(InvalidInput, match=rf"call it c\.{crs.name}\.{format_.value}"):
            exported(full, "cameras", tmp_path / f"c.{format_.value}", crs=crs)


def test_a_scope_restricts_every_layer_to_an_area_or_a_box(full):
    with full.transaction() as connection:
        area = connection.scalar(text("SELECT id FROM area WHERE code = 'A'"))
        of_area = scope_of(connection, area_id=area, box=None, assumed=Scope().assumed)
        with pytest.raises(NotFound):
            scope_of(connection, area_id=99, box=None, assumed=Scope().assumed)
    west = Scope(box=(112.9, 22.4, 113.0049, 22.6))
    for name in LAYERS:
        everything, some, boxed = (sum(b.num_rows for b in batches(full, name, s)) for s in (Scope(), of_area, west))
        assert some < everything or name in {"key-areas", "cameras", "roles", "calendar", "leave"}, name
        assert boxed <= everything
    assert [row["code"] for b in batches(full, "grids", of_area) for row in b.to_pylist()] == ["C1", "C2"]


def test_the_public_does_not_get_the_columns_of_people():
    layer = layer_named("areas")
    assert "desk_name" not in seen_by(layer, Viewer(Role.PUBLIC)).schema.names
    assert "desk_name" in seen_by(layer, Viewer(Role.ADMIN)).schema.names
    with pytest.raises(NotFound, match="layers are areas, grids"):
        layer_named("persons")


def test_a_file_that_cannot_be_written_leaves_nothing_behind(full, tmp_path):
    def broken():
        yield from batches(full, "cameras")
        raise GisError("the database went away")

    for format_ in Format:
        with pytest.raises(GisError, match="went away"):
            write_file(tmp_path / f"a.{format_.value}", LAYERS["cameras"].form, broken(), format_=format_)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(GisError, match="cannot be written"):
        exported(full, "cameras", tmp_path / "nowhere" / "a.csv")


def test_a_text_too_long_for_a_format_is_refused(full, tmp_path):
    long = [b.set_column(4, "title", pa.array(["长" * 100] * b.num_rows)) for b in batches(full, "incidents")]
    with pytest.raises(InvalidInput, match="300 bytes does not fit"):
        write_file(tmp_path / "a.shp", LAYERS["incidents"].form, long, format_=Format.SHAPEFILE)
    assert list(tmp_path.iterdir()) == []


def test_geojson_and_csv_are_what_their_standards_say(full, tmp_path):
    document = json.loads(exported(full, "grids", tmp_path / "a.geojson").read_text())
    assert "crs" not in document
    assert len(document["features"]) == 4
    content = exported(full, "incidents", tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert next(csv.DictReader(io.StringIO(content)))["title"] == "第一行\n=1+1"
    assert zipfile.is_zipfile(exported(full, "grids", tmp_path / "a.zip", format_=Format.SHAPEFILE))
    assert Path(tmp_path / "a.zip").stat().st_size > 0
