"""The same layer in every format gives the same rows; the files are written by other people's programs."""

import datetime as dt
import json
import warnings
import zipfile

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.errors import DoubtfulCrs, EmptyLayer, InvalidInput, MissingCrs, UnreadableFile
from gis.loading import read_file, settle_crs
from tests.gis.loading.making import incidents, reasons, write_csv, write_geojson

CODES = ["440703001001", "440703001002", None]
NAMES = ["甲社区", "乙社区,第2网格", "长\u3000名"]
POINTS = shapely.points([[113.000000001, 22.5], [113.01, 22.500000002], [113.02, 22.52]])


def frame(crs="EPSG:4326", **more):
    return gpd.GeoDataFrame(
        {"代码": CODES, "名称": NAMES, "户数": pd.array([120, None, 7], "Int64"), **more}, geometry=POINTS, crs=crs
    )


def write(folder, name, table=None, **options):
    path = folder / name
    table = frame() if table is None else table
    if name.endswith(".parquet"):
        table.to_parquet(path)
    else:
        table.to_file(path, **options)
    return path


def zipped(folder, *members, name="layer.zip"):
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.write(member, member.name)
    return folder / name


def parts(path):
    return sorted(path.parent.glob(f"{path.stem}.*"))


@pytest.fixture(params=["a.gpkg", "a.fgb", "a.parquet", "a.geojson", "a.shp", "zip"])
def layer(request, tmp_path):
    if request.param == "zip":
        return zipped(tmp_path, *parts(write(tmp_path, "层.shp", encoding="utf-8")))
    options = {"encoding": "utf-8"} if request.param == "a.shp" else {}
    return write(tmp_path, request.param, **options)


def test_one_layer_has_the_same_rows_in_every_format(layer):
    raw = read_file(layer)
    order = np.argsort(shapely.get_x(raw.geometry))  # FlatGeobuf keeps its own order
    assert list(raw.columns) == ["代码", "名称", "户数"]
    assert raw.columns["代码"][order].tolist() == CODES
    assert raw.columns["名称"][order].tolist() == NAMES
    assert raw.columns["户数"][order].tolist() == ["120", None, "7"]
    assert shapely.equals_exact(raw.geometry[order], POINTS, tolerance=0).all()
    assert raw.lines.tolist() == [1, 2, 3]
    assert "1" in raw.place(1)


@pytest.mark.parametrize("name", ["a.gpkg", "a.fgb", "a.parquet", "a.shp"])
def test_a_file_that_names_its_system_has_declared_it(tmp_path, name):
    raw = read_file(write(tmp_path, name, frame(crs="EPSG:4490")))
    settled = settle_crs(raw, declared=None)
    assert settled.crs.name == "EPSG:4490"
    assert "as the file itself says" in settled.said[0]


@pytest.mark.parametrize("name", ["a.gpkg", "a.fgb", "a.parquet", "a.shp", "a.geojson"])
@pytest.mark.parametrize("declared", ["GCJ-02", "EPSG:4547"])
def test_a_label_that_contradicts_the_user_is_refused_naming_both(tmp_path, name, declared):
    raw = read_file(write(tmp_path, name, frame(crs="EPSG:4490")))
    with pytest.raises(DoubtfulCrs, match=rf"file says .*EPSG:4490.*--crs says {declared}"):
        settle_crs(raw, declared=declared)
    accepted = settle_crs(raw, declared=declared, on_doubt="accept")
    assert accepted.crs.name == declared
    assert "as accepted" in accepted.said[0]


def test_two_names_of_one_system_do_not_contradict(tmp_path):
    raw = read_file(write(tmp_path, "a.gpkg", frame(crs="EPSG:4490")))
    assert settle_crs(raw, declared="WGS84").crs.name == "EPSG:4326"
    projected = read_file(write(tmp_path, "b.shp", frame().to_crs("EPSG:4526")))
    assert settle_crs(projected, declared="EPSG:4526").crs.name == "EPSG:4526"
    with pytest.raises(DoubtfulCrs):  # the same zone without its number in front of the easting
        settle_crs(projected, declared="EPSG:4547")


