"""Sites, gates and key areas in the database: loaded before or after the grids, moved, and doubted."""

from pathlib import Path

import pytest
from sqlalchemy import text

from gis.errors import DoubtfulCrs
from gis.loading import Kind
from gis.store.database import Database, change_counts
from gis.store.loading import LoadOptions
from gis.store.points import Written
from tests.gis.store.states import content
from tests.tiny_city import FILES, GATES, KEY_AREAS, SITES, load_text, load_tiny_city, wkt

PLACED = ("site", "gate", "key_area", "key_area_grid")


def loaded(database: Database, folder: Path, kind: Kind, body: str) -> Written:
    return load_text(database, kind, folder, name=FILES[kind][0], text=body).written


def shares(database: Database, ref: str) -> list[tuple[str, float]]:
    """Return the grids of a key area and their shares, to a thousandth."""
    asked = text(
        "SELECT code, round(share::numeric, 3)::float FROM key_area_grid JOIN key_area ON key_area.id = key_area_id "
        "JOIN grid_version USING (grid_id) WHERE source_ref = :ref ORDER BY code"
    )
    with database.transaction() as connection:
        return [(row.code, row.round) for row in connection.execute(asked, {"ref": ref})]


def test_what_is_loaded_before_the_grids_gets_the_same_places_when_they_come(
    named: Database, tiny: Database, folder: Path
) -> None:
    before = [Kind.AREAS, Kind.SITES, Kind.GATES, Kind.KEY_AREAS]
    load_tiny_city(named, folder, [*before, Kind.GRIDS])
    for table in PLACED:
        assert content(named)[table] == content(tiny)[table], table


def test_a_gate_follows_when_its_file_names_another_site(tiny: Database, folder: Path) -> None:
    moved = GATES.replace("s,g1,2,", "s,g1,1,")
    assert loaded(tiny, folder, Kind.GATES, moved) == Written(0, 1, 1)
    with tiny.transaction() as connection:
        asked = text("SELECT site.source_ref FROM gate JOIN site ON site.id = site_id ORDER BY gate.source_ref")
        assert list(connection.execute(asked).scalars()) == ["1", "2"]


def test_a_key_area_that_is_drawn_anew_has_the_grids_of_its_new_ground(tiny: Database, folder: Path) -> None:
    assert shares(tiny, "k1") == [("C1", 0.5), ("C2", 0.5)]
    changed = KEY_AREAS.replace(wkt(113.005, 22.502, 113.015, 22.508), wkt(113.001, 22.508, 113.005, 22.516))
    assert loaded(tiny, folder, Kind.KEY_AREAS, changed) == Written(0, 1, 3)
    assert shares(tiny, "k1") == [("C1", 0.25), ("C3", 0.75)]
    assert shares(tiny, "k3") == [("C4", 1.0)]


def test_ground_may_be_taken_from_a_site_and_given_again(tiny: Database, folder: Path) -> None:
    bare = SITES.replace(wkt(113.009, 22.514, 113.012, 22.517), "")
    assert loaded(tiny, folder, Kind.SITES, bare) == Written(0, 1, 3)
    assert loaded(tiny, folder, Kind.SITES, SITES) == Written(0, 1, 3)


def test_gates_and_key_areas_are_announced_with_the_sites(tiny: Database, folder: Path) -> None:
    def announced() -> int:
        with tiny.transaction() as connection:
            return change_counts(connection)["sites"]

    first = announced()
    loaded(tiny, folder, Kind.GATES, GATES.replace("open", "closed"))
    loaded(tiny, folder, Kind.KEY_AREAS, KEY_AREAS.replace("示例老楼", "示例旧楼"))
    assert announced() == first + 2


def test_key_areas_in_another_system_than_declared_are_doubted(tiny: Database, folder: Path) -> None:
    far = "source,source_ref,kind,name,geometry\n" + "\n".join(
        f"s,f{n},x,y,{wkt(22.5 + n / 1e4, 41.0, 22.501 + n / 1e4, 41.001)}" for n in range(20)
    )
    with pytest.raises(DoubtfulCrs):
        load_text(tiny, Kind.KEY_AREAS, folder, name="far.csv", text=far, options=LoadOptions(crs="EPSG:4326"))
