"""Load a file into the city: read, judge, compare with the boundary, write in one transaction.

A dry run does everything and rolls back, so that its report is what a commit would do. Points and people: good
rows are stored, bad ones are reported and kept in a rejects file. A division layer is stored whole or not at all.

A load adds and changes, and never removes: what a file does not name stays as it is, also a person's place in a
grid. Only a basemap, whose features have no key, takes the place of the one before. Loading the same file twice
changes nothing.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import shapely
from sqlalchemy import Connection

from gis.addresses.areas import spelled_areas
from gis.crs import Crs, Doubt, datum_shift_is_published, doubts_of_layer, doubts_of_points, parse_crs
from gis.errors import DoubtfulCrs, InvalidInput
from gis.loading import (
    WITHOUT_POSITIONS,
    Batch,
    ColumnPlan,
    DateOrder,
    Kind,
    RawLayer,
    Reject,
    addresses_from,
    areas_from,
    basemap_from,
    calendar_from,
    cameras_from,
    gates_from,
    grids_from,
    incidents_from,
    key_areas_from,
    leave_from,
    read_file,
    roles_from,
    settle_crs,
    sites_from,
    workers_from,
    write_rejects,
)
from gis.store.cities import read_city
from gis.store.copying import Copied
from gis.store.database import Database
from gis.store.divisions import read_areas, read_boundary
from gis.store.duties import read_role_names
from gis.store.points import Written
from gis.store.site_queries import site_ids
from gis.store.storing import MOST_TOLD, STORING
from gis.store.target import Stored, Target, read_target
from gis.units import FloatArray, GeometryArray

Progress = Callable[[str, float], None]

VERTICES_HELD = 20_000
"""How many vertices of a basemap are held against the city."""


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a file is to be read.

    Parameters
    ----------
    crs
        The declared coordinate system; required for everything that has positions, unless the file itself names one.
    plan
        Which of the file's columns is meant by each of ours.
    layer
        The layer or sheet, for files that have several.
    date_order
        Whether day or month comes first in dates such as 3/4/2025; None refuses those that could be both.
    time_zone
        Of times that carry none; None: the city's.
    on_doubt
        ``accept`` loads although the coordinates contradict the declared system.
    repair_slivers_m
        Give overlaps up to this width to the lower row instead of refusing them; None refuses all.
    mode
        ``dry_run`` rolls back at the end.
    rejects
        Where rejected rows are kept; beside the file by default.
    """

    crs: str | None = None
    plan: ColumnPlan = field(default_factory=ColumnPlan)
    encoding: str | None = None
    layer: str | None = None
    date_order: DateOrder | None = None
    time_zone: ZoneInfo | None = None
    on_doubt: Literal["refuse", "accept"] = "refuse"
    repair_slivers_m: float | None = None
    mode: Literal["dry_run", "commit"] = "dry_run"
    rejects: Path | None = None


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, or would do.

    ``rejects`` has the first few reasons; ``understood`` is what was recognised in the file; ``noticed`` what the
    user should look at.
    """

    kind: Kind
    path: Path
    read: int
    written: Written
    rejected: int
    rejects: tuple[Reject, ...]
    repeated: int
    rejects_path: Path | None
    understood: tuple[str, ...]
    noticed: tuple[str, ...]
    committed: bool


class _RollBack(Exception):
    pass


def load(database: Database, kind: Kind, path: Path, *, options: LoadOptions, progress: Progress) -> LoadReport:
    """Load one file.

    Parameters
    ----------
    progress
        Called with the present step and the share done.

    Raises
    ------
    GisError
        With place and remedy; then nothing was stored.
    """
    _refuse_rejects_over(path, options)
    with database.transaction() as connection:
        zone, roles = options.time_zone or read_city(connection).zone, read_role_names(connection)
        sites = site_ids(connection) if kind is Kind.GATES else {}
        areas = frozenset(spelled_areas(read_areas(connection))) if kind is Kind.ADDRESSES else frozenset()
    raw = _read(path, options, progress)
    crs, told = _declared(kind, raw, options)
    progress(f"judging {len(raw):,} rows", 0.2)
    batch = _judge(kind, raw, options, crs=crs, zone=zone, roles=roles, sites=sites, areas=areas)
    rejects_path = _keep_rejects(batch, raw, options)
    read = len(raw) + len(raw.broken)
    del raw  # a third of the memory, and nothing asks for it any more
    written = Written(0, 0, 0)
    noticed: list[str] = []
    try:
        with database.transaction() as connection:
            progress("comparing with the city", 0.4)
            written, noticed = _store(connection, batch, options, crs=crs, progress=progress)
            if options.mode == "dry_run":
                raise _RollBack
    except _RollBack:
        progress("rolled back: a dry run", 1.0)
    return LoadReport(
        kind=kind,
        path=path,
        read=read,
        written=written,
        rejected=batch.rejected_rows,
        rejects=batch.rejects[:MOST_TOLD],
        repeated=batch.repeated,
        rejects_path=rejects_path,
        understood=(*batch.understood, *told),
        noticed=tuple(noticed),
        committed=options.mode == "commit",
    )


def _read(path: Path, options: LoadOptions, progress: Progress) -> RawLayer:
    """Read the file, and tell how far."""
    progress(f"reading {path.name}", 0.05)

    def counted(rows: int, share: float) -> None:
        progress(f"reading {path.name}: {rows:,} rows", 0.05 + 0.15 * share)

    return read_file(path, encoding=options.encoding, layer=options.layer, counted=counted)


def _store(
    connection: Connection, batch: Batch, options: LoadOptions, *, crs: Crs | None, progress: Progress
) -> Stored:
    """Compare a batch with the city and write it, when no other load writes the same."""
    target = read_target(
        connection,
        batch.kind,
        repair_slivers_m=options.repair_slivers_m,
        crs=crs,
        waiting=lambda: progress("waiting until another load has ended", 0.4),
        copied=_storing(progress, len(batch)),
    )
    noticed = _doubts(connection, batch, target, options)
    progress(f"storing {len(batch):,} rows", 0.6)
    written, more = STORING[batch.kind](connection, batch, target)
    return written, noticed + more


def _storing(progress: Progress, count: int) -> Copied:
    """Return what tells of rows that the database has; when it has all, it still compares, counts and indexes them."""

    def copied(rows: int) -> None:
        left = "comparing, counting and indexing" if rows == count else f"stored {rows:,} of"
        progress(f"{left} {count:,} rows", 0.6 + 0.2 * rows / max(count, 1))

    return copied


def _declared(kind: Kind, raw: RawLayer, options: LoadOptions) -> tuple[Crs | None, tuple[str, ...]]:
    """Return the system of the positions and what is said of it; people have none, and areas may have none."""
    if kind in WITHOUT_POSITIONS or (kind is Kind.AREAS and options.crs is None and raw.declared_crs is None):
        return None, ()
    return settle_crs(raw, declared=options.crs, on_doubt=options.on_doubt)


def _judge(
    kind: Kind,
    raw: RawLayer,
    options: LoadOptions,
    *,
    crs: Crs | None,
    zone: ZoneInfo,
    roles: Mapping[str, str],
    sites: Collection[tuple[str, str]],
    areas: frozenset[str],
) -> Batch:
    plan, order = options.plan, options.date_order
    people: dict[Kind, Callable[[], Batch]] = {
        Kind.WORKERS: lambda: workers_from(raw, plan=plan, roles=roles, time_zone=zone, date_order=order),
        Kind.LEAVE: lambda: leave_from(raw, plan=plan, time_zone=zone, date_order=order),
        Kind.CALENDAR: lambda: calendar_from(raw, plan=plan, date_order=order),
        Kind.ROLES: lambda: roles_from(raw, plan=plan),
    }
    if kind in people:
        return people[kind]()
    if kind is Kind.AREAS:
        return areas_from(raw, plan=plan, crs=crs)
    declared = crs or parse_crs(options.crs)
    placed: dict[Kind, Callable[[], Batch]] = {
        # Overlaps are judged on the lattice: what is narrower than its step is rounding, not a fault.
        Kind.GRIDS: lambda: grids_from(raw, plan=plan, crs=declared, overlaps="pass_on"),
        Kind.SITES: lambda: sites_from(raw, plan=plan, crs=declared),
        Kind.GATES: lambda: gates_from(raw, plan=plan, crs=declared, sites=sites),
        Kind.BASEMAP: lambda: basemap_from(raw, plan=plan, crs=declared),
        Kind.ADDRESSES: lambda: addresses_from(raw, plan=plan, crs=declared, areas=areas),
        Kind.KEY_AREAS: lambda: key_areas_from(raw, plan=plan, crs=declared),
        Kind.CAMERAS: lambda: cameras_from(raw, plan=plan, crs=declared, time_zone=zone, date_order=order),
        Kind.INCIDENTS: lambda: incidents_from(raw, plan=plan, crs=declared, time_zone=zone, date_order=order),
    }
    return placed[kind]()


def _refuse_rejects_over(path: Path, options: LoadOptions) -> None:
    """See that keeping the rejects does not destroy the file they come from."""
    if options.rejects is not None and options.rejects.exists() and options.rejects.samefile(path):
        raise InvalidInput(
            "the rejects would replace the file that is loaded", where=str(path), remedy="name another place"
        )


def _keep_rejects(batch: Batch, raw: RawLayer, options: LoadOptions) -> Path | None:
    """Write the rejected rows beside the file; without any, a commit removes that of an earlier run."""
    path = options.rejects or raw.path.with_name(f"{raw.path.name}.rejects.csv")
    if not batch.rejects and options.mode == "dry_run":
        return None
    return path if write_rejects(path, batch, raw) else None


def _doubts(connection: Connection, batch: Batch, target: Target, options: LoadOptions) -> list[str]:
    """Compare positions with the city; refuse doubts, or tell them when they are accepted (R8)."""
    found = _find_doubts(connection, batch, target)
    if found and options.on_doubt == "refuse":
        raise DoubtfulCrs(
            found[0].message,
            where=f"coordinates as {target.crs}",
            remedy="declare the right system, or load with --accept-doubt when you know it is right",
            facts={"doubts": [{"kind": doubt.kind, **doubt.evidence} for doubt in found]},
        )
    return _told_shift(target.crs) + [f"doubt accepted: {doubt.message}" for doubt in found]


def _told_shift(crs: Crs | None) -> list[str]:
    if crs is None or datum_shift_is_published(crs):
        return []
    return [
        f"no transformation from {crs} to WGS84 is published: positions may be off by a hundred metres or more; "
        "have the file converted to CGCS2000 (EPSG:4490) to be sure"
    ]


def _find_doubts(connection: Connection, batch: Batch, target: Target) -> list[Doubt]:
    """Hold points against the grids in force, and layers against the official boundary."""
    if target.crs is None:
        return []
    boundary = read_boundary(connection) if target.division is None else target.division.outline
    if boundary is None:
        return []
    if batch.lon is not None and batch.lat is not None:
        return doubts_of_points(batch.lon, batch.lat, declared=target.crs, boundary=boundary)
    if batch.kind is Kind.BASEMAP and batch.geometry is not None:
        lon, lat = _vertices(batch.geometry)
        return doubts_of_points(lon, lat, declared=target.crs, boundary=boundary)
    if batch.geometry is not None:
        return doubts_of_layer(batch.geometry, declared=target.crs, boundary=boundary)
    return []


def _vertices(shapes: GeometryArray) -> tuple[FloatArray, FloatArray]:
    """Return (n,) lon and lat of vertices from all over a basemap; enough of them to judge it."""
    lonlat = shapely.get_coordinates(shapes)
    lon, lat = lonlat[:: max(1, len(lonlat) // VERTICES_HELD)].T
    return lon, lat
