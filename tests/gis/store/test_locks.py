"""Locks that die with their holders."""

import subprocess
import sys
from pathlib import Path

import pytest

from gis.errors import StoreUnavailable
from gis.store.locks import FileLock

HOLD = """
import sys
from pathlib import Path
from gis.store.locks import FileLock
assert FileLock(Path(sys.argv[1])).try_exclusive()
print("held", flush=True)
sys.stdin.read()
"""


def test_only_one_holds_a_lock_alone(tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock") as first, FileLock(tmp_path / "lock") as second:
        assert first.try_exclusive()
        assert not second.try_exclusive()
        assert not second.wait_exclusive(timeout_s=0.05)
        first.close()
        assert second.wait_exclusive(timeout_s=0.05)


def test_those_who_share_a_lock_keep_others_from_holding_it_alone(tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock") as first, FileLock(tmp_path / "lock") as second:
        first.take_shared()
        second.take_shared()
        assert not first.try_exclusive()
        second.close()
        assert first.try_exclusive()


def test_a_killed_holder_gives_the_lock_back(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with FileLock(tmp_path / "lock") as mine:
            assert not mine.try_exclusive()
            holder.kill()
            assert mine.wait_exclusive(timeout_s=5)


def test_a_child_that_inherits_the_file_holds_the_lock_on(tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock") as mine, FileLock(tmp_path / "lock") as other:
        assert mine.try_exclusive()
        with subprocess.Popen(["cat"], stdin=subprocess.PIPE, pass_fds=(mine.fd,)) as child:
            mine.close()
            assert not other.try_exclusive()
            child.kill()
        assert other.wait_exclusive(timeout_s=5)


def test_a_lock_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        FileLock(tmp_path / "nowhere" / "lock")
