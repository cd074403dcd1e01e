import csv
import io
import json
from unittest import mock

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import EmptyLayer, InvalidInput, UnreadableFile
from gis.loading import csv_rows, read_file
from tests.gis.loading.making import feature, square, write_csv, write_geojson

# Control characters beside line ends make a short file look binary; tests of their own look at them.
CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r"), max_size=12)


def tables():
    def of_width(width):
        row = st.lists(CELLS, min_size=width, max_size=width)
        return st.lists(row.filter(any), min_size=1, max_size=8)

    return st.integers(1, 4).flatmap(of_width)


BLOCKS = st.sampled_from([1, 2, 3, 8192])


@given(
    rows=tables(),
    line_end=st.sampled_from(["\n", "\r\n"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    block=BLOCKS,
)
def test_rows_written_as_csv_are_read_back_with_the_lines_they_begin_on(
    rows, line_end, delimiter, block, tmp_path_factory
):
    header = [f"column{number}" for number in range(len(rows[0]))]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    begins = []
    writer.writerow(header)
    for row in rows:
        begins.append(len(io.StringIO(text.getvalue(), newline="").readlines()) + 1)
        writer.writerow(row)
    path = tmp_path_factory.mktemp("round_trip") / "rows.csv"
    path.write_bytes(text.getvalue().encode())
    with mock.patch.object(csv_rows, "_BLOCK_ROWS", block):
        raw = read_file(path)
    assert not raw.broken
    assert [list(row) for row in zip(*raw.columns.values(), strict=True)] == rows
    assert raw.lines.tolist() == begins


@given(
    lines=st.lists(st.sampled_from(["1,x", '2,"open', '3,"shut"x', '"4,x', "5", '6,"two\nlines"']), min_size=1),
    block=BLOCKS,
)
def test_no_stray_quotation_mark_costs_a_row_that_has_none(lines, block, tmp_path_factory):
    path = write_csv(tmp_path_factory.mktemp("stray"), "a,b", *lines)
    with mock.patch.object(csv_rows, "_BLOCK_ROWS", block):
        raw = read_file(path)
    physical = path.read_text(encoding="utf-8").splitlines()
    plain = {number for number, line in enumerate(physical, start=1) if line == "1,x"}
    assert plain <= set(raw.lines.tolist())
    assert raw.lines.tolist() == sorted(set(raw.lines.tolist()))
    assert not {row.line for row in raw.broken} & set(raw.lines.tolist())


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with mark (BOM)"),
        ("gbk", "GBK/GB18030"),
        ("gb18030", "GBK/GB18030"),
        ("utf-16", "UTF-16 with mark"),
    ],
)
def test_chinese_text_is_read_in_each_encoding_and_the_encoding_is_said(tmp_path, encoding, told):
    raw = read_file(write_csv(tmp_path, "名称,经度", "江门市蓬江区环市街道,113.08", encoding=encoding))
    assert list(raw.columns) == ["名称", "经度"]
    assert raw.columns["名称"].tolist() == ["江门市蓬江区环市街道"]
    assert raw.encoding == told
    assert any(told in sentence for sentence in raw.said)


def test_text_that_is_neither_utf8_nor_chinese_is_refused_until_its_encoding_is_named(tmp_path):
    path = write_csv(tmp_path, "name,note", "café,déjà vu à l'été", encoding="cp1252")
    with pytest.raises(UnreadableFile, match=r"encoding is not recognised.*byte 13.*--encoding"):
        read_file(path)
    assert read_file(path, encoding="cp1252").columns["name"].tolist() == ["café"]


def test_a_wrongly_named_encoding_is_refused_with_the_byte(tmp_path):
    path = write_csv(tmp_path, "name", "江门", encoding="gbk")
    with pytest.raises(UnreadableFile, match=r"not utf-8.* throughout.*byte 5"):
        read_file(path, encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"no encoding called 'klingon'"):
        read_file(path, encoding="klingon")


