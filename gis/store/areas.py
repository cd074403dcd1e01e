"""The tree of areas, written from a layer: whole, or not at all.

Invariants that everything above relies on and that are seen to here: there is one tree, and the city is its root;
every area is reached from it; a grid in force hangs on a leaf; an area's shape is the union of the grids below it,
also after an area has got another parent. A load adds and changes areas, and never removes one.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from gis.division.model import AreaTree
from gis.errors import InvalidLayer
from gis.loading import Batch
from gis.loading.wording import counted
from gis.store.copying import Kind, copy_rows
from gis.store.database import announce
from gis.store.divisions import as_multipolygons, read_areas, rewrite_area_shapes
from gis.store.duties import write_desks
from gis.store.points import Written
from gis.units import AreaId, IntArray

AreaKey = tuple[str, str]
"""Level and code; together they identify an area."""

_BETWEEN = ":"


class AreaCodes:
    """Finds areas by what a file calls them: their code, or ``LEVEL:CODE`` where two levels share a code.

    Examples
    --------
    >>> codes = AreaCodes([("county", "K1"), ("town", "K1"), ("town", "K2")])
    >>> codes.named("K2"), codes.named("town:K1"), codes.named("K1")
    ([('town', 'K2')], [('town', 'K1')], [('county', 'K1'), ('town', 'K1')])
    """

    def __init__(self, keys: Iterable[AreaKey]) -> None:
        self._by_code: dict[str, list[AreaKey]] = {}
        for key in dict.fromkeys(keys):
            self._by_code.setdefault(key[1], []).append(key)

    def named(self, name: str) -> list[AreaKey]:
        """Return every area that a name can mean; none when it is unknown."""
        if name in self._by_code:
            return self._by_code[name]
        level, _, code = name.partition(_BETWEEN)
        return [key for key in self._by_code.get(code, []) if key[0] == level]


def unclear(name: str, found: Sequence[AreaKey]) -> str:
    """Say why a name does not mean one area."""
    if not found:
        return f"there is no area with the code {name!r}"
    told = " or ".join(_BETWEEN.join(key) for key in found)
    return f"{name!r} is the code of {len(found)} areas: write {told}"


_KINDS: dict[str, Kind] = {
    "round": "integer",
    "level": "text",
    "code": "text",
    "code_scheme": "text",
    "name": "text",
    "parent_level": "text",
    "parent_code": "text",
    "shape": "geometry",
    "simulated": "boolean",
}

_STAGE = """
CREATE TEMPORARY TABLE staged_area
    (round integer, level text, code text, code_scheme text, name text, parent_level text, parent_code text,
     shape geometry(MultiPolygon, 4326), simulated boolean) ON COMMIT DROP
"""

_ROUND = """
INSERT INTO area (parent_id, level, code, code_scheme, name, official_boundary, simulated)
SELECT parent.id, staged.level, staged.code, staged.code_scheme, staged.name, staged.shape, staged.simulated
FROM staged_area staged
LEFT JOIN area parent ON (parent.level, parent.code) = (staged.parent_level, staged.parent_code)
WHERE staged.round = :round
ON CONFLICT (level, code) DO UPDATE SET
    parent_id = excluded.parent_id, code_scheme = excluded.code_scheme, name = excluded.name,
    simulated = excluded.simulated,
    official_boundary = coalesce(excluded.official_boundary, area.official_boundary)
WHERE (area.parent_id, area.code_scheme, area.name, area.simulated) IS DISTINCT FROM
        (excluded.parent_id, excluded.code_scheme, excluded.name, excluded.simulated)
    OR ST_AsBinary(area.official_boundary) IS DISTINCT FROM
        coalesce(ST_AsBinary(excluded.official_boundary), ST_AsBinary(area.official_boundary))
