"""An index as files: the same answers after opening, shared memory, and nothing that is cut off or foreign."""

import json
import math
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from gis.errors import UnreadableFile
from gis.index import GridIndex, artefact
from tests.strategies import ORIGINS, divisions, drawn_division


@pytest.fixture(scope="module")
def division():
    return drawn_division(3, origin=ORIGINS["Jiangmen"], columns=6, rows=6, grids=20, uncovered=0.1)


@pytest.fixture(scope="module")
def index(division):
    return GridIndex.build(division.polygons)


@pytest.fixture
def saved(index, tmp_path):
    index.save(tmp_path / "index")
    return tmp_path / "index"


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(divisions())
def test_an_opened_index_answers_as_the_one_that_was_saved(tmp_path_factory, division):
    built = GridIndex.build(division.polygons)
    directory = tmp_path_factory.mktemp("index")
    built.save(directory)
    opened = GridIndex.open(directory)
    lon, lat = division.points(10)
    assert len(opened) == len(built)
    assert np.array_equal(opened.locate(lon, lat), built.locate(lon, lat))
    assert [opened.locate_one(x, y) for x, y in zip(lon, lat, strict=True)] == opened.locate(lon, lat).tolist()
    for found, expected in zip(
        opened.near_border(lon, lat, limit_m=math.inf), built.near_border(lon, lat, limit_m=math.inf), strict=True
    ):
        assert np.array_equal(found, expected)


def test_an_empty_index_is_saved_and_opened(tmp_path):
    GridIndex.build([]).save(tmp_path / "empty")
    opened = GridIndex.open(tmp_path / "empty")
    assert len(opened) == 0
    assert opened.locate([113.0], [22.0]).tolist() == [-1]
    assert artefact.verify(tmp_path / "empty") == 0


def test_equal_divisions_have_equal_files(index, division, saved, tmp_path):
    GridIndex.build(division.polygons).save(tmp_path / "again")
    assert {file.name: file.read_bytes() for file in saved.iterdir()} == {
        file.name: file.read_bytes() for file in (tmp_path / "again").iterdir()
    }


def test_the_files_take_what_the_tables_take(index, saved):
    assert artefact.verify(saved) == index.size_bytes
    files_bytes = sum(file.stat().st_size for file in saved.iterdir())
    assert index.size_bytes <= files_bytes <= index.size_bytes + 4096


@pytest.mark.parametrize("name", artefact.DTYPES)
@pytest.mark.parametrize("change_bytes", [-8, 8, None])
def test_a_table_that_is_cut_off_too_long_or_gone_is_refused(saved, name, change_bytes):
    (file,) = saved.glob(f"{name}-*")
    if change_bytes is None:
        file.unlink()
    else:
        os.truncate(file, file.stat().st_size + change_bytes)
    with pytest.raises(UnreadableFile, match="table of the index") as refusal:
        GridIndex.open(saved)
    assert refusal.value.where == str(file)
    assert refusal.value.remedy


@pytest.mark.parametrize("length_bytes", [0, 1, 100])
def test_a_header_that_is_cut_off_is_refused(saved, length_bytes):
    os.truncate(saved / "header.json", length_bytes)
    with pytest.raises(UnreadableFile, match="header of the index cannot be read"):
        GridIndex.open(saved)


@pytest.mark.parametrize("header", ["[]", "{}", '"gezhi grid index"', '{"format": "something else", "version": 1}'])
def test_a_foreign_header_is_refused(saved, header):
    (saved / "header.json").write_text(header)
    with pytest.raises(UnreadableFile, match="no index of grids"):
        GridIndex.open(saved)


def test_another_version_is_refused_and_named(saved):
    header = json.loads((saved / "header.json").read_text())
    (saved / "header.json").write_text(json.dumps(header | {"version": 99}))
    with pytest.raises(UnreadableFile, match="version 99"):
        GridIndex.open(saved)


