"""The ladder of responsibility never ends empty, and its answer does not depend on the order of rows (R14)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.division.model import Area, AreaTree, Grid
from gis.duty.calendar import Calendar
from gis.duty.hours import Hours
from gis.duty.ladder import DESK, Charge, Roster, Why, teams_by_grid
from gis.duty.ladder import GRID as THE_GRID
from gis.duty.people import Desk, Leave, Member, Person, Role
from gis.units import AreaId, GridId

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
"""Four in the afternoon in China, a Sunday."""
CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"))
ROLES = {
    role.code: role
    for role in (
        Role("lead", "网格长", "Lead", 10, leads=True),
        Role("deputy", "副网格长", "Deputy", 20, leads=True),
        Role("full_time", "专职网格员", "Full-time", 30, leads=False),
    )
}
LEVELS = ("city", "county", "town", "community")
GRID = Grid(GridId(1), "g", "grid", AreaId(4))


def member(
    worker: int, role: str, *, since_h: float = -1, until_h: float | None = None, hours: str | None = None
) -> Member:
    until = None if until_h is None else NOW + timedelta(hours=until_h)
    shift = None if hours is None else Hours.parse(hours)
    return Member(7, worker, role, f"worker {worker}", f"{worker}", NOW + timedelta(hours=since_h), until, shift)


def chain(n: int = 4) -> AreaTree:
    """A city and one area below another, ids 1 to n."""
    return AreaTree(
        Area(AreaId(i), None if i == 1 else AreaId(i - 1), LEVELS[i - 1], str(i), LEVELS[i - 1])
        for i in range(1, n + 1)
    )


def desk(area_id: int) -> Desk:
    return Desk(100 + area_id, AreaId(area_id), f"desk {area_id}", f"000-{area_id}")


def roster(*members: Member, desks: tuple[int, ...] = (1, 2, 3, 4)) -> Roster:
    return Roster(chain(), ROLES, teams_by_grid((GRID.id, one) for one in members), {AreaId(i): desk(i) for i in desks})


@st.composite
def cities(draw: st.DrawFn) -> tuple[Roster, list[Grid]]:
    """Draw any tree of areas, any desks and any memberships, some over or yet to come."""
    n = draw(st.integers(1, 8))
    parents = [None, *(draw(st.integers(1, i)) for i in range(1, n))]
    areas = AreaTree(
        Area(
            AreaId(i + 1),
            None if parent is None else AreaId(parent),
            draw(st.sampled_from(LEVELS)),
            str(i),
            f"area {i}",
        )
        for i, parent in enumerate(parents)
    )
    desks = draw(st.sets(st.integers(1, n)))
    grids = [Grid(GridId(i), str(i), str(i), AreaId(draw(st.integers(1, n)))) for i in range(1, 4)]
    people = st.builds(
        member,
        st.integers(1, 5),
        st.sampled_from(sorted(ROLES)),
        since_h=st.sampled_from([-2.0, -1.0, 0.0, 1.0]),
        until_h=st.sampled_from([None, 0.0, 2.0]),
        hours=st.sampled_from([None, "1-7 08:00-20:00", "1-7 16:00-17:00", "1-7 08:00-16:00"]),
    )
    members = [(grid.id, one) for grid in grids for one in draw(st.lists(people, max_size=4, unique=True))]
    leave = st.builds(
        lambda since_h, hours, stand_in: Leave(
            NOW + timedelta(hours=since_h),
            NOW + timedelta(hours=since_h + hours),
            None if stand_in is None else Person(stand_in, f"worker {stand_in}", f"{stand_in}"),
        ),
        st.sampled_from([-3.0, -1.0, 0.0, 1.0]),
        st.sampled_from([1.0, 2.0]),
        st.sampled_from([None, 1, 2, 3, 4, 5, 6]),
    )
    leaves = {worker: tuple(draw(st.lists(leave, max_size=2))) for worker in draw(st.sets(st.integers(1, 6)))}
    return Roster(areas, ROLES, teams_by_grid(members), {AreaId(i): desk(i) for i in desks}, leaves, CALENDAR), grids


def answers_by_hand(roster: Roster, worker: int, name: str, tried: tuple[int, ...] = ()) -> str | None:
    """The slow twin: who answers for a person, following stand-ins until one is there or nobody is left."""
    away = [one for one in roster.leaves.get(worker, ()) if one.since <= NOW and one.until > NOW]
    if not away:
        return name
    last = [one for one in away if one.since == max(other.since for other in away)]
    longest = [one for one in last if one.until == max(other.until for other in last)]
    named = sorted((one.stand_in for one in longest if one.stand_in), key=lambda person: person.worker_id)
    stand_in = named[0] if named else None
    tried = (*tried, worker)
    if stand_in is None or stand_in.worker_id in tried:
        return None
    return answers_by_hand(roster, stand_in.worker_id, stand_in.name, tried)


def rungs_by_hand(roster: Roster, grid: Grid | None) -> list[str]:
    """The slow twin: who stands on each rung, one question after the other."""
    found = []
    team = () if grid is None else roster.members.get(grid.id, ())
    for rank in sorted(role.rank for role in roster.roles.values() if role.leads):
        serving = [
            one
            for one in team
            if roster.roles[one.role].rank == rank and one.since <= NOW and (one.until is None or one.until > NOW)
        ]
        for one in sorted(serving, key=lambda one: one.worker_id):
            if one.hours is None or one.hours.spans[0][0] <= 16 * 60 < one.hours.spans[0][1]:
                found += [name for name in [answers_by_hand(roster, one.worker_id, one.name)] if name]
    desks = []
    here: AreaId | None = roster.areas.root.id if grid is None else grid.area_id
    while here is not None:
        if here in roster.desks:
            desks.append(roster.desks[here].name)
        here = roster.areas[here].parent_id
    return found + (desks or [roster.areas.root.name])


@given(cities())
def test_the_ladder_never_ends_empty_and_asks_in_order(city: tuple[Roster, list[Grid]]) -> None:
    roster, grids = city
    for grid in (*grids, None):
        ladder = roster.ladder(grid, at=NOW)
        assert [rung.name for rung in ladder] == rungs_by_hand(roster, grid)
        assert roster.in_charge(grid, at=NOW) == ladder[0]
        assert roster.duty(grid, at=NOW)


@given(cities(), st.integers(0, 2**32 - 1))
def test_the_order_of_rows_changes_nothing(city: tuple[Roster, list[Grid]], seed: int) -> None:
    roster, grids = city
    rng = np.random.default_rng(seed)
    shuffled = replace(
        roster,
        members={grid: tuple(team[i] for i in rng.permutation(len(team))) for grid, team in roster.members.items()},
        desks=dict(reversed(list(roster.desks.items()))),
        leaves={worker: tuple(away[i] for i in rng.permutation(len(away))) for worker, away in roster.leaves.items()},
    )
    for grid in (*grids, None):
        assert shuffled.ladder(grid, at=NOW) == roster.ladder(grid, at=NOW)
        assert shuffled.duty(grid, at=NOW) == roster.duty(grid, at=NOW)


@given(cities())
def test_the_alarm_is_raised_exactly_when_nobody_of_the_grid_answers(city: tuple[Roster, list[Grid]]) -> None:
    roster, grids = city
    for grid in grids:
        answering = any(rung.level == THE_GRID and rung.answers for rung in roster.rungs(grid, at=NOW))
        assert {rung.alarm for rung in roster.ladder(grid, at=NOW)} == {not answering}
        assert (roster.in_charge(grid, at=NOW).worker_id is not None) == answering


@given(cities())
def test_every_rung_has_its_reason(city: tuple[Roster, list[Grid]]) -> None:
    roster, grids = city
    for grid in grids:
        rungs = roster.rungs(grid, at=NOW)
        leads = [one for one in roster.team(grid.id, at=NOW) if ROLES[one.role].leads]
        assert [rung.name for rung in rungs if rung.level == THE_GRID and rung.why != Why.STANDS_IN] == (
            [one.name for one in leads] or [""]
        )
        assert (rungs[0].why == Why.NO_LEAD) == (not leads)
        for rung in rungs:
            away = rung.worker_id is not None and roster.leave(rung.worker_id, at=NOW)
            assert (rung.why == Why.ON_LEAVE) == bool(away)
            assert (rung.until is not None) == bool(away)
            assert (rung.stands_in_for is not None) == (rung.why == Why.STANDS_IN)
        above = [rung for rung in rungs if rung.level != THE_GRID]
        assert len(above) == len(roster.areas.path(grid.area_id))


@given(cities())
def test_duty_names_the_team_that_can_be_asked_and_then_the_desks(city: tuple[Roster, list[Grid]]) -> None:
    roster, grids = city
    for grid in grids:
        duty = roster.duty(grid, at=NOW)
        people = [entry for entry in duty if not entry.is_desk]
        answering = {answers_by_hand(roster, one.worker_id, one.name) for one in roster.team(grid.id, at=NOW)}
        assert {entry.name for entry in people} <= answering
        assert all(entry.is_desk and entry.role == DESK for entry in duty[len(people) :])
        assert len(duty) > len(people)


def test_the_lead_comes_before_the_deputy_and_the_older_id_first() -> None:
    ladder = roster(member(3, "deputy"), member(2, "lead"), member(1, "full_time"), member(5, "lead")).ladder(
        GRID, at=NOW
    )
    assert [rung.worker_id for rung in ladder] == [2, 5, 3, None, None, None, None]
    assert [rung.level for rung in ladder[3:]] == ["community", "town", "county", "city"]


def test_a_person_serves_from_the_first_moment_until_just_before_the_last() -> None:
    lead = roster(member(1, "lead", since_h=0, until_h=1))
    assert lead.in_charge(GRID, at=NOW).worker_id == 1
    assert lead.in_charge(GRID, at=NOW + timedelta(hours=1)).level == "community"
    assert lead.in_charge(GRID, at=NOW - timedelta(microseconds=1)).alarm


@pytest.mark.parametrize(
    ("desks", "level"), [((4, 1), "community"), ((3, 1), "town"), ((2, 1), "county"), ((1,), "city"), ((), "city")]
)
def test_without_a_lead_the_next_desk_upwards_answers_with_an_alarm(desks: tuple[int, ...], level: str) -> None:
    charge = roster(member(1, "full_time"), desks=desks).in_charge(GRID, at=NOW)
    assert (charge.level, charge.role, charge.alarm, charge.worker_id) == (level, DESK, True, None)


def test_without_any_desk_the_city_itself_is_named() -> None:
    assert roster(desks=()).in_charge(GRID, at=NOW) == Charge("city", DESK, "city", None, None, None, alarm=True)
    assert roster(desks=(2, 3)).in_charge(None, at=NOW).level == "city"


def test_a_stand_in_answers_in_the_place_of_the_lead_and_is_named_so() -> None:
    away = Leave(NOW, NOW + timedelta(days=3), Person(9, "worker 9", "9"))
    city = replace(roster(member(1, "lead"), member(2, "deputy")), leaves={1: (away,)})
    charge = city.in_charge(GRID, at=NOW)
    assert (charge.worker_id, charge.role, charge.team_id, charge.alarm) == (9, "lead", 7, False)
    assert [(entry.name, entry.stands_in_for) for entry in city.duty(GRID, at=NOW)][:2] == [
        ("worker 9", "worker 1"),
        ("worker 2", None),
    ]
    assert city.in_charge(GRID, at=NOW + timedelta(days=3)).worker_id == 1


def test_two_who_stand_in_for_each_other_while_both_are_away_do_not_answer() -> None:
    def away(person: int) -> tuple[Leave, ...]:
        return (Leave(NOW, NOW + timedelta(days=3), Person(person, f"worker {person}", None)),)

    city = replace(roster(member(1, "lead")), leaves={1: away(2), 2: away(1)})
    assert city.in_charge(GRID, at=NOW).level == "community"
