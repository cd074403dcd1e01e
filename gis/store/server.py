"""Running PostgreSQL's own programs for a private cluster: initdb, start, stop.

Each runs as the database's user, in a clean environment, away from the terminal. The server inherits the
open file of ``alive.lock``, so the lock is free exactly when none of its processes is left, however they
died. Callers hold ``gezhi.lock``.
"""

import errno
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from gis.errors import StoreUnavailable
from gis.store import processes
from gis.store.configuration import ADMIN_ROLE, pg_hba_conf, pg_ident_conf, postgresql_conf
from gis.store.data_directory import SOCKET_NAME, DataDirectory, SystemUser, own_private_directory
from gis.store.installation import Installation
from gis.store.locks import FileLock

INITDB_TIMEOUT_S = 300
START_TIMEOUT_S = 600
"""Recovery after a crash in the middle of a bulk load replays up to ``max_wal_size`` of log."""
STOP_TIMEOUT_S = 60
ORPHAN_TIMEOUT_S = 15
CONTROL_TIMEOUT_S = 30
SHUT_DOWN = re.compile(r"^Database cluster state: +shut down$", flags=re.MULTILINE)

INITDB_OPTIONS = (
    "--encoding=UTF8",
    # Order and comparison by code point, the same after every upgrade of libc; but letters are known beyond
    # ASCII.
    "--lc-collate=C",
    "--lc-ctype=C.UTF-8",
    "--lc-messages=C",
    "--lc-monetary=C",
    "--lc-numeric=C",
    "--lc-time=C",
    "--data-checksums",
    "--auth=peer",
    f"--username={ADMIN_ROLE}",
)
REASON_LINE = re.compile(r"(?:LOG|FATAL|PANIC|ERROR|error): +(.*)")
REASON_LINES = 3


