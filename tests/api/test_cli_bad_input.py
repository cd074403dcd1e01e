"""Bad input at the command line: exit code 1 or rejects, the place, the remedy, no traceback, nothing half written."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli.main import app
from gis.store.address import DatabaseAddress
from gis.store.database import Database
from tests.gis.store.states import content
from tests.tiny_city import AREAS, CITY, INCIDENTS, WORKERS, grids_geojson

HEADER, GOOD, *_ = INCIDENTS.replace("hotline,1,", "hotline,new,").splitlines()
SITE_HEADER = "source,source_ref,kind,name,lon,lat"
WGS84 = ("--crs", "EPSG:4326")


@pytest.fixture
def gezhi(tiny_city_address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command on the test's own tiny city."""
    monkeypatch.setenv("GEZHI_DATABASE_URL", tiny_city_address.owner_url)
    monkeypatch.setenv("GEZHI_SERVICE_DATABASE_URL", tiny_city_address.service_url)
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


def squares(change: Callable[[list[dict[str, Any]]], object]) -> bytes:
    layer = json.loads(grids_geojson())
    change(layer["features"])
    return json.dumps(layer).encode()


def ring_of(features: list[dict[str, Any]], number: int) -> list[list[float]]:
    ring: list[list[float]] = features[number]["geometry"]["coordinates"][0]
    return ring


def bowtie(features: list[dict[str, Any]]) -> None:
    ring = ring_of(features, 1)
    ring[1], ring[2] = ring[2], ring[1]


def twin(features: list[dict[str, Any]]) -> None:
    features[1]["geometry"] = features[0]["geometry"]


def same_code(features: list[dict[str, Any]]) -> None:
    features[1]["properties"]["code"] = "C1"


def no_shape(features: list[dict[str, Any]]) -> None:
    features[2]["geometry"] = None


def empty_shape(features: list[dict[str, Any]]) -> None:
    features[2]["geometry"] = {"type": "Polygon", "coordinates": []}


def endless(features: list[dict[str, Any]]) -> None:
    ring_of(features, 0)[1][0] = float("inf")


def spiked(features: list[dict[str, Any]]) -> None:
    ring_of(features, 0)[2:2] = [[113.02, 22.505], [113.01, 22.505]]


def line(features: list[dict[str, Any]]) -> None:
    features[0]["geometry"] = {"type": "LineString", "coordinates": ring_of(features, 0)}


def swap(features: list[dict[str, Any]]) -> None:
    for feature in features:
        feature["geometry"]["coordinates"][0] = [[y, x] for x, y in feature["geometry"]["coordinates"][0]]


