"""Codes of areas, grids and cameras: text with a declared scheme, never a key.

A code is checked against the scheme somebody declared for it, and against what is known of that scheme, no
more: nothing is guessed from its length, and an area's parent is never derived from a prefix (development
zones act as counties under codes of their own).
"""

import re
from enum import StrEnum
from typing import Final, NamedTuple

from gis.errors import InvalidCode

_MOST_FREE_CHARACTERS: Final = 64
_SHOWN_CHARACTERS: Final = 80


class CodeScheme(StrEnum):
    """Who says how a code is built."""

    DIVISION = "division"
    """Statistical division code: 6 digits county, 9 town, 12 village or community."""

    GRID_15 = "db11"
    """Grid code of 15 digits (DB11): the community's 12 and a sequence of 3."""

    GRID_20 = "cjt349"
    """Grid code of 20 digits (CJ/T 349-2010)."""

    CAMERA = "gbt28181"
    """Device code of 20 digits (GB/T 28181)."""

    FREE = "free"
    """Any text of 1 to 64 characters, for places with codes of their own."""


class DivisionCode(NamedTuple):
    """A division code in its parts; what is below the coded level is "".

    Parameters
    ----------
    county
        6 digits.
    town
        3 digits: town or street; "" in a county's code.
    village
        3 digits: village or community; "" in a county's or a town's code.
    """

    county: str
    town: str
    village: str

    @property
    def text(self) -> str:
        """The code as it was written."""
        return self.county + self.town + self.village


class GridCode(NamedTuple):
    """A grid code of 15 digits in its parts.

    Parameters
    ----------
    community
        The division code of the village or community the grid belongs to.
    sequence
        3 digits, numbered from west to east, then from north to south, inside the community.
    """

    community: DivisionCode
    sequence: str

    @property
    def text(self) -> str:
        """The code as it was written."""
        return self.community.text + self.sequence


class CameraCode(NamedTuple):
    """A GB/T 28181 code in its parts.

    Parameters
    ----------
    centre
        8 digits: the division code of the centre the device reports to.
    industry
        2 digits.
    kind
        3 digits: the type of device.
    serial
        7 digits.
    """

    centre: str
    industry: str
    kind: str
    serial: str

    @property
    def text(self) -> str:
        """The code as it was written."""
        return self.centre + self.industry + self.kind + self.serial


def division_code(text: str) -> DivisionCode:
    """Read a division code.

    Raises
    ------
    InvalidCode
        Unless it has 6, 9 or 12 digits.

    Examples
    --------
    >>> division_code("440703001002")
    DivisionCode(county='440703', town='001', village='002')
    >>> division_code("440703").town
    ''
    """
    digits = _digits(text, (6, 9, 12), scheme=CodeScheme.DIVISION)
    return DivisionCode(digits[:6], digits[6:9], digits[9:12])


def grid_code(text: str) -> GridCode:
    """Read a grid code of 15 digits.

    Raises
    ------
    InvalidCode
        Unless it has 15 digits.

    Examples
    --------
    >>> grid_code("440703001002007").sequence
    '007'
    """
    digits = _digits(text, (15,), scheme=CodeScheme.GRID_15)
    return GridCode(division_code(digits[:12]), digits[12:])


def camera_code(text: str) -> CameraCode:
    """Read a GB/T 28181 device code.

    Raises
    ------
    InvalidCode
        Unless it has 20 digits.

    Examples
    --------
    >>> camera_code("44070300011320000001")
    CameraCode(centre='44070300', industry='01', kind='132', serial='0000001')
    """
    digits = _digits(text, (20,), scheme=CodeScheme.CAMERA)
    return CameraCode(digits[:8], digits[8:10], digits[10:13], digits[13:])


def code_scheme(text: str) -> CodeScheme:
    """Read the name of a scheme.

    Raises
    ------
    InvalidCode
        When there is no such scheme.
    """
    try:
        return CodeScheme(text.strip().lower())
    except ValueError as error:
        accepted = ", ".join(CodeScheme)
        raise InvalidCode(f"there is no code scheme {_shown(text)}", remedy=f"declare one of {accepted}") from error


def checked_code(text: str, *, scheme: CodeScheme) -> str:
    """Return a code if it follows its declared scheme.

    Parameters
    ----------
    text
        The code as it stands in the file; spaces around it are a fault, not ignored.
    scheme
        What was declared.

    Raises
    ------
    InvalidCode
        When it does not.

    Examples
    --------
    >>> checked_code("PSA 101", scheme=CodeScheme.FREE)
    'PSA 101'
    """
    match scheme:
        case CodeScheme.DIVISION:
            return division_code(text).text
        case CodeScheme.GRID_15:
            return grid_code(text).text
        case CodeScheme.GRID_20:
            return _digits(text, (20,), scheme=scheme)
        case CodeScheme.CAMERA:
            return camera_code(text).text
        case CodeScheme.FREE:
            return _free(text)


def _digits(text: str, lengths: tuple[int, ...], *, scheme: CodeScheme) -> str:
    """Return a code made of so many ASCII digits."""
    if re.fullmatch(r"[0-9]+", text) and len(text) in lengths:
        return text
    wanted = " or ".join(str(length) for length in lengths)
    if not re.fullmatch(r"[0-9]*", text):
        what = f"{_shown(text)} holds something else than the digits 0 to 9"
    else:
        what = f"{_shown(text)} has {len(text)} digits"
    spreadsheet = re.fullmatch(r"[0-9]+\.0*|[0-9.]+[eE]\+?[0-9]+", text)
    hint = "; a spreadsheet has turned it into a number: store codes as text" if spreadsheet else ""
    raise InvalidCode(
        f"the {scheme} code {what}",
        remedy=f"{wanted} digits are accepted{hint}",
        facts={"code": text[:_SHOWN_CHARACTERS], "scheme": scheme.value},
    )


def _free(text: str) -> str:
    """Return a code of 1 to 64 printable characters that neither begins nor ends with a space."""
    if text and text == text.strip() and text.isprintable() and len(text) <= _MOST_FREE_CHARACTERS:
        return text
    raise InvalidCode(
        f"{_shown(text)} cannot be a code",
        remedy="1 to 64 printable characters without spaces around them are accepted",
        facts={"code": text[:_SHOWN_CHARACTERS], "scheme": CodeScheme.FREE.value},
    )


def _shown(text: str) -> str:
    """Return a code as it may stand in a message: quoted, and cut when long."""
    return repr(text) if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]!r}…"
