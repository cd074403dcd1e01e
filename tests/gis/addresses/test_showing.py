"""A gazetteer shows only the kinds of site that its reader may see; addresses are for everybody."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.addresses.gazetteer import Gazetteer, frame_of
from gis.addresses.matching import match

KINDS = ("school", "neighbourhood", "shelter")

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "estate": st.sampled_from(["阳光花园", "平安苑", "第一小学"]),
            "site_kind": st.sampled_from([None, *KINDS]),
            "lon": st.floats(113.0, 113.05),
            "lat": st.floats(22.5, 22.52),
        }
    ),
    max_size=12,
)


@given(ROWS, st.frozensets(st.sampled_from(KINDS)))
def test_what_is_shown_is_what_a_gazetteer_of_only_those_rows_has(rows: list[dict[str, object]], kinds) -> None:
    rows = [row | {"full_text": row["estate"]} for row in rows]
    seen = Gazetteer.build([frame_of(rows)]).showing(kinds)
    held = np.array([row["site_kind"] in {None, *kinds} for row in rows], dtype=bool)
    assert sorted(seen.places.rows.tolist()) == np.flatnonzero(held).tolist()
    for place in range(len(seen.places)):
        assert len(seen.places.members(place)) > 0
        assert place in seen.places.of(int(seen.places.name[place]))
    for name in ("阳光花园", "平安苑", "第一小学"):
        there = any(row["estate"] == name for row, kept in zip(rows, held.tolist(), strict=True) if kept)
        exact = [candidate for candidate in match(name, seen).candidates if candidate.address == name]
        assert bool(exact) == there


def test_without_a_limit_it_is_the_same_gazetteer_and_a_view_is_made_once() -> None:
    gazetteer = Gazetteer.build(
        [frame_of([{"estate": "阳光花园", "site_kind": "neighbourhood", "lon": 113, "lat": 22}])]
    )
    assert gazetteer.showing(None) is gazetteer
    assert gazetteer.showing(frozenset({"school"})) is gazetteer.showing(frozenset({"school"}))
    assert len(gazetteer.showing(frozenset({"school"})).places) == 0
