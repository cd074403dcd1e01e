"""Which characters the bytes of a file mean: UTF-8 with or without mark, UTF-16 with mark, GBK/GB18030.

UTF-8 is proven by decoding the whole file, in blocks; what is not UTF-8 is GB18030 when most of its
characters are everyday Chinese ones (almost any bytes decode as GB18030, also French ones). Nothing else is
guessed.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from gis.errors import UnreadableFile
from gis.loading.formats import ACCEPTED

BLOCK_BYTES = 1 << 20
_MAGIC = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
}
_REMEDY = f"{ACCEPTED}; text in UTF-8, UTF-16 with mark, or GBK/GB18030"


@dataclass(frozen=True, slots=True)
class Encoding:
    """A recognised encoding: the codec to read with, and how to say so."""

    codec: str
    name: str


def recognise(path: Path, *, declared: str | None = None) -> Encoding:
    """Return the encoding in which the whole file can be read.

    Parameters
    ----------
    path
        An existing file.
    declared
        The user's word, taken before any guess but still checked.

    Raises
    ------
    UnreadableFile
        When the file cannot be opened, is not text, or its encoding is not recognised: says at which byte.
    """
    head = _head(path)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and declared is None:
        _prove(path, "utf-16")
        return Encoding("utf-16", "UTF-16 with mark")
    if declared is not None:
        return _declared(path, declared)
    _refuse_binary(path, head)
    if head.startswith(codecs.BOM_UTF8):
        _prove(path, "utf-8-sig")
        return Encoding("utf-8-sig", "UTF-8 with mark (BOM)")
    failed_at = _first_failure(path, "utf-8")
    if failed_at is None:
        return Encoding("utf-8", "UTF-8")
    if _looks_chinese(path):
        return Encoding("gb18030", "GBK/GB18030")
    raise UnreadableFile(
        "the character encoding is not recognised",
        where=f"{path}, byte {failed_at}",
        remedy="save it as UTF-8, or name its encoding: --encoding cp1252",
        facts={"byte": failed_at},
    )


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except FileNotFoundError:
        raise UnreadableFile("there is no such file", where=str(path), remedy="correct its name") from None
    except IsADirectoryError:
        raise UnreadableFile("this is a folder, not a file", where=str(path), remedy="name a file in it") from None
    except OSError as error:
        raise UnreadableFile(
            f"the file cannot be opened: {error.strerror}", where=str(path), remedy="make it readable for this user"
        ) from error


def _refuse_binary(path: Path, head: bytes) -> None:
    for magic, meaning in _MAGIC.items():
        if head.startswith(magic):
            raise UnreadableFile(f"this is {meaning}, not text", where=str(path), remedy=_REMEDY)
    controls = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in head)
    if controls * 10 > len(head):
        raise UnreadableFile("this is a binary file, not text", where=str(path), remedy=_REMEDY)


def _declared(path: Path, declared: str) -> Encoding:
    try:
        codec = codecs.lookup(declared).name
    except LookupError:
        raise UnreadableFile(
            f"there is no encoding called {declared!r}",
            where=str(path),
            remedy="e.g. utf-8, gbk, gb18030, big5, cp1252",
        ) from None
    codec = {"utf-8": "utf-8-sig", "gbk": "gb18030", "gb2312": "gb18030"}.get(codec, codec)
    _prove(path, codec)
    return Encoding(codec, f"{declared} (declared)")


def _prove(path: Path, codec: str) -> None:
    failed_at = _first_failure(path, codec)
    if failed_at is not None:
        raise UnreadableFile(
            f"the text is not {codec} throughout",
            where=f"{path}, byte {failed_at}",
            remedy="save it as UTF-8, or name its encoding: --encoding gb18030",
            facts={"byte": failed_at},
        )


def _first_failure(path: Path, codec: str) -> int | None:
    """Return the byte at or shortly before which decoding fails, or None when it succeeds."""
    decoder = codecs.getincrementaldecoder(codec)()
    done = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return max(0, done + error.start)
            done += len(block)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return done
    return None


def _looks_chinese(path: Path) -> bool:
    """Whether it decodes as GB18030 and most characters beyond ASCII are everyday Chinese (GB 2312)."""
    decoder = codecs.getincrementaldecoder("gb18030")()
    everyday = foreign = 0
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK_BYTES):
                common, beyond = _everyday(decoder.decode(block))
                everyday += common
                foreign += beyond
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return everyday * 2 > foreign


def everyday_chinese(texts: bytes) -> bool:
    """Whether most characters beyond ASCII of bytes read as GB18030 are everyday Chinese ones (GB 2312).

    Examples
    --------
    >>> everyday_chinese("社区".encode("gbk")), everyday_chinese("déjà".encode("cp1252"))
    (True, False)
    """
    common, beyond = _everyday(texts.decode("gb18030", "ignore"))
    return common * 2 > beyond


def _everyday(text: str) -> tuple[int, int]:
    """Return how many characters are everyday Chinese, and how many are beyond ASCII."""
    beyond = re.sub(r"[\x00-\x7f]+", "", text)
    return len(beyond.encode("gb2312", "ignore")) // 2, len(beyond)
