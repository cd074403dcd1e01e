"""Rows of bytes are the cells one after another, whatever their lengths."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.store.row_bytes import EqualCells, SharedCells, rows_of

CELL = st.binary(max_size=5)


@given(st.integers(0, 12), st.lists(CELL, min_size=1, max_size=4), st.binary(min_size=3, max_size=3), st.data())
def test_rows_are_their_cells_one_after_another(count, distinct, blank, data):
    which = data.draw(st.lists(st.integers(0, len(distinct) - 1), min_size=count, max_size=count))
    equal = data.draw(st.lists(st.binary(min_size=4, max_size=4), min_size=count, max_size=count))
    missing = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    records = np.frombuffer(b"".join(equal), dtype="V4")
    columns = [
        SharedCells(distinct, np.array(which, dtype=np.int64)),
        EqualCells(records, np.array(missing, dtype=np.bool_), blank),
        SharedCells(distinct, np.array(which, dtype=np.int64)),
    ]
    rows = zip(which, equal, missing, strict=True)
    wanted = b"".join(b"<>" + distinct[w] + (blank if no else cell) + distinct[w] for w, cell, no in rows)
    assert rows_of(columns, count=count, head=b"<>") == wanted
