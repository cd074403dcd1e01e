"""The first candidate is the one that scoring every row of every street would find."""

import math

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gis.addresses.gazetteer import Gazetteer, frame_of
from gis.addresses.matching import match
from tests.gis.addresses.brute import Row, agreement, score, similar_names

STREETS = ("建设路", "建国路", "中山路", "东华路", "建设街")
ASKED = (*STREETS, "建没路", "中心路", "东化路", "不知道")
rows = st.builds(
    Row,
    st.sampled_from(STREETS),
    st.integers(1, 12),
    st.none() | st.sampled_from("12"),
    st.none() | st.sampled_from("34"),
)
UNREAD = 0.5
"""What it costs when none of the name could be read as it stands."""


def gazetteer_of(known: list[Row]) -> Gazetteer:
    """Return rows on short streets far from each other."""
    return Gazetteer.build(
        [
            frame_of(
                {
                    "street": row.street,
                    "number": row.number,
                    "sub": row.sub,
                    "building": row.building,
                    "full_text": row.text,
                    "lon": 113.0 + row.number * 1e-4,
                    "lat": 22.5 + 0.1 * STREETS.index(row.street),
                }
                for row in known
            )
        ]
    )


def scores(known: list[Row], asked: Row) -> dict[str, float]:
    """Return every street that comes into question with its score, the slow way."""
    streets = {street: [row for row in known if row.street == street] for street in {row.street for row in known}}
    found = {}
    if asked.street in streets:
        found = {asked.street: score(streets[asked.street], asked, alike=1.0)}
    if max(found.values(), default=0.0) < 0.8:
        unread = 1.0 if asked.street in streets else UNREAD
        names = sorted(set(streets) - {asked.street})
        if asked.street not in streets:
            for position, alike in similar_names(asked.street, names):
                found[names[position]] = score(streets[names[position]], asked, alike=alike * unread)
    return found


@settings(max_examples=60)
@given(st.lists(rows, min_size=1, max_size=20, unique=True), st.sampled_from(ASKED), rows)
def test_the_first_candidate_is_that_of_scoring_every_row(known: list[Row], street: str, door: Row) -> None:
    asked = Row(street, door.number, door.sub, door.building)
    slow = scores(known, asked)
    found = match(asked.text, gazetteer_of(known)).candidates
    assert bool(found) == bool(slow)
    assume(found)
    best = max(slow.values())
    assert math.isclose(found[0].score, best, abs_tol=1e-4)
    assert found[0].name in {street for street, value in slow.items() if math.isclose(value, best, abs_tol=1e-4)}


@settings(max_examples=40)
@given(st.lists(rows, min_size=1, max_size=20, unique=True), st.data())
def test_a_registered_address_is_its_own_first_candidate(known: list[Row], data: st.DataObject) -> None:
    asked = data.draw(st.sampled_from(known))
    equal = [row for row in known if row.street == asked.street and agreement(row, asked) == (1, 1, 1)]
    answer = match(asked.text, gazetteer_of(known))
    assert answer.candidates[0].score == 1.0
    if len(equal) == 1:
        assert answer.candidates[0].address == asked.text
        assert answer.certain