def test_files_that_say_nothing_need_a_declaration(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the writer warns that it is told no system
        undeclared = write(tmp_path, "a.gpkg", frame(crs=None))
    for raw in (
        read_file(write_csv(tmp_path, "a,lon", "1,2")),
        read_file(undeclared),
        read_file(write_geojson(tmp_path, {"type": "Feature", "properties": {}, "geometry": None})),
    ):
        with pytest.raises(MissingCrs):
            settle_crs(raw, declared=None)


def test_a_geoparquet_without_a_system_counts_as_undeclared(tmp_path):
    path = write(tmp_path, "a.parquet")
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    del geo["columns"]["geometry"]["crs"]
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo)}), path)
    with pytest.raises(MissingCrs):
        settle_crs(read_file(path), declared=None)


def test_a_table_may_name_its_system_in_a_column(tmp_path):
    raw = read_file(write_csv(tmp_path, "a,crs", "1,GCJ-02", "2,GCJ-02"))
    assert settle_crs(raw, declared=None).crs.name == "GCJ-02"
    with pytest.raises(DoubtfulCrs):
        settle_crs(raw, declared="BD-09")


@pytest.mark.parametrize("label", [None, "UTF-8", "GBK", "936"])
def test_a_shapefile_in_gbk_is_read_whatever_its_label_says(tmp_path, label):
    path = write(tmp_path, "a.shp", encoding="gbk")
    cpg = path.with_suffix(".cpg")
    cpg.unlink() if label is None else cpg.write_text(label)
    raw = read_file(path)
    assert raw.columns["名称"].tolist() == NAMES
    assert any("gbk" in said.casefold() for said in raw.said)


def test_a_shapefile_in_no_known_encoding_asks_for_it(tmp_path):
    path = write(
        tmp_path,
        "a.shp",
        gpd.GeoDataFrame({"nom": ["Orléans", "Besançon", "à"]}, geometry=POINTS, crs=4326),
        encoding="cp1252",
    )
    path.with_suffix(".cpg").unlink()
    with pytest.raises(UnreadableFile, match="--encoding"):
        read_file(path)
    assert read_file(path, encoding="cp1252").columns["nom"].tolist() == ["Orléans", "Besançon", "à"]
    with pytest.raises(UnreadableFile, match="not utf-8 throughout"):
        read_file(path, encoding="utf-8")


@pytest.mark.parametrize("suffix", [".shx", ".dbf"])
def test_a_missing_part_of_a_shapefile_is_named(tmp_path, suffix):
    path = write(tmp_path, "a.shp")
    path.with_suffix(suffix).unlink()
    with pytest.raises(UnreadableFile, match=rf"no \{suffix} part.*put a\{suffix} beside it"):
        read_file(path)


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
def test_a_part_that_is_cut_off_is_named(tmp_path, suffix):
    path = write(tmp_path, "a.shp")
    part = path.with_suffix(suffix)
    part.write_bytes(part.read_bytes()[:-10])
    with pytest.raises(UnreadableFile, match=rf"\{suffix} part is cut off"):
        read_file(path)


