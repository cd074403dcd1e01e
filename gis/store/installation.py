"""Finding the PostgreSQL and PostGIS that are installed on this machine.

A data directory can be opened only by the major version that made it, so the search is for one version where
a cluster exists and for the newest one with PostGIS where it does not. Cost: a few directory listings.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gis.errors import StoreUnavailable

DEBIAN_ROOT = Path("/usr/lib/postgresql")
INSTALL_COMMAND = "make setup"
NEEDED_PROGRAMS = ("initdb", "pg_ctl", "postgres")


@dataclass(frozen=True, slots=True)
class Installation:
    """The programs of one major version of PostgreSQL, PostGIS beside them."""

    bin_dir: Path
    major: int

    def program(self, name: str) -> str:
        """Return the path of one of PostgreSQL's programs."""
        return str(self.bin_dir / name)


def _candidate_bin_dirs(debian_root: Path) -> Iterator[Path]:
    """Yield directories that may hold PostgreSQL's programs: Debian's layout, then what the PATH leads to."""
    if debian_root.is_dir():
        yield from (entry / "bin" for entry in debian_root.iterdir())
    for name in ("postgres", "pg_config"):
        found = shutil.which(name)
        if found is not None:
            yield Path(found).resolve().parent


def _asked(program: Path, option: str) -> str:
    """Return what a program of PostgreSQL says about itself, empty when it cannot be run."""
    try:
        answer = subprocess.run(  # noqa: S603 - a program just found to be PostgreSQL's
            [str(program), option], capture_output=True, text=True, timeout=10, check=False, cwd="/"
        )
    except OSError:
        return ""
    return answer.stdout.strip()


def _share_dir(bin_dir: Path, major: int) -> Path | None:
    """Return where the extensions of an installation lie, following Debian's layout, else ``pg_config``."""
    debian = Path(f"/usr/share/postgresql/{major}")
    if bin_dir == DEBIAN_ROOT / str(major) / "bin" and debian.is_dir():
        return debian
    told = _asked(bin_dir / "pg_config", "--sharedir")
    return Path(told) if told else None


def installations(*, debian_root: Path = DEBIAN_ROOT) -> list[tuple[Installation, bool]]:
    """Return every PostgreSQL server found and whether PostGIS stands beside it, newest first."""
    found: dict[Path, tuple[Installation, bool]] = {}
    for bin_dir in _candidate_bin_dirs(debian_root):
        if bin_dir in found or not all(os.access(bin_dir / name, os.X_OK) for name in NEEDED_PROGRAMS):
            continue
        version = re.search(r"(\d+)", _asked(bin_dir / "postgres", "--version"))
        if version is None:
            continue
        major = int(version.group(1))
        share = _share_dir(bin_dir, major)
        has_postgis = share is not None and (share / "extension" / "postgis.control").is_file()
        found[bin_dir] = (Installation(bin_dir, major), has_postgis)
    return sorted(found.values(), key=lambda entry: entry[0].major, reverse=True)


def choose(found: Sequence[tuple[Installation, bool]], *, major: int | None, where: Path | None = None) -> Installation:
    """Pick the installation for a new cluster (``major`` None) or for one that a certain version made.

    Raises
    ------
    StoreUnavailable
        When PostgreSQL, that version of it, or PostGIS is missing; the remedy is the command to type.
    """
    fitting = [entry for entry in found if major is None or entry[0].major == major]
    for installation, has_postgis in fitting:
        if has_postgis:
            return installation
    facts = {"needed": major, "installed": [entry[0].major for entry in found]}
    if fitting:
        version = fitting[0][0].major
        raise StoreUnavailable(
            f"PostgreSQL {version} is installed, but PostGIS is not",
            remedy=f"type: sudo apt-get install postgresql-{version}-postgis-3",
            facts=facts,
        )
    if major is not None:
        raise StoreUnavailable(
            f"the data was made by PostgreSQL {major}, which is not installed",
            where=str(where) if where else None,
            remedy=f"type: sudo apt-get install postgresql-{major}-postgis-3",
            facts=facts,
        )
    raise StoreUnavailable("PostgreSQL with PostGIS is not installed", remedy=f"type: {INSTALL_COMMAND}", facts=facts)
