import re
from pathlib import Path

import numpy as np
import pytest

from gis.coverage import DEFAULT_RANGES, KINDS, WASHINGTON_DC_RANGES, Assumed, RangeTable
from gis.errors import InvalidInput, UnreadableFile


def test_a_feeds_own_row_goes_before_the_row_of_the_kind() -> None:
    hfov_deg, range_m = WASHINGTON_DC_RANGES.rows_of(
        np.array(["fixed", "fixed", "dome"]), np.array(["dc-speed", "elsewhere", "dc-speed"])
    )
    assert hfov_deg.tolist() == [30.0, 90.0, 30.0]
    assert range_m.tolist() == [30.0, 38.0, 30.0]


def test_no_cameras_need_no_assumptions() -> None:
    hfov_deg, range_m = DEFAULT_RANGES.rows_of(np.array([]), np.array([]))
    assert hfov_deg.shape == range_m.shape == (0,)


def test_a_file_changes_only_the_rows_it_names(tmp_path: Path) -> None:
    path = tmp_path / "ranges.toml"
    path.write_text(
        '[kind.ptz]\nhfov_deg = 50\nrange_m = 120.5\nwhy = "measured on site"\n'
        '[source."村网"]\nhfov_deg = 70\nrange_m = 20\nwhy = "old analogue cameras"\n',
        encoding="utf-8",
    )
    table = RangeTable.from_toml(path)
    assert table.by_kind["ptz"] == Assumed(50.0, 120.5, "measured on site")
    assert table.by_kind["fixed"] == DEFAULT_RANGES.by_kind["fixed"]
    assert table.by_source == {"村网": Assumed(70.0, 20.0, "old analogue cameras")}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[kind.ptz]\nhfov_deg = 50\n", "kind.ptz is not a row"),
        ('[kind.ptz]\nhfov_deg = "50"\nrange_m = 1\nwhy = ""\n', "kind.ptz is not a row"),
        (
            '[kind.ptz]\nhfov_deg = 50\nrange_m = 0\nwhy = ""\n',
            "50.0 degrees and 0.0 m make no field of view",
        ),
        ('[kind.ptz]\nhfov_deg = 361\nrange_m = 9\nwhy = ""\n', "361.0 degrees and 9.0 m make no field"),
        ('[kind.ptz]\nhfov_deg = 50\nrange_m = nan\nwhy = ""\n', "make no field of view"),
        ('[kind.fisheye]\nhfov_deg = 50\nrange_m = 9\nwhy = ""\n', "fisheye"),
        ("kind = 3\n", "kind.kind is not a row"),
        ("[ranges]\n", "section ranges means nothing"),
    ],
)
def test_a_file_with_an_impossible_row_is_refused_and_says_which(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "ranges.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=re.escape(says)):
        RangeTable.from_toml(path)


@pytest.mark.parametrize("content", [None, b"[kind.ptz", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ranges.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=re.escape(str(path))):
        RangeTable.from_toml(path)


def test_the_printed_table_gives_every_assumption_and_its_reason() -> None:
    printed = WASHINGTON_DC_RANGES.printed()
    for name in KINDS:
        assert f"| kind {name} |" in printed
    for name, row in WASHINGTON_DC_RANGES.by_source.items():
        assert f"| source {name} | {row.hfov_deg:g} | {row.range_m:g} | {row.why} |" in printed


def test_a_reason_of_several_lines_stays_in_its_row_of_the_printed_table() -> None:
    table = RangeTable(DEFAULT_RANGES.by_kind, {"village": Assumed(70.0, 20.0, "asked\nthe town | by phone")})
    assert table.printed().splitlines()[-1] == r"| source village | 70 | 20 | asked the town \| by phone |"
