"""Areas from a file: the tree above the grids, all or nothing; level and code identify one.

The shape of an area is the union of its grids; a shape in the file is its *official* line, kept to be
compared with.
"""

from gis.crs import Crs
from gis.errors import MissingCrs
from gis.loading.aliases import AREAS
from gis.loading.batch import Batch, Kind
from gis.loading.checked import SHAPE, CheckedRows, Columns
from gis.loading.codes import coded
from gis.loading.columns import ColumnPlan
from gis.loading.layers import layer_batch, shapes_in_wgs84
from gis.loading.positions import shapes
from gis.loading.raw import RawLayer, TextArray, object_array, unknown

COLUMNS = Columns(
    known=(
        "code", "code_scheme", "name", "level", "parent_code", "desk_name", "desk_phone", "simulated", SHAPE,
    ),
    needed=("code", "name", "level"),
    aliases=AREAS,
)  # fmt: skip
_LEVELS = {
    "city": "city", "county": "county", "town": "town", "community": "community",
    "市": "city", "地级市": "city", "县": "county", "区": "county", "县区": "county",
    "镇": "town", "街道": "town", "镇街": "town", "乡镇": "town",
    "村": "community", "社区": "community", "村社区": "community",
}  # fmt: skip
_ALLOWED_OF_OFFICIAL_LINES = frozenset({"missing", "overlap", "duplicate"})
"""A county holds its towns, an area alone in its parent has the parent's line, and some have none."""


def areas_from(raw: RawLayer, *, plan: ColumnPlan, crs: Crs | None = None) -> Batch:
    """Return the areas of a file, when every one of them is right.

    Parameters
    ----------
    raw
        The file.
    plan
        The user's word on columns.
    crs
        The declared system of the official lines; needed only when the file has any.

    Returns
    -------
    Columns ``code, code_scheme, name, level, parent_code, desk_name, desk_phone, simulated``; ``parent_code``
    is None for roots. The geometry is None when the file has no shapes, and single shapes may be None.
    Whether a parent that is not in the file exists is not known here.

    Raises
    ------
    InvalidLayer
        For any fault of a row or shape, see `gis.loading.layers.layer_batch`, and for areas that are their
        own ancestors.
    MissingCrs
        When the file has shapes and no system is declared.
    MissingColumn, InvalidInput, DoubtfulCrs
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=COLUMNS)
    codes, schemes = coded(rows)
    values = {
        "code": codes,
        "code_scheme": schemes,
        "name": rows.text("name", needed=True),
        "level": _levels(rows),
        "parent_code": rows.text("parent_code"),
        "desk_name": rows.text("desk_name"),
        "desk_phone": rows.text("desk_phone"),
        "simulated": rows.known_flag("simulated"),
    }
    _refuse_circles(rows, codes, values["parent_code"])
    found = shapes(rows)
    geometry = None
    if found is not None and not unknown(found).all():
        geometry = shapes_in_wgs84(rows, found, crs=_declared(crs, raw))
    return layer_batch(
        rows,
        kind=Kind.AREAS,
        values=values,
        key=("level", "code"),
        geometry=geometry,
        allowed=_ALLOWED_OF_OFFICIAL_LINES,
    )


def _declared(crs: Crs | None, raw: RawLayer) -> Crs:
    if crs is None:
        raise MissingCrs(
            "the areas have shapes, and no coordinate system is declared",
            where=str(raw.path),
            remedy="declare it, e.g. --crs EPSG:4326",
        )
    return crs


def _levels(rows: CheckedRows) -> TextArray:
    """Return levels; the usual Chinese words become ours, any other word is the city's own."""
    texts = rows.text("level", needed=True).tolist()
    return object_array([_LEVELS.get(text.casefold(), text) if text else None for text in texts])


def _refuse_circles(rows: CheckedRows, codes: TextArray, parents: TextArray) -> None:
    """Turn away areas that are their own ancestors; codes that stand on several levels cannot tell."""
    listed = codes.tolist()
    counts: dict[str | None, int] = {}
    for code in listed:
        counts[code] = counts.get(code, 0) + 1
    parent_of = {code: parent for code, parent in zip(listed, parents.tolist(), strict=True) if counts[code] == 1}
    for position, code in enumerate(listed):
        above, seen = parent_of.get(code), {code}
        while above is not None and above not in seen:
            seen.add(above)
            above = parent_of.get(above)
        if code is not None and above == code:
            rows.reject([position], "parent_code", "the area is its own ancestor")
