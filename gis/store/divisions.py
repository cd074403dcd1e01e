"""Areas, grids and editions in the database, and back out as one `Division` in memory.

Invariants: the first edition is written whole or not at all; every shape of an area is the union of the grids
below it; grid ids come from one sequence and are never used again.
"""

from datetime import datetime

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, Row, func, select, text

from gis.crs import geodesic_area_m2
from gis.division.model import Area, AreaTree, Division, Edition, Grid
from gis.errors import Conflict, NoEdition
from gis.store import tables as t
from gis.store.copying import copy_rows
from gis.store.database import announce
from gis.units import AreaId, EditionId, GeometryArray, GridId


def read_areas(connection: Connection) -> AreaTree:
    """Return the tree of areas, in the order they were loaded."""
    rows = connection.execute(select(t.area).order_by(t.area.c.id))
    return AreaTree(
        Area(
            id=AreaId(row.id),
            parent_id=None if row.parent_id is None else AreaId(row.parent_id),
            level=row.level,
            code=row.code,
            name=row.name,
            simulated=row.simulated,
        )
        for row in rows
    )


def read_editions(connection: Connection) -> list[Row[tuple[object, ...]]]:
    """Return every edition, the newest first."""
    return list(connection.execute(select(t.edition).order_by(t.edition.c.id.desc())))


def edition_in_force(connection: Connection, *, at: datetime) -> Edition:
    """Return the newest edition whose date has come.

    Raises
    ------
    NoEdition
        When there is none at that moment.
    """
    row = connection.execute(
        select(t.edition).where(t.edition.c.effective_at <= at).order_by(t.edition.c.effective_at.desc()).limit(1)
    ).one_or_none()
    if row is None:
        raise NoEdition(
            "no edition of the division is in force yet",
            where=f"at {at.isoformat()}",
            remedy="load one with: gezhi load grids FILE --crs … --commit",
        )
    following = connection.scalar(select(func.min(t.edition.c.effective_at)).where(t.edition.c.effective_at > at))
    return Edition(EditionId(row.id), row.effective_at, following)


def hold_division(connection: Connection) -> None:
    """Let no edition be published until this transaction ends; waits for one that is being published.

    Readers are not held up, nor are others who hold the division. What is placed in a division that was read after
    this call is in force when it is committed. Call it before anything else that waits.
    """
    connection.execute(text("LOCK TABLE edition IN SHARE MODE"))


def read_division(connection: Connection, *, at: datetime) -> Division:
    """Return the division in force at a moment, with its index built.

    Raises
    ------
    NoEdition
        When there is none.
    """
    edition = edition_in_force(connection, at=at)
    g = t.grid_version.c
    rows = connection.execute(
        select(g.grid_id, g.code, g.name, g.area_id, func.ST_AsBinary(g.shape).label("wkb"))
        .where(g.first_edition <= edition.id, (g.last_edition.is_(None)) | (g.last_edition >= edition.id))
        .order_by(g.grid_id)
    ).all()
    return Division.of(
        edition,
        read_areas(connection),
        grids=[Grid(GridId(row.grid_id), row.code, row.name, AreaId(row.area_id)) for row in rows],
        shapes=shapely.from_wkb(np.array([bytes(row.wkb) for row in rows], dtype=object)),
    )


def read_boundary(connection: Connection) -> shapely.Geometry | None:
    """Return the outline that new layers are compared with: the city's official one, or the grids' union.

    The official boundary of the highest areas that have one counts; without any it is what is in force; without
    that either it is None.
    """
    official = connection.execute(
        select(t.area.c.level, func.ST_AsBinary(t.area.c.official_boundary).label("wkb"))
        .where(t.area.c.official_boundary.is_not(None))
        .order_by(t.area.c.parent_id.nulls_first(), t.area.c.id)
    ).all()
    if official:
        top = official[0].level
        shapes = [shapely.from_wkb(bytes(row.wkb)) for row in official if row.level == top]
        return shapely.make_valid(shapely.union_all(shapes))
    in_force = connection.execute(
        select(func.ST_AsBinary(t.grid_version.c.shape).label("wkb")).where(t.grid_version.c.last_edition.is_(None))
    ).all()
    return shapely.union_all([shapely.from_wkb(bytes(row.wkb)) for row in in_force]) if in_force else None


