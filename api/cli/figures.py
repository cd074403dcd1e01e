"""`gezhi figures`: the five figures, or counts and rates of incidents as a table."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from api.cli.console import fail, out
from api.cli.opening import open_database, read_settings
from api.figure_answers import five_figures_answer, incident_figures_answer
from api.rendering import dumps
from gis.division.check import DivisionCheck
from gis.division.model import Area, Division
from gis.errors import Conflict, GisError, InvalidInput, NotFound
from gis.figures import DEFINITIONS, By, Figure, IncidentQuestion, IncidentReport, Unit, figures_of, five_figures
from gis.incidents.life import IncidentKind
from gis.store.cities import read_city
from gis.store.database import Connection
from gis.store.divisions import read_areas, read_division
from gis.store.duties import read_roster
from gis.store.figure_facts import read_facts, read_ground, read_people
from gis.store.figure_upkeep import figures_differ
from gis.store.incident_figures import read_incident_figures

COLUMNS = ("reported", "accepted", "closed", "closing_rate", "due", "in_time_rate", "open", "overdue", "returned")
"""What the table shows of each part; `--json` has everything."""

AreaCode = Annotated[str | None, typer.Option(help="code of an area; the city by default")]
PeriodAsked = Annotated[Unit | None, typer.Option(help="count incidents of this kind of period")]
FirstAsked = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="a day of the period, or a range's first day")
]
EndAsked = Annotated[
    datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="the first day after the range; with --from")
]
ByAsked = Annotated[By | None, typer.Option(help="how to divide the counts")]
AtAsked = Annotated[str | None, typer.Option(help="as it was then, such as 2026-11-01T08:00; the city's own time")]
CategoryAsked = Annotated[str | None, typer.Option(help="only incidents of this category")]
KindAsked = Annotated[IncidentKind | None, typer.Option(help="only incidents of this kind")]
SourceAsked = Annotated[str | None, typer.Option(help="only incidents that came through this source")]
AsJson = Annotated[bool, typer.Option("--json", help="print what the API answers")]
Verify = Annotated[bool, typer.Option("--verify", help="hold the kept counts against the incidents themselves")]


def figures(
    area: AreaCode = None,
    period: PeriodAsked = None,
    first: FirstAsked = None,
    end: EndAsked = None,
    by: ByAsked = None,
    at: AtAsked = None,
    category: CategoryAsked = None,
    kind: KindAsked = None,
    source: SourceAsked = None,
    as_json: AsJson = False,
    verify: Verify = False,
) -> None:
    """Print the five figures; with a period, a division or another choice, counts and rates of incidents."""
    now = datetime.now(UTC)
    asked = (period, first, end, by, at, category, kind, source)
    try:
        with open_database(read_settings()) as database, database.transaction() as connection:
            if verify:
                _verify(connection)
                return
            division = read_division(connection, at=now)
            chosen = _area(division, area)
            if all(option is None for option in asked):
                _five(connection, division, chosen, now=now, as_json=as_json)
                return
            zone = read_city(connection).zone
            moment = now if at is None else _moment(at)
            question = IncidentQuestion(
                at=moment if moment.tzinfo else moment.replace(tzinfo=zone),
                area_id=chosen.id,
                unit=period,
                first=None if first is None else first.date(),
                end=None if end is None else end.date(),
                by=by,
                category=category,
                kind=kind,
                source=source,
            )
            report = read_incident_figures(connection, division, question, zone=zone, now=now)
    except GisError as error:
        fail(error)
    if as_json:
        out.print(dumps(incident_figures_answer(report, division, chosen)).decode(), soft_wrap=True, markup=False)
    else:
        _show_report(report, chosen, by)


def _verify(connection: Connection) -> None:
    wrong = figures_differ(connection)
    if wrong:
        raise Conflict(f"{wrong:,} kept counts are not those of the incidents", remedy="this is a fault of the program")
    out.print("统计与事件一致 the kept counts are those of the incidents")


def _area(division: Division, code: str | None) -> Area:
    if code is None:
        return division.areas.root
    found = [area for area in division.areas if area.code == code]
    if not found:
        raise NotFound("there is no area with this code", where=f"--area {code}")
    return found[0]


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            "this is not a moment", where=f"--at {text}", remedy="write it like 2026-11-01T08:00, or with a zone +08:00"
        ) from None


def _five(connection: Connection, division: Division, area: Area, *, now: datetime, as_json: bool) -> None:
    roster = read_roster(connection, read_areas(connection))
    facts = read_facts(
        connection,
        division,
        ground=read_ground(connection, DivisionCheck.of(division), area_id=area.id),
        people=read_people(connection, division, roster=roster, area_id=area.id, at=now),
        area_id=area.id,
        at=now,
    )
    told = five_figures(facts, at=now)
    if as_json:
        out.print(dumps(five_figures_answer(told, division, area, at=now)).decode(), soft_wrap=True, markup=False)
        return
    out.print(f"[bold]{area.name}[/], {now:%Y-%m-%d %H:%M} UTC, 现行版本 edition {division.edition.id}")
    _show_figures(told)


_MARKS = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[dim]?[/]"}


def _show_figures(all_figures: Sequence[Figure]) -> None:
    for figure in all_figures:
        out.print(f"{_MARKS[figure.met]} [bold]{figure.saying_zh}[/] {figure.saying_en}")
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(justify="right", min_width=16)
        table.add_column()
        for value in figure.values:
            table.add_row(_told(value.value, value.denominator, value.unit), value.definition_en)
        out.print(table)


def _told(value: float | None, denominator: float | None, unit: str) -> str:
    if value is None:
        return "-"
    of = "" if denominator is None else f" / {denominator:,.0f}"
    return f"{value:,.0f}{of}{' ' + unit if unit else ''}"


def _show_report(report: IncidentReport, area: Area, by: By | None) -> None:
    look = report.look
    until = "" if look.complete else f", 截至 up to {look.moment:%Y-%m-%d %H:%M} UTC"
    out.print(f"[bold]{area.name}[/], {look.period.label}{until}")
    table = Table(box=None, pad_edge=False)
    table.add_column(by or "", overflow="fold")
    for key in COLUMNS:
        table.add_column(DEFINITIONS[key].name_zh, justify="right", overflow="fold")
    rows: list[tuple[str, dict[str, Any]]] = [
        (group.name, figures_of(group.counts, report.collected)) for group in report.groups
    ]
    rows.append(("合计 total", figures_of(report.total, report.collected)))
    before = {then.look.period.label: then for then in (report.previous, report.last_year)}
    rows += [(f"{label} (比较 compare)", figures_of(then.total, report.collected)) for label, then in before.items()]
    for name, told in rows:
        table.add_row(name, *(_cell(key, told[key]) for key in COLUMNS))
    out.print(table)


def _cell(key: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2%}" if DEFINITIONS[key].denominator else f"{value:,.0f}"
