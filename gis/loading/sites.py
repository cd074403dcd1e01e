"""Sites and their gates from files; (source, source_ref) identifies one.

A site is a point, or a polygon where it is fenced in. A gate is a point and names its site, which must be stored
already: a gate of nothing is turned away, and comes in when its site has been loaded.
"""

from collections.abc import Collection

import numpy as np

from gis.crs import Crs
from gis.loading.aliases import GATES, SITES
from gis.loading.batch import Batch, Kind
from gis.loading.checked import POSITION, CheckedRows, Columns
from gis.loading.columns import ColumnPlan
from gis.loading.grounds import grounds
from gis.loading.kinds import open_kinds
from gis.loading.points import ground_batch, point_batch
from gis.loading.raw import RawLayer, unknown
from gis.sites import GATE_STATE_WORDS, SITE_KIND_WORDS, GateState

KEY = ("source", "source_ref")
SITE_COLUMNS = Columns(
    known=("source", "source_ref", "kind", "name", "simulated", *POSITION),
    needed=("source", "source_ref", "kind", "name"),
    aliases=SITES,
    words={"kind": SITE_KIND_WORDS},
)
GATE_COLUMNS = Columns(
    known=("source", "source_ref", "site_source", "site_ref", "name", "state", "simulated", *POSITION),
    needed=("source", "source_ref", "site_ref", "name"),
    aliases=GATES,
    words={"state": GATE_STATE_WORDS},
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
    Columns ``source, source_ref, kind, name, simulated``, the points, and the polygons of those that have one. A
    kind that is none of `gis.sites.SiteKind` is the city's own word.

    Raises
    ------
    MissingColumn, InvalidInput, DoubtfulCrs
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=SITE_COLUMNS)
    values = {
        "source": rows.text("source", needed=True),
        "source_ref": rows.text("source_ref", needed=True),
        "kind": open_kinds(rows, words=SITE_KIND_WORDS),
        "name": rows.text("name", needed=True),
        "simulated": rows.known_flag("simulated"),
    }
    return ground_batch(rows, kind=Kind.SITES, values=values, key=KEY, found=grounds(rows, crs=crs, ground="possible"))


def gates_from(raw: RawLayer, *, plan: ColumnPlan, crs: Crs, sites: Collection[tuple[str, str]]) -> Batch:
    """Return the good gates of a file.

    Parameters
    ----------
    raw, plan, crs
        As for `sites_from`.
    sites
        Source and source reference of every site that is stored.

    Returns
    -------
    Columns ``source, source_ref, site_source, site_ref, name, state, simulated`` and the points. ``site_source`` is
    the gate's own source where nothing is said; the state is "unknown" when it is not told.

    Raises
    ------
    MissingColumn, InvalidInput, DoubtfulCrs
        When the file as a whole cannot be understood.
    """
    rows = CheckedRows(raw, plan=plan, columns=GATE_COLUMNS)
    source, site_source = rows.text("source", needed=True), rows.text("site_source")
    site_source = np.where(unknown(site_source), source, site_source)
    site_ref = rows.text("site_ref", needed=True)
    named = list(zip(site_source.tolist(), site_ref.tolist(), strict=True))
    lost = [row for row, site in enumerate(named) if None not in site and site not in sites]
    rows.reject(lost, "site_ref", "no such site of that source is stored; load the sites first")
    values = {
        "source": source,
        "source_ref": rows.text("source_ref", needed=True),
        "site_source": site_source,
        "site_ref": site_ref,
        "name": rows.text("name", needed=True),
        "state": rows.choice("state", words=GATE_STATE_WORDS, default=str(GateState.UNKNOWN)),
        "simulated": rows.known_flag("simulated"),
    }
    return point_batch(rows, kind=Kind.GATES, values=values, key=KEY, crs=crs)
