"""Binary COPY: whatever is written is read back equal."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from gis.errors import InvalidInput
from gis.store.cluster import PrivateCluster
from gis.store.copying import Kind, copy_rows, encode
from gis.store.database import Database

KINDS: dict[str, Kind] = {
    "t": "text",
    "ts": "texts",
    "big": "bigint",
    "small": "integer",
    "d": "double",
    "b": "boolean",
    "at": "time",
    "shape": "geometry",
    "place": "point",
}

MAKE = (
    "CREATE TEMPORARY TABLE copied (t text, ts text[], big bigint, small integer, d double precision, b boolean, "
    "at timestamptz, shape geometry(Geometry, 4326), place geometry(Point, 4326))"
)
READ = (
    "SELECT t, ts, big, small, d, b, at, ST_AsBinary(shape) AS shape, ST_SRID(shape) AS srid, "
    "ST_X(place), ST_Y(place) FROM copied ORDER BY ctid"
)

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
texts = st.text(characters, max_size=20)
moments = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
coordinates = st.floats(-180, 180, allow_nan=False)
points = st.builds(shapely.Point, coordinates, coordinates)
boxes = st.builds(
    lambda west, south, wide, high: shapely.box(west, south, west + wide, south + high),
    coordinates,
    coordinates,
    st.floats(1e-9, 10),
    st.floats(1e-9, 10),
)
shapes = points | boxes | st.lists(boxes, min_size=1, max_size=3).map(shapely.MultiPolygon)

rows_of_any_kind = st.lists(
    st.tuples(
        st.none() | texts,
        st.lists(texts, max_size=3),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.integers(-(2**31), 2**31 - 1),
        st.none() | st.floats(allow_nan=True),
        st.none() | st.booleans(),
        st.none() | moments,
        st.none() | shapes,
        st.builds(complex, coordinates, coordinates),
    ),
    max_size=6,
)


@pytest.fixture(scope="module")
def connection(cluster: PrivateCluster, template_database: str) -> Iterator[Connection]:
    """An open transaction with a table of every kind."""
    database = Database(cluster.create_database("for_copying", template=template_database))
    with database.transaction() as opened:
        opened.execute(text(MAKE))
        yield opened
    database.close()
    cluster.drop_database("for_copying")


def frame_of(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(KINDS)
    dtypes = {"t": object, "ts": object, "big": "Int64", "small": "Int64", "d": "float64", "b": object, "shape": object}
    dtypes["place"] = "complex128"
    made = {
        name: pd.Series(list(values), dtype=dtypes.get(name, object))
        for name, values in zip(KINDS, columns, strict=True)
    }
    made["at"] = pd.to_datetime(made["at"], utc=True).astype("datetime64[us, UTC]")
    return pd.DataFrame(made)


def missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows_of_any_kind)
def test_any_rows_are_read_back_equal(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    connection.execute(text("DELETE FROM copied"))
    copy_rows(connection, "copied", frame_of(rows), kinds=KINDS)
    found = connection.execute(text(READ)).all()
    assert len(found) == len(rows)
    for written, read in zip(rows, found, strict=True):
        wkb = None if written[7] is None else shapely.to_wkb(written[7], byte_order=1)
        for wanted, got in zip((*written[:7], wkb), (*read[:7], read.shape and bytes(read.shape)), strict=True):
            assert got == wanted or (missing(wanted) and got is None)
        assert read.srid in {None, 4326}
        assert complex(*read[-2:]) == written[8]


@given(st.lists(st.none() | st.integers(-(2**31), 2**31 - 1), max_size=5))
def test_whole_numbers_may_come_as_objects_floats_or_nullable(numbers: list[int | None]) -> None:
    """A column of ids that has gaps is an object, a float or a nullable column, depending on who made it."""
    streams = {
        b"".join(encode(pd.DataFrame({"n": pd.Series(numbers, dtype=dtype)}), {"n": "integer"}))
        for dtype in (object, "float64", "Int64")
    }
    assert len(streams) == 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [("integer", 2**31), ("integer", 1.5), ("bigint", math.inf), ("boolean", 2)],
)
def test_a_number_that_does_not_fit_is_refused_and_never_cut(kind: Kind, value: float) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        list(encode(pd.DataFrame({"n": [value]}), {"n": kind}))


@pytest.mark.parametrize("unwritable", ["a\x00b", "\ud800"])
def test_text_that_cannot_be_stored_is_a_clear_error_and_nothing_is_stored(
    connection: Connection, unwritable: str
) -> None:
    rows = frame_of([("good", [], 1, 1, 1.0, True, None, None, 0j)] * 3)
    for bad in (
        rows.assign(t=pd.Series(["good", "good", unwritable], dtype=object)),
        rows.assign(ts=[[], [], ["good", unwritable]]),
    ):
        nested = connection.begin_nested()
        nested.connection.execute(text("DELETE FROM copied"))
        with pytest.raises(InvalidInput, match="row 2, t"):
            copy_rows(connection, "copied", bad, kinds=KINDS)
        nested.rollback()
    connection.execute(text("DELETE FROM copied"))
    assert connection.scalar(text("SELECT count(*) FROM copied")) == 0


def test_times_are_kept_to_the_microsecond_before_2000_and_far_ahead(connection: Connection) -> None:
    second = timedelta(microseconds=1)
    known = [datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC) - second]
    known += [datetime(9999, 12, 30, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)]
    connection.execute(text("DELETE FROM copied"))
    for column in (pd.Series(known, dtype=object), pd.to_datetime(pd.Series(known, dtype=object), utc=True)):
        connection.execute(text("DELETE FROM copied"))
        copy_rows(connection, "copied", pd.DataFrame({"at": column}), kinds={"at": "time"})
        assert list(connection.execute(text("SELECT at FROM copied ORDER BY ctid")).scalars()) == known


def test_more_rows_than_one_piece_of_the_stream_arrive_in_order(connection: Connection) -> None:
    numbers = np.arange(45_000)
    connection.execute(text("DELETE FROM copied"))
    copy_rows(connection, "copied", pd.DataFrame({"big": numbers}), kinds={"big": "bigint"})
    assert connection.execute(text("SELECT big FROM copied ORDER BY ctid")).scalars().all() == numbers.tolist()
