"""Codes are text with a declared scheme: read into parts, or refused with a reason."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.codes import CodeScheme, camera_code, checked_code, code_scheme, division_code, grid_code
from gis.errors import InvalidCode

LENGTHS = {
    CodeScheme.DIVISION: {6, 9, 12},
    CodeScheme.GRID_15: {15},
    CodeScheme.GRID_20: {20},
    CodeScheme.CAMERA: {20},
}


@given(st.sampled_from(sorted(LENGTHS)), st.text("0123456789", max_size=25))
def test_digits_are_accepted_just_in_the_lengths_of_the_scheme(scheme: CodeScheme, digits: str) -> None:
    if len(digits) in LENGTHS[scheme]:
        assert checked_code(digits, scheme=scheme) == digits
    else:
        with pytest.raises(InvalidCode, match="digits are accepted"):
            checked_code(digits, scheme=scheme)


@pytest.mark.parametrize(
    ("read", "length"),
    [(division_code, 6), (division_code, 9), (division_code, 12), (grid_code, 15), (camera_code, 20)],
)
@given(data=st.data())
def test_the_parts_put_together_are_the_code(read: Callable[[str], object], length: int, data: st.DataObject) -> None:
    digits = data.draw(st.text("0123456789", min_size=length, max_size=length))
    assert read(digits).text == digits  # type: ignore[attr-defined]


def test_a_division_code_says_county_town_and_village() -> None:
    assert division_code("440703001002") == ("440703", "001", "002")
    assert division_code("440703001") == ("440703", "001", "")
    assert division_code("440703") == ("440703", "", "")


def test_a_grid_code_says_its_community_and_sequence() -> None:
    grid = grid_code("440703001002007")
    assert grid.community == division_code("440703001002")
    assert grid.sequence == "007"


def test_a_camera_code_says_centre_industry_kind_and_serial() -> None:
    assert camera_code("44070300011320000001") == ("44070300", "01", "132", "0000001")


@pytest.mark.parametrize(
    "text", ["", " 440703", "440703 ", "44O703", "４４０７０３", "٤٤٠٧٠٣", "440703\n", "-40703", "4407.3", "440_703"]
)
def test_what_is_not_plain_digits_is_refused(text: str) -> None:
    with pytest.raises(InvalidCode) as caught:
        division_code(text)
    assert caught.value.facts["scheme"] == "division"


@pytest.mark.parametrize("text", ["4.40703E+11", "440703001002.0", "4.40703e11"])
def test_a_code_that_a_spreadsheet_turned_into_a_number_is_refused_with_that_reason(text: str) -> None:
    with pytest.raises(InvalidCode, match="spreadsheet"):
        division_code(text)


@given(st.text(max_size=70))
def test_free_codes_are_1_to_64_printable_characters(text: str) -> None:
    good = 0 < len(text) <= 64 and text.isprintable() and text == text.strip()
    if good:
        assert checked_code(text, scheme=CodeScheme.FREE) == text
    else:
        with pytest.raises(InvalidCode, match="1 to 64"):
            checked_code(text, scheme=CodeScheme.FREE)


@pytest.mark.parametrize("text", ["x\x00y", "a\tb", " a", "", "   ", "a" * 65])
def test_free_codes_that_a_database_or_a_reader_would_stumble_over_are_refused(text: str) -> None:
    with pytest.raises(InvalidCode):
        checked_code(text, scheme=CodeScheme.FREE)


def test_a_long_wrong_code_is_cut_in_the_message() -> None:
    with pytest.raises(InvalidCode) as caught:
        grid_code("1" * 10_000)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("scheme", CodeScheme)
def test_a_scheme_is_read_by_its_name_in_any_case(scheme: CodeScheme) -> None:
    assert code_scheme(f" {scheme.value.upper()} ") is scheme


def test_an_unknown_scheme_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidCode, match="division, db11, cjt349, gbt28181, free"):
        code_scheme("isbn")


def test_all_real_codes_of_four_cities_are_division_codes(shared_data: Path) -> None:
    with (shared_data / "cn" / "cn_admin_villages_2023.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4_080
    for row in rows:
        village = division_code(row["village_code"])
        assert village.county + village.town == row["town_code"]
        assert division_code(row["town_code"]).village == ""
        assert division_code(row["district_code"]).county == village.county
