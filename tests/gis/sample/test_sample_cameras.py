"""Cameras of one county: on poles at streets and gates, with the gaps and twins of real lists."""

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from gis.cameras import CameraKind, CameraStatus
from gis.coverage import Cameras, distinct_cameras
from gis.crs import LocalMetric
from gis.sample.city import City
from gis.sample.crossings import crossings_of
from gis.sample.places import STREETS
from tests.gis.sample.conftest import Written
from tests.gis.sample.test_sample_contents import inside, times
from tests.gis.sample.test_sample_sites import metres

ALONG_DEG = 25.0


def test_cameras_lie_in_the_city_and_have_ids_of_their_county(county: Written) -> None:
    assert inside(county, county.cameras).mean() > 0.99
    ids = county.cameras.gb_id[county.cameras.gb_id != ""]
    assert ids.str.fullmatch(r"44070400\d{2}132\d{7}").all()
    assert not county.cameras.duplicated(["source", "source_ref"]).any()
    assert 0 < ids.duplicated().sum() < 0.05 * len(ids)


def test_two_in_five_cameras_that_have_a_direction_do_not_tell_it(county: Written) -> None:
    dome = county.cameras.kind == CameraKind.DOME
    assert (county.cameras.azimuth_deg[dome] == "").all()
    assert 0.33 < (county.cameras.azimuth_deg[~dome] == "").mean() < 0.47
    known = county.cameras.azimuth_deg[county.cameras.azimuth_deg != ""].astype(float)
    assert known.between(0, 360, inclusive="left").all()


def test_cameras_are_of_known_kinds_and_states_and_silent_ones_were_never_seen(county: Written) -> None:
    assert set(county.cameras.kind) == {CameraKind.FIXED, CameraKind.PTZ, CameraKind.DOME}
    assert set(county.cameras.status) <= {str(status) for status in CameraStatus}
    unknown = county.cameras.status == CameraStatus.UNKNOWN
    assert (county.cameras.last_seen[unknown] == "").all()
    assert (times(county.cameras, "last_seen").dropna() <= county.summary.until).all()


def number(rows: pd.DataFrame, column: str) -> np.ndarray:
    return pd.to_numeric(rows[column]).to_numpy(dtype=np.float64)


def is_twin(rows: pd.DataFrame) -> np.ndarray:
    return rows.source_ref.str.endswith("-2").to_numpy()


def off_the_line_deg(azimuth: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Return how far directions are from a line's, whichever way it is followed."""
    return np.abs((azimuth - line + 90.0) % 180.0 - 90.0)


def test_cameras_stand_at_streets_and_gates(county: Written, county_city: City) -> None:
    points = shapely.points(metres(county_city, county.cameras))
    streets = shapely.multilinestrings(county_city.lines.of_kinds(*STREETS).lines)
    assert shapely.dwithin(points, streets, 30.0).mean() > 0.98
    gates = shapely.multipoints(metres(county_city, county.gates))
    assert shapely.dwithin(points, gates, 8.0).mean() > 0.08


def test_cameras_look_along_the_streets_they_stand_at_or_into_a_crossing(county: Written, county_city: City) -> None:
    rows = county.cameras[(county.cameras.azimuth_deg != "") & ~is_twin(county.cameras)]
    at, azimuth = metres(county_city, rows), number(rows, "azimuth_deg")
    gates = shapely.multipoints(metres(county_city, county.gates))
    at_gate = shapely.dwithin(shapely.points(at), gates, 8.0)
    lines = shapely.segmentize(county_city.lines.of_kinds(*STREETS).lines, 60.0)
    corner, line = shapely.get_coordinates(lines, return_index=True)
    along = line[1:] == line[:-1]
    pieces = shapely.linestrings(np.stack([corner[:-1][along], corner[1:][along]], axis=1))
    run = (corner[1:] - corner[:-1])[along]
    bearing = np.degrees(np.arctan2(run[:, 0], run[:, 1]))
    near, piece = shapely.STRtree(pieces).query(shapely.points(at), predicate="dwithin", distance=25.0)
    best = np.full(len(at), 90.0)
    np.minimum.at(best, near, off_the_line_deg(azimuth[near], bearing[piece]))
    crossings = crossings_of(county_city.lines.of_kinds(*STREETS).lines)
    gap, nearest = cKDTree(crossings.places).query(at)
    across = crossings.places[nearest] - at
    into = np.abs((azimuth - np.degrees(np.arctan2(across[:, 0], across[:, 1])) + 180.0) % 360.0 - 180.0)
    fits = (best <= ALONG_DEG) | ((gap < 20.0) & (into <= ALONG_DEG))
    assert fits[~at_gate].mean() > 0.97


def test_cameras_of_one_place_hang_on_one_pole_of_one_network(county: Written, county_city: City) -> None:
    rows = county.cameras[~is_twin(county.cameras)]
    pairs = cKDTree(metres(county_city, rows)).query_pairs(4.5, output_type="ndarray")
    assert len(pairs) > 10
    one, other = (rows.iloc[side] for side in pairs.T)
    assert (one.source.to_numpy() == other.source.to_numpy()).all()
    assert (one.lon.to_numpy() == other.lon.to_numpy()).all()


def test_exactly_the_twins_of_two_networks_are_found_to_be_one_camera(county: Written) -> None:
    rows = county.cameras
    columns = {name: number(rows, name) for name in ("lon", "lat", "azimuth_deg", "hfov_deg", "range_m", "pixels_h")}
    texts = {name: rows[name].to_numpy(dtype=object) for name in ("kind", "status", "source")}
    stands_for = distinct_cameras(
        Cameras(camera_id=np.arange(len(rows)), **columns, **texts),
        gb_id=rows.gb_id.tolist(),
        networks=[{network} for network in rows.networks],
        metric=LocalMetric.around(float(columns["lon"].mean()), float(columns["lat"].mean())),
    )
    assert len(np.unique(stands_for)) == len(rows) - is_twin(rows).sum()
    assert is_twin(rows).sum() == round(0.04 * len(rows))
    assert (rows.gb_id[is_twin(rows)] != "").mean() > 0.4


def test_every_network_has_cameras_and_few_are_secret(county: Written) -> None:
    assert set(county.cameras.source) == {"天网", "雪亮工程", "美丽乡村"}
    assert (county.cameras.secrecy == "1").mean() < 0.06
