"""Addresses are read by structure; what was typed is kept, and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.addresses.parsing import parse
from gis.addresses.rows import row_of
from gis.addresses.writing import numeral, plain

CHINESE = [
    ("建设路一百二十三号", ("建设路",), {"number": 123}),
    ("建设路12号之3", ("建设路",), {"number": 12, "sub": "3"}),
    ("建设路12号之三", ("建设路",), {"number": 12, "sub": "3"}),
    ("建设路12之3号", ("建设路",), {"number": 12, "sub": "3"}),
    ("建设路12-3号", ("建设路",), {"number": 12, "sub": "3"}),
    ("建设路12号A", ("建设路",), {"number": 12, "sub": "A"}),
    ("建设路12A号", ("建设路",), {"number": 12, "sub": "A"}),
    ("建设路12", ("建设路",), {"number": 12}),
    ("江华一路23号", ("江华一路",), {"number": 23}),
    ("九号路5号", ("九号路",), {"number": 5}),
    ("建設路１２號 3棟 501", ("建设路",), {"number": 12, "building": "3", "room": "501"}),
    ("金溪花园三幢二单元五零一室", ("金溪花园",), {"building": "3", "unit": "2", "room": "501"}),
    ("金溪花园3-2-501", ("金溪花园",), {"building": "3", "unit": "2", "room": "501"}),
    ("金溪花园8号楼三楼", ("金溪花园",), {"building": "8", "floor": "3"}),
    ("建设路12号金溪花园3座", ("建设路", "金溪花园"), {"number": 12, "building": "3"}),
    ("下莘村三组12号", ("下莘村",), {"group": "3", "number": 12}),
    ("下莘村第3村民小组", ("下莘村",), {"group": "3"}),
    ("下莘村三巷5号", ("下莘村",), {"lane": "3", "number": 5}),
    ("桂汇三巷5号", ("桂汇3巷",), {"number": 5}),
    ("平凉路988弄9号楼", ("平凉路",), {"lane": "988", "building": "9"}),
    ("建设路与江华路交叉口", ("建设路", "江华路"), {}),
    ("建设路12号附近", ("建设路",), {"number": 12}),
    ("五福社区", ("五福社区",), {}),
]
WESTERN = [
    ("3507 Springland Ln NW, Washington, DC 20008", ["SPRINGLAND LANE NW"], {"number": 3507}),
    ("1300 - 1399 BLOCK OF V STREET NW", ["V STREET NW"], {"number": 1300, "last": 1399}),
    ("1300 block 14th st nw", ["14TH STREET NW"], {"number": 1300, "last": 1399}),
    ("1234-A Fifth St. N.E. Apt 4", ["5TH STREET NE"], {"number": 1234, "sub": "A", "room": "4"}),
    ("E Capitol St SE", ["EAST CAPITOL STREET SE"], {}),
    ("South Dakota Avenue N.E.", ["SOUTH DAKOTA AVENUE NE"], {}),
    ("7th St & H St NW", ["7TH STREET NW", "H STREET NW"], {}),
    ("corner of Mt. Pleasant Street NW and Hobart Street NW", ["MOUNT PLEASANT STREET NW", "HOBART STREET NW"], {}),
]


@pytest.mark.parametrize(("typed", "names", "door"), CHINESE)
def test_a_chinese_address_is_names_and_numbers(typed: str, names: tuple[str, ...], door: dict[str, object]) -> None:
    parsed = parse(typed)
    assert (parsed.typed, parsed.names, parsed.door.given()) == (typed, names, door)


@pytest.mark.parametrize(("typed", "streets", "door"), WESTERN)
def test_a_western_address_is_streets_and_numbers(typed: str, streets: list[str], door: dict[str, object]) -> None:
    parsed = parse(typed)
    assert ([street.key for street in parsed.streets], parsed.door.given()) == (streets, door)


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error_and_kept(typed: str) -> None:
    assert parse(typed).typed == typed
    row_of(typed)


@given(st.text(alphabet="建设路江华村一二十百零3号栋之-座单元室附近0 ()（）", max_size=24))
def test_what_looks_like_an_address_is_read_without_an_error(typed: str) -> None:
    parsed = parse(typed)
    assert parsed.typed == typed
    assert all(name == name.strip() and name for name in parsed.names)


def spoken(number: int) -> str:
    """Say a number below 10,000 as Chinese numerals, the slow way."""
    digits = "零一二三四五六七八九"
    text = "".join(
        digits[int(digit)] + unit if digit != "0" else "零"
        for digit, unit in zip(str(number), ["", "十", "百", "千"][: len(str(number))][::-1], strict=True)
    )
    while "零零" in text:
        text = text.replace("零零", "零")
    text = text.rstrip("零") or "零"
    return text.removeprefix("一") if text.startswith("一十") else text


@given(st.integers(min_value=0, max_value=9_999))
def test_spoken_numerals_are_read_back(number: int) -> None:
    assert numeral(spoken(number)) == number


@given(st.text(max_size=30))
def test_one_way_of_writing_is_reached_in_one_step(text: str) -> None:
    once = plain(text)[0]
    assert plain(once)[0] == plain(plain(once)[0])[0]
