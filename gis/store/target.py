"""The state of the city that a load is written into, and what every kind of load has to say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from gis.crs import Crs
from gis.division.model import AreaTree, Division
from gis.duty.ladder import Roster
from gis.errors import NoEdition
from gis.loading import WITHOUT_POSITIONS, Kind
from gis.store.assigning import incidents_are_given
from gis.store.copying import Copied, not_told
from gis.store.divisions import hold_division, read_areas, read_division
from gis.store.duties import read_roster
from gis.store.points import Written
from gis.store.turns import take_turns

Stored = tuple[Written, list[str]]
"""What was written, and what the user should look at."""


@dataclass(frozen=True, slots=True)
class Target:
    """The state of the city that a batch is written into; the division only where points are placed in it.

    ``copied`` is told how many rows have been handed to the database.
    """

    areas: AreaTree
    division: Division | None
    roster: Roster | None
    crs: Crs | None
    repair_slivers_m: float | None
    now: datetime
    copied: Copied = not_told

    @property
    def declared(self) -> str:
        """The declared coordinate system, kept with every point."""
        return "" if self.crs is None else self.crs.name


def read_target(
    connection: Connection,
    kind: Kind,
    *,
    repair_slivers_m: float | None,
    crs: Crs | None,
    waiting: Callable[[], None],
    copied: Copied = not_told,
) -> Target:
    """Take the turn to write a kind and read what it needs to know; the division only where points are placed in it.

    Such a division then stays the one in force until the transaction ends, also when it is none: grids that are
    published meanwhile would not know of the points, nor these of them.
    """
    is_placed = kind not in {Kind.AREAS, Kind.GRIDS, *WITHOUT_POSITIONS}
    if is_placed:
        hold_division(connection)
    take_turns(connection, {kind}, waiting=waiting)
    now = datetime.now(UTC)  # after all waits: what was published meanwhile is in force
    division = None
    if is_placed:
        try:
            division = read_division(connection, at=now)
        except NoEdition:
            division = None
    areas = read_areas(connection)
    roster = None if division is None else read_roster(connection, areas)
    return Target(areas, division, roster, crs, repair_slivers_m, now, copied)


def told_to_assign(connection: Connection, written: Written) -> list[str]:
    """Say that stored incidents stay with the people to whom they were given."""
    if not (written.new or written.changed) or not incidents_are_given(connection):
        return []
    return ["incidents stay with the people to whom they were given; to give them anew: gezhi assign"]
