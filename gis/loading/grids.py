"""Grids from a file: the finest layer of the division, all or nothing; the code identifies one."""

from typing import Literal

import numpy as np

from gis.crs import Crs
from gis.errors import InvalidLayer
from gis.loading.aliases import GRIDS
from gis.loading.batch import Batch, Kind
from gis.loading.checked import SHAPE, Bounds, CheckedRows, Columns
from gis.loading.codes import coded
from gis.loading.columns import ColumnPlan
from gis.loading.layers import layer_batch, shapes_in_wgs84
from gis.loading.positions import shapes
from gis.loading.raw import RawLayer, unknown

_CLASSES = {"basic": "basic", "exclusive": "exclusive", "基础网格": "basic", "专属网格": "exclusive"}
COLUMNS = Columns(
    known=(
        "code", "code_scheme", "name", "area_code", "class", "households", "population", "simulated", SHAPE,
    ),
    needed=("code", "area_code"),
    aliases=GRIDS,
    words={"class": _CLASSES},
)  # fmt: skip
_COUNT = Bounds(0, 100_000_000, whole=True)


def grids_from(
    raw: RawLayer, *, plan: ColumnPlan, crs: Crs, overlaps: Literal["refuse", "pass_on"] = "refuse"
) -> Batch:
    """Return the grids of a file, when every one of them is right.

    Parameters
    ----------
    raw
        The file, with a polygon for each grid.
    plan
        The user's word on columns.
    crs
        The declared system of the polygons.
    overlaps
        "pass_on" leaves overlapping grids to a caller who resolves them; no other fault is passed on.

    Returns
    -------
    Columns ``code, code_scheme, name, area_code, class, households, population, simulated`` and the polygons.
    A missing name is the code; a missing class is "basic". Whether an area of that code exists is not known
    here.

    Raises
    ------
    InvalidLayer, OverlappingGrids
        For any fault of a row or shape, see `gis.loading.layers.layer_batch`.
    MissingColumn, InvalidInput, DoubtfulCrs
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=COLUMNS)
    codes, schemes = coded(rows)
    names = rows.text("name")
    if not rows.has("name"):
        rows.say("name is not told, so each grid is called by its code")
    found = shapes(rows)
    if found is None:
        raise InvalidLayer(
            "the file has no shapes",
            where=str(raw.path),
            remedy="give each grid a polygon: GeoJSON, or CSV with WKT and --column geometry=THEIRS",
        )
    values = {
        "code": codes,
        "code_scheme": schemes,
        "name": np.where(unknown(names), codes, names),
        "area_code": rows.text("area_code", needed=True),
        "class": rows.choice("class", words=_CLASSES, default="basic"),
        "households": rows.number("households", bounds=_COUNT),
        "population": rows.number("population", bounds=_COUNT),
        "simulated": rows.known_flag("simulated"),
    }
    geometry = shapes_in_wgs84(rows, found, crs=crs)
    allowed = {"overlap"} if overlaps == "pass_on" else set()
    return layer_batch(rows, kind=Kind.GRIDS, values=values, key=("code",), geometry=geometry, allowed=allowed)
