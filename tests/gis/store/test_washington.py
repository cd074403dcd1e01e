"""A real city from its files to its answers: they agree with the official labels, and with plain shapely."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from gis.errors import Conflict
from gis.loading import Kind
from gis.store.agreement import agreement_of_cameras, agreement_of_incidents
from gis.store.assigning import assign_all, unassign_all
from gis.store.cluster import PrivateCluster
from gis.store.database import Database
from gis.store.divisions import read_areas, read_division
from gis.store.duties import read_roster
from gis.store.loading import LoadOptions, LoadReport, load
from tests.washington import (
    ANCS,
    DISTRICTS,
    INCIDENTS,
    POLICE,
    PSAS,
    REQUESTS,
    WARDS,
    Source,
    corrected_files,
    load_source,
    load_washington,
)

pytestmark = pytest.mark.slow

DERIVED = ("incident", "camera", "site", "camera_grid")


@dataclass(frozen=True, slots=True)
class LoadedCity:
    """A database, the folder its files came from, and what the loader said of each."""

    database: Database
    folder: Path
    reports: dict[str, LoadReport]


@pytest.fixture(scope="module")
def files(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corrected_files(shared_data, tmp_path_factory.mktemp("washington"))


def loaded(
    cluster: PrivateCluster, template: str, name: str, sources: tuple[Source, ...], files: Path
) -> Iterator[LoadedCity]:
    database = Database(cluster.create_database(name, template=template))
    yield LoadedCity(database, files, load_washington(database, sources, files))
    database.close()
    cluster.drop_database(name)


@pytest.fixture(scope="module")
def police(cluster: PrivateCluster, template_database: str, files: Path) -> Iterator[LoadedCity]:
    yield from loaded(cluster, template_database, "washington_police", POLICE, files)


@pytest.fixture(scope="module")
def wards(cluster: PrivateCluster, template_database: str, files: Path) -> Iterator[LoadedCity]:
    yield from loaded(cluster, template_database, "washington_wards", (WARDS, INCIDENTS, REQUESTS), files)


@pytest.fixture(scope="module")
def ancs(cluster: PrivateCluster, template_database: str, files: Path) -> Iterator[LoadedCity]:
    yield from loaded(cluster, template_database, "washington_ancs", (ANCS, INCIDENTS), files)


def rows_of(city: LoadedCity, query: str) -> list[tuple]:
    with city.database.transaction() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def contents(city: LoadedCity) -> dict[str, list[str]]:
    """Every row of every table that a load or an assignment writes, as text."""
    tables = ("area", "edition", "grid_version", "area_shape", *DERIVED)
    return {name: [row[0] for row in rows_of(city, f"SELECT t::text FROM {name} t ORDER BY 1")] for name in tables}


def labels(path: Path, *, ref: str, label: str) -> dict[str, str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return {row[ref]: row[label] for row in csv.DictReader(lines)}


# What is loaded, and what the loader says


def test_every_row_of_every_file_is_stored(police: LoadedCity) -> None:
    written = {file: (report.written.new, report.rejected) for file, report in police.reports.items()}
    assert written == {
        "police_districts.geojson": (7, 0),
        "psa.geojson": (56, 0),
        "incidents_2016.csv": (2898, 0),
        "requests311_addresses_2016.csv": (5559, 0),
        "cameras_cctv.csv": (596, 0),
        "cameras_enforcement.csv": (143, 0),
        "cameras_speed.csv": (127, 0),
        "cameras_redlight.csv": (50, 0),
        "cameras_traffic.csv": (339, 0),
    }
    assert rows_of(police, "SELECT count(*) FROM camera") == [(1255,)]
    known = rows_of(police, "SELECT source, count(azimuth_deg) FROM camera GROUP BY 1 ORDER BY 1")
    assert known == [("dc-cctv", 0), ("dc-enforcement", 0), ("dc-redlight", 46), ("dc-speed", 127), ("dc-traffic", 0)]
    assert rows_of(police, "SELECT DISTINCT kind, hfov_deg, range_m FROM camera") == [("unknown", None, None)]


def test_a_misspelt_direction_is_turned_away_and_never_guessed(police: LoadedCity, shared_data: Path) -> None:
    speed = next(source for source in POLICE if source.file == "cameras_speed.csv")
    (police.folder / "uncorrected").mkdir()
    raw = (shared_data / "dc" / speed.file).read_bytes()
    (police.folder / "uncorrected" / speed.file).write_bytes(raw)
    report = load_source(police.database, speed, police.folder / "uncorrected")
    assert (report.read, tuple(report.written), report.rejected) == (127, (0, 0, 126), 1)
    assert report.rejects_path is not None
    assert "neither degrees nor a point of the compass" in report.rejects_path.read_text(encoding="utf-8-sig")


def test_districts_are_the_union_of_their_areas_and_the_loader_says_where_the_official_line_differs(
    police: LoadedCity,
) -> None:
    psas = read_layer(police.folder / PSAS.file)
    stored = dict(
        rows_of(police, "SELECT a.name, ST_AsBinary(s.shape) FROM area a JOIN area_shape s ON s.area_id = a.id")
    )
    differing = set()
    for district, line in read_layer(police.folder / DISTRICTS.file):
        name, number = district["NAME"], district["DISTRICT"]
        union = shapely.union_all([shape for area, shape in psas if area["DISTRICT"] == number])
        assert flat_area_m2(shapely.symmetric_difference(shapely.from_wkb(bytes(stored[name])), union)) < 1e-3
        beyond, left_out = flat_area_m2(union - line), flat_area_m2(line - union)
        told = [text for text in police.reports[PSAS.file].noticed if text.startswith(f"{name}:")]
        assert len(told) == (beyond + left_out > 0.0)
        if beyond + left_out > 1000.0:
            differing.add(name)
            assert told_m2(told[0], "reach (.*) m2 beyond") == pytest.approx(beyond, rel=2e-3, abs=1.0)
            assert told_m2(told[0], "leave out (.*) m2 inside") == pytest.approx(left_out, rel=2e-3, abs=1.0)
            place = shapely.Point([float(number) for number in told[0].split(" at ")[1].split(", ")])
            assert shapely.distance(shapely.symmetric_difference(union, line), place) < 1e-8
    assert differing == {"Second District", "Fourth District", "Sixth District", "Seventh District"}


def told_m2(told: str, pattern: str) -> float:
    found = re.search(pattern, told)
    assert found is not None, told
    return 0.0 if found[1] == "less than 1" else float(found[1].replace(",", ""))


def test_loading_everything_again_changes_nothing(police: LoadedCity) -> None:
    before = contents(police)
    for source in POLICE:
        if source.kind is Kind.GRIDS:
            with pytest.raises(Conflict, match="already has a division"):
                load_source(police.database, source, police.folder)
            continue
        report = load_source(police.database, source, police.folder)
        assert tuple(report.written) == (0, 0, report.read), source.file
    assert contents(police) == before


def test_assignment_taken_away_and_made_again_gives_the_same_rows(police: LoadedCity) -> None:
    before = contents(police)
    with police.database.transaction() as connection:
        assert all(done.in_a_grid == 0 for done in unassign_all(connection))
    assert contents(police)["camera_grid"] == []
    assert rows_of(police, "SELECT count(grid_id) + count(charge_level) FROM incident") == [(0,)]
    with police.database.transaction() as connection:
        now = datetime.now(UTC)
        roster = read_roster(connection, read_areas(connection))
        assign_all(connection, read_division(connection, at=now), roster, at=now)
    assert contents(police) == before


# Agreement with the official labels


def test_incidents_agree_with_their_police_service_area(police: LoadedCity) -> None:
    with police.database.transaction() as connection:
        found = agreement_of_incidents(
            connection, police.folder / INCIDENTS.file, source="dc-crime", ref="OBJECTID", label="PSA"
        )
    assert (found.compared, found.unlabelled, found.unknown_label) == (2895, 3, 0)
    assert found.share >= 0.954
    assert found.share_within >= 0.984


@pytest.mark.parametrize(
    ("division", "source", "ref", "label", "compared"),
    [
        ("wards", "dc-crime", "OBJECTID", "WARD", 2898),
        ("wards", "dc-311", "SERVICEREQUESTID", "WARD", 5471),
        ("ancs", "dc-crime", "OBJECTID", "ANC", 2898),
    ],
)
def test_incidents_and_requests_agree_with_their_ward_and_commission(
    division: str, source: str, ref: str, label: str, compared: int, request: pytest.FixtureRequest
) -> None:
    city: LoadedCity = request.getfixturevalue(division)
    file = REQUESTS.file if source == "dc-311" else INCIDENTS.file
    with city.database.transaction() as connection:
        found = agreement_of_incidents(connection, city.folder / file, source=source, ref=ref, label=label)
    assert found.compared == compared
    assert found.share >= 0.997
    assert found.share_within == 1.0


def test_enforcement_cameras_have_the_set_of_areas_that_the_city_gives_them(police: LoadedCity) -> None:
    with police.database.transaction() as connection:
        found = agreement_of_cameras(
            connection,
            police.folder / "cameras_enforcement.csv",
            source="dc-enforcement",
            ref="OBJECTID",
            label="PSA",
        )
    assert found.compared == 143
    assert found.share >= 0.96


def test_where_the_label_is_the_other_side_of_the_street_the_row_says_so(police: LoadedCity) -> None:
    """Ties: the line between two areas is the street's middle, and so is the point."""
    official = labels(police.folder / INCIDENTS.file, ref="OBJECTID", label="PSA")
    shapes = {str(area["PSA"]): shape for area, shape in read_layer(police.folder / PSAS.file)}
    rows = rows_of(
        police,
        "SELECT i.source_ref, g.code, i.on_border, i.distance_to_border_m, ST_X(i.point), ST_Y(i.point), r.code "
        "FROM incident i JOIN grid_version g USING (grid_id) "
        "LEFT JOIN grid_version r ON r.grid_id = i.runner_up_grid_id WHERE i.source = 'dc-crime'",
    )
    ties = named = 0
    for ref, code, on_border, border_m, lon, lat, runner_up in rows:
        if official[ref] in {"", code}:
            continue
        assert border_m is None or on_border == (border_m == 0.0)
        if flat_distance_m(shapes[official[ref]], lon, lat) <= 1.0:
            ties += 1
            named += runner_up == official[ref]
            assert on_border or border_m <= 1.01
    assert ties >= 80
    assert named / ties > 0.95


