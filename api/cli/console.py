"""How commands talk: results on standard output, everything else on standard error, errors with their remedy."""

from collections.abc import Callable, Iterator
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

from gis.errors import GisError

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Report = Callable[[str, float], None]
"""Called with what is being done and the share done (0 to 1)."""


@contextmanager
def progress() -> Iterator[Report]:
    """Show one line of progress that names the present step; the caller reports into it."""
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


def fail(error: GisError) -> NoReturn:
    """Say what is wrong, where, and what to do; end with exit code 1."""
    err.print(f"[bold red]错误 error:[/] {_plain(error.what)}")
    if error.where:
        err.print(f"  在 at: {_plain(error.where)}")
    for line in _problem_lines(error):
        err.print(f"  - {_plain(line)}")
    if error.remedy:
        err.print(f"  处理 remedy: {_plain(error.remedy)}")
    raise typer.Exit(1)


MOST_PROBLEMS = 20


def _problem_lines(error: GisError) -> list[str]:
    problems = error.facts.get("problems") or error.facts.get("overlaps") or []
    lines = [str(problem) for problem in problems[:MOST_PROBLEMS]]
    if len(problems) > MOST_PROBLEMS:
        lines.append(f"… and {len(problems) - MOST_PROBLEMS} more")
    return lines


def _plain(text: str) -> str:
    """Keep rich from reading brackets in a message as markup."""
    return text.replace("[", r"\[")