@pytest.mark.parametrize("name", ["a.gpkg", "a.fgb", "a.parquet", "a.xlsx", "a.zip"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(share=st.floats(0.02, 0.98))
def test_a_file_cut_off_anywhere_is_refused(tmp_path, name, share):
    path = tmp_path / name
    if not path.exists():
        table = gpd.GeoDataFrame(
            {"n": range(500), "t": ["文字"] * 500},
            geometry=shapely.points(np.random.default_rng(1).random((500, 2))),
            crs=4326,
        )
        if name == "a.xlsx":
            pd.DataFrame(table.drop(columns="geometry")).to_excel(path, index=False)
        elif name == "a.zip":
            zipped(tmp_path, *parts(write(tmp_path, "b.shp", table)), name=name)
        else:
            write(tmp_path, name, table)
    whole = path.read_bytes()
    cut = tmp_path / f"cut{path.suffix}"
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UnreadableFile):
        read_file(cut)


def test_several_layers_are_listed_unless_one_is_named(tmp_path):
    path = write(tmp_path, "a.gpkg", layer="网格")
    frame().to_file(path, layer="社区")
    with pytest.raises(InvalidInput, match=r"2 layers: 网格, 社区.*--layer 网格"):
        read_file(path)
    assert len(read_file(path, layer="社区")) == 3
    with pytest.raises(InvalidInput, match="no layer 'town'"):
        read_file(path, layer="town")


def test_a_table_of_styles_is_no_layer(tmp_path):
    path = write(tmp_path, "a.gpkg", layer="网格")
    pyogrio.write_dataframe(pd.DataFrame({"style": ["x"]}), path, layer="layer_styles")
    assert len(read_file(path)) == 3


def test_several_shapefiles_in_one_archive_are_listed_unless_one_is_named(tmp_path):
    path = zipped(tmp_path, *parts(write(tmp_path, "甲.shp")), *parts(write(tmp_path, "乙.shp")))
    with pytest.raises(InvalidInput, match="2 layers"):
        read_file(path)
    assert len(read_file(path, layer="甲")) == 3
    with pytest.raises(InvalidInput, match="no one layer 'none'"):
        read_file(path, layer="none")


def test_a_name_that_leaves_the_archive_is_refused_and_nothing_is_written(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    for name in ("../evil.shp", "/evil.shp", "a/../../evil.csv", "..\\evil.csv", "C:/evil.csv"):
        path = inner / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, "a,b\n1,2\n")
        with pytest.raises(UnreadableFile, match="leaves its folder"):
            read_file(path)
        assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.zip", "inner"]


def test_an_archive_that_would_grow_beyond_reason_is_refused(tmp_path):
    for name in ("a.csv", "xl/workbook.xml"):
        path = tmp_path / "bomb.zip"
        if name.startswith("xl"):
            path = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, bytes(65 * 1024**2))
        with pytest.raises(UnreadableFile, match="would grow from"):
            read_file(path)


def test_an_archive_with_a_password_or_without_a_layer_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(UnreadableFile, match=r"no layer that is read: readme\.txt"):
        read_file(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
    content = (
        path.read_bytes()
        .replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01")
        .replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    )
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="has a password"):
        read_file(path)


def test_heights_are_left_out_and_said(tmp_path):
    high = gpd.GeoDataFrame({"a": [1]}, geometry=shapely.points([[113.0, 22.5, 9.0]]), crs=4326)
    for name in ("a.gpkg", "a.fgb", "a.shp", "a.parquet"):
        raw = read_file(write(tmp_path, name, high))
        assert not shapely.has_z(raw.geometry).any()
        assert "heights or measures of 1 shape left out" in raw.said


