"""The command line: its help helps, its service starts, says what it does, ends tidily and comes back."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from urllib.error import HTTPError, URLError

import pytest
import typer
from typer.core import TyperCommand, TyperGroup
from typer.testing import CliRunner, Result

from api.cli.main import app
from gis.store import processes
from gis.store.cluster import PrivateCluster
from gis.store.data_directory import DataDirectory
from gis.store.database import Database
from gis.store.migrate import upgrade
from tests.database import FAST_AND_UNSAFE, make_data_dir
from tests.tiny_city import load_tiny_city

GEZHI = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from api.cli.main import main; main()"
)  # fmt: skip
START_S = 60
ROOT = Path(__file__).parents[2]


def gezhi(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def commands() -> dict[str, TyperCommand]:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return {name: command for name, command in group.commands.items() if isinstance(command, TyperCommand)}


@contextmanager
def removed_afterwards(path: Path) -> Iterator[Path]:
    try:
        yield path
    finally:
        PrivateCluster(path).stop()
        rmtree(path)


@pytest.fixture(scope="module")
def made_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A stopped data directory with the tiny city, to be copied."""
    with removed_afterwards(make_data_dir()) as path:
        with PrivateCluster(path, settings=FAST_AND_UNSAFE) as cluster:
            address = cluster.ensure_database()
            upgrade(address.owner_url)
            database = Database(address)
            load_tiny_city(database, tmp_path_factory.mktemp("tiny"))
            database.close()
        yield path


