"""Whatever way a block of lines is read, the cells are those of the standard reader."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.loading import csv_rows
from gis.loading.csv_rows import read_csv
from gis.loading.encodings import Encoding

CELLS = st.text(st.sampled_from("ab 网,;\t'\r\n\"\x00\u2028\x0b"), max_size=4) | st.text("网格A1 ", max_size=5)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS, quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), end=st.sampled_from(["\n", "\r\n", "\r"])
)
def test_rows_are_those_of_the_standard_reader(tmp_path, rows, quoting, end):
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=quoting, lineterminator=end).writerows([["a", "b", "c"], ["1", "2", "3"], *rows])
    read = read_csv(path, encoding=Encoding("utf-8", "UTF-8"))
    known = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline=""), strict=True))[1:]
    good = [row for row in known if len(row) == 3 and any(row)]
    assert list(zip(*(read.columns[name].tolist() for name in "abc"), strict=True)) == list(map(tuple, good))
    assert [row.cells for row in read.broken] == [tuple(row) for row in known if len(row) != 3 and any(row)]


@pytest.mark.parametrize("quoted", ["", '"'])
def test_lines_are_counted_in_plain_blocks_and_in_others(tmp_path, monkeypatch, quoted):
    monkeypatch.setattr(csv_rows, "_BLOCK_ROWS", 3)
    path = tmp_path / "lines.csv"
    path.write_text("a,b\n1,2\n\n3,4\n5,6\n7,8,9\n" + f"{quoted}0{quoted},1\n" * 5, encoding="utf-8")
    read = read_csv(path, encoding=Encoding("utf-8", "UTF-8"))
    assert read.lines.tolist() == [2, 4, 5, *range(7, 12)]
    assert [row.line for row in read.broken] == [6]
    assert read.columns["a"].tolist() == ["1", "3", "5", *"00000"]
