import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.loading import ColumnPlan, cameras_from, read_file
from gis.loading.directions import compass_degrees
from tests.gis.loading.making import WGS84

LETTERS = ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"]
WORDS = {"N": "north", "E": "east", "S": "south", "W": "west"}


def heading_by_vectors(letters: str) -> float:
    """The slow twin: each letter halves the angle to what the letters behind it say."""
    axis = {"N": 0.0, "E": 90.0, "S": 180.0, "W": 270.0}
    heading = axis[letters[-1]]
    for letter in reversed(letters[:-1]):
        turn = (axis[letter] - heading + 180.0) % 360.0 - 180.0
        heading = (heading + turn / 2.0) % 360.0
    return heading


@given(
    letters=st.sampled_from(LETTERS),
    form=st.sampled_from(["{}", "{}/B", "{}B", "{}-bound", "{} Bound", "  {}  "]),
    upper=st.booleans(),
    spelled=st.booleans(),
)
def test_a_point_of_the_compass_is_read_in_every_spelling(letters: str, form: str, upper: bool, spelled: bool) -> None:
    word = "".join(WORDS[letter] for letter in letters) if spelled else letters
    text = form.format(word)
    assert compass_degrees(text.upper() if upper else text.lower()) == pytest.approx(heading_by_vectors(letters))


@pytest.mark.parametrize("text", ["", "left", "B", "bound", "North and South", "Bount", "NS", "45"])
def test_what_is_no_point_of_the_compass_is_not_guessed(text: str) -> None:
    assert compass_degrees(text) is None


def cameras_with(path, directions: list[str]):
    rows = [f"net,{number},113.0,22.5,{text}" for number, text in enumerate(directions)]
    path.write_text("\n".join(["source,source_ref,lon,lat,azimuth_deg", *rows]), encoding="utf-8")
    return cameras_from(read_file(path), plan=ColumnPlan(), crs=WGS84, time_zone=None)


def test_degrees_and_words_stand_in_one_column_and_the_reading_of_words_is_told(tmp_path) -> None:
    batch = cameras_with(tmp_path / "cameras.csv", ["360", "12.5", "South Bound", "", "东北", "400", "East Bount"])
    assert batch.rows["azimuth_deg"].tolist()[:3] == [0.0, 12.5, 180.0]
    assert math.isnan(batch.rows["azimuth_deg"].iloc[3])
    assert batch.rows["azimuth_deg"].iloc[4] == 45.0
    assert [(reject.column, reject.text) for reject in batch.rejects] == [
        ("azimuth_deg", "400"),
        ("azimuth_deg", "East Bount"),
    ]
    assert "azimuth_deg: 2 points of the compass, e.g. 'South Bound' is 180 degrees" in batch.understood


def test_the_cameras_of_washington_that_name_a_direction_get_it(shared_data) -> None:
    known = {}
    for name in ("speed", "redlight"):
        plan = ColumnPlan.parse(["source_ref=OBJECTID", "azimuth_deg=DIRECTION"], [f"source={name}"])
        raw = read_file(shared_data / "dc" / f"cameras_{name}.csv")
        batch = cameras_from(raw, plan=plan, crs=WGS84, time_zone=None)
        known[name] = (len(batch), batch.rejected_rows, int(np.isfinite(batch.rows["azimuth_deg"]).sum()))
    assert known == {"speed": (126, 1, 126), "redlight": (50, 0, 46)}


def test_a_name_in_two_lines_becomes_one_line(tmp_path) -> None:
    path = tmp_path / "cameras.csv"
    path.write_text('source,source_ref,lon,lat,name\nnet,1,113,22.5,"first \r\n second\tthird"\n', encoding="utf-8")
    batch = cameras_from(read_file(path), plan=ColumnPlan(), crs=WGS84, time_zone=None)
    assert batch.rows["name"].tolist() == ["first second third"]
