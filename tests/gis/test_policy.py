"""Who may see what: decided by role and need alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.duty.ladder import DutyEntry
from gis.errors import NotPermitted
from gis.policy import Need, Role, Viewer, duty_for, fields_for, require, site_kinds_for
from gis.sites import SiteKind

entries = st.builds(
    DutyEntry,
    role=st.sampled_from(["lead", "part_time", "duty_desk"]),
    name=st.text(min_size=1),
    phone=st.none() | st.text(),
    level=st.sampled_from(["grid", "community", "city"]),
    is_desk=st.booleans(),
)


@given(st.sampled_from(Role), st.sampled_from(Need))
def test_requiring_agrees_with_asking(role: Role, need: Need) -> None:
    viewer = Viewer(role)
    if viewer.may(need):
        require(viewer, need)
    else:
        with pytest.raises(NotPermitted) as refusal:
            require(viewer, need)
        assert refusal.value.facts == {"role": role.value, "needs": need.value}
        assert refusal.value.remedy


def test_the_public_sees_the_division_and_public_places_and_the_administrator_everything() -> None:
    assert {need for need in Need if Viewer(Role.PUBLIC).may(need)} == {Need.ALIVE, Need.DIVISION, Need.SITES}
    assert all(Viewer(Role.ADMIN).may(need) for need in Need)


def test_roles_without_accounts_may_nothing() -> None:
    between = set(Role) - {Role.PUBLIC, Role.ADMIN}
    assert not any(Viewer(role).may(need) for role in between for need in Need)


@given(st.lists(entries), st.sampled_from(sorted(set(Role) - {Role.ADMIN})))
def test_who_may_not_know_people_learns_desks_and_their_phones_in_order(duty: list[DutyEntry], role: Role) -> None:
    told = duty_for(Viewer(role), duty)
    desks = [entry for entry in duty if entry.is_desk]
    assert [(entry.role, entry.phone, entry.level) for entry in told] == [
        (entry.role, entry.phone, entry.level) for entry in desks
    ]
    assert all(entry.name == "" for entry in told)


@given(st.lists(entries))
def test_the_administrator_learns_everybody(duty: list[DutyEntry]) -> None:
    assert duty_for(Viewer(Role.ADMIN), duty) == tuple(duty)


@given(st.sampled_from(Role), st.none() | st.sampled_from([*map(str, SiteKind), "加油站", "看守所"]))
def test_homes_and_a_citys_own_kinds_of_site_are_never_told_to_who_may_not_know_gates(
    role: Role, asked: str | None
) -> None:
    seen = site_kinds_for(Viewer(role), asked=asked)
    if Viewer(role).may(Need.GATES):
        assert seen == (None if asked is None else {asked})
    else:
        assert seen is not None
        assert seen <= set(SiteKind) - {SiteKind.NEIGHBOURHOOD}
        assert asked is None or seen <= {asked}


def test_a_field_about_which_nothing_is_decided_is_told_to_nobody() -> None:
    for role in Role:
        with pytest.raises(KeyError):
            fields_for(Viewer(role), "cameras", "reporter_ref")
