"""What the benchmarks measure with: CPU seconds of a program and of the PostgreSQL it uses, and peak memory.

PostgreSQL's processes come and go (workers that build indexes, autovacuum): the main process counts those that have
ended, so the sum over it and the living ones loses nothing. Linux only: all of it is read from ``/proc``.
"""

import os
import platform
from pathlib import Path

_TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")
_USER, _ENDED_SYSTEM = 11, 15
"""Positions of utime and one beyond cstime, counted after the name; see proc(5)."""


def cpu_s(pids: list[int], *, main: int) -> float:
    """Return the CPU seconds of processes, and of the ended children of the main one.

    Parameters
    ----------
    pids
        Living processes; those that have ended meanwhile are left out.
    main
        The one among them whose ended children count too.
    """
    total = 0.0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        ticks = list(map(int, fields[_USER:_ENDED_SYSTEM]))
        total += sum(ticks if pid == main else ticks[:2]) * _TICK_S
    return total


def peak_memory_mb() -> float:
    """Return the peak resident memory of this process, MB of 1,000,000 bytes.

    Not by getrusage: what that tells begins with the size of the process that started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024 / 1e6


def machine() -> str:
    """Return the processor, the number of cores we may use, and the version of Python."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    ]
    name = models[0] if models else platform.machine()
    return f"{name}, {len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}"
