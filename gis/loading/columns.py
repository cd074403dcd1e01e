"""Which of a file's columns is meant by each of ours.

A canonical column is filled from, in this order: the user's rename, the user's constant, the file's column of
that name, the file's column of one of its other names (`gis.loading.aliases`); case, blanks, width, underscores and a
remark in brackets aside. Two columns with different cells that are both meant are refused with both named. Nothing
else is guessed; what is missing is said with the closest names.
"""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from gis.errors import InvalidInput, MissingColumn
from gis.loading.aliases import WEAK
from gis.loading.measures import factor_of
from gis.loading.packed import PackedColumns
from gis.loading.raw import RawLayer, TextArray, object_array
from gis.units import BoolArray

_JOIN = "+"


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """The user's word on columns.

    Parameters
    ----------
    renames
        Canonical name to the file's; ``"Date+Time"`` joins two columns with a blank.
    constants
        Canonical name to one value for all rows.
    words
        Canonical name to the file's words and what each means among ours.
    units
        Canonical name to the unit in which the file tells it.
    """

    renames: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def over(self, other: "ColumnPlan") -> "ColumnPlan":
        """Return both plans as one; where they speak of one column, this one counts."""
        told = {*self.renames, *self.constants}
        return ColumnPlan(
            {name: theirs for name, theirs in other.renames.items() if name not in told} | dict(self.renames),
            {name: value for name, value in other.constants.items() if name not in told} | dict(self.constants),
            dict(other.words) | dict(self.words),
            dict(other.units) | dict(self.units),
        )

    @classmethod
    def parse(cls, renames: Iterable[str] = (), constants: Iterable[str] = ()) -> "ColumnPlan":
        """Read ``canonical=theirs`` and ``canonical=value`` as typed on a command line.

        Raises
        ------
        InvalidInput
            When a text has no ``=``, or names a column twice.

        Examples
        --------
        >>> ColumnPlan.parse(["source_ref=OBJECTID"], ["source=mpd"]).renames
        {'source_ref': 'OBJECTID'}
        """
        return cls(_assignments(renames, option="--column"), _assignments(constants, option="--set"))


