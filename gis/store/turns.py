"""Whose turn it is to write in bulk: one transaction at a time for each kind of thing.

Two loads whose rows come in different orders would each hold rows that the other wants, and PostgreSQL would end one
of them. So whoever writes many rows takes the turn of what it writes before the first of them, and keeps it until
its transaction ends, however it ends (an advisory lock). Nobody else is held up: not readers, nor loads of other
things.

The order that keeps turns themselves from a circle: first the division (`gis.store.divisions.hold_division`), then
turns, several always in the same order.
"""

from collections.abc import Callable, Collection

from sqlalchemy import Connection, func, select

from gis.loading import WITHOUT_POSITIONS, Kind

NAMESPACE = 0x67657A68
"""Sets our advisory locks apart from those of other programs in the same database."""

ORGANISATION = frozenset({Kind.AREAS, Kind.GRIDS, *WITHOUT_POSITIONS})
"""Kinds that write the same tables of areas, teams and people: they share one turn."""


def take_turns(connection: Connection, kinds: Collection[Kind], *, waiting: Callable[[], None]) -> None:
    """Wait until no other transaction writes these kinds in bulk, and keep others from it until this one ends.

    Parameters
    ----------
    waiting
        Called once for each turn that somebody else has, before the wait begins.
    """
    for turn in sorted({"organisation" if kind in ORGANISATION else kind.value for kind in kinds}):
        if not connection.scalar(select(func.pg_try_advisory_xact_lock(NAMESPACE, func.hashtext(turn)))):
            waiting()
            connection.execute(select(func.pg_advisory_xact_lock(NAMESPACE, func.hashtext(turn))))