def test_curves_and_broken_shapes_turn_their_rows_away(tmp_path):
    curve = bytes.fromhex("0108000000" + "03000000" + "00" * 48)
    good = shapely.to_wkb(POINTS[0])
    table = pa.table(
        {
            "source": ["s"] * 3,
            "source_ref": ["1", "2", "3"],
            "category": ["c"] * 3,
            "reported_at": ["2024-01-01T00:00:00Z"] * 3,
            "geometry": pa.array([good, curve, b"\x01\x07"], pa.binary()),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    batch = incidents(tmp_path / "a.parquet")
    assert len(batch) == 1
    assert [(line, column) for line, column, _ in reasons(batch)] == [(2, "geometry"), (3, "geometry")]
    assert "CircularString, not of straight edges" in reasons(batch)[0][2]


def test_empty_shapes_turn_their_rows_away(tmp_path):
    table = frame(
        source=["s"] * 3, source_ref=list("123"), category=["c"] * 3, reported_at=["2024-01-01T00:00:00Z"] * 3
    )
    table.geometry = [POINTS[0], shapely.Point(), None]
    batch = incidents(write(tmp_path, "a.gpkg", table))
    assert [reason for _, _, reason in reasons(batch)] == ["the feature has no position"] * 2


def test_times_keep_their_zone_and_their_microseconds(tmp_path):
    moments = [dt.datetime(2024, 1, 1, 8, 0, 0, 123456, dt.timezone(dt.timedelta(hours=8))), None]
    local = [dt.datetime(2024, 1, 1, 8, 0, 0, 1), None]
    table = pa.table(
        {
            "zoned": pa.array(moments, pa.timestamp("us", "Asia/Shanghai")),
            "local": pa.array(local, pa.timestamp("us")),
            "day": pa.array([dt.date(2024, 2, 29), None]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    raw = read_file(tmp_path / "a.parquet")
    assert raw.columns["zoned"].tolist() == ["2024-01-01T08:00:00.123456+08:00", None]
    assert raw.columns["local"].tolist() == ["2024-01-01T08:00:00.000001", None]
    assert raw.columns["day"].tolist() == ["2024-02-29", None]
    zoned = gpd.GeoDataFrame({"t": pd.to_datetime(["2024-01-01T08:00:00.001+08:00"])}, geometry=POINTS[:1], crs=4326)
    for name in ("a.gpkg", "a.fgb"):
        assert read_file(write(tmp_path, name, zoned)).columns["t"].tolist() == ["2024-01-01T08:00:00.001+08:00"]


def test_a_plain_parquet_has_positions_in_columns_or_as_wkt(tmp_path):
    base = {"source": ["s"], "source_ref": ["1"], "category": ["c"], "reported_at": ["2024-01-01T00:00:00Z"]}
    for more in (
        {"lon": [113.08], "lat": [22.58]},
        {"wkt": ["POINT (113.08 22.58)"]},
        {"wkb": pa.array([shapely.to_wkb(shapely.Point(113.08, 22.58))], pa.binary())},
    ):
        pq.write_table(pa.table({**base, **more}), tmp_path / "a.parquet")
        batch = incidents(tmp_path / "a.parquet")
        assert (batch.lon.tolist(), batch.lat.tolist()) == ([113.08], [22.58])


def test_a_number_too_long_to_be_a_code_is_turned_away_and_shorter_ones_are_said(tmp_path):
    table = pa.table(
        {
            "source": ["s"] * 2,
            "source_ref": [440703001001.0, 4.40703001001001e19],
            "category": ["c"] * 2,
            "reported_at": ["2024-01-01T00:00:00Z"] * 2,
            "lon": [113.0] * 2,
            "lat": [22.0] * 2,
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    batch = incidents(tmp_path / "a.parquet")
    assert batch.rows["source_ref"].tolist() == ["440703001001"]
    assert "more than 15 digits" in reasons(batch)[0][2]
    assert any("leading zeros" in said and "440703001001" in said for said in batch.understood)


def test_a_file_without_rows_is_an_empty_layer_in_every_format(tmp_path):
    for name in ("a.gpkg", "a.fgb", "a.parquet", "a.shp"):
        with pytest.raises(EmptyLayer):
            read_file(write(tmp_path, name, frame().iloc[:0]))
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(EmptyLayer):
        read_file(tmp_path / "a.xlsx")


def test_a_name_that_lies_about_its_format_is_refused_with_the_right_one(tmp_path):
    write(tmp_path, "a.gpkg").rename(tmp_path / "b.shp")
    with pytest.raises(UnreadableFile, match=r"says Shapefile, and the file is a GeoPackage.*b\.gpkg"):
        read_file(tmp_path / "b.shp")
    write_csv(tmp_path, "a,b", "1,2", name="c.gpkg")
    with pytest.raises(UnreadableFile, match="says GeoPackage, and the file does not begin like one"):
        read_file(tmp_path / "c.gpkg")
    with pytest.raises(UnreadableFile, match=r"\.dbf part of a Shapefile.*name its \.shp part"):
        read_file(write(tmp_path, "d.shp").with_suffix(".dbf"))
