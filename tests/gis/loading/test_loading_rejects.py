import csv
import errno
import os

import pytest

from gis.errors import GisError
from gis.loading import read_file, sites_from, write_rejects
from tests.gis.loading.making import GOOD, HEADER, PLAN, WGS84, feature, incidents, write_csv, write_geojson


def written(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_rejected_rows_are_written_with_line_reasons_and_their_cells(tmp_path):
    path = write_csv(
        tmp_path, HEADER, GOOD, 'city,,"a, ""b""\n",soon,113.08,22.58', "city,A2,noise", "city,A3,火警,,1,1",
        encoding="gbk",
    )  # fmt: skip
    raw, batch = read_file(path), incidents(path)
    target = tmp_path / "rejects.csv"
    assert write_rejects(target, batch, raw) == 3
    assert written(target) == [
        ["reject_line", "reject_column", "reject_reason", *HEADER.split(",")],
        ["3", "reported_at; source_ref",
         "this is no form of date and time that is read; source_ref is empty",
         "city", "", 'a, "b"\n', "soon", "113.08", "22.58"],
        ["5", "", "the row has 3 cells and the header 6", "city", "A2", "noise"],
        ["6", "reported_at", "reported_at is empty", "city", "A3", "火警", "", "1", "1"],
    ]  # fmt: skip


def test_a_mended_rejects_file_is_loaded_by_the_same_plan(tmp_path):
    path = write_csv(tmp_path, HEADER, GOOD, "city,A2,noise,2016-08-05T19:36:07Z,113.08,soon")
    target = tmp_path / "rejects.csv"
    write_rejects(target, incidents(path), read_file(path))
    target.write_text(target.read_text(encoding="utf-8-sig").replace("soon", "22.58"), encoding="utf-8-sig", newline="")
    batch = incidents(target)
    assert batch.rows["source_ref"].tolist() == ["A2"]
    assert batch.rejects == ()


def test_rejects_of_a_rejects_file_have_one_set_of_reasons(tmp_path):
    path = write_csv(tmp_path, HEADER, "city,A2,noise,2016-08-05T19:36:07Z,113.08,soon")
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    write_rejects(first, incidents(path), read_file(path))
    write_rejects(second, incidents(first), read_file(first))
    assert written(second) == written(first)


def test_rejected_features_keep_their_shape_as_text_that_can_be_loaded(tmp_path):
    point = {"type": "Point", "coordinates": [113.08, 22.58]}
    path = write_geojson(tmp_path, feature(point, source="s", source_ref="1", kind="school", name=""))
    raw = read_file(path)
    target = tmp_path / "rejects.csv"
    assert write_rejects(target, sites_from(raw, plan=PLAN, crs=WGS84), raw) == 1
    assert written(target)[1][-1] == "POINT (113.08 22.58)"
    again = sites_from(read_file(target), plan=PLAN, crs=WGS84)
    assert [reject.column for reject in again.rejects] == ["name"]


def test_without_rejects_no_file_is_left(tmp_path):
    path = write_csv(tmp_path, HEADER, GOOD)
    target = tmp_path / "rejects.csv"
    target.write_text("of an earlier run", encoding="utf-8")
    assert write_rejects(target, incidents(path), read_file(path)) == 0
    assert not target.exists()


def test_a_full_disk_is_said_and_leaves_the_older_file_whole_and_nothing_beside_it(tmp_path, monkeypatch):
    path = write_csv(tmp_path, HEADER, "city,A2,noise,2016-08-05T19:36:07Z,113.08,soon")
    raw, batch = read_file(path), incidents(path)
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "rejects.csv"
    target.write_text("of an earlier run", encoding="utf-8")

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(GisError, match=r"No space left on device; .*rejects\.csv; free space"):
        write_rejects(target, batch, raw)
    assert [entry.name for entry in folder.iterdir()] == ["rejects.csv"]
    assert target.read_text(encoding="utf-8") == "of an earlier run"


def test_a_folder_that_is_not_there_is_said(tmp_path):
    path = write_csv(tmp_path, HEADER, "city,A2,noise,2016-08-05T19:36:07Z,113.08,soon")
    with pytest.raises(GisError, match="cannot be written: No such file"):
        write_rejects(tmp_path / "absent" / "rejects.csv", incidents(path), read_file(path))
