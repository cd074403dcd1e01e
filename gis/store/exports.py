"""Every layer that can leave the database: one row of `LAYERS` each, read as a stream of Arrow batches.

A new layer is one more row: its form (columns under the names that `gis.loading` reads), the need that a reader must
have, and a query whose labels are those columns and, where rows lie somewhere, ``geometry`` as WKB. Rows are fetched by
a cursor on the server, so memory does not depend on how many there are.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pyarrow as pa
import shapely
from sqlalchemy import Connection, Select, and_, case, exists, false, func, literal, select
from sqlalchemy.sql import ColumnElement

from gis.coverage import DEFAULT_RANGES, RangeTable
from gis.errors import NoEdition, NotFound
from gis.exporting import LayerForm
from gis.exporting.forms import SHAPE
from gis.policy import Need, Viewer, may_see_column
from gis.store import tables as t
from gis.store.camera_queries import CameraFilter
from gis.store.coverages import compute_coverage
from gis.store.divisions import edition_in_force, read_division
from gis.store.incident_queries import IncidentFilter, within_box
from gis.store.layer_forms import (
    ADDRESSES,
    AREAS,
    BASEMAP,
    CALENDAR,
    CAMERAS,
    COVERAGE_GAPS,
    GATES,
    GRIDS,
    INCIDENTS,
    KEY_AREAS,
    LEAVE,
    ROLES,
    SITES,
    WORKERS,
)
from gis.store.site_queries import SiteFilter
from gis.units import AreaId, Box

BATCH_ROWS = 4096


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows are meant; None means no restriction.

    Attributes
    ----------
    area_ids, grid_ids
        The areas below one, itself included, and the grids in them.
    assumed
        Angles and ranges of cameras that do not tell theirs, for layers of coverage.
    """

    area_ids: Sequence[int] | None = None
    grid_ids: Sequence[int] | None = None
    box: Box | None = None
    assumed: RangeTable = DEFAULT_RANGES


