"""What is kept: made once a version, by one of many who ask at once, and at most so many things."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.keeping import Keeper


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 2))), st.integers(1, 4))
def test_what_is_given_is_always_of_the_version_asked_for_and_never_more_than_the_most_are_kept(
    asked: list[tuple[str, int]], most: int
) -> None:
    keeper = Keeper(most)
    for name, version in asked:
        given_back = keeper.get(name, version, lambda name=name, version=version: (name, version))  # type: ignore[misc]
        assert given_back == (name, version)
        assert len(keeper) <= most


def test_many_who_ask_at_once_wait_for_one_that_makes_it() -> None:
    keeper, made, begun = Keeper(2), [], threading.Barrier(8)

    def ask() -> int:
        begun.wait()
        return keeper.get("thing", 1, lambda: made.append(1) or len(made))

    with ThreadPoolExecutor(8) as threads:
        answers = [asked.result() for asked in [threads.submit(ask) for _ in range(8)]]
    assert answers == [1] * 8


def test_nobody_waits_for_a_thing_of_another_name() -> None:
    keeper, slow_begun, go_on = Keeper(2), threading.Event(), threading.Event()

    def slow() -> str:
        slow_begun.set()
        assert go_on.wait(10)
        return "slow"

    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(keeper.get, "slow", 1, slow)
        assert slow_begun.wait(10)
        assert keeper.get("fast", 1, lambda: "fast") == "fast"
        go_on.set()
        assert asked.result(10) == "slow"


def test_what_failed_is_tried_again() -> None:
    keeper = Keeper(2)
    with pytest.raises(ZeroDivisionError):
        keeper.get("thing", 1, lambda: 1 // 0)
    assert keeper.get("thing", 1, lambda: 7) == 7
