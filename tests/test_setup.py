"""What set-up relies on: pins that name no registry, one door, and README commands that exist."""

import json
import re
import subprocess
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