def test_rows_of_the_wrong_length_are_set_aside_with_their_lines_and_the_others_kept(tmp_path):
    path = write_csv(tmp_path, "a,b,c", "1,2,3", "4,5", '"6\n7",8,9', "1,2,3,4", "", "7,8,9")
    raw = read_file(path)
    assert raw.columns["a"].tolist() == ["1", "6\n7", "7"]
    assert raw.lines.tolist() == [2, 4, 8]
    assert [(row.line, row.cells, row.reason) for row in raw.broken] == [
        (3, ("4", "5"), "the row has 2 cells and the header 3"),
        (6, ("1", "2", "3", "4"), "the row has 4 cells and the header 3"),
    ]
    assert "1 blank row left out" in raw.said


@pytest.mark.parametrize("stray", ['2,"open', '2,"shut"x', '"2,x'])
def test_a_stray_quotation_mark_costs_its_own_line_and_no_other(tmp_path, stray):
    raw = read_file(write_csv(tmp_path, "a,b", "1,x", stray, "3,y", "4,z"))
    assert raw.columns["a"].tolist() == ["1", "3", "4"]
    assert raw.lines.tolist() == [2, 4, 5]
    assert [(row.line, row.cells) for row in raw.broken] == [(3, (stray,))]
    assert "quotation mark" in raw.broken[0].reason


def test_a_quotation_mark_inside_a_cell_is_text(tmp_path):
    assert read_file(write_csv(tmp_path, "a,b", '1,5" pipe')).columns["b"].tolist() == ['5" pipe']


def test_a_last_line_without_line_break_is_read_and_mentioned(tmp_path):
    raw = read_file(write_csv(tmp_path, "a,b", "1,2", end=""))
    assert raw.columns["b"].tolist() == ["2"]
    assert any("cut off" in sentence for sentence in raw.said)


def test_a_cell_as_large_as_a_citys_border_is_read(tmp_path):
    cell = "POLYGON ((" + "113.0 22.5, " * 50_000 + "113.0 22.5))"
    assert read_file(write_csv(tmp_path, "a,wkt", f'1,"{cell}"')).columns["wkt"].tolist() == [cell]


def test_two_columns_of_one_name_are_refused(tmp_path):
    with pytest.raises(InvalidInput, match=r"columns have one name: b; .*line 1; give each"):
        read_file(write_csv(tmp_path, "a,b,b", "1,2,3"))


@pytest.mark.parametrize("text", ["", "\n\n", "a,b\n", '{"type": "FeatureCollection", "features": []}'])
def test_a_file_without_rows_is_an_empty_layer(tmp_path, text):
    path = tmp_path / "rows.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EmptyLayer, match=r"rows\.csv"):
        read_file(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04rest", "ZIP archive.*cut off or damaged"),
        (b"SQLite format 3\x00rest", "SQLite database and no GeoPackage"),
        (b"SQLite format 3\x00" + bytes(52) + b"GPKG", "name says CSV, and the file is a GeoPackage.*rows.gpkg"),
        (b"\x00\x00\x27\x0a" + bytes(96), "name says CSV, and the file is a Shapefile.*rows.shp"),
        (b"PAR1rest", "name says CSV, and the file is a Parquet.*rows.parquet"),
        (b"fgb\x03fgb\x00", "name says CSV, and the file is a FlatGeobuf.*rows.fgb"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel workbook.*or one with a password.*save it as XLSX"),
        (b"PARErest", "encrypted Parquet"),
        (b"\x1f\x8brest", "gzip.*accepted are GeoJSON, GeoPackage"),
        (bytes(range(256)), "binary file.*accepted are GeoJSON, GeoPackage"),
    ],
)
def test_files_that_are_not_text_are_named_for_what_they_are(tmp_path, content, said):
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=said):
        read_file(path)


