"""Addresses of the sample as people type them: right in the first three, and hardly ever certain and wrong."""

import json
import math
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from gis.addresses.entries import COLUMNS
from gis.addresses.gazetteer import Gazetteer
from gis.addresses.matching import match
from gis.division.model import Area, AreaTree, Division, Edition, Grid
from gis.sample import write_sample_city
from gis.units import AreaId, EditionId, GridId
from tests.gis.addresses.variants import PLAIN, typo

pytestmark = pytest.mark.slow

DRAWN = 150
NEAR_M = 60.0
"""A door counts as found when the answer lies this near; a wider place when it lies within its own uncertainty."""
WIDEST_M = 150.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("addresses")
    write_sample_city(place, seed=77, counties=("440784",))
    return place


def features(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return found


@pytest.fixture(scope="module")
def division(folder: Path) -> Division:
    rows = [one["properties"] for one in features(folder / "areas.geojson")]
    ids = {row["code"]: AreaId(number) for number, row in enumerate(rows, start=1)}
    areas = [
        Area(ids[row["code"]], ids.get(row["parent_code"]), row["level"], row["code"], row["name"]) for row in rows
    ]
    layer = features(folder / "grids.geojson")
    grids = [
        Grid(GridId(number), one["properties"]["code"], one["properties"]["name"], ids[one["properties"]["area_code"]])
        for number, one in enumerate(layer, start=1)
    ]
    shapes = shapely.from_geojson([json.dumps(one["geometry"]) for one in layer])
    edition = Edition(EditionId(1), datetime(2026, 1, 1, tzinfo=UTC))
    return Division.of(edition, AreaTree(areas), grids=grids, shapes=np.asarray(shapes, dtype=object))


@pytest.fixture(scope="module")
def rows(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "addresses.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def gazetteer(rows: pd.DataFrame, division: Division) -> Gazetteer:
    known = rows.reindex(columns=list(COLUMNS)).replace("", None)
    for column in ("number", "last", "lon", "lat"):
        known[column] = pd.to_numeric(known[column])
    known["simulated"] = True
    return Gazetteer.build([known], division=division)


def is_right(candidate: Any, row: pd.Series) -> bool:
    away = math.hypot((candidate.lon - float(row.lon)) * 102_900, (candidate.lat - float(row.lat)) * 110_740)
    return away <= max(NEAR_M, min(candidate.uncertainty_m, WIDEST_M))


def test_plain_variants_are_right_in_the_first_three(rows: pd.DataFrame, gazetteer: Gazetteer) -> None:
    rng = np.random.default_rng(11)
    drawn = rows.iloc[rng.choice(len(rows), DRAWN, replace=False)]
    found, certainly_wrong, missed = 0, [], []
    for variant in PLAIN:
        for _, row in drawn.iterrows():
            typed = variant(row, rng)
            answer = match(typed, gazetteer)
            right = [is_right(candidate, row) for candidate in answer.candidates[:3]]
            found += any(right)
            if not any(right):
                missed.append((variant.__name__, typed, row.full_text))
            if answer.certain and not right[0]:
                certainly_wrong.append((variant.__name__, typed, answer.candidates[0].address))
    assert found >= 0.95 * DRAWN * len(PLAIN), missed
    assert len(certainly_wrong) <= 0.005 * DRAWN * len(PLAIN), certainly_wrong


def test_a_typing_mistake_is_told_and_hardly_ever_certain_and_wrong(rows: pd.DataFrame, gazetteer: Gazetteer) -> None:
    rng = np.random.default_rng(12)
    drawn = rows.iloc[rng.choice(len(rows), DRAWN, replace=False)]
    found = wrong = 0
    for _, row in drawn.iterrows():
        answer = match(typo(row, rng), gazetteer)
        found += any(is_right(candidate, row) for candidate in answer.candidates[:3])
        wrong += answer.certain and not is_right(answer.candidates[0], row)
    assert found >= 0.75 * DRAWN
    assert wrong <= 0.01 * DRAWN


def test_what_was_typed_is_kept_to_the_letter(rows: pd.DataFrame, gazetteer: Gazetteer) -> None:
    for typed in (f"  {rows.full_text[0]}  ", "１２号", "不存在的地方", "'; DROP TABLE address; --", "🙂"):
        assert match(typed, gazetteer).typed == typed


def test_a_number_that_is_known_only_with_sub_numbers_is_told(rows: pd.DataFrame, gazetteer: Gazetteer) -> None:
    known = set(rows.full_text)
    with_sub = rows.full_text[rows.full_text.str.contains("号之")]
    bare = next(text for text in (full.split("号之")[0] + "号" for full in with_sub) if text not in known)
    best = match(bare, gazetteer).candidates[0]
    assert "sub_untyped" in {reason.key for reason in best.reasons}
    assert best.score < 1.0
    plain = rows.full_text[(rows.street != "") & (rows["sub"] == "")].iloc[0]
    best = match(plain, gazetteer).candidates[0]
    assert "sub_untyped" not in {reason.key for reason in best.reasons}


def test_an_address_is_answered_within_ten_milliseconds_of_computing(rows: pd.DataFrame, gazetteer: Gazetteer) -> None:
    taken_ms = []
    for typed in rows.full_text[:: len(rows) // 60]:
        began = time.process_time()
        match(typed, gazetteer)
        taken_ms.append((time.process_time() - began) * 1e3)
    assert np.median(taken_ms) <= 10.0
