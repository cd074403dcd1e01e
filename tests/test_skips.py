"""The guard against tests that quietly do not run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.skips import ALLOWED_FILE, read_allowed, unlisted

ROOT = Path(__file__).parents[1]

SKIPPING = """
import pytest

@pytest.mark.skip(reason="no network")
def test_skipped():
    pass

@pytest.mark.xfail(reason="known", strict=True)
def test_expected_to_fail():
    raise ValueError

def test_passes():
    pass
"""


def run_in(folder: Path, *, source: str, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_sample.py").write_text(source, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.skips", "-q", str(folder), "--rootdir", str(folder)],
        cwd=folder,
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_unlisted_skip_fails_the_run_in_ci_and_is_named(tmp_path: Path) -> None:
    ended = run_in(tmp_path, source=SKIPPING, ci="true")
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "test_sample.py::test_skipped: Skipped: no network" in ended.stdout
    assert "test_expected_to_fail:" not in ended.stdout


def test_a_whole_module_that_skips_fails_the_run_in_ci(tmp_path: Path) -> None:
    source = "import pytest\npytest.skip('no data', allow_module_level=True)\n"
    beside = tmp_path / "test_other.py"
    beside.write_text("def test_passes():\n    pass\n", encoding="utf-8")
    assert run_in(tmp_path, source=source, ci="true").returncode == 1


@pytest.mark.parametrize("ci", ["", "false"])
def test_a_skip_on_a_developers_machine_is_no_failure(tmp_path: Path, ci: str) -> None:
    assert run_in(tmp_path, source=SKIPPING, ci=ci).returncode == 0


def test_a_line_allows_one_test_or_all_that_begin_so() -> None:
    skipped = [("a.py::test_one", "r"), ("a.py::test_one_more", "r"), ("b.py::test_b[1]", "r")]
    allowed = read_allowed("# heading\n\na.py::test_one  # no display\nb.py::*\n")
    assert unlisted(skipped, allowed=allowed) == [("a.py::test_one_more", "r")]


def test_every_allowed_skip_gives_a_reason_and_names_an_existing_file() -> None:
    text = ALLOWED_FILE.read_text(encoding="utf-8")
    for line in read_allowed(text):
        assert (ROOT / line.partition("::")[0]).is_file(), line
    entries = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert all(line.partition("#")[2].strip() for line in entries)
