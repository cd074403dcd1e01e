"""Nothing is rewritten silently: the typed text with the changes that are told is the candidate's text."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.addresses.differences import Change, changes, pieces
from gis.addresses.gazetteer import Gazetteer, frame_of
from gis.addresses.matching import match
from gis.addresses.rows import row_of

REGISTERED = (
    "江门市蓬江区建设路12号",
    "江门市蓬江区建设路12号之1",
    "江门市蓬江区建设路18号金溪花园3栋2单元501",
    "江门市新会区建设一路9号",
    "江门市新会区下莘村三组7号",
    "1300 - 1399 BLOCK OF V STREET NW",
    "676 NICHOLSON STREET NE",
    "3507 SPRINGLAND LANE NW",
)
GAZETTEER = Gazetteer.build(
    [
        frame_of(
            {**(row_of(text) or {}), "full_text": text, "lon": 113.0 + at / 100, "lat": 22.5}
            for at, text in enumerate(REGISTERED)
        )
    ]
)
CHINESE = "广东省 江门市 南京市 蓬江区 新会 建设路 建没路 建設路 下莘村 金溪花园 附近 (后门) "
CHINESE += "十二号 12号 １２号 18 之一 -3 3幢 三栋 2门 501室 三组"
WESTERN = "1300,block of, 676 ,Nicholson,Nicolson, v st ,N.W.,street, ne"
typed_texts = st.lists(st.sampled_from([*CHINESE.split(), *WESTERN.split(",")]), min_size=1, max_size=7).map("".join)


def leads(typed: str, address: str, found: list[Change]) -> bool:
    """Say whether equal pieces and the changes, in their order, are all of both texts; tries every way."""
    ours, theirs = map(list, pieces(typed, address))
    cut: Callable[[str], list[str]] = list if isinstance(pieces(typed, address)[0], str) else str.split
    steps = [(cut(change.typed), cut(change.known)) for change in found]

    @cache
    def from_here(i: int, j: int, done: int) -> bool:
        if done == len(steps) and ours[i:] == theirs[j:]:
            return True
        if done < len(steps):
            out, put = steps[done]
            there = ours[i : i + len(out)] == out and theirs[j : j + len(put)] == put
            if there and from_here(i + len(out), j + len(put), done + 1):
                return True
        return i < len(ours) and j < len(theirs) and ours[i] == theirs[j] and from_here(i + 1, j + 1, done)

    return from_here(0, 0, 0)


@settings(max_examples=60)
@given(typed_texts)
def test_every_change_between_what_was_typed_and_a_candidate_is_named(typed: str) -> None:
    for candidate in match(typed, GAZETTEER).candidates:
        told = next((reason.zh for reason in candidate.reasons if reason.key == "text"), "")
        found = changes(typed, candidate.address)
        assert bool(told) == bool(found)
        assert all(str(change) in told for change in found)
        assert leads(typed, candidate.address, found)


@settings(max_examples=60)
@given(st.text(max_size=20), st.text(max_size=20))
def test_the_changes_lead_from_any_text_to_any_other(typed: str, address: str) -> None:
    assert leads(typed, address, changes(typed, address))


@pytest.mark.parametrize("typed", REGISTERED)
def test_what_is_typed_as_registered_has_no_change(typed: str) -> None:
    best = match(typed, GAZETTEER).candidates[0]
    assert best.address == typed
    assert "text" not in {reason.key for reason in best.reasons}


def test_real_addresses_of_other_cities_are_kept_told_and_never_certain(shared_data: Path) -> None:
    companies = (shared_data / "cn" / "cpca_addresses_4cities.txt").read_text(encoding="utf-8").splitlines()
    cases = json.loads((shared_data / "cn" / "jionlp_location_cases.json").read_text(encoding="utf-8"))
    texts = [line for line in companies if "南昌" in line] + [case["text"] for case in cases]
    assert len(texts) > 50
    for typed in texts:
        found = match(typed, GAZETTEER)
        assert (found.typed, found.certain) == (typed, False)
        for candidate in found.candidates:
            assert leads(typed, candidate.address, changes(typed, candidate.address))
