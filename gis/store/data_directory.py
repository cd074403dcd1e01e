"""The directory that holds a private cluster, and the user it runs as.

    DATA/gezhi.lock     marks the directory as ours; held while a program starts or stops the cluster
    DATA/in-use.lock    held, shared, by each program that uses the cluster
    DATA/alive.lock     held by PostgreSQL's own processes, so a free lock proves that none is left
    DATA/cluster/       PostgreSQL's data, only for the database's user
    DATA/cluster.new/   the same while it is made; renamed when complete
    DATA/log/           PostgreSQL's log, a file for each weekday
    DATA/socket/        the unix socket, unless the path would be too long

PostgreSQL refuses to run as root, so root hands these three to an unprivileged user: the one who owns an
existing cluster, else ``postgres``, else ``nobody``. That user must be able to pass every directory above,
which is asked of the kernel before anything is written.
"""

import hashlib
import os
import pwd
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gis.errors import StoreUnavailable

PORT = 5432
"""Part of the socket's name only: nothing listens on TCP."""

SOCKET_PATH_LIMIT_BYTES = 107
SOCKET_NAME = f".s.PGSQL.{PORT}"
ROOT_DATA_DIR = Path("/var/lib/gezhi")
UNPRIVILEGED_USERS = ("postgres", "nobody")
IGNORED_NAMES = frozenset({"lost+found"})


@dataclass(frozen=True, slots=True)
class SystemUser:
    """A user of the operating system."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, entry: pwd.struct_passwd) -> "SystemUser":
        """Read a line of the user database."""
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)


def default_data_dir(environment: Mapping[str, str]) -> Path:
    """Return where data lies: ``GEZHI_DATA``, else by the user.

    Root gets a place that the database's user can pass, since root's home is closed to it; anybody else the
    place that the XDG base directory specification names.
    """
    chosen = environment.get("GEZHI_DATA")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0:
        return ROOT_DATA_DIR
    base = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base).absolute() / "gezhi"


def database_user(cluster_dir: Path) -> SystemUser:
    """Return whom PostgreSQL runs as.

    Raises
    ------
    StoreUnavailable
        When the cluster belongs to somebody else, or no unprivileged user exists.
    """
    euid = os.geteuid()
    try:
        owner: int | None = cluster_dir.stat().st_uid
    except FileNotFoundError:
        owner = None
    except PermissionError:
        owner = -1
    if owner is not None and (owner == 0 if euid == 0 else owner != euid):
        raise StoreUnavailable(
            "the database belongs to another user" if euid else "the database belongs to root",
            where=str(cluster_dir),
            remedy="run as the user who owns it, or choose another directory by GEZHI_DATA",
            facts={"owner_uid": owner, "uid": euid},
        )
    try:
        if euid != 0 or owner is not None:
            return SystemUser.of(pwd.getpwuid(euid if owner is None else owner))
    except KeyError as error:
        raise StoreUnavailable(
            f"user number {euid if owner is None else owner} has no name, and PostgreSQL needs one",
            remedy="add a line for it to /etc/passwd",
        ) from error
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in UNPRIVILEGED_USERS:
        if name in known:
            return SystemUser.of(known[name])
    raise StoreUnavailable(
        "PostgreSQL does not run as root, and there is no other user for it",
        remedy="type: adduser --system --group postgres",
    )


def check_passable(directory: Path, *, user: SystemUser) -> None:
    """Refuse a directory that the database's user cannot enter, naming the first closed one above it.

    Raises
    ------
    StoreUnavailable
        With the command that opens it.
    """
    if user.uid == os.geteuid():
        return
    for step in (*reversed(directory.parents), directory):
        tried = subprocess.run(  # noqa: S603 - a fixed program
            ["/usr/bin/test", "-x", str(step)],
            user=user.uid,
            group=user.gid,
            extra_groups=[],
            cwd="/",
            check=False,
        )
        if tried.returncode != 0:
            raise StoreUnavailable(
                f"the database's user {user.name} cannot enter a directory",
                where=str(step),
                remedy=f"type: chmod o+x {step}, or choose another directory by GEZHI_DATA",
                facts={"directory": str(step), "user": user.name},
            )


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """The paths of one private cluster; ``root`` is absolute and free of symbolic links."""

    root: Path

    @classmethod
    def at(cls, path: Path) -> "DataDirectory":
        """Name a data directory so that every program that means it finds the same locks and socket."""
        return cls(path.expanduser().resolve())

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data."""
        return self.root / "cluster"

    @property
    def unfinished(self) -> Path:
        """PostgreSQL's data while it is made."""
        return self.root / "cluster.new"

    @property
    def log(self) -> Path:
        """Directory of PostgreSQL's logs."""
        return self.root / "log"

    @property
    def start_lock(self) -> Path:
        """Held while a program starts or stops the cluster; marks the directory as ours."""
        return self.root / "gezhi.lock"

    @property
    def use_lock(self) -> Path:
        """Held, shared, by each program that uses the cluster."""
        return self.root / "in-use.lock"

    @property
    def alive_lock(self) -> Path:
        """Held by PostgreSQL's processes."""
        return self.root / "alive.lock"

    @property
    def socket_dir(self) -> Path:
        """Directory of the unix socket: inside the data when the path is short enough, else under /tmp."""
        inside = self.root / "socket"
        if len(os.fsencode(inside / SOCKET_NAME)) <= SOCKET_PATH_LIMIT_BYTES:
            return inside
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path("/tmp") / f"gezhi-{digest}"  # noqa: S108 - checked by own_private_directory

    def made_by(self) -> int | None:
        """Return the major version of PostgreSQL that made the cluster; None when there is none yet."""
        try:
            return int((self.cluster / "PG_VERSION").read_text().strip())
        except FileNotFoundError:
            return None

    def prepare(self) -> None:
        """Make the directory if need be and see that it is ours.

        Raises
        ------
        StoreUnavailable
            When it cannot be made or holds something else.
        """
        try:
            if not self.root.exists():
                self.root.mkdir(parents=True, mode=0o711)
                self.root.chmod(0o711)
            names = {entry.name for entry in self.root.iterdir()} - IGNORED_NAMES
        except OSError as error:
            raise StoreUnavailable(
                "the data directory cannot be used",
                where=str(self.root),
                remedy="run as the user who owns it, or choose another directory by GEZHI_DATA",
                facts={"reason": error.strerror or str(error)},
            ) from error
        if names and self.start_lock.name not in names:
            raise StoreUnavailable(
                "the data directory holds files that are not Gezhi's",
                where=str(self.root),
                remedy="choose an empty or a new directory by GEZHI_DATA",
                facts={"found": sorted(names)[:5]},
            )


def own_private_directory(path: Path, *, user: SystemUser) -> None:
    """Make a directory that only one user (and root) can enter, or see that it is such a one.

    The check matters under /tmp, where anybody may have made a directory of that name before us.

    Raises
    ------
    StoreUnavailable
        When something else stands there.
    """
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        os.chown(path, user.uid, user.gid)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid or found.st_mode & 0o077:
        raise StoreUnavailable(
            f"a directory must belong to {user.name} alone and does not",
            where=str(path),
            remedy="look who made it, then remove it",
            facts={"owner_uid": found.st_uid, "mode": oct(stat.S_IMODE(found.st_mode))},
        )