RETURNING id, xmax = 0
"""


def write_areas(connection: Connection, batch: Batch, areas: AreaTree) -> Written:
    """Add a layer of areas to the tree, or change what is there; parents may stand in any order.

    Parameters
    ----------
    areas
        The tree as it is; the city is in it.

    Raises
    ------
    InvalidLayer
        For a parent that is not there or not clear, a second root, areas that are their own ancestors, and areas
        below one that has grids of its own.
    """
    parents = _parents(batch, areas)
    keys = _keys(batch.rows)
    rows = batch.rows.assign(
        round=_rounds(keys, parents, batch),
        parent_level=[None if parent is None else parent[0] for parent in parents],
        parent_code=[None if parent is None else parent[1] for parent in parents],
        shape=None if batch.geometry is None else as_multipolygons(batch.geometry),
    )
    added, changed = _write_rounds(connection, rows)
    present = read_areas(connection)
    _refuse_loops(present)
    _refuse_grids_above_areas(connection)
    changed |= _write_desks(connection, rows, keys, present) - added
    if added or changed:
        announce(connection, "division")
    if any(area.parent_id != present[area.id].parent_id for area in areas):
        rewrite_area_shapes(connection)
    return Written(len(added), len(changed), len(rows) - len(added) - len(changed))


def _keys(rows: pd.DataFrame) -> list[AreaKey]:
    return list(zip(rows["level"], rows["code"], strict=True))


def _parents(batch: Batch, areas: AreaTree) -> list[AreaKey | None]:
    """Return the parent of every row; None for the city alone."""
    root = areas.root
    root_key = (root.level, root.code)
    codes = AreaCodes([*((area.level, area.code) for area in areas), *_keys(batch.rows)])
    parents: list[AreaKey | None] = []
    faults = []
    for line, row in zip(batch.lines.tolist(), batch.rows.itertuples(index=False), strict=True):
        key, name = (row.level, row.code), row.parent_code
        parent, fault = None, None
        if pd.isna(name):
            if key != root_key:
                fault = f"there is no parent, and the city is {root.name} ({root.level}, {root.code}) already"
        elif key == root_key:
            fault = "the city has no area above it"
        else:
            found = [other for other in codes.named(name) if other != key]
            parent, fault = (found[0], None) if len(found) == 1 else (None, f"parent: {unclear(name, found)}")
        parents.append(parent)
        if fault is not None:
            faults.append(f"row {line}, {row.name}: {fault}")
    if faults:
        raise InvalidLayer(
            f"it is not clear where {counted(len(faults), 'area')} of the file stand in the tree",
            where=faults[0],
            remedy=f"load the areas above first, or give their code, e.g. --set parent_code={root.code}",
            facts={"problems": faults},
        )
    return parents


def _rounds(keys: list[AreaKey], parents: list[AreaKey | None], batch: Batch) -> IntArray:
    """Return (n,) in which round each row can be written: after its parent."""
    position = {key: row for row, key in enumerate(keys)}
    above = np.array([-1 if parent is None else position.get(parent, -1) for parent in parents], dtype=np.int64)
    rounds = np.where(above < 0, 0, -1)
    present = 0
    while (rounds < 0).any():
        ready = (rounds < 0) & (rounds[above] == present)
        if not ready.any():
            line, key = next((batch.lines[row], keys[row]) for row in np.flatnonzero(rounds < 0))
            raise _loop(f"row {line}, {_BETWEEN.join(key)}")
        present += 1
        rounds[ready] = present
    return rounds


def _write_rounds(connection: Connection, rows: pd.DataFrame) -> tuple[set[int], set[int]]:
    """Write the staged rows parents first; return the ids of new and of changed areas."""
    connection.execute(text(_STAGE))
    copy_rows(connection, "staged_area", rows, kinds=_KINDS)
    done = [
        found
        for number in range(int(rows["round"].max()) + 1)
        for found in connection.execute(text(_ROUND), {"round": number})
    ]
    connection.execute(text("DROP TABLE staged_area"))
    return {area_id for area_id, is_new in done if is_new}, {area_id for area_id, is_new in done if not is_new}


def _write_desks(connection: Connection, rows: pd.DataFrame, keys: list[AreaKey], areas: AreaTree) -> set[int]:
    ids = {(area.level, area.code): area.id for area in areas}
    desks = pd.DataFrame(
        {"area_id": [ids[key] for key in keys], "name": rows["desk_name"], "phone": rows["desk_phone"]}
    )
    return write_desks(connection, desks[desks["name"].notna() | desks["phone"].notna()])


def _refuse_loops(areas: AreaTree) -> None:
    """Refuse areas that cannot be reached from the city: a file can close a loop with areas stored before."""
    reached = areas.within(areas.root.id)
    lost = [area for area in areas if area.id not in reached]
    if lost:
        raise _loop(f"{lost[0].name} ({lost[0].level}{_BETWEEN}{lost[0].code})")


def _loop(where: str) -> InvalidLayer:
    return InvalidLayer(
        "areas are their own ancestors", where=where, remedy="correct parent_code: it names the area above"
    )


_GRIDS_ABOVE = """
SELECT area.name, area.code, count(*)
FROM grid_version JOIN area ON area.id = grid_version.area_id
WHERE grid_version.last_edition IS NULL AND EXISTS (SELECT FROM area child WHERE child.parent_id = area.id)
GROUP BY area.id ORDER BY area.id
"""


def _refuse_grids_above_areas(connection: Connection) -> None:
    found = connection.execute(text(_GRIDS_ABOVE)).all()
    if found:
        raise InvalidLayer(
            "a grid hangs on a leaf, and areas would come to lie below one that has grids",
            where=f"{found[0][0]} ({found[0][1]}), which has {counted(found[0][2], 'grid')}",
            remedy="hang the new areas on another parent",
            facts={"problems": [f"{name} ({code}) has {counted(number, 'grid')}" for name, code, number in found]},
        )


def leaf_areas(batch: Batch, areas: AreaTree) -> list[AreaId]:
    """Return the leaf area of every grid of a layer, by the code the file gives.

    Raises
    ------
    InvalidLayer
        For a code that is unknown, belongs to two leaves, or to an area with areas below it.
    """
    leaves = {(area.level, area.code): area.id for area in areas if not areas.children(area.id)}
    codes, of_all = AreaCodes(leaves), AreaCodes((area.level, area.code) for area in areas)
    found: list[AreaId] = []
    faults = []
    for line, name in zip(batch.lines.tolist(), batch.rows["area_code"], strict=True):
        keys = codes.named(name)
        if len(keys) == 1:
            found.append(leaves[keys[0]])
        elif not keys and of_all.named(name):
            faults.append(f"row {line}: the area {name!r} has areas below it")
        else:
            faults.append(f"row {line}: {unclear(name, keys)}")
    if faults:
        raise InvalidLayer(
            f"{counted(len(faults), 'grid')} cannot hang on the area that the file names",
            where=faults[0],
            remedy="load the areas first; a grid hangs on a leaf area. Leaves are: "
            + ", ".join(code for _, code in sorted(leaves)[:10]),
            facts={"problems": faults},
        )
    return found
