"""Where a private cluster may lie, and who it belongs to."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import StoreUnavailable
from gis.store.cluster import PrivateCluster
from gis.store.data_directory import (
    SOCKET_NAME,
    SOCKET_PATH_LIMIT_BYTES,
    DataDirectory,
    SystemUser,
    check_passable,
    database_user,
    default_data_dir,
    own_private_directory,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root acts for other users")
names = st.text(st.characters(codec="utf-8", exclude_characters="/\0."), min_size=1, max_size=60)


@given(st.lists(names, min_size=1, max_size=6))
def test_every_data_directory_has_a_socket_path_that_the_kernel_accepts(parts: list[str]) -> None:
    place = DataDirectory(Path("/var").joinpath(*parts))
    assert len(os.fsencode(place.socket_dir / SOCKET_NAME)) <= SOCKET_PATH_LIMIT_BYTES
    assert place.socket_dir == DataDirectory(place.root).socket_dir


@given(st.lists(names, min_size=2, max_size=2, unique=True))
def test_two_directories_never_share_a_socket(parts: list[str]) -> None:
    deep = Path("/var", "x" * 100)
    first, second = (DataDirectory(deep / part).socket_dir for part in parts)
    assert first != second


def test_a_symbolic_link_leads_to_the_same_cluster(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert DataDirectory.at(tmp_path / "link") == DataDirectory.at(tmp_path / "real")


def test_the_environment_chooses_the_directory() -> None:
    assert default_data_dir({"GEZHI_DATA": "/srv/maps"}) == Path("/srv/maps")


@as_root
def test_root_gets_a_place_that_the_database_user_can_pass() -> None:
    assert default_data_dir({"XDG_DATA_HOME": "/root/data"}) == Path("/var/lib/gezhi")


def test_another_user_gets_a_place_in_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", "/home/lin")
    assert default_data_dir({}) == Path("/home/lin/.local/share/gezhi")
    assert default_data_dir({"XDG_DATA_HOME": "/data"}) == Path("/data/gezhi")


def test_a_directory_with_foreign_files_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("15\n")
    with pytest.raises(StoreUnavailable, match=r"not Gezhi's.*GEZHI_DATA") as caught:
        PrivateCluster(tmp_path).start()
    assert caught.value.facts["found"] == ["PG_VERSION"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["PG_VERSION"]


def test_an_empty_mount_point_is_no_foreign_directory(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    DataDirectory.at(tmp_path).prepare()


def test_a_directory_that_cannot_be_made_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="cannot be used") as caught:
        DataDirectory.at(tmp_path / "file" / "data").prepare()
    assert caught.value.facts["reason"] == "Not a directory"


def test_looking_at_a_cluster_that_is_not_there_writes_nothing(tmp_path: Path) -> None:
    cluster = PrivateCluster(tmp_path / "none")
    assert cluster.status().state == "absent"
    assert not cluster.stop()
    assert not cluster.leave()
    assert not (tmp_path / "none").exists()


@as_root
def test_a_closed_directory_above_is_named_with_the_command_that_opens_it(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for step in (tmp_path, *tmp_path.parents):
        if step.stat().st_uid == 0 and step != Path("/"):
            step.chmod(step.stat().st_mode | stat.S_IXOTH)
    nobody = SystemUser("nobody", 65534, 65534)
    check_passable(tmp_path, user=nobody)
    with pytest.raises(StoreUnavailable, match=f"nobody cannot enter.*chmod o\\+x {closed}"):
        check_passable(closed / "data", user=nobody)


@as_root
def test_a_cluster_of_root_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="belongs to root"):
        database_user(tmp_path)


@as_root
def test_root_runs_a_cluster_as_the_user_who_owns_it(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, 65534)
    assert database_user(tmp_path).name == "nobody"


def test_a_cluster_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1234)
    with pytest.raises(StoreUnavailable, match="belongs to another user"):
        database_user(tmp_path)


def test_a_prepared_trap_in_the_place_of_a_private_directory_is_refused(tmp_path: Path) -> None:
    me = SystemUser("me", os.geteuid(), os.getegid())
    own_private_directory(tmp_path / "fine", user=me)
    own_private_directory(tmp_path / "fine", user=me)
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    (tmp_path / "link").symlink_to(tmp_path / "fine")
    for trap in ("open", "link"):
        with pytest.raises(StoreUnavailable, match="must belong to me alone"):
            own_private_directory(tmp_path / trap, user=me)
