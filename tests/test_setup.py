"""What set-up relies on: pins that name no registry, one door, and README commands that exist."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages import copy_parts

ROOT = Path(__file__).parents[1]
PINS = sorted(ROOT.glob("requirements*.txt"))


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.name)
def test_every_python_pin_is_exact_has_a_hash_and_names_no_registry(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    pins = [block for block in re.split(r"(?m)^(?=[a-z0-9])", text) if block.strip()]
    assert pins
    for pin in pins:
        assert re.match(r"[a-z0-9._\[\],-]+==\S+", pin), pin
        assert "--hash=sha256:" in pin, pin


def test_the_benchmarks_pins_agree_with_the_others() -> None:
    plain, bench = (
        set(re.findall(r"(?m)^\S+==\S+", (ROOT / name).read_text(encoding="utf-8")))
        for name in ("requirements.txt", "requirements-bench.txt")
    )
    assert plain <= bench


def test_the_npm_lock_names_no_download_address_and_checks_every_package() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, facts in packages.items():
        assert "resolved" not in facts, name
        assert not name or "integrity" in facts, name


def test_both_commands_of_the_readme_are_targets_of_the_makefile() -> None:
    commands = re.findall(r"(?m)^make (\S+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert commands == ["run", "test"]
    for command in commands:
        planned = subprocess.run(["make", "-n", command], cwd=ROOT, capture_output=True, text=True, check=False)
        assert planned.returncode == 0, planned.stderr
        assert "./setup.sh" in planned.stdout


def test_the_shell_scripts_can_be_read_by_their_shell() -> None:
    for script in ("setup.sh", ".ci/run"):
        assert subprocess.run(["bash", "-n", str(ROOT / script)], check=False).returncode == 0


NEEDED = ("bash", "cat", "cut", "dirname", "env", "id", "mktemp", "rm", "sha256sum")


def set_up_where_no_postgis_is(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run set-up's look at the system where there is neither PostGIS nor a way to install it."""
    script, found, _ = (ROOT / "setup.sh").read_text(encoding="utf-8").partition("\npython_packages\n")
    assert found
    (folder / "setup.sh").write_text(script.replace("/usr/lib/postgresql", str(folder)) + "\n", encoding="utf-8")
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    for name in NEEDED:
        program = shutil.which(name)
        assert program is not None
        (programs / name).unlink(missing_ok=True)
        (programs / name).symlink_to(program)
    python = programs / "python3"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return subprocess.run(
        ["bash", str(folder / "setup.sh")],
        env={"PATH": str(programs), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_set_up_asks_for_no_postgis_where_a_database_elsewhere_is_named(tmp_path: Path) -> None:
    refused = set_up_where_no_postgis_is(tmp_path)
    assert refused.returncode == 1
    assert "postgresql-postgis" in refused.stderr
    done = set_up_where_no_postgis_is(tmp_path, GEZHI_DATABASE_URL="postgresql://maps@db.example/city")
    assert done.returncode == 0, done.stderr
    assert "GEZHI_DATABASE_URL names another" in done.stdout


def test_the_tests_own_set_up_asks_for_postgis_whatever_the_environment_names(tmp_path: Path) -> None:
    url = "postgresql://maps@db.example/city"
    for target in ("test", "proof", "bench"):
        recipe = subprocess.run(
            ["make", "-n", target],
            cwd=ROOT,
            env={**os.environ, "GEZHI_DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=True,
        )
        assert re.search(r"^GEZHI_DATABASE_URL= \./setup\.sh", recipe.stdout, flags=re.MULTILINE), target
    assert set_up_where_no_postgis_is(tmp_path, GEZHI_DATABASE_URL="").returncode == 1


def test_the_pages_parts_that_are_copied_are_those_whose_checksums_are_kept() -> None:
    recorded = copy_parts.read_checksums(copy_parts.CHECKSUMS.read_text(encoding="utf-8"))
    assert recorded.keys() == {Path(file).name for files in copy_parts.FILES.values() for file in files}
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in recorded.values())


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("012")), st.data())
def test_any_changed_missing_or_added_part_is_named(recorded: dict[str, str], data: st.DataObject) -> None:
    assert copy_parts.differing(recorded, recorded) == []
    name = data.draw(st.sampled_from("abcdef"))
    changed = {**recorded, name: "changed"}
    assert copy_parts.differing(changed, recorded) == [name]
    assert copy_parts.differing(recorded, changed) == [name]


def test_installed_parts_are_the_reviewed_ones() -> None:
    if not copy_parts.TARGET.is_dir():
        pytest.skip("make setup has not copied the parts yet")
    recorded = copy_parts.read_checksums(copy_parts.CHECKSUMS.read_text(encoding="utf-8"))
    found = {name: copy_parts.sha256_of(copy_parts.TARGET / name) for name in recorded}
    assert copy_parts.differing(found, recorded) == []
    assert list((copy_parts.TARGET / "licences").glob("maplibre-gl.txt"))