Query = Callable[[Connection, Scope], Select[Any]]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer that can be exported.

    Attributes
    ----------
    need
        What a reader must be allowed.
    batches
        Its rows, in the order of the form's schema.
    """

    form: LayerForm
    need: Need
    batches: Callable[[Connection, Scope], Iterator[pa.RecordBatch]]


def layer_named(name: str) -> Layer:
    """Return a layer.

    Raises
    ------
    NotFound
        When there is none of that name.
    """
    if name not in LAYERS:
        raise NotFound(f"there is no layer {name!r}", remedy=f"layers are {', '.join(LAYERS)}")
    return LAYERS[name]


def seen_by(layer: Layer, viewer: Viewer) -> LayerForm:
    """Return the form of a layer with the columns that a viewer may see."""
    columns = tuple(column for column in layer.form.columns if may_see_column(viewer, column.need))
    return LayerForm(layer.form.name, columns, layer.form.shape)


def scope_of(connection: Connection, *, area_id: int | None, box: Box | None, assumed: RangeTable) -> Scope:
    """Return the scope of an area of the division in force.

    Raises
    ------
    NotFound, NoEdition
        When there is no such area, or no division.
    """
    if area_id is None:
        return Scope(box=box, assumed=assumed)
    division = read_division(connection, at=datetime.now(UTC))
    area = AreaId(area_id)
    _ = division.areas[area]
    return Scope(sorted(division.areas.within(area)), list(division.grids_within(area)), box, assumed)


def _queried(form: LayerForm, query: Query, connection: Connection, scope: Scope) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a query as batches."""
    schema = form.schema
    streamed = connection.execution_options(yield_per=BATCH_ROWS)
    with streamed.execute(query(connection, scope)) as found:
        for rows in found.partitions():
            columns = zip(*rows, strict=True)
            arrays = [
                pa.array(_plain(values, field.type), field.type) for values, field in zip(columns, schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _plain(values: Sequence[Any], kind: pa.DataType) -> Sequence[Any]:
    """Return values as Arrow takes them: binary as bytes, lists of words as one text."""
    if pa.types.is_binary(kind):
        return [None if value is None else bytes(value) for value in values]
    if pa.types.is_string(kind):
        return [";".join(value) or None if isinstance(value, list) else value for value in values]
    return values


def _in_force(connection: Connection, table: Any) -> ColumnElement[bool]:
    """Return the condition for rows of the edition in force; before the first there are none."""
    try:
        edition = edition_in_force(connection, at=datetime.now(UTC)).id
    except NoEdition:
        return false()
    c = table.c
    return and_(c.first_edition <= edition, c.last_edition.is_(None) | (c.last_edition >= edition))


def _wkb(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.ST_AsBinary(column).label(SHAPE)


def _area_code(area: Any) -> ColumnElement[Any]:
    """Return an area's code as files name it: with its level where the code stands on two."""
    twin = t.area.alias("twin")
    twice = exists().where(twin.c.code == area.c.code, twin.c.id != area.c.id)
    return case((twice, area.c.level + ":" + area.c.code), else_=area.c.code)


def _areas(connection: Connection, scope: Scope) -> Select[Any]:
    a, parent, desk, shape = t.area, t.area.alias("parent"), t.team, t.area_shape
    ground = func.coalesce(shape.c.shape, a.c.official_boundary)
    found = (
        select(
            a.c.code, a.c.code_scheme, a.c.name, a.c.level, _area_code(parent).label("parent_code"),
            desk.c.name.label("desk_name"), desk.c.phone.label("desk_phone"), a.c.simulated, _wkb(ground),
        )
        .outerjoin(parent, parent.c.id == a.c.parent_id)
        .outerjoin(desk, desk.c.area_id == a.c.id)
        .outerjoin(shape, and_(shape.c.area_id == a.c.id, _in_force(connection, shape)))
        .order_by(a.c.id)
    )  # fmt: skip
    if scope.area_ids is not None:
        found = found.where(a.c.id.in_(scope.area_ids))
    return found if scope.box is None else found.where(within_box(ground, scope.box))


def _grids(connection: Connection, scope: Scope) -> Select[Any]:
    g = t.grid_version.c
    found = (
        select(
            g.code, g.code_scheme, g.name, _area_code(t.area).label("area_code"), g["class"], g.households,
            g.population, g.simulated, _wkb(g.shape),
        )
        .join(t.area, t.area.c.id == g.area_id)
        .where(_in_force(connection, t.grid_version))
        .order_by(g.grid_id)
    )  # fmt: skip
    if scope.grid_ids is not None:
        found = found.where(g.grid_id.in_(scope.grid_ids))
    return found if scope.box is None else found.where(within_box(g.shape, scope.box))


def _grid_code(connection: Connection, grid_id: ColumnElement[Any]) -> ColumnElement[Any]:
    g = t.grid_version
    code = select(g.c.code).where(g.c.grid_id == grid_id, _in_force(connection, g)).limit(1)
    return code.scalar_subquery().label("grid_code")


def _workers(connection: Connection, scope: Scope) -> Select[Any]:
    w, m, team = t.worker.c, t.team_member, t.team
    valid = and_(m.c.worker_id == w.id, m.c.retracted_at.is_(None))
    found = (
        select(
            w.worker_ref, w.name, w.phone, _grid_code(connection, team.c.grid_id), m.c.role, m.c.since,
            func.coalesce(m.c.until, w.left_at).label("until"), m.c.hours, w.simulated,
        )
        .select_from(t.worker)
        .outerjoin(m, valid)
        .outerjoin(team, team.c.id == m.c.team_id)
        .order_by(w.id, m.c.id)
    )  # fmt: skip
    return found if scope.grid_ids is None else found.where(team.c.grid_id.in_(scope.grid_ids))


def _roles(_connection: Connection, _scope: Scope) -> Select[Any]:
    r = t.role.c
    return select(r.code, r.name_zh, r.name_en, r.rank, r.leads).order_by(r.rank)


def _leave(_connection: Connection, scope: Scope) -> Select[Any]:
    away, w, stand_in = t.leave.c, t.worker, t.worker.alias("stand_in")
    found = (
        select(w.c.worker_ref, away.since, away.until, stand_in.c.worker_ref)
        .join(w, w.c.id == away.worker_id)
        .outerjoin(stand_in, stand_in.c.id == away.stand_in_id)
        .where(away.retracted_at.is_(None))
        .order_by(away.id)
    )
    if scope.grid_ids is None:
        return found
    m, team = t.team_member.c, t.team
    of_grids = select(m.worker_id).join(team, team.c.id == m.team_id).where(team.c.grid_id.in_(scope.grid_ids))
    return found.where(away.worker_id.in_(of_grids))


def _calendar(_connection: Connection, _scope: Scope) -> Select[Any]:
    d = t.calendar_day.c
    return select(func.to_char(d.day, "YYYY-MM-DD"), d.working, d.name, d.simulated).order_by(d.day)


def _basemap(connection: Connection, scope: Scope) -> Select[Any]:
    m = t.map_feature.c
    found = select(m["class"], m.name, m.width_m, m.bridge, m.min_zoom, m.simulated, _wkb(m.shape)).order_by(m.id)
    if scope.grid_ids is not None:
        g = t.grid_version
        ground = select(func.ST_Union(g.c.shape)).where(g.c.grid_id.in_(scope.grid_ids), _in_force(connection, g))
        found = found.where(func.ST_Intersects(m.shape, ground.scalar_subquery()))
    return found if scope.box is None else found.where(within_box(m.shape, scope.box))


def _addresses(connection: Connection, scope: Scope) -> Select[Any]:
    a = t.address.c
    found = select(*_of_table(connection, t.address, ADDRESSES), _wkb(a.point)).order_by(a.id)
    if scope.grid_ids is not None:
        found = found.where(a.grid_id.in_(scope.grid_ids))
    return found if scope.box is None else found.where(within_box(a.point, scope.box))


def _cameras(connection: Connection, scope: Scope) -> Select[Any]:
    columns = _of_table(connection, t.camera, CAMERAS)
    return (
        select(*columns, _wkb(t.camera.c.point))
        .where(CameraFilter(scope.grid_ids, scope.box).where())
        .order_by(t.camera.c.id)
    )


def _incidents(connection: Connection, scope: Scope) -> Select[Any]:
    columns = _of_table(connection, t.incident, INCIDENTS)
    which = IncidentFilter("all", scope.grid_ids, scope.box)
    return select(*columns, _wkb(t.incident.c.point)).where(which.where()).order_by(t.incident.c.id)


def _sites(connection: Connection, scope: Scope) -> Select[Any]:
    s = t.site.c
    which = SiteFilter(None, scope.grid_ids, scope.box)
    columns = _of_table(connection, t.site, SITES, lon=func.ST_X(s.point), lat=func.ST_Y(s.point))
    return select(*columns, _wkb(func.coalesce(s.shape, s.point))).where(which.where()).order_by(s.id)


def _gates(connection: Connection, scope: Scope) -> Select[Any]:
    g, s = t.gate.c, t.site.c
    columns = _of_table(connection, t.gate, GATES, site_source=s.source, site_ref=s.source_ref)
    found = select(*columns, _wkb(g.point)).join(t.site, s.id == g.site_id).order_by(g.id)
    if scope.grid_ids is not None:
        found = found.where(g.grid_id.in_(scope.grid_ids))
    return found if scope.box is None else found.where(within_box(g.point, scope.box))


def _key_areas(connection: Connection, scope: Scope) -> Select[Any]:
    k, beside = t.key_area.c, t.key_area_grid.c
    found = select(*_of_table(connection, t.key_area, KEY_AREAS), _wkb(k.shape)).order_by(k.id)
    if scope.grid_ids is not None:
        found = found.where(k.id.in_(select(beside.key_area_id).where(beside.grid_id.in_(scope.grid_ids))))
    return found if scope.box is None else found.where(within_box(k.shape, scope.box))


def _of_table(
    connection: Connection, table: Any, form: LayerForm, **others: ColumnElement[Any]
) -> list[ColumnElement[Any]]:
    """Return the columns of a form: those of a table by name, the grid's code, and what is given."""
    found: list[ColumnElement[Any]] = []
    for column in form.columns:
        if column.name in others:
            found.append(others[column.name].label(column.name))
        elif column.name == "grid_code":
            found.append(_grid_code(connection, table.c.grid_id))
        else:
            found.append(table.c[column.name] if column.name in table.c else literal(None).label(column.name))
    return found


def _blind_spots(connection: Connection, scope: Scope) -> Iterator[pa.RecordBatch]:
    """Yield the ground of each grid that no live camera is known to see, computed now."""
    division = read_division(connection, at=datetime.now(UTC))
    coverage = compute_coverage(connection, division, assumed=scope.assumed)
    blind = coverage.by_grid.blind_spots
    keep = ~shapely.is_empty(blind)
    if scope.box is not None:
        keep &= shapely.intersects(blind, shapely.box(*scope.box))
    wanted = None if scope.grid_ids is None else set(scope.grid_ids)
    rows = [
        (grid.code, grid.name, blind[position])
        for position, grid in enumerate(division.grids)
        if keep[position] and (wanted is None or grid.id in wanted)
    ]
    codes, names, shapes = zip(*rows, strict=True) if rows else ((), (), ())
    whole = [shapely.to_wkb(shapely.multipolygons(shapely.get_parts(shape))) for shape in shapes]
    yield pa.RecordBatch.from_arrays(
        [pa.array(codes, pa.string()), pa.array(names, pa.string()), pa.array(whole, pa.binary())],
        schema=COVERAGE_GAPS.schema,
    )


def _layer(form: LayerForm, need: Need, query: Query) -> Layer:
    return Layer(form, need, partial(_queried, form, query))


LAYERS: dict[str, Layer] = {
    layer.form.name: layer
    for layer in (
        _layer(AREAS, Need.DIVISION, _areas),
        _layer(GRIDS, Need.DIVISION, _grids),
        _layer(WORKERS, Need.PEOPLE, _workers),
        _layer(CAMERAS, Need.CAMERAS, _cameras),
        _layer(INCIDENTS, Need.INCIDENTS, _incidents),
        _layer(SITES, Need.GATES, _sites),
        _layer(GATES, Need.GATES, _gates),
        _layer(KEY_AREAS, Need.KEY_AREAS, _key_areas),
        _layer(ROLES, Need.PEOPLE, _roles),
        _layer(LEAVE, Need.PEOPLE, _leave),
        _layer(CALENDAR, Need.PEOPLE, _calendar),
        _layer(ADDRESSES, Need.SITES, _addresses),
        _layer(BASEMAP, Need.DIVISION, _basemap),
        Layer(COVERAGE_GAPS, Need.COVERAGE, _blind_spots),
    )
}
"""Every layer by name; sites need more than a look at public places, since all kinds leave."""
