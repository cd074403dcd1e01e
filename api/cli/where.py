"""`gezhi where`: which grid, and who, for an address."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.cli.console import fail, out, progress
from api.cli.opening import open_database, read_settings
from gis.duty.people import Role
from gis.errors import GisError, InvalidInput
from gis.lookup import AddressAnswer, look_up_address
from gis.store.divisions import read_areas, read_division
from gis.store.duties import read_roster
from gis.store.gazetteer import read_gazetteer

LONGEST_ADDRESS = 300


def where(
    address: Annotated[str, typer.Argument(help="as people write it, e.g. 环市街道建设路12号")],
) -> None:
    """Tell which place an address means, its grid, and who is in charge there.

    Prints candidates with score, precision and reasons; exits with 1 when none was found.
    """
    now = datetime.now(UTC)
    try:
        if not address.strip() or len(address) > LONGEST_ADDRESS:
            raise InvalidInput(
                "this is no address", where=f"{len(address)} characters", remedy=f"give 1 to {LONGEST_ADDRESS} of them"
            )
        with open_database(read_settings()) as database, database.transaction() as connection, progress() as report:
            division = read_division(connection, at=now)
            roster = read_roster(connection, read_areas(connection))
            report("reading addresses", 0.3)
            gazetteer = read_gazetteer(connection, division=division)
            answer = look_up_address(gazetteer, division, roster, address, at=now)
    except GisError as error:
        fail(error)
    _show(answer, roster.roles)
    if not answer.candidates:
        raise typer.Exit(1)


def _show(answer: AddressAnswer, roles: Mapping[str, Role]) -> None:
    out.print("确定 certain" if answer.certain else "未能确定 not certain")
    if answer.certain_areas:
        names = [area.name for area in answer.certain_areas]
        names += [] if answer.certain_grid is None else [answer.certain_grid.name]
        out.print(f"可以确定在 certainly in: {' '.join(names)}", markup=False)
    for candidate, found in answer.candidates:
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(min_width=6)
        table.add_column()
        place = f"{candidate.lon:.6f}, {candidate.lat:.6f} ± {candidate.uncertainty_m:.0f} m"
        table.add_row(f"{candidate.score:.2f}", escape(candidate.address), style="bold")
        table.add_row("", f"{candidate.precision}, {place}")
        table.add_row("", "-" if found.grid is None else escape(f"{found.grid.name} ({found.grid.code})"))
        if found.duty:
            first = found.duty[0]
            role = roles[first.role].name_zh if first.role in roles else first.role
            table.add_row("", escape(" ".join(part for part in (role, first.name, first.phone) if part)))
        table.add_row("", escape("; ".join(f"{each.zh} {each.en}" for each in candidate.reasons)), style="dim")
        out.print(table)
    if answer.question:
        out.print(answer.question, markup=False)