def rows(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\n".join([*lines, ""]).encode(encoding)


def around(lon: str, lat: str) -> str:
    return f"hotline,new,incident,a,reported,2026-11-01T08:00:00Z,,0,,{lon},{lat}"


@dataclass(frozen=True)
class Case:
    """A file that is refused as a whole, and what the message must say."""

    kind: str
    body: bytes
    says: Sequence[str]
    options: Sequence[str] = WGS84
    name: str = field(default="file.csv")


REFUSED = {
    "no crs": Case("incidents", rows(HEADER, GOOD), ["no coordinate system", "--crs"], ()),
    "unknown crs": Case("incidents", rows(HEADER, GOOD), ["EPSG:4326", "GCJ-02", "remedy"], ("--crs", "Mars")),
    "unknown epsg": Case("incidents", rows(HEADER, GOOD), ["EPSG:999999", "remedy"], ("--crs", "EPSG:999999")),
    "swapped axes": Case("incidents", rows(HEADER, around("22.505", "113.005")), ["swapped", "remedy"]),
    "another system": Case("incidents", rows(HEADER, GOOD), ["remedy", "EPSG:32649"], ("--crs", "EPSG:32649")),
    "wrong column": Case(
        "incidents", rows(HEADER.replace("category", "Kategorie"), GOOD), ["category", "file.csv", "--column", "--set"]
    ),
    "no such rename": Case(
        "incidents", rows(HEADER, GOOD), ["Ort", "--column"], (*WGS84, "--column", "title=Ort"),
    ),
    "not name=value": Case("incidents", rows(HEADER, GOOD), ["NAME=VALUE"], (*WGS84, "--column", "title")),
    "no such canonical": Case("incidents", rows(HEADER, GOOD), ["titel", "title"], (*WGS84, "--set", "titel=x")),
    "nothing in it": Case("incidents", b"", ["file.csv", "remedy"]),
    "header alone": Case("incidents", rows(HEADER), ["file.csv", "remedy"]),
    "truncated geojson": Case("sites", grids_geojson().encode()[:300], ["g.geojson", "cut off"], WGS84, "g.geojson"),
    "not geojson": Case("sites", b"<html></html>", ["file.geojson", "remedy"], WGS84, "file.geojson"),
    "unknown format": Case("sites", b"PK\3\4\0\0", ["file.docx", "accepted are GeoJSON"], WGS84, "file.docx"),
    "wrong encoding": Case(
        "incidents", rows(HEADER, GOOD, encoding="gbk"), ["utf-8", "--encoding"], (*WGS84, "--encoding", "utf-8")
    ),
    "unknown encoding": Case(
        "incidents", rows(HEADER, GOOD), ["klingon", "remedy"], (*WGS84, "--encoding", "klingon")
    ),
    "areas without a parent": Case("areas", rows("code,name,level", "T2,镇,town"), ["T0", "--set parent_code=T0"], ()),
    "areas in a circle": Case(
        "areas", rows("code,name,level,parent_code", "X,甲,town,Y", "Y,乙,town,X"), ["own ancestor", "line 2"], ()
    ),
    "areas that differ": Case(
        "areas", rows("code,name,level,parent_code", "X,甲,town,T0", "X,乙,town,T0"), ["'X'", "line 3"], ()
    ),
}  # fmt: skip

REFUSED_GRIDS = {
    "self-crossing": (bowtie, ["示例第2网格", "crosses itself at 113.0"]),
    "duplicate polygons": (twin, ["示例第1网格", "示例第2网格"]),
    "duplicate codes": (same_code, ["'C1'", "feature 2"]),
    "no polygon": (no_shape, ["feature 3"]),
    "empty polygon": (empty_shape, ["feature 3"]),
    "infinite": (endless, ["feature 1"]),
    "spiked": (spiked, ["示例第1网格"]),
    "line": (line, ["示例第1网格", "LineString"]),
    "swapped": (swap, ["swapped", "lon, lat"]),
}


def check_refused(result: Result, says: Sequence[str]) -> None:
    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    assert "错误 error:" in result.output
    assert "处理 remedy:" in result.output
    assert "Traceback" not in result.output
    assert "{'" not in result.output, "a message is no dump of data"
    for words in says:
        assert words in result.output, result.output


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_cannot_be_used_is_refused_with_place_and_remedy(
    gezhi: Callable[..., Result], tiny_city_address: DatabaseAddress, tmp_path: Path, case: Case
) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.body)
    database = Database(tiny_city_address)
    before = content(database)
    check_refused(gezhi("load", case.kind, path, *case.options, "--commit"), case.says)
    assert content(database) == before
    assert list(tmp_path.iterdir()) == [path]
    database.close()


