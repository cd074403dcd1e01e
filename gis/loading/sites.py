"""Sites from a file: schools, hospitals, markets; (source, source_ref) identifies one."""

from gis.crs import Crs
from gis.loading.batch import Batch, Kind
from gis.loading.checked import POSITION, CheckedRows, Columns
from gis.loading.columns import ColumnPlan
from gis.loading.points import point_batch
from gis.loading.raw import RawLayer

COLUMNS = Columns(
    known=("source", "source_ref", "kind", "name", "simulated", *POSITION),
    needed=("source", "source_ref", "kind", "name"),
)


def sites_from(raw: RawLayer, *, plan: ColumnPlan, crs: Crs) -> Batch:
    """Return the good sites of a file.

    Parameters
    ----------
    raw
        The file.
    plan
        The user's word on columns.
    crs
        The declared system of its positions.

    Returns
    -------
    Columns ``source, source_ref, kind, name, simulated``; the kind is the city's own word.

    Raises
    ------
    MissingColumn, InvalidInput, DoubtfulCrs
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=COLUMNS)
    values = {name: rows.text(name, needed=True) for name in ("source", "source_ref", "kind", "name")}
    return point_batch(
        rows,
        kind=Kind.SITES,
        values={**values, "simulated": rows.known_flag("simulated")},
        key=("source", "source_ref"),
        crs=crs,
    )
