"""One way of writing: width, case, traditional characters, dashes, spaces, Chinese numerals.

What is changed is told as reasons; the text as typed is kept by the caller. O(length).
"""

import re
import unicodedata

from gis.addresses.reasons import Reason, reason
from gis.addresses.traditional import SIMPLIFIED

_DASHES = re.compile(r"[‐-―−﹣~〜﹘]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\x00-\x1f\x7f-\x9f]")
_SEPARATORS = re.compile(r"[\s,,、。;;::!!??\"'“”‘’·•|_=<>\[\]{}【】《》〈〉「」]+")
CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_RUN = re.compile("[零〇一二两三四五六七八九十百千]+")
_NAME_RUN = re.compile("[零〇一二三四五六七八九十]+(?:百[零〇一二三四五六七八九十]*)?")


def is_chinese(text: str) -> bool:
    """Say whether a text has Chinese characters."""
    return CHINESE.search(text) is not None


def plain(text: str) -> tuple[str, tuple[Reason, ...]]:
    """Return a text in one way of writing, upper case, and what was changed.

    Examples
    --------
    >>> plain("建設路12號")[0]
    '建设路12号'
    >>> plain(" 14th St. NW ")[0]
    '14TH ST. NW'
    """
    changes: list[Reason] = []
    cleaned = _INVISIBLE.sub(" ", text)
    halved = _DASHES.sub("-", unicodedata.normalize("NFKC", cleaned))
    if halved != cleaned:
        changes.append(reason("width"))
    simple = halved.translate(SIMPLIFIED)
    if simple != halved:
        changes.append(reason("traditional"))
    spaced = _SEPARATORS.sub(" ", simple).strip()
    if is_chinese(spaced):
        spaced = re.sub(r"(?<![0-9A-Za-z]) | (?![0-9A-Za-z])", "", spaced)
    if spaced != simple:
        changes.append(reason("spaces"))
    return spaced.upper(), tuple(changes)


def numeral(text: str) -> int | None:
    """Return the value of a run of Chinese numerals; None when it is none.

    Examples
    --------
    >>> numeral("一百二十三"), numeral("十二"), numeral("二〇一"), numeral("百")
    (123, 12, 201, None)
    """
    if text and all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total, digit = 0, None
    for position, character in enumerate(text):
        if character in _DIGITS:
            digit = _DIGITS[character]
            continue
        unit = {"十": 10, "百": 100, "千": 1000}.get(character)
        if unit is None or (
            digit is None and not (character == "十" and (position == 0 or text[position - 1] == "零"))
        ):
            return None
        total += (1 if digit is None else digit) * unit
        digit = None
    return total + (digit or 0) if text else None


def with_arabic(text: str, *, before: str) -> str:
    """Return a text whose Chinese numerals are Arabic where a unit follows.

    Parameters
    ----------
    before
        Regular expression of what must follow.

    Examples
    --------
    >>> with_arabic("江华一路一百二十三号", before="号")
    '江华一路123号'
    """

    def arabic(found: re.Match[str]) -> str:
        value = numeral(found[0])
        return found[0] if value is None else str(value)

    return re.sub(f"{_RUN.pattern}(?={before})", arabic, text)


def name_key(text: str) -> str:
    """Return the form of a name by which it is compared: no blanks, numerals in Arabic.

    Examples
    --------
    >>> name_key("江华一路") == name_key("江华1路") == "江华1路"
    True
    """
    key = plain(text)[0]
    if not is_chinese(key):
        return key

    def arabic(found: re.Match[str]) -> str:
        value = numeral(found[0])
        return found[0] if value is None else str(value)

    return _NAME_RUN.sub(arabic, key.replace(" ", "").replace("-", "").replace("(", "").replace(")", ""))