def test_a_missing_file_and_a_folder_are_said(tmp_path):
    with pytest.raises(UnreadableFile, match=r"no such file.*absent\.csv"):
        read_file(tmp_path / "absent.csv")
    with pytest.raises(UnreadableFile, match=r"this is a folder"):
        read_file(tmp_path)


def test_a_layer_cannot_be_named_where_there_are_none(tmp_path):
    with pytest.raises(InvalidInput, match=r"have no layers"):
        read_file(write_csv(tmp_path, "a", "1"), layer="grids")


def test_geojson_properties_become_text_and_shapes_stay(tmp_path):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    raw = read_file(
        write_geojson(
            tmp_path,
            feature(square(0, 0), code="01", size=5.0, open=True, networks=["police", "village"]),
            feature({"type": "Point", "coordinates": [1.5, 2.5, 9]}, code=None, size=5.5, more={"a": 1}),
            feature(None, code=440703001001),
            crs=crs,
        )
    )
    assert raw.columns["code"].tolist() == ["01", None, "440703001001"]
    assert raw.columns["size"].tolist() == ["5", "5.5", None]
    assert raw.columns["open"].tolist() == ["1", None, None]
    assert raw.columns["networks"].tolist() == ["police;village", None, None]
    assert raw.columns["more"].tolist() == [None, '{"a": 1}', None]
    assert raw.lines.tolist() == [1, 2, 3]
    assert raw.declared_crs == "urn:ogc:def:crs:EPSG::4490"
    assert raw.geometry[0].equals(shapely.box(0, 0, 1, 1))
    assert (raw.geometry[1].x, raw.geometry[1].y) == (1.5, 2.5)
    assert raw.geometry[2] is None


@given(cut=st.integers(1, 400))
def test_geojson_that_is_cut_off_anywhere_is_refused_with_the_place(cut, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cut")
    whole = write_geojson(folder, *(feature(square(x, 0), name=f"格{x}") for x in range(4)))
    text = whole.read_text(encoding="utf-8")
    part = folder / "part.geojson"
    part.write_text(text[: len(text) - 1 - cut % (len(text) - 2)], encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"line 1, column") as caught:
        read_file(part)
    assert caught.value.facts["feature"] == part.read_text(encoding="utf-8").count('"type": "Feature"')


def test_a_cut_off_collection_is_called_cut_off(tmp_path):
    path = write_geojson(tmp_path, feature(square(0, 0), name="A"), feature(square(1, 0), name="B"))
    path.write_text(path.read_text(encoding="utf-8")[:-60], encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"the file is cut off.*in feature 2; export or copy"):
        read_file(path)


@pytest.mark.parametrize("document", [{"type": "Topology", "objects": {}}, [1, 2], {"a": 1}, {"type": "Point"}])
def test_json_that_holds_no_features_is_refused_by_its_type(tmp_path, document):
    path = tmp_path / "layer.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"FeatureCollection"):
        read_file(path)


def test_features_that_are_none_and_shapes_that_cannot_be_built_keep_their_numbers(tmp_path):
    open_ring = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}
    path = write_geojson(
        tmp_path,
        feature(square(0, 0), name="A"),
        "no feature",
        feature(open_ring, name="C"),
        feature({"type": "Point", "coordinates": ["x", 1]}, name="D"),
        feature({"type": "Blob"}, name="E"),
    )
    raw = read_file(path)
    assert raw.lines.tolist() == [1, 3, 4, 5]
    assert [row.line for row in raw.broken] == [2]
    assert sorted(raw.geometry_faults) == [1, 2, 3]


def test_nan_in_geojson_is_no_reason_to_refuse_the_file(tmp_path):
    path = tmp_path / "layer.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"n": 1},'
        ' "geometry": {"type": "Point", "coordinates": [NaN, 1]}}]}',
        encoding="utf-8",
    )
    assert read_file(path).geometry_faults == {0: "the coordinates are not two finite numbers"}
