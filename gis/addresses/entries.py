"""The rows of a gazetteer as arrays: names, doors and points, compact enough for every replica's memory.

Text is kept once in a vocabulary per column; the full text of all rows is one block of bytes. Some 120 bytes a row
beside its text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.units import BoolArray, FloatArray, Int32Array, IntArray

NAMES = ("street", "village", "estate", "crossing")
"""Columns that name something; each row has at least one of them."""
CODED = ("lane", "group_no", "sub", "building", "unit", "room")
"""Columns of the door that are text."""
COLUMNS = (*NAMES, *CODED, "number", "last", "full_text", "site_kind", "simulated", "lon", "lat")
"""What `Entries.of` wants; text is None and numbers NaN where not told."""
ABSENT = -1
UNKNOWN = -2
"""Code of a text that no row has."""


class Vocabulary:
    """Texts of a column, each once; codes are given in the order of first sight."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._codes: dict[str, int] = {}

    def codes(self, values: Sequence[Any] | NDArray[Any]) -> Int32Array:
        """Return (n,) codes, `ABSENT` where there is no text."""
        local, texts = pd.factorize(np.asarray(values, dtype=object))
        own = np.array([self._code(str(text)) for text in texts] + [ABSENT], dtype=np.int32)
        coded: Int32Array = own[local]
        return coded

    def code(self, text: str) -> int:
        """Return the code of one text, `UNKNOWN` when no row has it."""
        return self._codes.get(text, UNKNOWN)

    def _code(self, text: str) -> int:
        if text not in self._codes:
            self._codes[text] = len(self.texts)
            self.texts.append(text)
        return self._codes[text]


@dataclass(frozen=True, slots=True)
class Texts:
    """Many texts as one block of UTF-8."""

    block: bytes
    ends: IntArray

    @classmethod
    def of(cls, parts: Iterable[bytes], lengths: Sequence[IntArray]) -> "Texts":
        """Join blocks and the lengths of the texts in them."""
        return cls(b"".join(parts), np.cumsum(np.concatenate([np.zeros(0, dtype=np.int64), *lengths])))

    def __getitem__(self, position: int) -> str:
        start = int(self.ends[position - 1]) if position else 0
        return self.block[start : int(self.ends[position])].decode()


@dataclass(frozen=True, slots=True)
class Entries:
    """All rows.

    Attributes
    ----------
    names
        Column of `NAMES` to (n,) codes in ``vocabularies``.
    doors
        Column of `CODED` to (n,) codes; ``number`` and ``last`` to (n,) numbers, `ABSENT` where not told.
    site_kind
        (n,) codes of the kinds of site, `ABSENT` for addresses, which are no site.
    lon, lat
        (n,) WGS84 degrees.
    """

    names: Mapping[str, Int32Array]
    doors: Mapping[str, Int32Array]
    vocabularies: Mapping[str, Vocabulary]
    site_kind: Int32Array
    lon: FloatArray
    lat: FloatArray
    texts: Texts
    simulated: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.lon)

    def of_kinds(self, kinds: Iterable[str]) -> BoolArray:
        """Return (n,) which rows are no site, or one of these kinds."""
        codes = [self.vocabularies["site_kind"].code(kind) for kind in kinds]
        chosen: BoolArray = np.isin(self.site_kind, [ABSENT, *codes])
        return chosen

    def middle_numbers(self, rows: Int32Array) -> Int32Array:
        """Return the house numbers of some rows, of blocks the middle; negative where there is none."""
        number, last = self.doors["number"][rows], self.doors["last"][rows]
        middle: Int32Array = np.where(last >= 0, (number + last) // 2, number).astype(np.int32)
        return middle

    @classmethod
    def of(cls, chunks: Iterable[pd.DataFrame]) -> "Entries":
        """Build from frames with `COLUMNS`, in order; a chunk is let go before the next is asked for."""
        vocabularies = {name: Vocabulary() for name in (*NAMES, *CODED, "site_kind")}
        kept: dict[str, list[NDArray[Any]]] = {name: [] for name in (*vocabularies, *_NUMBERS, *_PLAIN)}
        blocks: list[bytes] = []
        lengths: list[IntArray] = []
        for chunk in chunks:
            for name, vocabulary in vocabularies.items():
                kept[name].append(vocabulary.codes(chunk[name].to_numpy()))
            for name in _NUMBERS:
                kept[name].append(chunk[name].astype(np.float64).fillna(ABSENT).to_numpy().astype(np.int32))
            for name in _PLAIN:
                kept[name].append(chunk[name].to_numpy(dtype=_PLAIN[name]))
            encoded = [str(text).encode() for text in chunk["full_text"]]
            blocks.append(b"".join(encoded))
            lengths.append(np.array([len(text) for text in encoded], dtype=np.int64))
        arrays = {name: _joined(parts, _PLAIN.get(name, np.int32)) for name, parts in kept.items()}
        return cls(
            names={name: arrays[name] for name in NAMES},
            doors={name: arrays[name] for name in (*CODED, *_NUMBERS)},
            vocabularies=vocabularies,
            site_kind=arrays["site_kind"],
            lon=arrays["lon"],
            lat=arrays["lat"],
            texts=Texts.of(blocks, lengths),
            simulated=arrays["simulated"],
        )


_NUMBERS = ("number", "last")
_PLAIN: Mapping[str, Any] = {"lon": np.float64, "lat": np.float64, "simulated": np.bool_}


def _joined(parts: list[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)
