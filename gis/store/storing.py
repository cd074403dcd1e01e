"""Write a judged batch of each kind; one function a kind, all with the same shape."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection

from gis.crs import geodesic_area_m2
from gis.division.gaps import holes
from gis.division.lattice import snap_to_lattice
from gis.division.model import AreaTree
from gis.division.overlaps import polygonal_parts
from gis.division.problems import Problem, at, layer_problems, refusal
from gis.division.repair import resolve_small_overlaps
from gis.errors import InvalidLayer
from gis.loading import Batch, Kind
from gis.loading.wording import counted
from gis.store.areas import leaf_areas, write_areas
from gis.store.assigning import assign_all, points_are_stored
from gis.store.basemap import write_basemap
from gis.store.division_queries import official_boundaries
from gis.store.divisions import as_multipolygons, read_division, write_first_edition
from gis.store.duties import read_roster
from gis.store.key_areas import write_key_areas
from gis.store.points import Written, write_addresses, write_cameras, write_gates, write_incidents, write_sites
from gis.store.site_queries import site_ids
from gis.store.storing_people import store_calendar, store_leave, store_roles, store_workers
from gis.store.target import Stored, Target, told_to_assign
from gis.units import GeometryArray

SLIVER_M = 1.0
"""Overlaps up to this width are taken for slivers, for which the loader offers a repair."""

MOST_TOLD = 5
"""Places of a kind that a report names one by one."""


def store_areas(connection: Connection, batch: Batch, target: Target) -> Stored:
    """Write areas and their duty desks."""
    written = write_areas(connection, batch, target.areas)
    return written, told_to_assign(connection, written)


def store_grids(connection: Connection, batch: Batch, target: Target) -> Stored:
    """Make a full layer the first edition: whole, or not at all."""
    names = [f"{name} ({code})" for name, code in zip(batch.rows["name"], batch.rows["code"], strict=True)]
    shapes, noticed = _made_whole(batch, names, target)
    rows = batch.rows.assign(area_id=leaf_areas(batch, target.areas))
    write_first_edition(connection, rows, shapes=shapes, effective_at=target.now)
    noticed += _told_gaps(shapes)
    noticed += _differences_from_official(connection, target.areas, rows["area_id"].to_numpy(), shapes)
    noticed += _assign_waiting(connection, target)
    return Written(len(rows), 0, 0), noticed


def _assign_waiting(connection: Connection, target: Target) -> list[str]:
    """Give the points that were loaded before there were grids their place."""
    if not points_are_stored(connection):
        return []
    division = read_division(connection, at=target.now)
    done = assign_all(connection, division, read_roster(connection, target.areas), at=target.now)
    return [
        f"{row.rows:,} {row.table}s loaded before have got their place: {row.in_a_grid:,} lie in a grid"
        for row in done
        if row.rows
    ]


def _made_whole(batch: Batch, names: list[str], target: Target) -> tuple[GeometryArray, list[str]]:
    """Put the layer on the lattice and refuse it, or repair it where that was asked for."""
    if batch.geometry is None:
        raise InvalidLayer("a layer of grids needs polygons", remedy="give GeoJSON, or a WKT column in CSV")
    snapped = snap_to_lattice(batch.geometry, names=names)
    shapes, noticed = snapped.polygons, []
    if target.repair_slivers_m is not None:
        repair = resolve_small_overlaps(shapes, max_width_m=target.repair_slivers_m)
        shapes = repair.polygons
        noticed += [
            f"repaired: {names[found.first]} keeps {found.area_m2:.3f} m2 (up to {found.width_m:.3f} m wide) "
            f"that {names[found.second]} also claimed, at {at(found.place)}"
            for found in repair.overlaps
        ]
    problems = layer_problems(shapes, names=names)
    if problems:
        raise _with_repair(refusal(problems), problems)
    return shapes, noticed


def _with_repair(error: InvalidLayer, problems: Sequence[Problem]) -> InvalidLayer:
    """Name the option that mends a layer whose only faults are slivers."""
    widths_m = [problem.width_m for problem in problems if problem.kind == "overlap" and problem.width_m is not None]
    if len(widths_m) < len(problems) or max(widths_m) > SLIVER_M:
        return error
    width_m = math.ceil(max(widths_m) * 1000) / 1000
    return type(error)(
        error.what,
        where=error.where,
        remedy=f"mend the file, or give these slivers to the lower row: --repair-slivers {width_m:g}",
        facts=error.facts,
    )


def _told_gaps(shapes: GeometryArray) -> list[str]:
    gaps = holes(shapes, None)
    told = [
        f"hole: {area:.3f} m2, up to {width:.3f} m wide, at {at(shapely.point_on_surface(hole).coords[0])}"
        for hole, area, width in zip(gaps.polygons, gaps.area_m2.tolist(), gaps.width_m.tolist(), strict=True)
    ]
    return told[:MOST_TOLD] + ([f"and {len(told) - MOST_TOLD} more holes"] if len(told) > MOST_TOLD else [])


def _differences_from_official(
    connection: Connection, areas: AreaTree, area_ids: np.ndarray, shapes: GeometryArray
) -> list[str]:
    """Say where the union of an area's grids and its official boundary differ, both ways."""
    told = []
    for area_id, official in official_boundaries(connection).items():
        within = areas.within(area_id)
        union = shapely.union_all(shapes[[int(leaf) in within for leaf in area_ids]])
        line = shapely.make_valid(official)
        beyond = polygonal_parts(shapely.difference(union, line))
        left_out = polygonal_parts(shapely.difference(line, union))
        if len(beyond) + len(left_out):
            told.append(f"{areas[area_id].name}: {_told_difference(beyond, left_out)}")
    return told