@pytest.fixture
def unfinished(database_address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command on an empty database."""
    monkeypatch.setenv("GEZHI_DATABASE_URL", database_address.owner_url)
    monkeypatch.setenv("GEZHI_SERVICE_DATABASE_URL", database_address.service_url)
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


def name_city(gezhi: Callable[..., Result], tmp_path: Path) -> None:
    """Name a city and load its areas through the command line."""
    named = gezhi("city", CITY.name, "--code", CITY.code, "--time-zone", CITY.time_zone)
    assert named.exit_code == 0, named.output
    areas = tmp_path / "areas.csv"
    areas.write_text(AREAS, encoding="utf-8")
    loaded = gezhi("load", "areas", areas, "--commit")
    assert loaded.exit_code == 0, loaded.output
    areas.unlink()


def test_each_bad_layer_of_grids_is_refused_whole(
    unfinished: Callable[..., Result], database_address: DatabaseAddress, tmp_path: Path
) -> None:
    name_city(unfinished, tmp_path)
    path = tmp_path / "grids.geojson"
    database = Database(database_address)
    before = content(database)
    for change, says in REFUSED_GRIDS.values():
        path.write_bytes(squares(change))
        check_refused(unfinished("load", "grids", path, *WGS84, "--commit"), says)
        assert content(database) == before
    database.close()


REJECTED = {
    "not a number": (around("NaN", "22.505"), ["lon", "finite"]),
    "infinite": (around("113.005", "inf"), ["lat", "finite"]),
    "empty": (around("", "22.505"), ["lon"]),
    "no place on earth": (around("113.005", "91"), ["beyond 90"]),
    "nowhere": (around("0", "0"), ["(0, 0)"]),
    "no date": (GOOD.replace("2026-11-01T08:00:00+08:00", "gestern"), ["reported_at"]),
    "unknown state": (GOOD.replace("reported", "vanished"), ["vanished", "closed"]),
    "negative accuracy": (GOOD.replace(",0,1,", ",-1,1,"), ["accuracy_m"]),
    "too many cells": (GOOD + ",x,y", ["13 cells"]),
    "invisible character": (GOOD.replace("new", "new\u200b"), ["U+200B"]),
    "contradiction": (f"{GOOD}\n{GOOD.replace('市容环境', 'other')}", ["'new'", "line 3"]),
}


@pytest.mark.parametrize(("bad", "says"), REJECTED.values(), ids=REJECTED.keys())
def test_a_bad_row_is_kept_with_its_reason_and_the_good_ones_are_loaded(
    gezhi: Callable[..., Result], tmp_path: Path, bad: str, says: Sequence[str]
) -> None:
    path = tmp_path / "file.csv"
    sound = GOOD.replace("new", "sound")
    path.write_bytes(rows(HEADER, sound, bad))
    result = gezhi("load", "incidents", path, *WGS84, "--commit")
    assert result.exit_code == 0, result.output
    kept = tmp_path / "file.csv.rejects.csv"
    assert str(kept) in result.output
    for words in says:
        assert words in kept.read_text(encoding="utf-8-sig"), result.output
    assert rows_loaded(result)[:2] in ([2, 1], [3, 2]), result.output


def rows_loaded(result: Result) -> list[int]:
    """Return the counts of the report: rows, new, changed, unchanged, repeated, rejected."""
    row = next(line for line in result.output.splitlines() if line.startswith("file.csv "))
    return [int(cell.replace(",", "")) for cell in row.split()[1:]]


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8-sig", "utf-16"])
def test_chinese_tables_are_read_in_every_usual_encoding_and_it_is_told(
    gezhi: Callable[..., Result], tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("\r\n".join([HEADER, GOOD, ""]).encode(encoding))
    result = gezhi("load", "incidents", path, *WGS84, "--commit")
    assert result.exit_code == 0, result.output
    assert rows_loaded(result)[:2] == [1, 1]
    assert "understood: " in result.output


def test_dates_without_a_zone_are_the_citys_and_it_is_told(gezhi: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(rows(HEADER, GOOD.replace("+08:00", "")))
    result = gezhi("load", "incidents", path, *WGS84, "--commit")
    assert "Asia/Shanghai" in result.output
    again = path.with_name("file.csv")
    again.write_bytes(rows(HEADER, GOOD))
    assert rows_loaded(gezhi("load", "incidents", again, *WGS84))[:4] == [1, 0, 0, 1]


def reference_of(length: int) -> str:
    """Return a reference of Chinese characters, which PostgreSQL cannot make shorter."""
    return "".join(chr(0x4E00 + n * 7) for n in range(length))


def test_a_reference_of_800_characters_is_stored_and_one_too_long_to_be_looked_for_is_said(
    gezhi: Callable[..., Result], tmp_path: Path
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(rows(HEADER, GOOD.replace("new", reference_of(800))))
    assert rows_loaded(gezhi("load", "incidents", path, *WGS84, "--commit"))[:2] == [1, 1]
    path.write_bytes(rows(HEADER, GOOD.replace("new", reference_of(1900))))
    check_refused(gezhi("load", "incidents", path, *WGS84, "--commit"), ["too long"])


def test_people_are_loaded_without_positions(gezhi: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(rows(*WORKERS.replace("W1,", "W8,").splitlines(), encoding="gbk"))
    assert rows_loaded(gezhi("load", "workers", path)) == [5, 1, 0, 3, 0, 0]


def test_a_missing_file_is_said(gezhi: Callable[..., Result], tmp_path: Path) -> None:
    check_refused(gezhi("load", "sites", tmp_path / "absent.csv", *WGS84), ["absent.csv"])


def test_a_city_without_a_zone_or_name_is_refused(gezhi: Callable[..., Result]) -> None:
    check_refused(gezhi("city", "小城", "--code", "T0", "--time-zone", "Peking"), ["Peking", "Asia/Shanghai"])
    check_refused(gezhi("city", " ", "--code", "T0", "--time-zone", "Asia/Shanghai"), ["needs a name"])
    check_refused(gezhi("city", "大城", "--code", "X", "--time-zone", "Asia/Shanghai"), ["小城 (T0)", "GEZHI_DATA"])


def test_a_second_division_is_refused(gezhi: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "grids.geojson"
    path.write_text(grids_geojson(), encoding="utf-8")
    check_refused(gezhi("load", "grids", path, *WGS84, "--commit"), ["already has a division", "GEZHI_DATA"])
