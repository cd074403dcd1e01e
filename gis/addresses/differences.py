"""What stands otherwise in a candidate's address than in the text that was typed, piece by piece (R9).

Chinese texts are compared by characters, western ones by words. The typed text with these changes is the candidate's
text: nothing is left out or put in that is not named. O(length squared).
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from gis.addresses.reasons import Reason, reason
from gis.addresses.writing import is_chinese, plain


class Change(NamedTuple):
    """A piece of the typed text, and what stands there in the candidate's; one of them may be empty."""

    typed: str
    known: str

    def __str__(self) -> str:
        if not self.known:
            return f"-{self.typed}"
        return f"{self.typed}→{self.known}" if self.typed else f"+{self.known}"


def pieces(typed: str, address: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return the plain writing of two texts in the pieces that are compared."""
    ours, theirs = plain(typed)[0], plain(address)[0]
    return (ours, theirs) if is_chinese(ours + theirs) else (ours.split(), theirs.split())


def changes(typed: str, address: str) -> list[Change]:
    """Return what stands otherwise, from left to right; both texts in plain writing.

    Examples
    --------
    >>> [str(change) for change in changes("建设路十二号3幢", "江门市建设路12号3栋501")]
    ['+江门市', '十二→12', '幢→栋501']
    >>> [str(change) for change in changes("14th St", "14TH STREET NW")]
    ['ST→STREET NW']
    """
    ours, theirs = pieces(typed, address)
    joint = "" if isinstance(ours, str) else " "
    found = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    return [
        Change(joint.join(ours[start:end]), joint.join(theirs[first:last]))
        for kind, start, end, first, last in found
        if kind != "equal"
    ]


def told_changes(typed: str, address: str) -> tuple[Reason, ...]:
    """Return the reason that names the changes; none where the texts are alike."""
    found = changes(typed, address)
    return (reason("text", what=" ".join(map(str, found))),) if found else ()