@pytest.mark.parametrize(
    "change",
    [
        lambda header: header["lattice"].update(columns=header["lattice"]["columns"] + 16),
        lambda header: header["lattice"].update(rows="many"),
        lambda header: header["lattice"].pop("west"),
        lambda header: header["lattice"].update(shape="round"),
        lambda header: header["tables"].pop("fine"),
        lambda header: header.pop("grids"),
        lambda header: header["tables"]["marks"].update(bytes=32),
    ],
)
def test_a_header_that_contradicts_itself_is_refused(saved, change):
    header = json.loads((saved / "header.json").read_text())
    change(header)
    (saved / "header.json").write_text(json.dumps(header))
    with pytest.raises(UnreadableFile, match="contradicts itself"):
        GridIndex.open(saved)


def test_no_index_at_all_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="there is no index"):
        GridIndex.open(tmp_path)


def test_one_changed_byte_is_found_by_reading_all(saved):
    (file,) = saved.glob("records-*")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    GridIndex.open(saved)
    with pytest.raises(UnreadableFile, match="damaged") as refusal:
        artefact.verify(saved)
    assert refusal.value.where == str(file)


def test_a_write_that_fails_leaves_the_old_index(saved, division, monkeypatch):
    other = GridIndex.build(division.polygons[:3])
    before = {file.name: file.read_bytes() for file in saved.iterdir()}
    fsync, synced = os.fsync, []

    def full_disk(handle):
        synced.append(handle)
        if len(synced) == 4:
            raise OSError("no space left on device")
        fsync(handle)

    monkeypatch.setattr(artefact.os, "fsync", full_disk)
    with pytest.raises(OSError, match="no space"):
        other.save(saved)
    monkeypatch.undo()
    assert before.items() <= {file.name: file.read_bytes() for file in saved.iterdir()}.items()
    assert len(GridIndex.open(saved)) == len(division.polygons)
    other.save(saved)
    assert len(list(saved.iterdir())) == 1 + len(artefact.DTYPES)
    assert len(GridIndex.open(saved)) == 3


def test_a_reader_keeps_what_it_has_opened_while_the_files_are_replaced(saved, division):
    opened = GridIndex.open(saved)
    lon, lat = division.points(20)
    before = opened.locate(lon, lat)
    GridIndex.build(division.polygons[:3]).save(saved)
    assert np.array_equal(opened.locate(lon, lat), before)


READER = """
import sys
from pathlib import Path
from gis.index import GridIndex
index = GridIndex.open(Path(sys.argv[1]))
for name in ("coarse", "fine", "records", "marks", "busy"):
    getattr(index._tables, name).sum()
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.slow
def test_processes_share_one_copy(tmp_path):
    large = drawn_division(5, origin=ORIGINS["Jiangmen"], columns=24, rows=24, grids=150, uncovered=0.0)
    built = GridIndex.build(large.polygons)
    built.save(tmp_path / "index")
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(tmp_path / "index")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    try:
        assert all(reader.stdout.readline() == "ready\n" for reader in readers)
        shares = [mapped_bytes(reader.pid, tmp_path / "index") for reader in readers]
    finally:
        for reader in readers:
            reader.communicate()
    for resident, proportional, private in shares:
        assert resident >= built.size_bytes
        assert proportional <= 1.1 * built.size_bytes / len(readers)
        assert private == 0


def mapped_bytes(pid, directory):
    """Return the resident, proportional and private bytes of a process's mappings of a directory's files."""
    smaps = Path(f"/proc/{pid}/smaps").read_text(encoding="utf-8")
    mappings = re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", smaps, flags=re.MULTILINE)
    ours = "".join(mapping for mapping in mappings if str(directory) in mapping)
    assert ours.count(str(directory)) == len(artefact.DTYPES)
    kilobytes = (re.findall(rf"^{what}: +(\d+) kB", ours, re.MULTILINE) for what in ("Rss", "Pss", r"Private_\w+"))
    return [1024 * sum(map(int, found)) for found in kilobytes]


def test_opening_takes_a_moment(saved):
    GridIndex.open(saved)
    begun = time.process_time()
    GridIndex.open(saved)
    assert time.process_time() - begun < 0.05
