"""What an address is made of, once it is read: names in the order typed, and the numbers at the door.

Names are not yet told apart into areas, streets and estates: only the gazetteer knows which is which.
"""

from dataclasses import dataclass, field, fields
from typing import Literal

from gis.addresses.reasons import Reason

Style = Literal["chinese", "western"]
MAX_NUMBER = 10_000_000
"""Larger house numbers are taken for something else, such as a telephone number."""


@dataclass(frozen=True, slots=True)
class Door:
    """The numbered parts of an address, outermost first; None is not told.

    Attributes
    ----------
    lane
        巷, 弄 with a number.
    group
        Village group (组, 队).
    number, last
        House number; ``last`` is the other end of a block of numbers (号段).
    sub
        之 number or letter.
    building, unit, floor, room
        栋/幢/座/号楼, 单元, 层, 室.
    """

    lane: str | None = None
    group: str | None = None
    number: int | None = None
    last: int | None = None
    sub: str | None = None
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None

    def given(self) -> dict[str, int | str]:
        """Return the parts that are told, outermost first."""
        values = ((part.name, getattr(self, part.name)) for part in fields(self))
        return {name: value for name, value in values if value is not None}


@dataclass(frozen=True, slots=True)
class Street:
    """A western street: its own name, the type, and the quadrant or direction behind it; "" is not told."""

    core: str
    type: str = ""
    quadrant: str = ""

    @property
    def key(self) -> str:
        """The whole name."""
        return " ".join(part for part in (self.core, self.type, self.quadrant) if part)


@dataclass(frozen=True, slots=True)
class Parsed:
    """An address as it was understood.

    Attributes
    ----------
    typed
        As it came, unchanged.
    names
        Chinese: runs of text between numbers, in order, plain writing.
    streets
        Western: the street, and the one it crosses.
    tail
        Western: what stood behind commas (city, state, postcode).
    vague
        Words that tell only a rough place (附近, 对面).
    unread
        Numbers and words for which there is no place.
    crossing
        Whether a crossing of two streets is meant.
    """

    typed: str
    style: Style
    names: tuple[str, ...] = ()
    door: Door = field(default_factory=Door)
    streets: tuple[Street, ...] = ()
    tail: tuple[str, ...] = ()
    vague: str = ""
    unread: tuple[str, ...] = ()
    crossing: bool = False
    reasons: tuple[Reason, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing could be read that names a place."""
        return not self.names and not self.streets
