"""In CI a skipped test is a failure, unless ``tests/allowed_skips.txt`` lists it with its reason.

A test that skips where it should run proves nothing and says so to nobody; on a developer's machine it may:
browser tests skip there when Chromium is missing.
"""

import os
from pathlib import Path

import pytest

ALLOWED_FILE = Path(__file__).parent / "allowed_skips.txt"

CHROMIUM = Path("/usr/bin/chromium")

SKIPPED = pytest.StashKey[list[tuple[str, str]]]()


def read_allowed(text: str) -> list[str]:
    """Return the node ids, or beginnings of node ids ending in ``*``, that may skip."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def unlisted(skipped: list[tuple[str, str]], *, allowed: list[str]) -> list[tuple[str, str]]:
    """Return the skipped tests, as (node id, reason), that no line allows."""

    def listed(node: str) -> bool:
        return any(node.startswith(line[:-1]) if line.endswith("*") else node == line for line in allowed)

    return [entry for entry in skipped if not listed(entry[0])]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SKIPPED] = []
    config.pluginmanager.register(_Recorder(config), "skip-recorder")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM.exists():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=f"there is no {CHROMIUM}: apt-get install chromium"))


class _Recorder:
    """Collect what skips, tests and whole modules alike; expected failures are no skips."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self._record(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._record(report)

    def _record(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        self.config.stash[SKIPPED].append((report.nodeid, reason))


def _faults(config: pytest.Config) -> list[tuple[str, str]]:
    if os.environ.get("CI", "").lower() not in {"1", "true"}:
        return []
    return unlisted(config.stash[SKIPPED], allowed=read_allowed(ALLOWED_FILE.read_text(encoding="utf-8")))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _faults(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    faults = _faults(config)
    if faults:
        terminalreporter.section("skipped in CI without being listed in tests/allowed_skips.txt", red=True)
        for node, reason in faults:
            terminalreporter.line(f"{node}: {reason}")