def write_first_edition(
    connection: Connection, grids: pd.DataFrame, *, shapes: GeometryArray, effective_at: datetime
) -> EditionId:
    """Make a full, checked layer edition 1.

    Parameters
    ----------
    grids
        (n,) rows with ``code``, ``code_scheme``, ``name``, ``class``, ``area_id``, ``households``,
        ``population``, ``simulated``; ids are drawn in this order.
    shapes
        (n,) valid polygons, WGS84, on the lattice, without overlaps.

    Raises
    ------
    Conflict
        When the city already has an edition.
    """
    connection.execute(text("LOCK TABLE edition IN EXCLUSIVE MODE"))
    if connection.scalar(select(func.count()).select_from(t.edition)):
        raise Conflict(
            "the city already has a division; a load makes only the first edition",
            remedy="load the new layer into a city of its own: GEZHI_DATA=DIRECTORY gezhi load grids …",
        )
    first = EditionId(1)
    connection.execute(t.edition.insert().values(id=first, effective_at=effective_at))
    _write_grids(connection, grids, shapes=shapes, edition=first)
    _write_area_shapes(connection, grids["area_id"].to_numpy(), shapes=shapes, edition=first)
    announce(connection, "division")
    return first


def _write_grids(connection: Connection, grids: pd.DataFrame, *, shapes: GeometryArray, edition: EditionId) -> None:
    drawn = connection.execute(
        text("SELECT nextval(pg_get_serial_sequence('grid', 'id')) FROM generate_series(1, :n)"),
        {"n": len(grids)},
    )
    rows = grids.assign(
        grid_id=sorted(drawn.scalars()),
        first_edition=edition,
        shape=as_multipolygons(shapes),
        area_m2=geodesic_area_m2(shapes),
    )
    copy_rows(connection, "grid", rows.rename(columns={"grid_id": "id"}), kinds={"id": "bigint"})
    copy_rows(
        connection,
        "grid_version",
        rows,
        kinds={
            "grid_id": "bigint",
            "first_edition": "integer",
            "code": "text",
            "code_scheme": "text",
            "name": "text",
            "class": "text",
            "area_id": "bigint",
            "shape": "geometry",
            "area_m2": "double",
            "households": "integer",
            "population": "integer",
            "simulated": "boolean",
        },
    )


def rewrite_area_shapes(connection: Connection) -> None:
    """Derive the areas' shapes of the edition in force again, after areas have got another parent."""
    g = t.grid_version.c
    rows = connection.execute(
        select(g.area_id, g.first_edition, func.ST_AsBinary(g.shape).label("wkb")).where(g.last_edition.is_(None))
    ).all()
    if not rows:
        return
    connection.execute(t.area_shape.delete().where(t.area_shape.c.last_edition.is_(None)))
    _write_area_shapes(
        connection,
        np.array([row.area_id for row in rows], dtype=np.int64),
        shapes=shapely.from_wkb(np.array([bytes(row.wkb) for row in rows], dtype=object)),
        edition=EditionId(max(row.first_edition for row in rows)),
    )


def _write_area_shapes(
    connection: Connection, area_ids: np.ndarray, *, shapes: GeometryArray, edition: EditionId
) -> None:
    """Store every area's shape: leaves from their grids, the levels above from their children."""
    tree = read_areas(connection)
    unions: dict[AreaId, shapely.Geometry] = {
        AreaId(int(area_id)): shapely.union_all(shapes[area_ids == area_id]) for area_id in np.unique(area_ids)
    }
    for area in sorted(tree, key=lambda area: -len(tree.path(area.id))):
        below = [unions[child.id] for child in tree.children(area.id) if child.id in unions]
        if below:
            unions[area.id] = shapely.union_all(below)
    found = as_multipolygons(np.array(list(unions.values()), dtype=object))
    rows = pd.DataFrame(
        {
            "area_id": list(unions),
            "first_edition": edition,
            "shape": found,
            "area_m2": geodesic_area_m2(found),
        }
    )
    copy_rows(
        connection,
        "area_shape",
        rows,
        kinds={"area_id": "bigint", "first_edition": "integer", "shape": "geometry", "area_m2": "double"},
    )


def as_multipolygons(shapes: GeometryArray) -> GeometryArray:
    """Return polygons as multipolygons of one part; multipolygons stay."""
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    wrapped = shapes.copy()
    wrapped[single] = shapely.multipolygons(shapes[single].reshape(-1, 1)) if single.any() else shapes[single]
    return wrapped
