"""Roles from a file: what people can be in a team, in the order in which they are asked, and who may lead."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.loading.batch import Batch, Kind
from gis.loading.checked import FLAG_WORDS, Bounds, CheckedRows, Columns, frame
from gis.loading.columns import ColumnPlan
from gis.loading.raw import RawLayer

COLUMNS = Columns(
    known=("code", "name_zh", "name_en", "rank", "leads"),
    needed=("code", "name_zh", "rank"),
    aliases={"name_zh": ("name", "名称", "角色"), "rank": ("顺序", "排序"), "leads": ("可负责", "是否负责")},
    words={"leads": FLAG_WORDS},
)
RANKS = Bounds(1, 100_000, whole=True)


def roles_from(raw: RawLayer, *, plan: ColumnPlan) -> Batch:
    """Return the good rows of a list of roles.

    Returns
    -------
    Columns of `COLUMNS`: ``name_en`` is the Chinese name where none is told, ``leads`` is false. ``rank`` is float64
    of whole numbers; two roles of one rank are turned away.

    Raises
    ------
    MissingColumn, InvalidInput
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=COLUMNS)
    name_zh, name_en = rows.text("name_zh", needed=True), rows.text("name_en")
    values: dict[str, NDArray[Any]] = {
        "code": rows.text("code", needed=True),
        "name_zh": name_zh,
        "name_en": np.where(name_en == None, name_zh, name_en),  # noqa: E711 - elementwise
        "rank": rows.number("rank", bounds=RANKS, needed=True),
        "leads": rows.known_flag("leads"),
    }
    rows.keep_first(values, key=("code",))
    keep = rows.keep_first(values, key=("rank",))
    return Batch(
        kind=Kind.ROLES,
        rows=frame(values, keep),
        lines=raw.lines[keep],
        lon=None,
        lat=None,
        geometry=None,
        rejects=rows.rejects(),
        repeated=len(raw) - len(keep) - int(rows.faulty.sum()),
        understood=tuple(rows.understood),
    )
