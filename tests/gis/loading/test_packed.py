"""Packed columns give back every cell as it was."""

from hypothesis import given
from hypothesis import strategies as st

from gis.loading.csv_rows import read_csv
from gis.loading.encodings import recognise
from gis.loading.packed import PackedColumns, pack
from gis.loading.raw import object_array

CELLS = st.lists(st.text(max_size=6), max_size=20)


@given(CELLS)
def test_packed_cells_are_unpacked_as_they_were(cells):
    packed = pack(cells)
    assert (packed.to_pylist(), len(packed)) == (cells, len(cells))


@given(CELLS, CELLS, CELLS)
def test_a_column_is_all_its_blocks_in_order_however_each_is_kept(first, second, third):
    blocks = [pack(first), object_array(second), pack(third)]
    columns = PackedColumns({"a": blocks, "b": []})
    assert columns["a"].tolist() == first + second + third
    assert columns["b"].tolist() == []
    assert list(columns) == ["a", "b"]


def test_a_long_file_keeps_one_copy_of_what_repeats_and_packs_the_rest(tmp_path):
    rows = [f"R{number},{number % 7},单元{number % 40000}" for number in range(60_000)]
    path = tmp_path / "long.csv"
    path.write_text("\n".join(["ref,often,seldom", *rows]) + "\n", encoding="utf-8")
    columns = read_csv(path, encoding=recognise(path)).columns
    assert [",".join(cells) for cells in zip(*(columns[name] for name in columns), strict=True)] == rows
    assert len({id(cell) for cell in columns["often"]}) == 7