def _assignments(texts: Iterable[str], *, option: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not (equals and name and value.strip()):
            raise InvalidInput(f"{text!r} is not of the form NAME=VALUE", where=option, remedy=f"{option} name=VALUE")
        if name in found:
            raise InvalidInput(f"{name!r} is given twice", where=option, remedy="give it once")
        found[name] = value.strip()
    return found


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where the cells of each canonical column come from.

    Attributes
    ----------
    sources
        Canonical name to the file's columns, mostly one; absent when the file has none.
    constants
        Canonical name to the value of all rows.
    unused
        The file's columns that nothing is taken from.
    words
        Canonical name to the file's words and what each means.
    units
        Canonical name to the unit of its numbers.
    """

    sources: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, str]
    unused: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.sources or name in self.constants

    def cells(self, raw: RawLayer, name: str) -> TextArray | None:
        """Return the (n,) cells of a canonical column; None when there is no such column."""
        if name in self.constants:
            return np.full(len(raw), self.constants[name], dtype=object)
        if name not in self.sources:
            return None
        parts = [raw.columns[theirs] for theirs in self.sources[name]]
        joined = parts[0]
        if len(parts) > 1:
            joined = object_array([" ".join(filter(None, cells)) for cells in zip(*parts, strict=True)])
        words = self.words.get(name)
        if not words:
            return joined
        return object_array([cell if cell is None else words.get(cell.strip(), cell) for cell in joined.tolist()])

    def packed(self, raw: RawLayer, name: str) -> pa.ChunkedArray | None:
        """Return the (n,) cells of a canonical column as they lie in a packed one; None where they do not."""
        parts = self.sources.get(name, ())
        if len(parts) != 1 or name in self.constants or self.words.get(name):
            return None
        return raw.columns.packed(parts[0]) if isinstance(raw.columns, PackedColumns) else None

    def typed(self, raw: RawLayer, name: str) -> BoolArray | None:
        """Return (n,) which cells of a canonical column are no text in the file; None when that is not known."""
        parts = self.sources.get(name, ())
        return raw.typed.get(parts[0]) if len(parts) == 1 else None


def choose(
    raw: RawLayer,
    *,
    plan: ColumnPlan,
    known: Sequence[str],
    needed: Sequence[str],
    aliases: Mapping[str, Sequence[str]],
) -> Chosen:
    """Find the file's column for each canonical one.

    Parameters
    ----------
    raw
        The file.
    plan
        The user's word.
    known
        All canonical names of this kind.
    needed
        Those without which nothing can be loaded.
    aliases
        Canonical name to other names it goes by.

    Raises
    ------
    InvalidInput
        When the plan names a column that this kind has not, or gives one both a rename and a constant.
    MissingColumn
        When a renamed or needed column is not in the file: lists what is there and the closest names.
    """
    _check_plan(plan, known)
    by_name = _by_plain_name(raw)
    sources: dict[str, tuple[str, ...]] = {}
    for name in known:
        if name in plan.renames:
            sources[name] = _renamed(raw, by_name, name=name, theirs=plan.renames[name])
    taken = {theirs for parts in sources.values() for theirs in parts}
    for name in known:
        if name not in plan.renames and name not in plan.constants:
            found = _found(raw, by_name, name=name, others=aliases.get(name, ()), taken=taken)
            if found is not None:
                sources[name] = (found,)
    missing = [name for name in needed if name not in sources and name not in plan.constants]
    if missing:
        raise _missing(raw, missing)
    used = {theirs for parts in sources.values() for theirs in parts}
    unused = tuple(name for name in raw.columns if name not in used)
    return Chosen(sources, dict(plan.constants), unused, plan.words, _units(sources) | dict(plan.units))


def _by_plain_name(raw: RawLayer) -> dict[str, str]:
    """Return the file's columns by plain name; the first of two counts, and whole names before those cut short."""
    columns = list(reversed(list(raw.columns)))
    return {_plain(_without_remark(theirs)): theirs for theirs in columns} | {
        _plain(theirs): theirs for theirs in columns
    }


def _found(
    raw: RawLayer, by_name: Mapping[str, str], *, name: str, others: Sequence[str], taken: Collection[str]
) -> str | None:
    """Return the file's column for a canonical one, if there is just one.

    Raises
    ------
    InvalidInput
        When several columns are meant as much, and their cells differ.
    """
    if (own := by_name.get(_plain(name))) is not None:
        return own  # also where it is a part of another column
    free = [theirs for theirs in _candidates(raw, by_name, name=name, others=others) if theirs not in taken]
    if len(free) > 1:
        raise InvalidInput(
            f"two columns may be meant by {name}: {free[0]} and {free[1]}",
            where=str(raw.path),
            remedy=f"name one: --column {name}={free[0]}, or --column {name}={free[1]}",
            facts={"column": name, "candidates": free},
        )
    return free[0] if free else None


def candidates(raw: RawLayer, *, name: str, others: Sequence[str]) -> tuple[str, ...]:
    """Return the file's columns that may be meant by a canonical one: mostly one, none, or some that differ."""
    return _candidates(raw, _by_plain_name(raw), name=name, others=others)


def _candidates(raw: RawLayer, by_name: Mapping[str, str], *, name: str, others: Sequence[str]) -> tuple[str, ...]:
    if (own := by_name.get(_plain(name))) is not None:
        return (own,)
    hits = list(dict.fromkeys(by_name[_plain(each)] for each in others if _plain(each) in by_name and each not in WEAK))
    if not hits:
        return tuple(by_name[weak] for weak in others if weak in WEAK and weak in by_name)
    differing = [each for each in hits[1:] if not np.array_equal(raw.columns[hits[0]], raw.columns[each])]
    return (hits[0], *differing)


_REMARK = re.compile(r"\s*[(（\[【](?P<remark>[^()（）]*)[)）\]】]\s*$")


def _without_remark(name: str) -> str:
    return _REMARK.sub("", name)


def _units(sources: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the units that names of columns tell in brackets, where they are units of that column."""
    found = {}
    for name, parts in sources.items():
        remark = _REMARK.search(parts[0]) if len(parts) == 1 else None
        if remark is not None and factor_of(remark["remark"], column=name) is not None:
            found[name] = remark["remark"].strip()
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s_*:\-]+", "", unicodedata.normalize("NFKC", name)).casefold()


def _check_plan(plan: ColumnPlan, known: Sequence[str]) -> None:
    for name in (*plan.renames, *plan.constants, *plan.words, *plan.units):
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            raise InvalidInput(
                f"there is no column {name!r} to fill" + (f"; did you mean {close[0]!r}?" if close else ""),
                remedy=f"columns are {', '.join(known)}",
                facts={"column": name},
            )
    both = sorted(set(plan.renames) & set(plan.constants))
    if both:
        raise InvalidInput(f"{both[0]!r} is given both a column and a value", remedy="give one of them")


def _renamed(raw: RawLayer, by_name: Mapping[str, str], *, name: str, theirs: str) -> tuple[str, ...]:
    whole = theirs if theirs in raw.columns else by_name.get(_plain(theirs))
    if whole is not None:
        return (whole,)
    parts = [by_name.get(_plain(part)) for part in theirs.split(_JOIN)]
    found = tuple(part for part in parts if part is not None)
    if len(found) < len(parts) or len(parts) < 2:
        raise _missing(raw, [theirs], wanted=name)
    return found


def _missing(raw: RawLayer, names: Sequence[str], *, wanted: str | None = None) -> MissingColumn:
    there = list(raw.columns)
    plain = {_plain(theirs): theirs for theirs in there}
    close = {
        name: [plain[match] for match in difflib.get_close_matches(_plain(name), plain, n=3, cutoff=0.5)]
        for name in names
    }
    hints = [f"{name!r} is close to {', '.join(matches)}" for name, matches in close.items() if matches]
    example = wanted or names[0]
    noun = "column" if len(names) == 1 else "columns"
    return MissingColumn(
        f"there is no {noun} {', '.join(map(repr, names))}",
        where=f"{raw.path}, which has {', '.join(there)}",
        remedy="; ".join([*hints, f"name it with --column {example}=THEIRS, or fill it with --set {example}=VALUE"]),
        facts={"missing": list(names), "columns": there, "closest": close},
    )
