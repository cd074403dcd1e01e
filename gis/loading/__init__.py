"""The loading room: files become validated batches; no database here.

`read_file` turns a file into rows of text, ``KIND_from`` turns those into a `Batch` of good rows and rejects,
and `write_rejects` hands the rejects back. Points and people: good rows are kept. Division layers: all or
nothing.
"""

from gis.loading.addresses import addresses_from
from gis.loading.areas import areas_from
from gis.loading.basemap import basemap_from
from gis.loading.batch import WITHOUT_POSITIONS, Batch, Kind, Reject
from gis.loading.calendars import calendar_from
from gis.loading.cameras import cameras_from
from gis.loading.columns import ColumnPlan
from gis.loading.dates import DateOrder
from gis.loading.files import read_file
from gis.loading.grids import grids_from
from gis.loading.incidents import incidents_from
from gis.loading.key_areas import key_areas_from
from gis.loading.leave import leave_from
from gis.loading.raw import RawLayer
from gis.loading.rejects import write_rejects
from gis.loading.roles import roles_from
from gis.loading.sites import gates_from, sites_from
from gis.loading.systems import settle_crs
from gis.loading.workers import workers_from

__all__ = [
    "WITHOUT_POSITIONS",
    "Batch",
    "ColumnPlan",
    "DateOrder",
    "Kind",
    "RawLayer",
    "Reject",
    "addresses_from",
    "areas_from",
    "basemap_from",
    "calendar_from",
    "cameras_from",
    "gates_from",
    "grids_from",
    "incidents_from",
    "key_areas_from",
    "leave_from",
    "read_file",
    "roles_from",
    "settle_crs",
    "sites_from",
    "workers_from",
    "write_rejects",
]
