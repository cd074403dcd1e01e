"""Key areas from a file: ground that is inspected more often; (source, source_ref) identifies one.

They may cross grids, and overlap: each is judged alone, and a broken one keeps no other out.
"""

from gis.crs import Crs
from gis.loading.aliases import KEY_AREAS
from gis.loading.batch import Batch, Kind
from gis.loading.checked import SHAPE, CheckedRows, Columns
from gis.loading.columns import ColumnPlan
from gis.loading.grounds import grounds
from gis.loading.kinds import open_kinds
from gis.loading.points import ground_batch
from gis.loading.raw import RawLayer
from gis.sites import KEY_AREA_KIND_WORDS

COLUMNS = Columns(
    known=("source", "source_ref", "kind", "name", "simulated", SHAPE),
    needed=("source", "source_ref", "kind", "name"),
    aliases=KEY_AREAS,
    words={"kind": KEY_AREA_KIND_WORDS},
)


def key_areas_from(raw: RawLayer, *, plan: ColumnPlan, crs: Crs) -> Batch:
    """Return the good key areas of a file.

    Parameters
    ----------
    raw
        The file, with a polygon for each key area.
    plan
        The user's word on columns.
    crs
        The declared system of the polygons.

    Returns
    -------
    Columns ``source, source_ref, kind, name, simulated``, the polygons, and a place inside each. A kind that is none
    of `gis.sites.KeyAreaKind` is the city's own word.

    Raises
    ------
    MissingColumn, InvalidInput, DoubtfulCrs
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=COLUMNS)
    values = {
        "source": rows.text("source", needed=True),
        "source_ref": rows.text("source_ref", needed=True),
        "kind": open_kinds(rows, words=KEY_AREA_KIND_WORDS),
        "name": rows.text("name", needed=True),
        "simulated": rows.known_flag("simulated"),
    }
    found = grounds(rows, crs=crs, ground="needed")
    return ground_batch(rows, kind=Kind.KEY_AREAS, values=values, key=("source", "source_ref"), found=found)
