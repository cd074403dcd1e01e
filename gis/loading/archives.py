"""Zip archives, opened with limits: what they may hold, how large it may grow, where it may be written.

Nothing is unpacked before the directory of the archive has been judged: names that leave the folder, encrypted members,
members that grow beyond reason, several layers where one is meant. Sizes are counted again while unpacking, since the
directory may lie. Members are written under names of our own, never their own paths.
"""

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

from gis.errors import InvalidInput, UnreadableFile
from gis.loading.formats import ACCEPTED, SUFFIXES, Format

MOST_BYTES = 8 * 1024**3
MOST_MEMBERS = 10_000
_MOST_GROWTH = 300
"""Times that a member may be larger than packed; text packs some 20 times, empty worksheets 100."""
_SMALL_BYTES = 64 * 1024**2
_BLOCK_BYTES = 1 << 20
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def refuse_bomb(path: Path) -> None:
    """Refuse an archive whose members would grow beyond reason, or are encrypted.

    Raises
    ------
    UnreadableFile
        Saying which member, and how large it would become.
    """
    with _opened(path) as archive:
        _judged(path, archive)


@contextmanager
def unpacked(path: Path, *, layer: str | None) -> Iterator[Path]:
    """Give the one layer of an archive as a file, with its parts beside it, in a folder that is removed after.

    Parameters
    ----------
    path
        The archive.
    layer
        The name of the layer's file in it, with or without suffix; None when there is only one.

    Raises
    ------
    UnreadableFile
        When it is damaged, encrypted or grows beyond reason, or a name leaves its folder.
    InvalidInput
        When it holds several layers and none is named, or none of that name.
    """
    with _opened(path) as archive, TemporaryDirectory(prefix="gezhi-zip-") as folder:
        names = _judged(path, archive)
        chosen = _chosen(path, names, layer)
        stem, suffix = _stem(chosen), PurePosixPath(chosen).suffix.lower()
        target = Path(folder) / f"layer{suffix}"
        _write(path, archive, names[chosen], target)
        if SUFFIXES[suffix] is Format.SHAPEFILE:
            for name, member in names.items():
                part = PurePosixPath(name).suffix.lower()
                if _stem(name) == stem and part in _PARTS and part != suffix:
                    _write(path, archive, member, Path(folder) / f"layer{part}")
        yield target


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except zipfile.BadZipFile as error:
        raise UnreadableFile(
            f"the ZIP archive is cut off or damaged: {error}", where=str(path), remedy="copy or export it again"
        ) from error


def _judged(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members by readable name, when all of them are harmless."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    whole = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or whole > MOST_BYTES:
        raise UnreadableFile(
            f"the archive holds {len(members):,} files of {whole:,} bytes together",
            where=str(path),
            remedy=f"at most {MOST_MEMBERS:,} files and {MOST_BYTES:,} bytes are unpacked; unpack it yourself",
        )
    named: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        name = _readable(member)
        place = f"{path}, member {name!r}"
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if ".." in parts or name.startswith(("/", "\\")) or ":" in name.partition("/")[0]:
            raise UnreadableFile("a name in the archive leaves its folder", where=place, remedy="pack it anew")
        if member.flag_bits & _ENCRYPTED_FLAG:
            raise UnreadableFile("the archive has a password", where=place, remedy="pack it without one")
        if member.file_size > _SMALL_BYTES and member.file_size > _MOST_GROWTH * max(member.compress_size, 1):
            raise UnreadableFile(
                f"a file in the archive would grow from {member.compress_size:,} to {member.file_size:,} bytes",
                where=place,
                remedy="this looks like a trap; when it is not, unpack it yourself and load the file",
            )
        named[name.replace("\\", "/")] = member
    return named


def _readable(member: zipfile.ZipInfo) -> str:
    """Return a member's name; Chinese Windows writes GBK where the standard has code page 437."""
    if member.flag_bits & _UTF8_FLAG:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return member.filename


def _stem(name: str) -> str:
    """Return a member's name without its suffix, in lower case, as parts of one layer share it."""
    return str(PurePosixPath(name).with_suffix("")).casefold()


def _chosen(path: Path, names: dict[str, zipfile.ZipInfo], layer: str | None) -> str:
    layers = [
        name for name in names if PurePosixPath(name).suffix.lower() in SUFFIXES and not name.startswith("__MACOSX/")
    ]
    if not layers:
        raise UnreadableFile(
            f"the archive holds no layer that is read: {', '.join(list(names)[:10]) or 'it is empty'}",
            where=str(path),
            remedy=ACCEPTED,
        )
    wanted = layers
    if layer is not None:
        asked = layer.casefold()
        wanted = [
            name
            for name in layers
            if asked
            in {name.casefold(), _stem(name), PurePosixPath(name).name.casefold(), _stem(PurePosixPath(name).name)}
        ]
    if len(wanted) == 1:
        return wanted[0]
    what = f"the archive holds {len(layers)} layers" if layer is None else f"the archive has no one layer {layer!r}"
    raise InvalidInput(
        f"{what}: {', '.join(layers)}",
        where=str(path),
        remedy=f"name one: --layer {PurePosixPath(layers[0]).stem}",
        facts={"layers": layers},
    )


def _write(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    if shutil.disk_usage(target.parent).free < member.file_size:
        raise UnreadableFile(
            f"there is no room to unpack {member.file_size:,} bytes", where=str(path), remedy="free space"
        )
    try:
        with archive.open(member) as source, target.open("wb") as file:
            _copy(source, file, limit_bytes=member.file_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise UnreadableFile(
            f"the archive is damaged: {error}",
            where=f"{path}, member {_readable(member)!r}",
            remedy="copy or export it again",
        ) from error


def _copy(source: IO[bytes], file: IO[bytes], *, limit_bytes: int) -> None:
    """Copy a member; the size that the directory tells is the most that is written."""
    done = 0
    while block := source.read(_BLOCK_BYTES):
        done += len(block)
        if done > limit_bytes:
            raise ValueError("a member is larger than the directory of the archive says")
        file.write(block)
