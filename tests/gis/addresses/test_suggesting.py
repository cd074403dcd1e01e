"""What is suggested while an address is typed is what a person would find by going through the whole list."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gis.addresses.gazetteer import Gazetteer, frame_of
from gis.addresses.suggesting import suggest
from gis.addresses.writing import name_key

NAMES = ("建设路", "建设一路", "建国路", "中山路", "中山村", "建设花园")
streets = st.tuples(st.sampled_from(NAMES), st.integers(1, 130), st.integers(0, 2))


def gazetteer_of(rows: list[tuple[str, int, int]]) -> Gazetteer:
    """Return streets with numbers, each at one of three places far apart, in no areas that would tell them apart."""
    return Gazetteer.build(
        [
            frame_of(
                {"street": name, "number": number, "full_text": f"{name}{number}号", "lon": 113.0 + at, "lat": 22.5}
                for name, number, at in rows
            )
        ]
    )


@settings(max_examples=30)
@given(
    st.lists(streets, min_size=1, max_size=25),
    st.sampled_from(["建", "建设", "建设一", "建设1路", "中山", "中山路", "山"]),
)
def test_names_that_begin_so_are_suggested_those_with_most_addresses_first(
    rows: list[tuple[str, int, int]], typed: str
) -> None:
    found = suggest(typed, gazetteer_of(rows), limit=100)
    slow = {name for name, _, _ in rows if name_key(name).startswith(name_key(typed))}
    assert {each.text for each in found} == slow
    counts = [each.addresses for each in found]
    assert counts == sorted(counts, reverse=True)


@settings(max_examples=30)
@given(st.lists(streets, min_size=1, max_size=25), st.sampled_from(NAMES), st.integers(1, 13))
def test_behind_a_whole_name_its_house_numbers_that_begin_so_are_suggested(
    rows: list[tuple[str, int, int]], name: str, begins: int
) -> None:
    found = [each for each in suggest(f"{name}{begins}", gazetteer_of(rows), limit=100) if each.kind == "door"]
    slow = {
        (f"{name}{number}号", at) for own, number, at in rows if own == name and str(number).startswith(str(begins))
    }
    assert {(each.text, round(each.location.lon - 113.0)) for each in found} == slow


@settings(max_examples=30)
@given(st.text(max_size=30), st.integers(1, 8))
def test_any_text_has_at_most_as_many_suggestions_as_asked_for(typed: str, limit: int) -> None:
    assert len(suggest(typed, gazetteer_of([("建设路", 1, 0), ("中山路", 2, 1)]), limit=limit)) <= limit


def test_western_streets_are_suggested_with_the_number_in_front_and_in_any_spelling() -> None:
    rows = [
        {"street": street, "number": number, "full_text": f"{number} {street}", "lon": -77.0, "lat": 38.9}
        for street, number in [("14TH STREET NW", 1300), ("14TH STREET NE", 1320), ("14TH PLACE NE", 7)]
    ]
    gazetteer = Gazetteer.build([frame_of(rows)])
    texts = [each.text for each in suggest("13 fourteenth st", gazetteer, limit=10)]
    assert texts[:2] == ["1320 14TH STREET NE", "1300 14TH STREET NW"]
    assert [each.text for each in suggest("14th p", gazetteer, limit=10)] == ["14TH PLACE NE"]
