"""What is read from the bytes of packed columns is what is read from their texts."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from gis.loading.dates import DateOrder, read_packed_times, read_times
from gis.loading.numbers import read_numbers, read_packed_numbers
from gis.loading.packed import REPEATED
from gis.loading.raw import object_array

SHANGHAI = ZoneInfo("Asia/Shanghai")
FORMS = ("%Y-%m-%dT%H:%M:%S+08:00", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y%m%d%H%M%S", "%d/%m/%Y %I:%M:%S %p", "%H:%M")
WRITTEN = st.builds(
    lambda moment, form: moment.strftime(form),
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)),
    st.sampled_from(FORMS),
)
ODD = st.sampled_from(["2025-13-01 00:00:00", "2025-02-30", "2025-01-01 24:00:00", "45720.5", "soon", "2025年3月4日"])
TIMES = st.lists(st.just("") | WRITTEN | ODD, max_size=30)
NUMBERS = st.lists(
    st.just("")
    | st.floats().map(repr)
    | st.integers().map(str)
    | st.sampled_from(["1_000", "1e400", "+5", ".5", "１２"]),
    max_size=30,
)


def columns(cells: list[str]) -> list[pa.ChunkedArray]:
    """Return the same cells in one chunk, in several, and with each of them kept once."""
    whole = pa.array(cells, pa.string())
    cut = len(cells) // 3
    return [
        pa.chunked_array([whole]),
        pa.chunked_array([whole[:cut], whole[cut:]]),
        pa.chunked_array([whole.dictionary_encode()], REPEATED),
    ]


@given(TIMES)
def test_times_read_from_bytes_are_those_read_from_texts(cells):
    told = {"column": "reported_at", "time_zone": SHANGHAI, "date_order": DateOrder.DAY_FIRST}
    slow = read_times(object_array([cell or None for cell in cells]), **told)
    for column in columns(cells):
        fast = read_packed_times(column, **told)
        if fast is None:
            continue
        assert np.array_equal(fast.utc, slow.utc, equal_nan=True)
        assert fast.timeless.tolist() == slow.timeless.tolist()
        assert (fast.said, list(fast.faults)) == (slow.said, list(slow.faults))
        assert all(np.array_equal(fast.faults[why], slow.faults[why]) for why in slow.faults)


@given(st.lists(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)), max_size=20), st.sampled_from(FORMS[:5]))
def test_a_column_of_one_form_is_read_from_its_bytes(moments, form):
    for column in columns([moment.strftime(form) for moment in moments]):
        order = DateOrder.DAY_FIRST
        assert read_packed_times(column, column="at", time_zone=SHANGHAI, date_order=order) is not None


@given(NUMBERS)
def test_numbers_read_from_bytes_are_those_read_from_texts(cells):
    slow, faulty = read_numbers(object_array([cell or None for cell in cells]))
    for column in columns(cells):
        fast = read_packed_numbers(column)
        assert fast is not None or faulty.any() or set(cells) & {"+5", "１２"}
        assert fast is None or np.array_equal(fast, slow, equal_nan=True)