@pytest.fixture
def tiny_dir(made_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data directory of the test's own with the tiny city; commands use it."""
    with removed_afterwards(make_data_dir()) as path:
        subprocess.run(["cp", "-a", f"{made_dir}/.", str(path)], check=True)
        monkeypatch.setenv("GEZHI_DATA", str(path))
        yield path


@pytest.fixture
def empty_dir(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty data directory; commands use it."""
    with removed_afterwards(make_data_dir()) as path:
        monkeypatch.setenv("GEZHI_DATA", str(path))
        yield path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Service:
    """A running `gezhi demo` or `gezhi serve`, in a process of its own."""

    def __init__(self, mode: str, folder: Path, *options: str) -> None:
        self.port = free_port()
        self.log = folder / f"{mode}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", GEZHI, mode, "--port", str(self.port), *options],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_it_answers(self, *, within_s: float = START_S) -> None:
        deadline = time.monotonic() + within_s
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                    assert answer.status == 200
                    return
            except (URLError, ConnectionError):
                assert self.process.poll() is None, self.said()
                assert time.monotonic() < deadline, self.said()
                time.sleep(0.1)

    def status_of(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return int(answer.status)
        except HTTPError as refusal:
            return refusal.code

    def wait_until_it_says(self, words: str) -> None:
        deadline = time.monotonic() + START_S
        while words not in self.said():
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


@contextmanager
def running(mode: str, folder: Path, *options: str) -> Iterator[Service]:
    service = Service(mode, folder, *options)
    try:
        yield service
    finally:
        service.process.kill()
        service.process.wait()


def state(path: Path) -> str:
    return PrivateCluster(path).status().state


def told_of(path: Path) -> str:
    """What `gezhi status` tells of a city while its database runs."""
    with PrivateCluster(path, settings=FAST_AND_UNSAFE):
        return gezhi("status").output


@pytest.mark.parametrize("name", commands())
def test_every_command_says_what_it_does_and_what_each_option_means(name: str) -> None:
    shown = gezhi(name, "--help")
    assert shown.exit_code == 0
    command = commands()[name]
    assert command.help
    assert command.help.splitlines()[0].rstrip().endswith(".")
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{name} {parameter.name} has no help"


def test_without_arguments_the_commands_are_listed() -> None:
    shown = gezhi()
    for name in commands():
        assert f"  {name}" in shown.output


def test_the_examples_in_the_help_of_load_can_be_typed() -> None:
    shown = gezhi("load", "--help").output
    examples = [line.strip() for line in shown.splitlines() if line.startswith("    gezhi ")]
    assert len(examples) >= 5
    for example in examples:
        _, name, *arguments = shlex.split(example)
        commands()[name].make_context(name, arguments)


def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEZHI_PORT", "eighty")
    shown = gezhi("status")
    assert shown.exit_code == 1
    assert "GEZHI_PORT=eighty" in shown.output


def test_the_demo_is_not_shown_to_other_machines(empty_dir: Path) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1"):
        shown = gezhi("demo", "--host", host)
        assert shown.exit_code == 1
        assert "everybody is the administrator" in shown.output
        assert "gezhi serve" in shown.output
    assert list(empty_dir.iterdir()) == []


def test_a_taken_port_is_said_before_anything_is_made(empty_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        shown = gezhi("demo", "--port", str(other.getsockname()[1]))
    assert shown.exit_code == 1
    assert "the port is taken" in shown.output
    assert "--port" in shown.output
    assert list(empty_dir.iterdir()) == []


def test_status_and_stop_where_there_is_nothing(empty_dir: Path) -> None:
    shown = gezhi("status")
    assert shown.exit_code == 0
    assert "尚未建立 absent" in shown.output
    assert "未在运行 was not running" in gezhi("stop").output
    assert list(empty_dir.iterdir()) == []


@pytest.mark.database
def test_status_tells_of_a_stopped_city_without_touching_it(tiny_dir: Path) -> None:
    before = {path: path.lstat().st_mtime_ns for path in tiny_dir.rglob("*")}
    shown = gezhi("status")
    assert shown.exit_code == 0, shown.output
    assert "已停止 stopped" in shown.output
    assert re.search(r"made by PostgreSQL \d\d;", shown.output)
    assert "gezhi serve" in shown.output
    assert {path: path.lstat().st_mtime_ns for path in tiny_dir.rglob("*")} == before


@pytest.mark.database
def test_a_running_city_is_told_of_left_running_and_stopped(tiny_dir: Path) -> None:
    with PrivateCluster(tiny_dir, settings=FAST_AND_UNSAFE):
        shown = gezhi("status")
        assert "运行中 running, process" in shown.output
        assert "4 grids" in shown.output
        assert state(tiny_dir) == "running"
        assert "已停止 stopped" in gezhi("stop").output
        assert state(tiny_dir) == "stopped"


@pytest.mark.database
def test_assigning_is_undone_and_redone_by_commands(tiny_dir: Path) -> None:
    for arguments, incident in ((["--undo"], ["4", "0", "4"]), ([], ["4", "3", "4"]), ([], ["4", "3", "0"])):
        shown = gezhi("assign", *arguments)
        assert shown.exit_code == 0, shown.output
        line = next(line for line in shown.output.splitlines() if line.startswith("incident"))
        assert line.split()[1:] == incident


@pytest.mark.database
def test_the_demo_shows_a_city_of_the_users_own_and_says_so_and_ends_tidily(tiny_dir: Path, tmp_path: Path) -> None:
    with running("demo", tmp_path) as service:
        service.wait_until_it_answers()
        assert "此数据目录已有城市 小城(T0)" in service.said()
        assert "the sample city needs an empty directory" in service.said()
        assert service.end(signal.SIGTERM) == 0
        assert "Traceback" not in service.said()
    assert state(tiny_dir) == "stopped"


@pytest.mark.database
def test_ctrl_c_ends_a_service_tidily(tiny_dir: Path, tmp_path: Path) -> None:
    with running("serve", tmp_path) as service:
        service.wait_until_it_answers()
        service.end(signal.SIGINT)
        assert "Traceback" not in service.said()
    assert state(tiny_dir) == "stopped"


@pytest.mark.database
def test_a_second_service_joins_the_first_ones_database_and_the_last_stops_it(tiny_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    with running("serve", tmp_path) as first, running("serve", tmp_path / "second") as second:
        first.wait_until_it_answers()
        second.wait_until_it_answers()
        first.end(signal.SIGTERM)
        second.wait_until_it_answers()
        second.end(signal.SIGTERM)
    assert state(tiny_dir) == "stopped"


@pytest.mark.database
def test_after_kill_9_of_everything_the_service_starts_again_by_itself(tiny_dir: Path, tmp_path: Path) -> None:
    with running("serve", tmp_path) as service:
        service.wait_until_it_answers()
        members = processes.members(DataDirectory.at(tiny_dir).cluster)
        for pid in (service.process.pid, *members):
            os.kill(pid, signal.SIGKILL)
        service.process.wait()
    with running("serve", tmp_path) as service:
        service.wait_until_it_answers()
        assert service.end(signal.SIGTERM) == 0
    assert "4 grids" in told_of(tiny_dir)


@pytest.mark.database
def test_a_running_service_starts_its_database_again_when_that_was_killed(tiny_dir: Path, tmp_path: Path) -> None:
    with running("serve", tmp_path) as service:
        service.wait_until_it_answers()
        killed = PrivateCluster(tiny_dir).status().pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        service.wait_until_it_says("has been started again")
        deadline = time.monotonic() + START_S
        while service.status_of("/api/v1/areas") != 200:
            assert time.monotonic() < deadline, service.said()
            time.sleep(0.1)
        assert PrivateCluster(tiny_dir).status().pid not in {None, killed}
        assert service.end(signal.SIGTERM) == 0
    assert state(tiny_dir) == "stopped"


@pytest.mark.proof
@pytest.mark.database
@pytest.mark.parametrize("step", ["making and loading", "division stored"])
def test_ctrl_c_while_the_sample_is_made_leaves_a_state_from_which_the_next_demo_recovers(
    empty_dir: Path, tmp_path: Path, step: str
) -> None:
    with running("demo", tmp_path, "--profile", "town") as service:
        service.wait_until_it_says("making and loading")
        if step == "division stored":
            wait_for_division(empty_dir)
        assert service.end(signal.SIGINT) != 0
        assert "Traceback" not in service.said()
    assert state(empty_dir) == "stopped"
    with running("demo", tmp_path, "--profile", "town") as service:
        service.wait_until_it_answers(within_s=200)
        assert service.end(signal.SIGTERM) == 0
    shown = told_of(empty_dir)
    assert "20 grids" in shown
    assert "23 areas" in shown


def wait_for_division(data_dir: Path) -> None:
    """Wait until the first edition of a city that is being made stands in the database."""
    database = Database(PrivateCluster(data_dir).address())
    deadline = time.monotonic() + 120
    found = 0
    while not found:
        assert time.monotonic() < deadline
        time.sleep(0.1)
        with database.transaction() as connection:
            found = connection.exec_driver_sql("SELECT count(*) FROM edition").scalar() or 0
    database.close()
