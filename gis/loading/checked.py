"""The rows of a file while they are checked, column by column.

`CheckedRows` reads each canonical column in bulk, notes what is wrong with single cells as rejects, and at
the end hands over the rows without fault. Unknown is None, NaN or NaT, never 0; a needed cell that is empty
is a fault.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.errors import InvalidInput
from gis.loading.aliases import Aliases, spellings
from gis.loading.batch import Reject
from gis.loading.clocks import TimeArray, to_utc
from gis.loading.columns import ColumnPlan, choose
from gis.loading.dates import DateOrder, Times, read_packed_times, read_times
from gis.loading.measures import factor_of, measured, units_of
from gis.loading.numbers import read_numbers, read_packed_numbers
from gis.loading.packed import coded, empty_cells
from gis.loading.raw import RawLayer, TextArray, object_array, unknown
from gis.loading.repeats import repeats
from gis.loading.serial_dates import without_serials
from gis.loading.text import LONGEST, Lines, joined, stripped, text_faults
from gis.loading.wording import counted
from gis.units import BoolArray, FloatArray, IntArray

X, Y, SHAPE = "lon", "lat", "geometry"
POSITION = (X, Y, SHAPE)
FLAG_WORDS = dict.fromkeys(("1", "true", "t", "yes", "y", "是"), "1") | dict.fromkeys(
    ("0", "false", "f", "no", "n", "否"), "0"
)
"""What is understood as yes (1) and no (0)."""
_TOLD = 80
_MOST_CELLS_KEPT = 4
"""Columns that are kept as they stand in the file while they are checked; all of them would fill the memory."""
EXACT_DIGITS = 15
"""Digits of a number that a spreadsheet keeps."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The canonical columns of a kind: all of them, and those a file cannot do without.

    ``aliases`` has the kind's own other names; those of `gis.loading.aliases.SHARED` count for every kind. ``words``
    has, for columns with a vocabulary, each accepted spelling in lower case and the value it means.
    """

    known: tuple[str, ...]
    needed: tuple[str, ...]
    aliases: Aliases = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def spellings(self) -> dict[str, tuple[str, ...]]:
        """Return every column with its other names; one that is another column's own is not shared."""
        owners = {name: column for column, others in self.aliases.items() for name in others}
        return {
            column: tuple(name for name in spellings(column, self.aliases) if owners.get(name, column) == column)
            for column in self.known
        }


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number may be.

    Attributes
    ----------
    least, most
        Both allowed, unless ``above`` is set.
    above
        ``least`` itself is not allowed.
    whole
        Only whole numbers.
    """

    least: float
    most: float
    above: bool = False
    whole: bool = False

    def __str__(self) -> str:
        """Return e.g. ``a whole number from 0 to 9``."""
        start = f"above {self.least:,g} up to" if self.above else f"from {self.least:,g} to"
        return f"a {'whole ' if self.whole else ''}number {start} {self.most:,g}"

    def hold(self, values: FloatArray) -> BoolArray:
        """Return which values are within; NaN is not."""
        inside: BoolArray = (values > self.least if self.above else values >= self.least) & (values <= self.most)
        return inside & (values == np.trunc(values)) if self.whole else inside


class CheckedRows:
    """The rows of one file under check.

    Parameters
    ----------
    raw
        The file.
    plan
        The user's word on columns.
    columns
        What this kind has and needs.

    Raises
    ------
    MissingColumn, InvalidInput
        See `gis.loading.columns.choose`.
    """

    def __init__(self, raw: RawLayer, *, plan: ColumnPlan, columns: Columns) -> None:
        self.raw = raw
        self.chosen = choose(raw, plan=plan, known=columns.known, needed=columns.needed, aliases=columns.spellings())
        self.faulty: BoolArray = np.zeros(len(raw), dtype=np.bool_)
        self._cells: dict[str, TextArray | None] = {}
        self._faults: list[tuple[int, Reject]] = []
        self.understood: list[str] = [*raw.said, *self._columns_said()]

    def _columns_said(self) -> list[str]:
        taken = [f"{ours} from {' and '.join(theirs)}" for ours, theirs in self.chosen.sources.items()]
        fixed = [f"{ours} is {value!r} throughout" for ours, value in self.chosen.constants.items()]
        said = [f"columns: {', '.join([*taken, *fixed])}"]
        if self.chosen.unused:
            said.append(f"columns not used: {', '.join(self.chosen.unused)}")
        return said

    def has(self, column: str) -> bool:
        """Whether the file or the user fills a column."""
        return column in self.chosen

    def place(self, position: int) -> str:
        """Return how to name a row to its reader."""
        return self.raw.place(int(self.raw.lines[position]))

    def cells(self, column: str) -> TextArray | None:
        """Return (n,) cells as they stand in the file; None when nothing fills the column."""
        if column not in self._cells:
            if len(self._cells) >= _MOST_CELLS_KEPT:
                self._cells.pop(next(iter(self._cells)))
            self._cells[column] = self.chosen.cells(self.raw, column)
        return self._cells[column]

    def say(self, text: str) -> None:
        """Tell the user what was recognised."""
        self.understood.append(text)

    def reject(self, positions: IntArray | Sequence[int], column: str | None, reason: str) -> None:
        """Turn rows away for a reason; what stood in the column is told with it."""
        listed = np.asarray(positions, dtype=np.int64).tolist()
        cells = self.cells(column) if column and listed else None
        for position in listed:
            text = "" if cells is None or cells[position] is None else str(cells[position])
            line = int(self.raw.lines[position])
            self._faults.append((position, Reject(line, column, reason, text[:LONGEST])))
            self.faulty[position] = True

    def at_fault(self, column: str) -> BoolArray:
        """Return (n,) which rows were turned away for this column."""
        wrong: BoolArray = np.zeros(len(self.raw), dtype=np.bool_)
        wrong[[position for position, reject in self._faults if reject.column == column]] = True
        return wrong

    def text(self, column: str, *, needed: bool = False, lines: Lines = "one") -> TextArray:
        """Return (n,) text, None where unknown; see `gis.loading.text`."""
        filled = self._filled(column, needed=needed)
        self._judge_typed(column)
        texts = joined(filled) if lines == "joined" else filled
        for position, reason in text_faults(texts, lines=lines):
            self.reject([position], column, reason)
        return texts

    def _judge_typed(self, column: str) -> None:
        """Say which texts are numbers in the file; turn away those too long to be what was typed."""
        typed = self.chosen.typed(self.raw, column)
        cells = None if typed is None or not typed.any() else self.cells(column)
        if typed is None or cells is None:
            return
        numbers = np.flatnonzero(typed)
        long = [
            row for row in numbers.tolist() if "e+" in cells[row] or sum(map(str.isdigit, cells[row])) > EXACT_DIGITS
        ]
        self.reject(
            long,
            column,
            f"the file holds a number of more than {EXACT_DIGITS} digits, which spreadsheets and floats do not keep: "
            "store the column as text",
        )
        self.say(
            f"{column}: {counted(len(numbers), 'cell')} are numbers or dates in the file, taken as text, "
            f"e.g. {cells[numbers[0]]!r}; leading zeros they may have had are lost"
        )

    def _filled(self, column: str, *, needed: bool) -> TextArray:
        """Return (n,) text of a column, whatever characters it has; equal texts are mostly one object."""
        codes, words = self._coded(column)
        texts: TextArray = object_array([*stripped(object_array(words)).tolist(), None])[codes]
        self._refuse_empty(unknown(texts), column, needed=needed)
        return texts

    def _refuse_empty(self, empty: BoolArray, column: str, *, needed: bool) -> None:
        if needed:
            self.reject(np.flatnonzero(empty), column, f"{column} is empty")

    def _coded(self, column: str) -> tuple[IntArray, list[str]]:
        """Return which of the words of a column each row has, -1 for none, and the words."""
        packed = self.chosen.packed(self.raw, column)
        if packed is not None:
            return coded(packed)
        cells = self.cells(column)
        if cells is None:
            return np.full(len(self.raw), -1), []
        codes, words = pd.factorize(cells)
        return codes, words.tolist()

    def choice(self, column: str, *, words: Mapping[str, str], default: str | None = None) -> TextArray:
        """Return (n,) values of a vocabulary.

        Parameters
        ----------
        column
            The canonical column.
        words
            Each accepted spelling, in lower case, and the value it means.
        default
            The value of empty cells; None: they stay unknown.
        """
        codes, words_found = self._coded(column)
        spellings = [word.strip() for word in words_found]
        meanings = [words.get(spelling.casefold(), default if not spelling else None) for spelling in spellings]
        values: TextArray = object_array([*meanings, default])[codes]
        accepted = ", ".join(dict.fromkeys(words.values()))
        for code in [code for code, meaning in enumerate(meanings) if meaning is None and spellings[code]]:
            told = spellings[code][:_TOLD]
            self.reject(np.flatnonzero(codes == code), column, f"{told!r} is none of {accepted}")
        if not self.has(column) and default is not None:
            self.say(f"{column} is not told, so it is {default!r} throughout")
        return values

    def number(self, column: str, *, bounds: Bounds | None = None, needed: bool = False) -> FloatArray:
        """Return (n,) float64, NaN where unknown."""
        packed = self.chosen.packed(self.raw, column)
        read = None if packed is None else read_packed_numbers(packed)
        if read is not None:
            values = self._in_unit_of_column(column, read)
            self._refuse_empty(np.isnan(values), column, needed=needed)
        else:
            texts = self._filled(column, needed=needed)
            values, no_number = read_numbers(texts)
            values = self._in_unit_of_column(column, values)
            self._read_measured(column, texts, values, no_number)
            self.reject(np.flatnonzero(no_number), column, "this is not a finite number")
        if bounds is not None:
            outside = np.isfinite(values) & ~bounds.hold(values)
            self.reject(np.flatnonzero(outside), column, f"this is not {bounds}")
        return values

    def _in_unit_of_column(self, column: str, values: FloatArray) -> FloatArray:
        """Bring bare numbers of a column that is told in another unit to ours."""
        unit = self.chosen.units.get(column)
        if unit is None:
            return values
        factor = factor_of(unit, column=column)
        if factor is None:
            raise InvalidInput(
                f"{unit!r} is no unit of {column}",
                where=f"{self.raw.path}, column {' and '.join(self.chosen.sources.get(column, (column,)))}",
                remedy=f"units are {', '.join(units_of(column))}; a mapping names one: [units] {column} = …",
            )
        if factor != 1.0:
            self.say(f"{column}: numbers are in {unit}, multiplied by {factor:g}")
        scaled: FloatArray = np.round(values * factor, 9) if factor != 1.0 else values
        return scaled

    def _read_measured(self, column: str, texts: TextArray, values: FloatArray, no_number: BoolArray) -> None:
        """Read what is no bare number but has a unit, in place."""
        read = {row: measured(texts[row], column=column) for row in np.flatnonzero(no_number).tolist()}
        found = {row: value for row, value in read.items() if value is not None}
        if found:
            rows = list(found)
            values[rows] = list(found.values())
            no_number[rows] = False
            self.say(
                f"{column}: {counted(len(rows), 'cell')} with a unit, e.g. {texts[rows[0]]!r} is {values[rows[0]]:.10g}"
            )

    def flag(self, column: str) -> NDArray[Any]:
        """Return (n,) object of True, False and None for unknown."""
        texts = self.choice(column, words=FLAG_WORDS)
        return object_array([None if text is None else text == "1" for text in texts.tolist()])

    def known_flag(self, column: str) -> BoolArray:
        """Return (n,) bool, False where nothing is said."""
        return np.array([value is True for value in self.flag(column).tolist()], dtype=np.bool_)

    def time(
        self,
        column: str,
        *,
        time_zone: ZoneInfo | None,
        date_order: DateOrder | None,
        needed: bool = False,
    ) -> TimeArray:
        """Return (n,) datetime64[us] in UTC, NaT where unknown; see `gis.loading.dates`."""
        times = self._times(column, time_zone=time_zone, date_order=date_order, needed=needed)
        self.understood.extend(times.said)
        return times.utc

    def end(
        self,
        column: str,
        *,
        time_zone: ZoneInfo | None,
        date_order: DateOrder | None,
        needed: bool = False,
    ) -> TimeArray:
        """Return (n,) moments at which something is over, as `time`; a date alone is meant to its last moment."""
        times = self._times(column, time_zone=time_zone, date_order=date_order, needed=needed)
        whole_days = np.flatnonzero(times.timeless)
        if len(whole_days) and time_zone is not None:
            local = [moment.replace(tzinfo=UTC).astimezone(time_zone) for moment in times.utc[whole_days].tolist()]
            days = np.array([moment.date() for moment in local], dtype="datetime64[D]") + 1
            times.utc[whole_days], skipped, twice = to_utc(days.astype("datetime64[us]"), time_zone)
            self.reject(whole_days[skipped | twice], column, f"the clocks of {time_zone.key} change at the end of it")
        self.understood.extend(line for line in times.said if "read as midnight" not in line)
        if len(whole_days):
            self.say(f"{column}: {counted(len(whole_days), 'date')} without a time of day, read as the end of that day")
        return times.utc

    def date(self, column: str, *, date_order: DateOrder | None, needed: bool = False) -> TimeArray:
        """Return (n,) datetime64[D], NaT where unknown; a time of day beside it is a fault."""
        times = self._times(column, time_zone=ZoneInfo("UTC"), date_order=date_order, needed=needed)
        self.reject(np.flatnonzero(~times.timeless & ~np.isnat(times.utc)), column, "this is more than a date")
        days: TimeArray = times.utc.astype("datetime64[D]")
        return days

    def _times(self, column: str, *, time_zone: ZoneInfo | None, date_order: DateOrder | None, needed: bool) -> Times:
        """Read a column of times and turn away what is none."""
        packed = self.chosen.packed(self.raw, column)
        zone, order = time_zone, date_order
        times = None if packed is None else read_packed_times(packed, column=column, time_zone=zone, date_order=order)
        if packed is not None and times is not None:
            self._refuse_empty(empty_cells(packed), column, needed=needed)
        else:
            texts, serials = without_serials(self._filled(column, needed=needed), epoch=self.raw.serial_epoch)
            if serials:
                self.say(
                    f"{column}: {counted(serials, 'number')} of days, as spreadsheets store dates, read as local time"
                )
            times = read_times(texts, column=column, time_zone=zone, date_order=order)
        for reason, positions in times.faults.items():
            self.reject(positions, column, reason)
        return times

    def keep_first(self, values: Mapping[str, NDArray[Any]], *, key: Sequence[str]) -> IntArray:
        """Settle rows with one key: the first stays, identical copies are dropped, others turned away.

        Returns
        -------
        Positions of the rows to keep, ascending.
        """
        found = repeats(values, key=key, among=np.flatnonzero(~self.faulty))
        for position, first in zip(found.differing.tolist(), found.first_of_differing.tolist(), strict=True):
            named = " and ".join(f"{name} {values[name][position]!r}" for name in key)
            self.reject(
                [position],
                key[-1],
                f"{named} stands in {self.place(first)} already, and the rows differ",
            )
        keep = ~self.faulty
        keep[found.identical] = False
        return np.flatnonzero(keep)

    def rejects(self) -> tuple[Reject, ...]:
        """Return all rejects in file order, broken rows included."""
        broken = [Reject(row.line, None, row.reason, " | ".join(row.cells)[:LONGEST]) for row in self.raw.broken]
        found = [reject for _, reject in sorted(self._faults, key=lambda fault: fault[0])]
        return tuple(sorted([*broken, *found], key=lambda reject: reject.line))


def frame(values: Mapping[str, NDArray[Any]], keep: IntArray) -> pd.DataFrame:
    """Return the kept rows as a table: text stays object with None, times are marked as UTC."""
    columns: dict[str, pd.Series] = {}
    for name, array in values.items():
        kept = array[keep]
        columns[name] = pd.Series(kept, dtype=kept.dtype)
        if kept.dtype.kind == "M":
            columns[name] = columns[name].dt.tz_localize("UTC")
    return pd.DataFrame(columns)
