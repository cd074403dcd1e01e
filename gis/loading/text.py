"""Text fit to be stored and compared: no surrounding blanks, no invisible characters, no novels.

A control character in a reference makes two equal-looking references differ, and NUL cannot be stored at all:
such cells are refused, never silently mended. Free text may have line breaks and tabs.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from gis.loading.raw import TextArray, object_array

LONGEST = 2000
Lines = Literal["one", "joined", "many"]
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_WITHOUT_WIDTH = "\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
_NO_CHARACTERS = "\ufffe\uffff\ud800-\udfff"
_INVISIBLE = _CONTROLS + _WITHOUT_WIDTH + _NO_CHARACTERS
_IN_FREE_TEXT = re.compile(f"[{_INVISIBLE}]")
_BREAKS = re.compile(r"\s*[\t\n\r]\s*")
_IN_ONE_LINE = re.compile(f"[{_INVISIBLE}\t\n\r]")


def stripped(cells: TextArray) -> TextArray:
    """Return cells without surrounding blanks (U+3000 too); None for those of which nothing is left."""
    listed = cells.tolist()
    bare: list[str | None]
    try:
        bare = list(map(str.strip, listed))
    except TypeError:  # some are None
        bare = [cell.strip() if cell else None for cell in listed]
    return object_array([cell or None for cell in bare])


def joined(texts: TextArray) -> TextArray:
    """Return text with a blank for every run of line breaks and tabs; None stays."""
    return object_array([text and _BREAKS.sub(" ", text) for text in texts.tolist()])


def text_faults(texts: TextArray, *, lines: Lines) -> Iterator[tuple[int, str]]:
    r"""Yield the position of each text that is not fit, and why.

    Parameters
    ----------
    texts
        (n,) text or None.
    lines
        "one" when line breaks and tabs are refused too, "many" for free text; "joined" text has none any more.

    Examples
    --------
    >>> list(text_faults(object_array(["A1", "A1\u200b", None]), lines="one"))
    [(1, 'it holds the invisible character U+200B (ZERO WIDTH SPACE)')]
    """
    unwanted = _IN_FREE_TEXT if lines == "many" else _IN_ONE_LINE
    present = [text for text in texts.tolist() if text is not None]
    if max(map(len, present), default=0) <= LONGEST and not unwanted.search("".join(present)):
        return
    for position, text in enumerate(texts.tolist()):
        if text is None:
            continue
        if len(text) > LONGEST:
            yield position, f"it is {len(text):,} characters long, more than {LONGEST:,}"
        elif found := unwanted.search(text):
            yield position, f"it holds the invisible character {_name(found[0])}"


def _name(character: str) -> str:
    known = {"\t": "tab", "\n": "line break", "\r": "carriage return", "\0": "NUL"}
    name = unicodedata.name(character, known.get(character, "control"))
    return f"U+{ord(character):04X} ({name})"
