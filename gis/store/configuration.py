"""The configuration files of the private cluster, written anew at each start.

Small machines first: the figures follow the machine's memory and stay modest. Access is by the operating
system's word: only the cluster's own user and root get in, as one of three roles, without any password (see
docs/decisions/0001-private-cluster.md). What an administrator wants different goes into ``local.conf`` in
the cluster's directory, which is read last and never overwritten.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from gis.store.data_directory import PORT

ADMIN_ROLE = "gezhi_admin"
OWNER_ROLE = "gezhi_owner"
SERVICE_ROLE = "gezhi_service"
ROLES = (ADMIN_ROLE, OWNER_ROLE, SERVICE_ROLE)

MIB = 1024 * 1024


def memory_bytes() -> int:
    """Return the machine's memory in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _mib(amount_bytes: float, *, least: int, most: int) -> str:
    """Write an amount of memory for PostgreSQL, between two bounds in MiB."""
    return f"{min(max(int(amount_bytes / MIB), least), most)}MB"


def tuned_settings(memory: int) -> dict[str, str]:
    """Return PostgreSQL's settings for a machine with so many bytes of memory.

    Examples
    --------
    >>> tuned_settings(4 * 1024**3)["shared_buffers"]
    '512MB'
    """
    return {
        "shared_buffers": _mib(memory / 8, least=64, most=1024),
        "effective_cache_size": _mib(memory / 2, least=256, most=16384),
        "work_mem": _mib(memory / 256, least=8, most=64),
        "maintenance_work_mem": _mib(memory / 32, least=64, most=512),
        "max_connections": "80",
        # Bulk loads write half a million rows at a time; a small WAL would checkpoint all the way through.
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "wal_compression": "on",
        # Queries are short, so compiling them costs more than it gains.
        "jit": "off",
        "random_page_cost": "1.1",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_messages": "warning",
        # A file for each weekday, emptied when the day comes round: logs of a long-lived service stay
        # bounded.
        "logging_collector": "on",
        "log_filename": "postgres-%a.log",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_truncate_on_rotation": "on",
        "log_line_prefix": "%m [%p] %u@%d ",
    }


def _quoted(value: str) -> str:
    """Quote a value for postgresql.conf."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def postgresql_conf(*, socket_dir: Path, log_dir: Path, settings: Mapping[str, str]) -> str:
    """Return postgresql.conf: the tuned settings, then ``settings``, then the administrator's file."""
    fixed = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": '"' + str(socket_dir).replace('"', '""') + '"',
        "unix_socket_permissions": "0700",
        "log_directory": str(log_dir),
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in (tuned_settings(memory_bytes()) | fixed).items()]
    lines += [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    head = "# Written by Gezhi at each start. Put your own settings into local.conf.\n"
    return head + "\n".join(lines) + "\ninclude_if_exists = 'local.conf'\n"


def pg_hba_conf() -> str:
    """Return pg_hba.conf: the unix socket only, and only whom the kernel vouches for."""
    return "# Written by Gezhi at each start.\nlocal all all peer map=gezhi\n"


def pg_ident_conf(system_users: set[str]) -> str:
    """Return pg_ident.conf: each of these system users may act as each of our roles.

    Examples
    --------
    >>> print(pg_ident_conf({"root"}).splitlines()[1])
    gezhi "root" gezhi_admin
    """
    lines = [f'gezhi "{user}" {role}' for user in sorted(system_users) for role in ROLES]
    return "# Written by Gezhi at each start.\n" + "\n".join(lines) + "\n"
