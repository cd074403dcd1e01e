"""`gezhi who`, `gezhi roles` and `gezhi hours`: who is in charge, what people can be, and when offices work."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from api.cli.console import fail, out
from api.cli.opening import open_database, read_settings
from api.schemas.people import WHY
from gis.crs import location_to_wgs84, parse_crs
from gis.division.model import Division, Grid
from gis.duty.hours import Hours
from gis.duty.ladder import GRID, Roster, Rung
from gis.duty.people import Role
from gis.errors import Conflict, GisError, InvalidInput, NotFound
from gis.lookup import Answer, look_up_one
from gis.store.calendars import read_calendar, write_office_hours
from gis.store.cities import read_city
from gis.store.database import Connection
from gis.store.divisions import read_areas, read_division
from gis.store.duties import read_roster
from gis.store.roles import read_roles, write_roles

roles = typer.Typer(name="roles", invoke_without_command=True, help="List, add and change the roles of this city.")


def who(
    place: Annotated[str, typer.Argument(help="code of a grid, or LON,LAT with --crs")],
    crs: Annotated[str | None, typer.Option(help="of LON,LAT: EPSG:4326, EPSG:4490, GCJ-02, BD-09 or EPSG:n")] = None,
    at: Annotated[str | None, typer.Option(help="moment, now by default; without a zone the city's clock")] = None,
    known_at: Annotated[
        str | None, typer.Option(help="by what was known at this moment, before later corrections")
    ] = None,
) -> None:
    """Tell who is in charge of a grid or a place, and why each rung of the ladder answers or does not.

    \b
    Examples:
      gezhi who 440703002101001
      gezhi who 113.0812,22.5791 --crs EPSG:4326 --at 2026-10-01T20:00
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    try:
        with open_database(read_settings()) as database, database.transaction() as connection:
            division = read_division(connection, at=datetime.now(UTC))
            moment = _moment(connection, at, option="--at") or datetime.now(UTC)
            known = _moment(connection, known_at, option="--known-at")
            roster = read_roster(connection, read_areas(connection), known_at=known)
            grid = _grid(division, place)
            found = None if grid else _look_up(division, roster, place, crs=crs, at=moment)
            grid = grid if found is None else found.grid
            local = moment.astimezone(roster.calendar.zone)
    except GisError as error:
        fail(error)
    out.print(_named(grid) + f", {local:%Y-%m-%d %H:%M %Z}", markup=False)
    if found is not None and found.nearest is not None and found.nearest_distance_m is not None:
        far = f"{found.nearest_distance_m:,.0f} m"
        out.print(f"  最近的网格 nearest: {_named(found.nearest)}, {far}", style="yellow", markup=False)
    names = {code: role.name_zh for code, role in roster.roles.items()}
    _show_rungs(roster.rungs(grid, at=moment), names, zone=roster.calendar.zone)


def _moment(connection: Connection, typed: str | None, *, option: str) -> datetime | None:
    if typed is None:
        return None
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise InvalidInput(
            f"{typed!r} is no moment", where=option, remedy="write 2026-10-01T20:00 or 2026-10-01T20:00+08:00"
        ) from None
    return moment.replace(tzinfo=read_city(connection).zone) if moment.tzinfo is None else moment


def _look_up(division: Division, roster: Roster, place: str, *, crs: str | None, at: datetime) -> Answer:
    location = location_to_wgs84(*_numbers(place), crs=parse_crs(crs))
    return look_up_one(division, roster, location, accuracy_m=0.0, at=at)


def _grid(division: Division, code: str) -> Grid | None:
    return next((grid for grid in division.grids if grid.code == code.strip()), None)


def _numbers(place: str) -> tuple[float, float]:
    """Read LON,LAT.

    Raises
    ------
    NotFound
        When it is neither that nor, as was found out before, the code of a grid.
    """
    try:
        lon, lat = (float(number) for number in unicodedata.normalize("NFKC", place).replace("、", ",").split(","))
    except ValueError:
        raise NotFound(
            "no grid in force has this code", where=place, remedy="give the code of a grid, or LON,LAT with --crs"
        ) from None
    return lon, lat


def _named(grid: Grid | None) -> str:
    return "不在任何网格内 outside every grid" if grid is None else f"{grid.name} ({grid.code})"


