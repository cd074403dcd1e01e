"""Simulated sites: schools, hospitals, markets and stations near streets, where people are."""

import numpy as np
import pandas as pd

from gis.sample.chance import stream
from gis.sample.city import City
from gis.sample.naming import MARK
from gis.sample.places import Streets

SITES = (("school", "学校", 110), ("hospital", "医院", 30), ("market", "市场", 20), ("station", "车站", 10))
"""Kind, the word in the name, and how many a city of 2,954 grids has."""


def sites(city: City, streets: Streets, *, seed: int) -> pd.DataFrame:
    """Return one row per site, in the columns of a sites file."""
    rng = stream(seed, "sites")
    size = len(city.division) / 2954
    rows: list[pd.DataFrame] = []
    for kind, word, whole in SITES:
        count = max(1, round(whole * size))
        lonlat = city.register.plane.degrees(streets.beside(count, rng, aside_m=45.0, at_corners=0.2)[0])
        rows.append(
            pd.DataFrame(
                {
                    "source_ref": [f"SAMPLE-S-{kind}-{number:03d}" for number in range(1, count + 1)],
                    "kind": kind,
                    "name": [f"示例{word}{number:03d}{MARK}" for number in range(1, count + 1)],
                    "lon": np.round(lonlat[:, 0], 7),
                    "lat": np.round(lonlat[:, 1], 7),
                    "simulated": 1,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)
