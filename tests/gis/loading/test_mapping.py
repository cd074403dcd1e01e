"""Mapping files: drafted from a file, mended by a person, read again."""

import csv
import tomllib
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.errors import InvalidInput, UnreadableFile
from gis.loading import ColumnPlan, DateOrder, Kind, read_file
from gis.loading.kind_columns import COLUMNS_OF
from gis.loading.mapping import draft_mapping, read_mapping
from gis.loading.office_words import PROPOSED
from tests.gis.loading.making import incidents, write_csv

HEADER = "数据来源,事件编号,类别,上报时间,经度,纬度,备注"
ROW = "12345,A1,噪声,2025年3月4日 14时05分,113.08,22.58,说明"


def draft(raw, kind=Kind.INCIDENTS):
    return draft_mapping(raw, kind=kind, columns=COLUMNS_OF[kind])


def written(folder, text):
    path = folder / "m.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_draft_loads_its_file_as_it_is(tmp_path):
    path = write_csv(tmp_path, HEADER, ROW)
    text = draft(read_file(path))
    mapping = read_mapping(written(tmp_path, text), kind=Kind.INCIDENTS)
    assert mapping.plan.renames["category"] == "类别"
    assert "kind" not in mapping.plan.renames
    assert len(incidents(path, plan=mapping.plan, time_zone=ZoneInfo("Asia/Shanghai"))) == 1
    assert '"备注"  e.g. "说明"' in text
    assert "unclear: EPSG:4326" in text


def test_a_draft_says_what_is_unclear_and_what_is_missing(tmp_path):
    text = draft(read_file(write_csv(tmp_path, "事件编号,工单编号,经度,纬度", "1,2,113,22")))
    assert '# source_ref = "事件编号"  # unclear, needed: one of 2' in text
    assert '# source_ref = "工单编号"  # unclear, needed: one of 2' in text
    assert '# category = ""  # needed, and no column looks like it' in text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8), min_size=2, max_size=4)
)
def test_a_draft_is_toml_whatever_the_columns_are_called(tmp_path, names):
    path = tmp_path / "any.csv"
    header = list(dict.fromkeys(f"c{number}{name}".strip() for number, name in enumerate(names)))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, ["x"] * len(header)])
    assert tomllib.loads(draft(read_file(path)))["kind"] == "incidents"


def test_everything_a_mapping_says_is_read(tmp_path):
    text = """kind = "cameras"
[file]
crs = "GCJ-02"
layer = "表"
encoding = "gbk"
date_order = "dmy"
time_zone = "Asia/Urumqi"
[columns]
lon = "X"
[constants]
source = "net"
[units]
height_m = "ft"
[words.status]
"好" = "live"
"""
    mapping = read_mapping(written(tmp_path, text), kind=Kind.CAMERAS)
    assert mapping.plan == ColumnPlan({"lon": "X"}, {"source": "net"}, {"status": {"好": "live"}}, {"height_m": "ft"})
    assert (mapping.crs, mapping.layer, mapping.encoding) == ("GCJ-02", "表", "gbk")
    assert (mapping.date_order, mapping.time_zone) == (DateOrder.DAY_FIRST, ZoneInfo("Asia/Urumqi"))
    typed = ColumnPlan.parse(["source=来源"], ["lon=1"]).over(mapping.plan)
    assert (typed.renames, typed.constants) == ({"source": "来源"}, {"lon": "1"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('colums = {lon = "x"}', "entry that is not known: colums"),
        ('[file]\ncsr = "x"', r"entry that is not known: \[file\] csr"),
        ("[columns]\nlon = 1", "something else than texts"),
        ('kind = "grids"', "mapping is for grids, and cameras are loaded"),
        ('[file]\ndate_order = "ymd"', "no order of dates"),
        ('[file]\ntime_zone = "Nowhere"', "no time zone"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(tmp_path, text, said):
    with pytest.raises(InvalidInput, match=said):
        read_mapping(written(tmp_path, text), kind=Kind.CAMERAS)


def test_a_mapping_that_is_no_toml_or_not_there_is_said(tmp_path):
    with pytest.raises(UnreadableFile, match="no TOML"):
        read_mapping(written(tmp_path, "x ="), kind=Kind.CAMERAS)
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_mapping(tmp_path / "none.toml", kind=Kind.CAMERAS)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_spelling_means_one_column_of_a_kind(kind):
    every = [name for names in COLUMNS_OF[kind].spellings().values() for name in names]
    assert sorted(every) == sorted(set(every))


def test_a_draft_proposes_ours_for_the_offices_words_and_loads_with_them(tmp_path):
    header = f"{HEADER},状态,是否网格发现"
    words = [("已结案", "有"), ("处理中", "无"), ("办结", "是"), ("转呈", "")]
    rows = [
        f"12345,A{number},噪声,2025-03-04T14:05:00+08:00,113.08,22.58,,{a},{b}" for number, (a, b) in enumerate(words)
    ]
    path = write_csv(tmp_path, header, *rows)
    text = draft(read_file(path))
    plan = read_mapping(written(tmp_path, text), kind=Kind.INCIDENTS).plan
    assert plan.words == {"state": {"已结案": "closed", "处理中": "handling"}, "found_by_grid": {"有": "1", "无": "0"}}
    assert '# "转呈" = ""  # unclear' in text
    batch = incidents(path, plan=plan, time_zone=ZoneInfo("Asia/Shanghai"))
    assert batch.rows["state"].tolist() == ["closed", "handling", "closed"]
    assert batch.rows["found_by_grid"].tolist() == [True, False, True]


def test_no_proposal_is_a_word_that_loads_understand_or_means_what_is_none_of_ours():
    for kind, columns in PROPOSED.items():
        for column, words in columns.items():
            understood = COLUMNS_OF[kind].words[column]
            assert not set(words) & set(understood), (kind, column)
            assert set(words.values()) <= set(map(str, understood.values())), (kind, column)
            assert all(word == word.casefold() for word in words)
