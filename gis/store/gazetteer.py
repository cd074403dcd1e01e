"""Read the gazetteer out of the database in pieces, so that no replica holds its rows twice."""

from collections.abc import Iterator

import pandas as pd
from sqlalchemy import Connection, func, select

from gis.addresses.entries import COLUMNS
from gis.addresses.gazetteer import Gazetteer
from gis.division.model import Division
from gis.store import tables as t

_ROWS_AT_ONCE = 20_000


def read_gazetteer(connection: Connection, *, division: Division | None) -> Gazetteer:
    """Return the gazetteer of addresses and sites, with the division's areas.

    Takes some 30 microseconds of CPU an address; see `gis.addresses.gazetteer` for its memory.
    """
    return Gazetteer.build(_rows(connection), division=division)


def _rows(connection: Connection) -> Iterator[pd.DataFrame]:
    """Yield addresses in the order of their ids, then sites under their names."""
    a, s = t.address.c, t.site.c
    own = [a[name] for name in COLUMNS if name not in {"lon", "lat", "site_kind"}]
    addresses = select(*own, func.ST_X(a.point).label("lon"), func.ST_Y(a.point).label("lat")).order_by(a.id)
    sites = select(
        s.name.label("estate"),
        s.name.label("full_text"),
        s.kind.label("site_kind"),
        s.simulated,
        func.ST_X(s.point).label("lon"),
        func.ST_Y(s.point).label("lat"),
    ).order_by(s.id)
    for statement in (addresses, sites):
        with connection.execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE}) as found:
            for rows in found.partitions():
                yield pd.DataFrame(rows, columns=list(found.keys())).reindex(columns=list(COLUMNS))
