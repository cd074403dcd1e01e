"""How commands talk: results on standard output, everything else on standard error, errors with their remedy."""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from gis.errors import GisError

WIDE = 250
"""Columns where no terminal sets a width: a table in a file or a pipe is not cut."""

out = Console(highlight=False)
if not out.is_terminal:
    out.width = WIDE
err = Console(stderr=True, highlight=False)

QUIET_S, OFTEN_S = 5.0, 30.0

Report = Callable[[str, float], None]
"""Called with what is being done and the share done (0 to 1)."""


@contextmanager
def progress() -> Iterator[Report]:
    """Show one line of progress that names the present step; the caller reports into it.

    Without a terminal a line is printed for each step, once the work has taken `QUIET_S`.
    """
    if not err.is_terminal:
        yield _lines_of_progress()
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    ) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda what, share: bar.update(task, description=what, completed=share)


def _lines_of_progress() -> Report:
    """Return what prints a line when another step begins, and every `OFTEN_S` of a long one."""
    began = printed = time.monotonic()
    last = ""

    def report(what: str, share: float) -> None:
        nonlocal printed, last
        now, step = time.monotonic(), re.sub(r"[\d.,%]+", "", what)
        if now - began >= QUIET_S and (step != last or now - printed >= OFTEN_S):
            err.print(f"  {now - began:4.0f} s {share:4.0%} {what}", markup=False, soft_wrap=True)
            printed, last = now, step

    return report


def fail(error: GisError) -> NoReturn:
    """Say what is wrong, where, and what to do; end with exit code 1."""
    problems = _problem_lines(error)
    where = error.where
    if where and problems:
        # Some name the first problems there again.
        where = where.partition(problems[0])[0].rstrip(": ")
    say_error(error.what, where=where, problems=problems, remedy=error.remedy)
    raise typer.Exit(1)


def say_error(what: str, *, where: str | None, problems: Iterable[str] = (), remedy: str | None) -> None:
    """Print an error. Lines are not broken, so that paths and commands can be copied."""
    err.print(Text.assemble(("错误 error: ", "bold red"), what), soft_wrap=True)
    if where:
        err.print(Text(f"  在 at: {where}"), soft_wrap=True)
    for line in problems:
        err.print(Text(f"  - {line}"), soft_wrap=True)
    if remedy:
        err.print(Text(f"  处理 remedy: {remedy}"), soft_wrap=True)


MOST_PROBLEMS = 20


def _problem_lines(error: GisError) -> list[str]:
    """Return what is wrong in a layer, fault by fault."""
    problems = error.facts.get("problems") or []
    lines = [problem["message"] if isinstance(problem, dict) else str(problem) for problem in problems[:MOST_PROBLEMS]]
    if len(problems) > MOST_PROBLEMS:
        lines.append(f"… and {len(problems) - MOST_PROBLEMS} more")
    return lines
