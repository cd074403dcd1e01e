"""The page about Washington keeps its word: its commands run, and print what it says they print."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from gis.coverage import WASHINGTON_DC_RANGES, RangeTable
from gis.store.cluster import PrivateCluster
from tests.database import make_data_dir

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "how-to" / "washington.md"
RANGES = PAGE.with_name("washington-camera-ranges.toml")
WARDS = "## Wards and neighborhood commissions"
TIMEOUT_S = 600
END = "-- the end of a block --"


class Step(NamedTuple):
    """Commands of the page, and what it shows as printed by them; None where it shows nothing."""

    commands: str
    shown: str | None


def steps(page: str) -> list[Step]:
    found = re.findall(r"^```(sh|text)\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
    following = [*found[1:], ("", "")]
    return [
        Step(code, after if kind == "text" else None)
        for (language, code), (kind, after) in zip(found, following, strict=True)
        if language == "sh"
    ]


def words(text: str) -> str:
    """One line, however the terminal wrapped it; the names of temporary files differ from run to run."""
    return re.sub(r"tmp\.\w+\.csv", "tmp.csv", " ".join(text.split()))


def apart(printed: str) -> tuple[set[str], str]:
    """Return the lines about what was understood, of which the page shows some, and all else, which it shows whole."""
    lines = printed.splitlines()
    understood = {line for line in lines if line.startswith("  understood: ")}
    return understood, words("\n".join(line for line in lines if line not in understood))


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A place for the page's three data directories, which stand side by side."""
    parent = make_data_dir()
    yield parent / "dc"
    for directory in parent.iterdir():
        PrivateCluster(directory).stop()
    shutil.rmtree(parent)


def run(commands: list[str], *, data_dir: Path, shared_data: Path) -> list[str]:
    """Run commands as one script, from the checkout, as a reader of the page would; return what each printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GEZHI_")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment |= {
        "GEZHI_DATA": str(data_dir),
        "GEZHI_SHARED_DATA": str(shared_data),
        "COLUMNS": "110",
        "PYTHONPYCACHEPREFIX": str(data_dir.parent / "bytecode"),
    }
    (data_dir.parent / "bytecode").mkdir()
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "".join(f"{block}echo '{END}'\n" for block in commands)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.split(f"{END}\n")[:-1]


def check_printed(done: list[Step], printed: list[str]) -> None:
    """See that the page shows what was printed, no line more or less but for what was understood."""
    assert any(step.shown for step in done)
    for step, output in zip(done, printed, strict=True):
        if step.shown is not None:
            understood_shown, shown = apart(step.shown)
            understood, said = apart(output)
            assert shown == said, step.commands
            assert understood_shown <= understood, step.commands


@pytest.mark.slow
@pytest.mark.timeout(TIMEOUT_S)
def test_the_commands_for_the_police_areas_print_what_the_page_shows(data_dir: Path, shared_data: Path) -> None:
    page, _, _ = PAGE.read_text(encoding="utf-8").partition(WARDS)
    done = steps(page)
    check_printed(done, run([step.commands for step in done], data_dir=data_dir, shared_data=shared_data))


@pytest.mark.proof
@pytest.mark.timeout(TIMEOUT_S)
def test_the_commands_for_wards_and_commissions_print_what_the_page_shows(data_dir: Path, shared_data: Path) -> None:
    page, _, more = PAGE.read_text(encoding="utf-8").partition(WARDS)
    done = [steps(page)[0], *steps(more)]
    check_printed(done, run([step.commands for step in done], data_dir=data_dir, shared_data=shared_data))


def test_the_assumed_ranges_that_ship_are_those_of_the_page_and_of_the_code() -> None:
    shipped = RangeTable.from_toml(RANGES)
    assert shipped == WASHINGTON_DC_RANGES
    rows = [row for row in shipped.printed().splitlines() if row.startswith("| source")]
    page = PAGE.read_text(encoding="utf-8")
    assert len(rows) == 5
    assert all(row in page for row in rows)


def test_the_picture_of_the_page_is_there_and_small_enough_for_a_page() -> None:
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8"))
    shown = (PAGE.parent / picture).resolve()
    assert shown.read_bytes().startswith(b"\x89PNG")
    assert shown.stat().st_size <= 500_000