def test_points_outside_the_city_say_so_with_the_nearest_grid_and_its_distance(
    police: LoadedCity, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "arlington.csv"
    elsewhere.write_text(
        "source,source_ref,category,reported_at,lon,lat\narlington,1,THEFT,2016-08-05T12:00:00Z,-77.0837,38.8783\n",
        encoding="utf-8",
    )
    options = LoadOptions(crs="EPSG:4326", mode="commit", on_doubt="accept")
    report = load(police.database, Kind.INCIDENTS, elsewhere, options=options, progress=lambda _what, _share: None)
    assert any("outside" in line for line in report.noticed)
    outside = rows_of(
        police,
        "SELECT p.grid_id, g.code, p.nearest_distance_m, ST_X(p.point), ST_Y(p.point) "
        "FROM (SELECT grid_id, nearest_grid_id, nearest_distance_m, point FROM incident "
        "UNION ALL SELECT grid_id, nearest_grid_id, nearest_distance_m, point FROM camera) p "
        "LEFT JOIN grid_version g ON g.grid_id = p.nearest_grid_id WHERE p.grid_id IS NULL",
    )
    assert len(outside) == 5
    shapes = {str(area["PSA"]): shape for area, shape in read_layer(police.folder / PSAS.file)}
    for _, nearest, nearest_m, lon, lat in outside:
        by_code = {code: flat_distance_m(shape, lon, lat) for code, shape in shapes.items()}
        assert nearest_m == pytest.approx(by_code[nearest], rel=0.01, abs=0.001)
        assert by_code[nearest] <= min(by_code.values()) * 1.01 + 0.001
    with police.database.transaction() as connection:
        connection.execute(text("DELETE FROM incident WHERE source = 'arlington'"))


# The slow obvious twin: plain shapely over the raw files, in degrees scaled by one cosine


METRES_A_DEGREE = 111_132.95 - 559.85 * np.cos(np.radians(2 * 38.9))
"""Of latitude, at Washington's (Helmert's series)."""
NARROWING = (111_412.88 * np.cos(np.radians(38.9)) - 93.50 * np.cos(np.radians(3 * 38.9))) / METRES_A_DEGREE


def read_layer(path: Path) -> list[tuple[dict, shapely.Geometry]]:
    """Properties and shape of every feature, in the order of the file."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return [(each["properties"], shapely.geometry.shape(each["geometry"])) for each in features]


def in_metres(geometry: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(geometry, lambda xy: (xy - (-77.0, 38.9)) * METRES_A_DEGREE * (NARROWING, 1.0))


def flat_area_m2(geometry: shapely.Geometry) -> float:
    return float(shapely.area(in_metres(geometry)))


def flat_distance_m(shape: shapely.Geometry, lon: float, lat: float) -> float:
    return float(shapely.distance(in_metres(shape), in_metres(shapely.Point(lon, lat))))


def positions(path: Path, *, ref: str) -> dict[str, tuple[float, float]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return {row[ref]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(lines)}


def owners(points: dict[str, tuple[float, float]], layer: list[tuple[str, shapely.Geometry]]) -> dict[str, str | None]:
    """The first area of the file that touches each point: no tree, no product code."""
    places = shapely.points(list(points.values()))
    found: dict[str, str | None] = dict.fromkeys(points)
    for code, shape in reversed(layer):
        shapely.prepare(shape)
        for ref, inside in zip(points, shapely.intersects(shape, places), strict=True):
            if inside:
                found[ref] = code
    return found


@pytest.mark.parametrize(
    ("division", "file", "key"),
    [("police", PSAS.file, "PSA"), ("wards", WARDS.file, "WARD"), ("ancs", ANCS.file, "ANC_ID")],
)
def test_every_stored_grid_is_the_one_that_plain_shapely_finds_in_the_raw_files(
    division: str, file: str, key: str, request: pytest.FixtureRequest
) -> None:
    city: LoadedCity = request.getfixturevalue(division)
    layer = [(str(area[key]), shape) for area, shape in read_layer(city.folder / file)]
    expected = owners(positions(city.folder / INCIDENTS.file, ref="OBJECTID"), layer)
    if REQUESTS.file in city.reports:
        expected |= owners(positions(city.folder / REQUESTS.file, ref="SERVICEREQUESTID"), layer)
    stored = dict(rows_of(city, "SELECT source_ref, code FROM incident LEFT JOIN grid_version USING (grid_id)"))
    assert len(stored) == (2898 if division == "ancs" else 8457)
    assert stored == expected


def test_every_camera_has_the_areas_within_five_metres_that_plain_shapely_finds(police: LoadedCity) -> None:
    layer = [(str(area["PSA"]), in_metres(shape)) for area, shape in read_layer(police.folder / PSAS.file)]
    stored: dict[str, set[str]] = {}
    for ref, code in rows_of(
        police,
        "SELECT c.source_ref, g.code FROM camera c LEFT JOIN camera_grid p ON p.camera_id = c.id "
        "LEFT JOIN grid_version g ON g.grid_id = p.grid_id WHERE c.source = 'dc-enforcement'",
    ):
        stored.setdefault(ref, set()).update({code} - {None})
    doubtful = 0
    for ref, (lon, lat) in positions(police.folder / "cameras_enforcement.csv", ref="OBJECTID").items():
        metres = {code: shapely.distance(shape, in_metres(shapely.Point(lon, lat))) for code, shape in layer}
        doubtful += any(abs(distance - 5.0) < 0.05 for distance in metres.values())
        surely = {code for code, distance in metres.items() if distance < 4.95}
        perhaps = {code for code, distance in metres.items() if distance < 5.05}
        assert surely <= stored[ref] <= perhaps
    assert doubtful <= 2
