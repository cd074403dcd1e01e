"""XLSX as offices make them: titles, merged cells, dates, numbers, formulas; written by openpyxl."""

import datetime as dt
import zipfile
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from gis.errors import EmptyLayer, InvalidInput, UnreadableFile
from gis.loading import read_file
from gis.loading.headers import Merge, find_header
from tests.gis.loading.making import incidents, reasons

COLUMNS = ["source", "source_ref", "category", "reported_at", "lon", "lat"]


def workbook(folder, *rows, merges=(), sheet="Sheet", change=None):
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    for merge in merges:
        page.merge_cells(merge)
    if change is not None:
        change(book)
    path = folder / "a.xlsx"
    book.save(path)
    return path


def cells(raw):
    return {name: column.tolist() for name, column in raw.columns.items()}


def test_cells_are_text_as_it_would_be_typed(tmp_path):
    moment = dt.datetime(2025, 3, 4, 14, 5, 0)
    fine = dt.datetime(2025, 3, 4, 14, 5, 0, 123000)
    path = workbook(
        tmp_path,
        ["text", "whole", "part", "yes", "day", "moment", "fine", "clock"],
        ["甲", 440703001001, 113.08, True, dt.date(2025, 3, 4), moment, fine, dt.time(14, 5)],
    )
    assert [column[0] for column in cells(read_file(path)).values()] == [
        "甲", "440703001001", "113.08", "1", "2025-03-04", "2025-03-04T14:05:00", "2025-03-04T14:05:00.123000",
        "14:05:00",
    ]  # fmt: skip


def test_rows_are_named_by_their_number_in_the_sheet_and_empty_ones_left_out(tmp_path):
    path = workbook(tmp_path, [], COLUMNS, ["s", "1", "c", "soon", 113, 22], [], [None, " "], *[[None] * 6] * 40)
    raw = read_file(path)
    assert raw.lines.tolist() == [3, 5]
    assert raw.place(3) == "row 3"
    assert (3, "reported_at", "this is no form of date and time that is read") in reasons(incidents(path))


def test_a_title_is_left_out_and_merged_headers_are_joined(tmp_path):
    path = workbook(
        tmp_path,
        ["示例市2025年网格表"],
        ["编号", "名称", "坐标", None, "人口", None],
        [None, None, "经度", "纬度", "户籍", "流动"],
        ["1", "甲", 113.0, 22.5, 3, 4],
        merges=["A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:F2"],
    )
    raw = read_file(path)
    assert list(raw.columns) == ["编号", "名称", "经度", "纬度", "户籍", "流动"]
    assert raw.lines.tolist() == [4]
    assert "left out above the header: '示例市2025年网格表'" in raw.said
    assert any("header is of 2 rows" in said for said in raw.said)


def test_parts_of_one_name_take_that_of_the_cell_above():
    rows = [
        (1, ["编号", "上午", None, "下午", None]),
        (2, [None, "起", "止", "起", "止"]),
        (3, ["1", "8", "9", "14", "15"]),
    ]
    header = find_header(rows, [Merge(1, 1, 1, 2), Merge(2, 1, 3, 1), Merge(4, 1, 5, 1)], where="s")
    assert header.names == ("编号", "上午/起", "上午/止", "下午/起", "下午/止")
    assert header.last == 2


def test_merged_cells_below_the_header_count_for_each_of_their_rows(tmp_path):
    path = workbook(tmp_path, ["社区", "网格"], ["甲", "1"], [None, "2"], ["乙", "3"], [None, "4"], merges=["A2:A3"])
    raw = read_file(path)
    assert cells(raw)["社区"] == ["甲", "甲", "乙", None]
    assert "1 merged cell filled with the value of their first" in raw.said


def test_the_first_sheet_is_read_or_a_named_one(tmp_path):
    def change(book):
        book.create_sheet("二").append(["b", "c"])
        book["二"].append([1, 2])
        book.create_sheet("隐", 0).append(["x", "y"])
        book["隐"].sheet_state = "hidden"

    path = workbook(tmp_path, ["a", "b"], [1, 2], sheet="一", change=change)
    assert "read as XLSX, sheet 一; not read: 隐, 二" in read_file(path).said
    assert list(read_file(path, layer="二").columns) == ["b", "c"]
    with pytest.raises(InvalidInput, match="no sheet '三'; the workbook has 隐, 一, 二"):
        read_file(path, layer="三")


def test_formulas_without_values_are_refused_with_their_cell(tmp_path):
    path = workbook(tmp_path, ["a", "b"], [1, '=IF(A2>0,"v","w")'])
    with pytest.raises(UnreadableFile, match=r"never computed.*sheet Sheet, cell B2.*open it in a spreadsheet"):
        read_file(path)


def test_an_error_in_a_cell_turns_its_row_away(tmp_path):
    path = workbook(
        tmp_path,
        COLUMNS,
        ["s", "1", "#N/A", "2025-03-04T00:00:00Z", 113, 22],
        ["s", "2", "c", "2025-03-04T00:00:00Z", 113, 22],
    )
    batch = incidents(path)
    assert reasons(batch) == [(2, None, "cell C2 holds the error #N/A")]
    assert len(batch) == 1


def test_dates_stored_as_numbers_are_read_in_the_calendar_of_the_workbook(tmp_path):
    rows = [COLUMNS, ["s", "1", "c", 42000.586805555556, 113, 22]]
    batch = incidents(workbook(tmp_path, *rows), time_zone=ZoneInfo("Asia/Shanghai"))
    assert str(batch.rows["reported_at"][0]) == "2014-12-27 06:05:00+00:00"
    assert any("1 number of days" in said for said in batch.understood)

    def old_macintosh(book):
        book.epoch = CALENDAR_MAC_1904

    shifted = incidents(workbook(tmp_path, *rows, change=old_macintosh), time_zone=ZoneInfo("Asia/Shanghai"))
    assert str(shifted.rows["reported_at"][0]) == "2018-12-28 06:05:00+00:00"


def test_a_code_that_became_a_number_is_said(tmp_path):
    batch = incidents(
        workbook(
            tmp_path,
            COLUMNS,
            ["s", 7, "c", "2025-03-04T00:00:00Z", 113, 22],
            ["s", 44070300101310000001, "c", "2025-03-04T00:00:00Z", 113, 22],
        )
    )
    assert batch.rows["source_ref"].tolist() == ["7"]
    assert any(said.startswith("source_ref: 2 cells are numbers") for said in batch.understood)
    assert "more than 15 digits" in reasons(batch)[0][2]


def test_a_sheet_without_rows_and_columns_of_one_name_are_refused(tmp_path):
    with pytest.raises(EmptyLayer, match="header and no rows"):
        read_file(workbook(tmp_path, ["a", "b"]))
    with pytest.raises(InvalidInput, match="columns have one name: a"):
        read_file(workbook(tmp_path, ["a", "a"], [1, 2]))


def test_a_sheet_merged_beyond_reason_is_refused(tmp_path):
    path = workbook(tmp_path, ["a", "b"], [1, 2], merges=["A3:B4"])
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content.replace(b"A3:B4", b"A3:ZZ99999"))
    with pytest.raises(UnreadableFile, match="cells of the sheet are merged"):
        read_file(path)