def _show_rungs(rungs: tuple[Rung, ...], roles_zh: dict[str, str], *, zone: ZoneInfo) -> None:
    """Print the ladder; the one in charge is marked."""
    table = Table(box=None, pad_edge=False)
    for name in ("", "level", "role", "name", "phone", "why"):
        table.add_column(name)
    first = next(rung for rung in rungs if rung.answers)
    for rung in rungs:
        why = " ".join(WHY[rung.why])
        if rung.stands_in_for:
            why += f" ({rung.stands_in_for})"
        if rung.until:
            why += f" → {rung.until.astimezone(zone):%Y-%m-%d %H:%M %Z}"
        role = roles_zh.get(rung.role, "值班室" if rung.level != GRID else "")
        mark = "▶" if rung is first else ""
        table.add_row(mark, rung.level, role, rung.name, rung.phone or "", why, style=None if rung.answers else "dim")
    out.print(table)
    if first.level != GRID:
        out.print("  网格内无人应答,由上级值班室负责 nobody of the grid answers: the desk above does", style="yellow")


def hours(
    text: Annotated[str | None, typer.Argument(help="e.g. '1-5 08:30-12:00,14:30-17:30'; shows them without")] = None,
) -> None:
    """Show or set the city's office hours, by which time limits are counted."""
    try:
        with open_database(read_settings()) as database, database.transaction() as connection:
            if text is not None:
                write_office_hours(connection, Hours.parse(text))
            calendar = read_calendar(connection)
    except GisError as error:
        fail(error)
    out.print(f"办公时间 office hours: {calendar.hours}, {calendar.zone.key}", markup=False)
    years = ", ".join(map(str, calendar.known_years)) or "-"
    out.print(f"已载入节假日的年份 years with holidays on file: {years}", markup=False)


@roles.callback()
def list_roles(context: typer.Context) -> None:
    """List the roles in the order in which a grid's people are asked."""
    if context.invoked_subcommand is None:
        try:
            with open_database(read_settings()) as database, database.transaction() as connection:
                found = read_roles(connection)
        except GisError as error:
            fail(error)
        _show_roles(found)


Leads = Annotated[bool | None, typer.Option("--leads/--no-leads", help="may be in charge of a grid")]


@roles.command()
def add(
    code: Annotated[str, typer.Argument(help="a short word, as rosters will write it")],
    name: Annotated[str, typer.Option(help="Chinese name, also accepted in rosters")],
    rank: Annotated[int, typer.Option(min=1, help="a lower rank is asked first")],
    name_en: Annotated[str | None, typer.Option(help="English name")] = None,
    leads: Leads = False,
) -> None:
    """Add a role."""

    def added(present: dict[str, Role]) -> Role:
        if code in present:
            raise Conflict("there is a role of this code", where=code, remedy=f"gezhi roles change {code} …")
        return Role(code, name, name_en or name, rank, bool(leads))

    _write_role(added)


@roles.command()
def change(
    code: Annotated[str, typer.Argument(help="the role to change")],
    name: Annotated[str | None, typer.Option(help="another Chinese name")] = None,
    name_en: Annotated[str | None, typer.Option(help="another English name")] = None,
    rank: Annotated[int | None, typer.Option(min=1, help="another place in the order")] = None,
    leads: Leads = None,
) -> None:
    """Rename a role, give it another rank, or say whether it may lead."""

    def changed(present: dict[str, Role]) -> Role:
        if code not in present:
            raise NotFound("there is no role of this code", where=code, remedy=f"codes are {', '.join(present)}")
        before = present[code]
        may_lead = before.leads if leads is None else leads
        return Role(code, name or before.name_zh, name_en or before.name_en, rank or before.rank, may_lead)

    _write_role(changed)


def _write_role(role_from: Callable[[dict[str, Role]], Role]) -> None:
    """Write the role that follows from those that are there, and show them all."""
    try:
        with open_database(read_settings()) as database, database.transaction() as connection:
            write_roles(connection, [role_from(read_roles(connection))])
            found = read_roles(connection)
    except GisError as error:
        fail(error)
    _show_roles(found)


def _show_roles(found: dict[str, Role]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("rank", "code", "名称", "name", "可负责 leads"):
        table.add_column(heading, justify="right" if heading == "rank" else "left")
    for role in found.values():
        table.add_row(str(role.rank), role.code, role.name_zh, role.name_en, "✓" if role.leads else "")
    out.print(table)
