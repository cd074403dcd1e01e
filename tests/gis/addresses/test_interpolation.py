"""A house number that is not known is placed between its neighbours, beyond them, or as the streets around go on."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.addresses.interpolation import (
    FURTHEST_BEYOND_M,
    LEAST_UNCERTAINTY_M,
    OTHER_SIDE_M,
    Interpolated,
    Numbering,
    interpolate,
)

numbers = st.lists(st.integers(0, 400), min_size=1, max_size=12, unique=True)


def placed(wanted: int, known: list[int], *, metres: float = 5.0) -> Interpolated | None:
    """Place a number on a straight street along x, on which each number takes so many metres."""
    number = np.array(sorted(known), dtype=np.int32)
    x_m = number.astype(np.float64) * metres
    return interpolate(wanted, number=number, x_m=x_m, y_m=np.zeros(len(number)), numbering=Numbering(metres=metres))


def slow_between(wanted: int, known: list[int], metres: float) -> float | None:
    """Return the least uncertainty of placing a number between two known ones, by trying every pair."""
    options = []
    for low in known:
        for high in known:
            if low < wanted < high:
                alike = low % 2 == high % 2 == wanted % 2
                extra_m = 0.0 if alike else OTHER_SIDE_M
                options.append(max(LEAST_UNCERTAINTY_M, 0.5 * (high - low) * metres) + extra_m)
    return min(options, default=None)


@given(numbers, st.integers(0, 400))
def test_the_narrowest_pair_around_a_number_places_it(known: list[int], wanted: int) -> None:
    known = [number for number in known if number != wanted]
    slow = slow_between(wanted, known, 5.0)
    found = placed(wanted, known)
    if slow is not None:
        assert found is not None
        assert (found.how, round(found.uncertainty_m, 6)) == ("between", round(slow, 6))
    else:
        assert found is None or found.how == "beyond"


@given(numbers, st.integers(0, 400))
def test_on_an_even_street_a_number_is_within_the_uncertainty_told(known: list[int], wanted: int) -> None:
    found = placed(wanted, [number for number in known if number != wanted] or [wanted + 1])
    assert found is None or abs(found.x_m - 5.0 * wanted) <= found.uncertainty_m + 1e-6


@given(numbers, st.integers(401, 100_000))
def test_a_number_too_far_beyond_the_known_ones_is_not_placed(known: list[int], wanted: int) -> None:
    found = placed(wanted, known)
    assert found is None or found.uncertainty_m <= FURTHEST_BEYOND_M


def test_the_own_side_of_the_street_is_preferred_to_nearer_numbers_of_the_other() -> None:
    found = placed(11, [9, 10, 12, 13])
    assert found is not None
    assert found.uncertainty_m == LEAST_UNCERTAINTY_M
