"""Which processes belong to a private cluster, asked of the kernel.

Every process of PostgreSQL stands in its data directory, so ``/proc/PID/cwd`` tells exactly which cluster it
serves; a process id from a file alone could have gone to somebody else. Cost: one pass over ``/proc``.
"""

import os
import signal
from pathlib import Path

PROGRAMS = frozenset({"postgres", "initdb"})


def belongs(pid: int, *, directory: Path) -> bool:
    """Tell whether a process is one of PostgreSQL's and stands in a directory."""
    try:
        place = Path(f"/proc/{pid}/cwd").readlink()
        program = Path(f"/proc/{pid}/exe").readlink().name
    except OSError:
        return False
    return place == directory and program.removesuffix(" (deleted)") in PROGRAMS


def postmaster(directory: Path) -> int | None:
    """Return the process id of a running cluster's main process, None when it does not run."""
    try:
        first_line = (directory / "postmaster.pid").read_text().partition("\n")[0]
        pid = int(first_line)
    except (OSError, ValueError):
        return None
    return pid if belongs(pid, directory=directory) else None


def members(directory: Path) -> list[int]:
    """Return every process that stands in a cluster's directory, its main process included."""
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return sorted(pid for pid in pids if belongs(pid, directory=directory))


def quit_at_once(directory: Path) -> list[int]:
    """Ask every process of a cluster to leave without saving; the next start recovers from its log.

    SIGQUIT is PostgreSQL's own word for it. Returns the processes asked.
    """
    asked = []
    for pid in members(directory):
        try:
            os.kill(pid, signal.SIGQUIT)
        except ProcessLookupError:
            continue
        asked.append(pid)
    return asked
