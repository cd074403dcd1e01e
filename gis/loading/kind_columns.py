"""The columns of every kind, in one table: for drafts of mappings and for the reference. A new kind is one more row."""

from collections.abc import Mapping
from types import MappingProxyType

from gis.loading import (
    addresses,
    areas,
    basemap,
    calendars,
    cameras,
    grids,
    incidents,
    key_areas,
    leave,
    roles,
    sites,
    workers,
)
from gis.loading.batch import Kind
from gis.loading.checked import Columns

COLUMNS_OF: Mapping[Kind, Columns] = MappingProxyType(
    {
        Kind.AREAS: areas.COLUMNS,
        Kind.GRIDS: grids.COLUMNS,
        Kind.WORKERS: workers.COLUMNS,
        Kind.CAMERAS: cameras.COLUMNS,
        Kind.INCIDENTS: incidents.COLUMNS,
        Kind.SITES: sites.SITE_COLUMNS,
        Kind.GATES: sites.GATE_COLUMNS,
        Kind.KEY_AREAS: key_areas.COLUMNS,
        Kind.ROLES: roles.COLUMNS,
        Kind.LEAVE: leave.COLUMNS,
        Kind.CALENDAR: calendars.COLUMNS,
        Kind.BASEMAP: basemap.COLUMNS,
        Kind.ADDRESSES: addresses.COLUMNS,
    }
)
