"""Kinds that a city may add to: known words are understood, others are kept as they stand."""

from collections.abc import Mapping

from gis.loading.checked import CheckedRows
from gis.loading.raw import TextArray, object_array
from gis.loading.wording import counted

_TOLD = 3


def open_kinds(rows: CheckedRows, *, words: Mapping[str, str]) -> TextArray:
    """Return (n,) kinds, and say which spellings were understood and which are the city's own.

    Parameters
    ----------
    rows
        The rows of a file with a column ``kind``, which every row must fill.
    words
        Each known spelling, in lower case, and the kind it means.
    """
    texts = rows.text("kind", needed=True)
    spellings = sorted({text for text in texts.tolist() if text is not None})
    meaning = {text: str(words.get(text.casefold(), text)) for text in spellings}
    understood = [f"{text!r} is {kind}" for text, kind in meaning.items() if text != kind]
    own = [text for text in spellings if text.casefold() not in words]
    if understood:
        rows.say(f"kind: {', '.join(understood)}")
    if own:
        told = ", ".join(repr(text) for text in own[:_TOLD])
        rows.say(f"kind: {counted(len(own), 'word')} of the city's own, kept as written: {told}")
    return object_array([None if text is None else meaning[text] for text in texts.tolist()])
