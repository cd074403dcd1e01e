"""The sample city for the tests: one county of it, made once, and the whole of it for the slow tests."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from gis.sample import SampleSummary, write_sample_city
from gis.sample.city import City, make_city

SEED = 440_700
COUNTY = "440704"


@dataclass
class Written:
    """The files of a sample city, read back by other readers than ours."""

    summary: SampleSummary
    areas: list[dict[str, Any]]
    grids: list[dict[str, Any]]
    grid_shapes: Any
    area_shapes: dict[str, Any]
    workers: pd.DataFrame
    leave: pd.DataFrame
    calendar: pd.DataFrame
    cameras: pd.DataFrame
    sites: pd.DataFrame
    gates: pd.DataFrame
    key_areas: list[dict[str, Any]]
    key_area_shapes: Any

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """Half a million rows of the whole city: read only where they are asked for."""
        return pd.read_csv(self.summary.directory / "incidents.csv", dtype=str, keep_default_na=False)

    @classmethod
    def of(cls, summary: SampleSummary) -> "Written":
        folder = summary.directory
        areas = json.loads((folder / "areas.geojson").read_text(encoding="utf-8"))["features"]
        grids = json.loads((folder / "grids.geojson").read_text(encoding="utf-8"))["features"]
        shapes = shapely.from_geojson([json.dumps(one["geometry"]) for one in grids])
        key_areas = json.loads((folder / "key_areas.geojson").read_text(encoding="utf-8"))["features"]
        tables = {
            name: pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
            for name in ("workers", "leave", "calendar", "cameras", "sites", "gates")
        }
        return cls(
            summary=summary,
            areas=[one["properties"] for one in areas],
            grids=[one["properties"] for one in grids],
            grid_shapes=np.asarray(shapes, dtype=object),
            area_shapes={
                one["properties"]["code"]: shapely.from_geojson(json.dumps(one["geometry"]))
                for one in areas
                if one["geometry"]
            },
            key_areas=[one["properties"] for one in key_areas],
            key_area_shapes=np.asarray(
                shapely.from_geojson([json.dumps(one["geometry"]) for one in key_areas]), dtype=object
            ),
            **tables,
        )


def written(folder: Path, *, counties: tuple[str, ...] | None) -> Written:
    return Written.of(write_sample_city(folder, seed=SEED, counties=counties))


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return written(tmp_path_factory.mktemp("county"), counties=(COUNTY,))


@pytest.fixture(scope="session")
def county_city() -> City:
    """What the county's files are made of: its lines, its land."""
    return make_city(seed=SEED, counties=(COUNTY,), progress=lambda _what, _share: None)


@pytest.fixture(scope="session")
def whole_city(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return written(tmp_path_factory.mktemp("city"), counties=None)
