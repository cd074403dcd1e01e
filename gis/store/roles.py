"""The list of roles: the city's own, changed without a programmer. None is removed; people may have had it."""

from collections.abc import Iterable

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from gis.duty.people import Role
from gis.errors import Conflict
from gis.store import tables as t
from gis.store.database import announce
from gis.store.points import Written


def read_roles(connection: Connection) -> dict[str, Role]:
    """Return every role by code, in the order in which a grid's people are asked."""
    return {
        row.code: Role(row.code, row.name_zh, row.name_en, row.rank, row.leads)
        for row in connection.execute(select(t.role).order_by(t.role.c.rank))
    }


def write_roles(connection: Connection, roles: Iterable[Role]) -> Written:
    """Add roles, or change those of the same code; ranks may be exchanged.

    Raises
    ------
    Conflict
        When two roles would have one rank, so that nobody could say whom to ask first.
    """
    before = read_roles(connection)
    wanted = list(roles)
    changed = [role for role in wanted if before.get(role.code, role) != role]
    new = [role for role in wanted if role.code not in before]
    for role in (*changed, *new):
        values = {"name_zh": role.name_zh, "name_en": role.name_en, "rank": role.rank, "leads": role.leads}
        row = insert(t.role).values(code=role.code, **values)
        connection.execute(row.on_conflict_do_update(index_elements=["code"], set_=values))
    _refuse_one_rank_twice(connection)
    if changed or new:
        announce(connection, "duty")
    return Written(len(new), len(changed), len(wanted) - len(new) - len(changed))


def _refuse_one_rank_twice(connection: Connection) -> None:
    r = t.role.c
    twice = connection.execute(
        select(r.rank, func.string_agg(r.code, " and ")).group_by(r.rank).having(func.count() > 1)
    ).first()
    if twice is not None:
        raise Conflict(
            f"two roles would have the rank {twice[0]}",
            where=twice[1],
            remedy="give each role a rank of its own; a lower one is asked first",
        )