def _told_difference(beyond: GeometryArray, left_out: GeometryArray) -> str:
    """Say how much ground lies on either side of the line, in how many places, and where most of it is."""
    places = np.concatenate([beyond, left_out])
    ground_m2 = geodesic_area_m2(places)
    largest = int(ground_m2.argmax())
    return (
        f"the grids reach {_told_m2(ground_m2[: len(beyond)].sum())} beyond the official line and leave out "
        f"{_told_m2(ground_m2[len(beyond) :].sum())} inside it, in {counted(len(places), 'place')}; the largest, "
        f"{_told_m2(ground_m2[largest])}, at {at(shapely.point_on_surface(places[largest]).coords[0])}"
    )


def _told_m2(ground_m2: float) -> str:
    return "less than 1 m2" if 0.0 < ground_m2 < 1.0 else f"{ground_m2:,.0f} m2"


def store_incidents(connection: Connection, batch: Batch, target: Target) -> Stored:
    """Write incidents with their grid and person; a position whose accuracy is not told counts as exact."""
    rows = _with_positions(batch, target)
    rows = rows.assign(accuracy_m=rows["accuracy_m"].fillna(0.0))
    division, roster = target.division, target.roster
    written = write_incidents(connection, rows, division=division, roster=roster, copied=target.copied)
    return written, _where(batch, target)


def store_cameras(connection: Connection, batch: Batch, target: Target) -> Stored:
    """Write cameras with all their grids."""
    written = write_cameras(connection, _with_positions(batch, target), division=target.division)
    return written, _where(batch, target)


def store_sites(connection: Connection, batch: Batch, target: Target) -> Stored:
    """Write sites with their grid and, where they are fenced in, their ground."""
    rows = _with_positions(batch, target).assign(shape=_ground(batch))
    written = write_sites(connection, rows, division=target.division)
    return written, _where(batch, target)


def store_gates(connection: Connection, batch: Batch, target: Target) -> Stored:
    """Write the gates of stored sites with their grid."""
    known = site_ids(connection)
    named = zip(batch.rows["site_source"], batch.rows["site_ref"], strict=True)
    rows = _with_positions(batch, target).assign(site_id=[known[site] for site in named])
    written = write_gates(connection, rows, division=target.division)
    return written, _where(batch, target)


def store_addresses(connection: Connection, batch: Batch, target: Target) -> Stored:
    """Write addresses with their grid."""
    rows = _with_positions(batch, target)
    written = write_addresses(connection, rows, division=target.division, copied=target.copied)
    return written, _where(batch, target)


def store_key_areas(connection: Connection, batch: Batch, target: Target) -> Stored:
    """Write key areas with every grid they lie in."""
    rows = batch.rows.assign(shape=_ground(batch), declared_crs=target.declared)
    written = write_key_areas(connection, rows, division=target.division)
    return written, _where(batch, target)


def _ground(batch: Batch) -> GeometryArray:
    """Return (n,) multipolygons, None where a row has no ground."""
    return as_multipolygons(np.full(len(batch), None, dtype=object) if batch.geometry is None else batch.geometry)


def store_basemap(connection: Connection, batch: Batch, _target: Target) -> Stored:
    """Put a basemap in the place of the one before."""
    if batch.geometry is None:
        raise InvalidLayer("a basemap needs lines and areas", remedy="give GeoJSON, or a WKT column in CSV")
    return write_basemap(connection, batch.rows, shapes=batch.geometry)


def _with_positions(batch: Batch, target: Target) -> pd.DataFrame:
    return batch.rows.assign(lon=batch.lon, lat=batch.lat, declared_crs=target.declared)


def _where(batch: Batch, target: Target) -> list[str]:
    """Say how many points lie outside the city, or that there are no grids yet."""
    if target.division is None or batch.lon is None or batch.lat is None:
        return ["no edition is in force yet: the rows get their grids when one is loaded"]
    outside = int((target.division.index.locate(batch.lon, batch.lat) < 0).sum())
    return [f"{outside} of {len(batch)} points lie outside every grid"] if outside else []


STORING: dict[Kind, Callable[[Connection, Batch, Target], Stored]] = {
    Kind.AREAS: store_areas,
    Kind.GRIDS: store_grids,
    Kind.WORKERS: store_workers,
    Kind.CAMERAS: store_cameras,
    Kind.INCIDENTS: store_incidents,
    Kind.SITES: store_sites,
    Kind.GATES: store_gates,
    Kind.KEY_AREAS: store_key_areas,
    Kind.ROLES: store_roles,
    Kind.LEAVE: store_leave,
    Kind.CALENDAR: store_calendar,
    Kind.BASEMAP: store_basemap,
    Kind.ADDRESSES: store_addresses,
}
