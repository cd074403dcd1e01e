"""What is assumed of a camera whose angle or range nobody wrote down. These are assumptions, not facts.

A table has one row for each kind of camera and may have rows for single feeds (``source``), which go first.
Whoever shows a figure that rests on it prints the table beside the figure (`RangeTable.printed`);
`Views.assumed` marks the cameras concerned. Put better numbers into a TOML file and read it with
`RangeTable.from_toml`.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gis.coverage.cameras import KINDS, TextArray
from gis.errors import InvalidInput, UnreadableFile
from gis.units import FloatArray


class Assumed(NamedTuple):
    """An angle and a range taken for granted, and the reason."""

    hfov_deg: float
    range_m: float
    why: str


@dataclass(frozen=True, slots=True)
class RangeTable:
    """Assumed angles and ranges, for detection.

    Parameters
    ----------
    by_kind
        A row for every kind of `KINDS`.
    by_source
        Rows for single feeds; a camera of such a feed takes this row whatever its kind.

    Raises
    ------
    InvalidInput
        When a kind has no row, or an angle or range is not positive.

    Examples
    --------
    >>> DEFAULT_RANGES.by_kind["fixed"].range_m
    38.0
    """

    by_kind: Mapping[str, Assumed]
    by_source: Mapping[str, Assumed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a table that leaves a kind without an answer."""
        if set(self.by_kind) != set(KINDS):
            raise InvalidInput(
                f"the table of assumed ranges has rows for {', '.join(sorted(self.by_kind)) or 'no kind'}",
                remedy=f"give one row for each of {', '.join(KINDS)}",
            )
        for name, row in [*self.by_kind.items(), *self.by_source.items()]:
            if not (0.0 < row.hfov_deg <= 360.0 and 0.0 < row.range_m < math.inf):
                raise InvalidInput(
                    f"{row.hfov_deg} degrees and {row.range_m} m make no field of view",
                    where=f"assumed range of {name}",
                    remedy="give an angle above 0 and up to 360 degrees and a range above 0 m",
                )

    @classmethod
    def from_toml(cls, path: Path) -> "RangeTable":
        """Read a table from a file with ``[kind.NAME]`` and ``[source.NAME]`` sections.

        Each section has ``hfov_deg``, ``range_m`` and ``why``. A kind that the file leaves out keeps the
        row of `DEFAULT_RANGES`.

        Raises
        ------
        UnreadableFile
            When the file is missing or not TOML.
        InvalidInput
            When a section has another name or shape, or a number is impossible.
        """
        try:
            read = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UnreadableFile(
                "the table of assumed ranges cannot be read", where=str(path), remedy=str(error)
            ) from error
        if strange := sorted(set(read) - {"kind", "source"}):
            raise InvalidInput(
                f"section {strange[0]} means nothing here",
                where=str(path),
                remedy="use [kind.NAME] and [source.NAME]",
            )
        by_kind = {**DEFAULT_RANGES.by_kind, **_rows(read.get("kind", {}), section="kind", path=path)}
        return cls(by_kind, _rows(read.get("source", {}), section="source", path=path))

    def rows_of(self, kind: TextArray, source: TextArray) -> tuple[FloatArray, FloatArray]:
        """Return what is assumed of each camera.

        Parameters
        ----------
        kind, source
            (n,) columns of `Cameras`.

        Returns
        -------
        hfov_deg, range_m
            (n,) float64.
        """
        rows = [
            self.by_source.get(feed) or self.by_kind[name]
            for name, feed in zip(kind.tolist(), source.tolist(), strict=True)
        ]
        numbers = np.array([(row.hfov_deg, row.range_m) for row in rows], dtype=np.float64).reshape(-1, 2)
        return numbers[:, 0], numbers[:, 1]

    def printed(self) -> str:
        """Return the table as text in Markdown, to stand beside every figure that rests on it."""
        lines = ["| assumed for | angle (degrees) | range (m) | why |", "|---|---|---|---|"]
        for word, rows in (("kind", self.by_kind), ("source", self.by_source)):
            lines += [
                " | ".join((f"| {word} {name}", f"{row.hfov_deg:g}", f"{row.range_m:g}", f"{_cell(row.why)} |"))
                for name, row in rows.items()
            ]
        return "\n".join(lines)


def _cell(text: str) -> str:
    """Return text that stays in its cell of a Markdown table."""
    return " ".join(text.replace("|", r"\|").split())


def _rows(sections: Any, *, section: str, path: Path) -> dict[str, Assumed]:
    rows = {}
    for name, row in (sections if isinstance(sections, dict) else {section: None}).items():
        match row:
            case {
                "hfov_deg": int() | float() as hfov_deg,
                "range_m": int() | float() as range_m,
                "why": str(why),
                **rest,
            } if not rest:
                rows[name] = Assumed(float(hfov_deg), float(range_m), why)
            case _:
                raise InvalidInput(
                    f"section {section}.{name} is not a row of assumptions",
                    where=str(path),
                    remedy="give hfov_deg and range_m as numbers and why as text, nothing else",
                )
    return rows


DEFAULT_RANGES = RangeTable(
    {
        "fixed": Assumed(90.0, 38.0, "1,920 pixels over 90 degrees give 25 px/m at 38.4 m"),
        "ptz": Assumed(60.0, 66.0, "1,920 pixels over 60 degrees give 25 px/m at 66.5 m; zoom is left out"),
        "dome": Assumed(90.0, 38.0, "as fixed, all round"),
        "unknown": Assumed(90.0, 38.0, "as fixed"),
    }
)
"""Assumptions by kind, from the pixel formula for an ordinary full HD camera at the level detect."""

WASHINGTON_DC_RANGES = RangeTable(
    DEFAULT_RANGES.by_kind,
    {
        "dc-cctv": Assumed(90.0, 66.0, "neighbourhood cameras on poles, taken to reach as far as a PTZ"),
        "dc-traffic": Assumed(60.0, 66.0, "watch a junction and its approaches; taken for full HD over 60 degrees"),
        "dc-enforcement": Assumed(40.0, 30.0, "one approach, close enough to read a plate; assumed"),
        "dc-redlight": Assumed(40.0, 30.0, "one approach of a junction, up to behind its stop line; assumed"),
        "dc-speed": Assumed(30.0, 30.0, "one carriageway, close enough to read a plate; assumed"),
    },
)
"""Assumptions for the five lists of cameras of Washington DC, which give no angle and no range."""
