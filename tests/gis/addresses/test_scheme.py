"""Where parallel streets count alike a number is carried along its street; elsewhere nothing is carried."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.addresses.gazetteer import Gazetteer, frame_of
from gis.addresses.matching import match
from gis.addresses.scheme import LEAST_APART_M, Pairs, Scheme
from gis.units import FloatArray, IntArray

BLOCK_M, PER_BLOCK = 130.0, 100
ROWS = tuple[IntArray, IntArray, FloatArray, FloatArray]


def lattice(rng: np.random.Generator, *, streets: int = 24, known: int = 4, scattered: bool = False) -> ROWS:
    """Return streets of a lattice, half of them north-south, with a few known numbers each.

    Scattered: each street begins anywhere and runs in any direction.
    """
    street = np.repeat(np.arange(2 * streets), known)
    along = np.sort(rng.choice(20 * PER_BLOCK, (2 * streets, known), replace=False), axis=1)
    number = along.ravel().astype(np.int64)
    metres = number * BLOCK_M / PER_BLOCK
    aside = (street // 2) * BLOCK_M
    x, y = np.where(street % 2 == 0, metres, aside), np.where(street % 2 == 0, aside, metres)
    if scattered:
        angle, begin = rng.uniform(0, 2 * np.pi, 2 * streets)[street], rng.uniform(0, 3_000, (2, 2 * streets))
        x = begin[0][street] + metres * np.cos(angle)
        y = begin[1][street] + metres * np.sin(angle)
    return street, number, x, y


@given(st.integers(0, 2**32 - 1), st.integers(0, 15), st.integers(0, 1_999))
@settings(max_examples=10)
def test_in_a_lattice_a_number_is_carried_to_its_block(seed: int, row: int, wanted: int) -> None:
    street, number, x, y = lattice(np.random.default_rng(seed))
    scheme = Scheme.measured(street, number, x, y)
    assert scheme is not None
    carried = scheme.carry(wanted, known=int(number[row]), x_m=float(x[row]), y_m=float(y[row]))
    if carried is not None:
        even = street[row] % 2 == 0
        right = (wanted * BLOCK_M / PER_BLOCK, y[row]) if even else (x[row], wanted * BLOCK_M / PER_BLOCK)
        assert np.hypot(carried.x_m - right[0], carried.y_m - right[1]) <= carried.uncertainty_m


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_streets_that_run_anyhow_have_no_scheme(seed: int) -> None:
    assert Scheme.measured(*lattice(np.random.default_rng(seed), scattered=True)) is None


@pytest.mark.parametrize("known", [0, 1])
def test_streets_of_which_one_number_is_known_have_no_scheme(known: int) -> None:
    assert Scheme.measured(*lattice(np.random.default_rng(1), known=known)) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40), st.integers(0, 30)), max_size=24))
def test_pairs_are_the_next_higher_number_of_the_street_that_is_far_enough(rows: list[tuple[int, int, int]]) -> None:
    rows.sort()
    slow = []
    for position, (street, number, ten_m) in enumerate(rows):
        for other, higher, there in rows[position + 1 :]:
            if other == street and higher > number and 10 * abs(there - ten_m) >= LEAST_APART_M:
                slow.append((street, (number + higher) / 2, 10.0 * (there - ten_m) / (higher - number)))
                break
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    found = Pairs.of(table[:, 0], table[:, 1], 10.0 * table[:, 2], np.zeros(len(rows)))
    told = zip(found.street.tolist(), found.number.tolist(), found.step_m[:, 0].tolist(), strict=True)
    assert list(told) == slow


def test_a_number_far_beyond_the_known_ones_is_told_as_placed_by_the_streets_around() -> None:
    street, number, x, y = lattice(np.random.default_rng(7))
    kept = (street != 10) | (np.arange(len(street)) == 40)
    rows = [
        {
            "street": f"LINE {chr(65 + line)} STREET",
            "number": int(value),
            "full_text": f"{value} LINE {chr(65 + line)} STREET",
            "lon": east / 111_320,
            "lat": north / 110_574,
        }
        for line, value, east, north in zip(street[kept], number[kept], x[kept], y[kept], strict=True)
    ]
    best = match(f"{int(number[40]) + 600} Line K St", Gazetteer.build([frame_of(rows)])).candidates[0]
    assert "number_scheme" in {reason.key for reason in best.reasons}
    assert best.precision == "interpolated"
    assert abs(best.lon * 111_320 - (x[40] + 6 * BLOCK_M)) <= best.uncertainty_m