@dataclass(frozen=True, slots=True)
class Server:
    """PostgreSQL over one data directory."""

    place: DataDirectory
    user: SystemUser
    installation: Installation

    def create(self, alive: FileLock, *, settings: Mapping[str, str]) -> None:
        """Make the cluster with initdb, beside its final place, and move it there when complete.

        Raises
        ------
        StoreUnavailable
            When initdb fails; what it left is removed by the next attempt.
        """
        unfinished = self.place.unfinished
        try:
            if unfinished.exists():
                shutil.rmtree(unfinished)
            own_private_directory(unfinished, user=self.user)
        except OSError as error:
            self._fail("the database cannot be made", reason=str(error))
        options = [*INITDB_OPTIONS, "-D", str(unfinished)]
        if settings.get("fsync") == "off":
            options.append("--no-sync")
        made = self._run("initdb", options, alive, cwd=unfinished, timeout_s=INITDB_TIMEOUT_S)
        if made.returncode != 0:
            self._fail("the database cannot be made", reason=made.stderr)
        unfinished.rename(self.place.cluster)

    def start(self, alive: FileLock, *, settings: Mapping[str, str]) -> None:
        """Start the server and wait until it answers, recovery after a crash included.

        Raises
        ------
        StoreUnavailable
            When it does not start; the message repeats what PostgreSQL gave as the reason.
        """
        start_log = self.place.log / "start.log"
        try:
            for directory in (self.place.log, self.place.socket_dir):
                own_private_directory(directory, user=self.user)
            self._remove_traces_of_the_dead()
            self._configure(settings)
            start_log.unlink(missing_ok=True)
        except OSError as error:
            self._fail("the database does not start", reason=str(error))
        arguments = ["start", "-w", "-s", "-t", str(START_TIMEOUT_S), "-l", str(start_log)]
        started = self._pg_ctl(arguments, alive, timeout_s=START_TIMEOUT_S + 30)
        if started.returncode != 0:
            self._fail("the database does not start", reason=self._logged() or started.stderr)

    def stop(self, alive: FileLock) -> None:
        """Stop the server, cutting off whoever is connected, and wait until its last process has gone."""
        arguments = ["stop", "-s", "-m", "fast", "-t", str(STOP_TIMEOUT_S)]
        self._pg_ctl(arguments, None, timeout_s=STOP_TIMEOUT_S + 30)
        if not alive.wait_exclusive(timeout_s=1.0):
            self.end_orphans(alive)

    def was_shut_down(self) -> bool:
        """Tell whether the server that ran last ended in good order, by what it wrote down itself."""
        told = self._run(
            "pg_controldata", [str(self.place.cluster)], None, cwd=self.place.cluster, timeout_s=CONTROL_TIMEOUT_S
        )
        return SHUT_DOWN.search(told.stdout) is not None

    def end_orphans(self, alive: FileLock) -> None:
        """End what is left of a server whose main process was killed, and take the lock.

        Backends in the middle of a query do not notice at once that their server has gone; while one of them
        is left, no new server may touch the files.

        Raises
        ------
        StoreUnavailable
            When somebody still holds the cluster whom we cannot see, such as another container.
        """
        for directory in (self.place.cluster, self.place.unfinished):
            processes.quit_at_once(directory)
        if not alive.wait_exclusive(timeout_s=ORPHAN_TIMEOUT_S):
            raise StoreUnavailable(
                "the database's files are in use by a server that cannot be reached from here",
                where=str(self.place.root),
                remedy="stop the program in the other container, or restart this machine",
                facts={"processes": processes.members(self.place.cluster)},
            )

    def _remove_traces_of_the_dead(self) -> None:
        """Remove the files of a server that was killed; nothing of it lives, since we hold its lock."""
        socket_dir = self.place.socket_dir
        for path in (
            self.place.cluster / "postmaster.pid",
            socket_dir / SOCKET_NAME,
            socket_dir / f"{SOCKET_NAME}.lock",
        ):
            path.unlink(missing_ok=True)

    def _configure(self, settings: Mapping[str, str]) -> None:
        """Write the three configuration files."""
        texts = {
            "postgresql.conf": postgresql_conf(
                socket_dir=self.place.socket_dir, log_dir=self.place.log, settings=settings
            ),
            "pg_hba.conf": pg_hba_conf(),
            "pg_ident.conf": pg_ident_conf({"root", self.user.name}),
        }
        for name, text in texts.items():
            fresh = self.place.cluster / f"{name}.new"
            fresh.write_text(text)
            fresh.chmod(0o600)
            os.chown(fresh, self.user.uid, self.user.gid)
            fresh.replace(self.place.cluster / name)

    def _pg_ctl(
        self, arguments: Sequence[str], alive: FileLock | None, *, timeout_s: float
    ) -> subprocess.CompletedProcess[str]:
        return self._run(
            "pg_ctl",
            [*arguments, "-D", str(self.place.cluster)],
            alive,
            cwd=self.place.cluster,
            timeout_s=timeout_s,
        )

    def _run(
        self, program: str, arguments: Sequence[str], alive: FileLock | None, *, cwd: Path, timeout_s: float
    ) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the database's user and return what it said."""
        drops = self.user.uid != os.geteuid()
        try:
            return subprocess.run(  # noqa: S603 - PostgreSQL's programs, arguments of ours
                [self.installation.program(program), *arguments],
                capture_output=True,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                timeout=timeout_s,
                check=False,
                cwd=cwd,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                pass_fds=(alive.fd,) if alive else (),
                start_new_session=True,
                umask=0o077,
                user=self.user.uid if drops else None,
                group=self.user.gid if drops else None,
                extra_groups=[] if drops else None,
            )
        except (OSError, subprocess.SubprocessError) as error:
            self._fail(f"{program} cannot be run", reason=str(error))

    def _logged(self) -> str:
        """Return what the last attempt to start left in the logs."""
        logs = sorted(self.place.log.glob("*.log"), key=lambda path: path.stat().st_mtime)[-2:]
        return "\n".join(path.read_text(errors="replace")[-20_000:] for path in logs)

    def _fail(self, what: str, *, reason: str) -> NoReturn:
        """Raise with the reason that PostgreSQL or the system gave, a full disk in plain words."""
        if os.strerror(errno.ENOSPC) in reason or f"Errno {errno.ENOSPC}" in reason:
            raise StoreUnavailable(
                f"{what}: no room is left on the disk",
                where=str(self.place.root),
                remedy="free some space (a new database needs 100 MB), then try again",
                facts={"free_bytes": shutil.disk_usage(self.place.root).free},
            )
        said = REASON_LINE.findall(reason)
        raise StoreUnavailable(
            what,
            where=str(self.place.root),
            remedy=f"see {self.place.log}",
            facts={"reason": "; ".join(said[-REASON_LINES:]) or reason.strip()[-500:]},
        )
