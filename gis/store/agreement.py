"""Hold assigned grids against official labels: the proof that the answers are right in a real city.

A label is an official code; the line between two areas is often the middle of a street, so a point within a metre of
the labelled grid is told apart from one that is really elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import numpy as np
import shapely
from sqlalchemy import Connection, func, select

from gis.crs import LocalMetric
from gis.division.model import Division
from gis.errors import EmptyLayer, MissingColumn
from gis.loading import ColumnPlan, read_file
from gis.loading.columns import choose
from gis.store import tables as t
from gis.store.divisions import read_division

WITHIN_M = 1.0
SEVERAL = "/"
"""Between the codes of a label that names several grids."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of ``compared`` rows agree: exactly, and counting a labelled grid within a metre as well.

    Rows without a label, and with one that is no grid of the division, are counted apart.
    """

    compared: int
    exact: int
    within_a_metre: int
    unlabelled: int
    unknown_label: int

    @property
    def share(self) -> float:
        """Exact agreement, 0 to 1."""
        return self.exact / self.compared

    @property
    def share_within(self) -> float:
        """Agreement when a labelled grid within a metre counts, 0 to 1."""
        return self.within_a_metre / self.compared

    def told(self) -> str:
        """Say it in a sentence."""
        return (
            f"{self.compared:,} rows compared: {self.exact:,} agree exactly ({self.share:.2%}), "
            f"{self.within_a_metre:,} counting a labelled grid within {WITHIN_M:g} m ({self.share_within:.2%}); "
            f"{self.unlabelled:,} rows without a label, {self.unknown_label:,} with a label that is no grid"
        )


def agreement_of_incidents(connection: Connection, labels: Path, *, source: str, ref: str, label: str) -> Agreement:
    """Compare each incident's grid with its label.

    Parameters
    ----------
    labels
        CSV or GeoJSON with one row an incident.
    source
        The source under which the incidents were loaded.
    ref, label
        Columns of the file: the row's own reference, and the official code of its grid.

    Raises
    ------
    EmptyLayer
        When no row of the file is an incident of that source with a label of this division.
    """
    i = t.incident.c
    rows = connection.execute(
        select(i.source_ref, i.grid_id, func.ST_X(i.point), func.ST_Y(i.point)).where(i.source == source)
    )
    found = {row[0]: (frozenset() if row[1] is None else frozenset({row[1]}), row[2], row[3]) for row in rows}
    return _compare(connection, _labels(labels, ref=ref, label=label), found, beyond_label="allowed")


def agreement_of_cameras(connection: Connection, labels: Path, *, source: str, ref: str, label: str) -> Agreement:
    """Compare each camera's set of grids with its label, which may name several (``502/506``).

    A set agrees exactly when it is the label's, and within a metre when every grid it misses is that near and it
    has none beyond the label.
    """
    c = t.camera.c
    grids = (
        select(func.array_agg(t.camera_grid.c.grid_id))
        .where(t.camera_grid.c.camera_id == c.id)
        .correlate(t.camera)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(c.source_ref, grids, func.ST_X(c.point), func.ST_Y(c.point)).where(c.source == source)
    )
    found = {row[0]: (frozenset(row[1] or ()), row[2], row[3]) for row in rows}
    return _compare(connection, _labels(labels, ref=ref, label=label), found, beyond_label="refused")


Located = Mapping[str, tuple[frozenset[int], float, float]]
"""Reference to the grids assigned, longitude and latitude."""


def _labels(path: Path, *, ref: str, label: str) -> dict[str, str | None]:
    raw = read_file(path)
    names = ("ref", "label")
    plan = ColumnPlan(renames={"ref": ref, "label": label})
    try:
        chosen = choose(raw, plan=plan, known=names, needed=names, aliases={})
    except MissingColumn as error:
        there = ", ".join(raw.columns)
        raise MissingColumn(
            error.what, where=str(path), remedy=f"name columns of the file by --ref and --label: {there}"
        ) from error
    refs, texts = (chosen.cells(raw, name) for name in names)
    if refs is None or texts is None:
        return {}
    return {key: text for key, text in zip(refs, texts, strict=True) if key is not None}


def _compare(
    connection: Connection,
    labels: Mapping[str, str | None],
    found: Located,
    *,
    beyond_label: Literal["allowed", "refused"],
) -> Agreement:
    """Count agreement; ``beyond_label`` says whether a row near its label may also be in a grid not named there."""
    division = read_division(connection, at=datetime.now(UTC))
    ids = {grid.code: int(grid.id) for grid in division.grids}
    compared = exact = within = unlabelled = unknown = 0
    near = _Nearness(division)
    for key, (assigned, lon, lat) in found.items():
        text = labels.get(key)
        if not text:
            unlabelled += 1
            continue
        official = {code.strip() for code in text.split(SEVERAL)}
        if not official <= ids.keys():
            unknown += 1
            continue
        wanted = {ids[code] for code in official}
        compared += 1
        exact += assigned == wanted
        within += assigned == wanted or (
            (beyond_label == "allowed" or assigned <= wanted)
            and all(near(grid, lon, lat) for grid in wanted - assigned)
        )
    if not compared:
        raise EmptyLayer(
            "no row of the file can be compared",
            remedy="check --source, --ref and --label: references must be those that were loaded",
        )
    return Agreement(compared, exact, within, unlabelled, unknown)


class _Nearness:
    """Says whether a point lies within a metre of a grid."""

    def __init__(self, division: Division) -> None:
        west, south, east, north = division.outline.bounds
        self._division = division
        self._metric = LocalMetric.around((west + east) / 2, (south + north) / 2)
        self._shapes = self._metric.to_metres(division.shapes)

    def __call__(self, grid_id: int, lon: float, lat: float) -> bool:
        x, y = self._metric.xy(np.array([lon]), np.array([lat]))
        position = int(self._division.grid_ids.searchsorted(grid_id))
        return bool(shapely.dwithin(self._shapes[position], shapely.points(x[0], y[0]), WITHIN_M))
