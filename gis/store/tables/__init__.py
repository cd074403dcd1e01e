"""Every table, once. Constraints say here what the domain says in words.

Geometry is WGS84 (SRID 4326). A division's rows carry ``first_edition`` and ``last_edition`` (NULL while they are
in force); an id of `grid` is drawn once and never used again. What is derived from point and division (grid,
distance, person) stands beside the truth and can be cleared and derived again.
"""

from gis.store.tables.addresses import address
from gis.store.tables.base import SRID, metadata
from gis.store.tables.basemap import map_feature
from gis.store.tables.calendar import calendar_day, office_hours
from gis.store.tables.cameras import camera, camera_grid
from gis.store.tables.city import change_count, city
from gis.store.tables.division import area, area_shape, edition, grid, grid_version
from gis.store.tables.duty import leave, role, team, team_member, worker
from gis.store.tables.figures import (
    figure_city_day,
    figure_grid_month,
    figure_grid_total,
    figure_place,
    figure_place_day,
    figure_series,
)
from gis.store.tables.incidents import incident, incident_index_aside
from gis.store.tables.sites import gate, key_area, key_area_grid, site

__all__ = [
    "SRID",
    "address",
    "area",
    "area_shape",
    "calendar_day",
    "camera",
    "camera_grid",
    "change_count",
    "city",
    "edition",
    "figure_city_day",
    "figure_grid_month",
    "figure_grid_total",
    "figure_place",
    "figure_place_day",
    "figure_series",
    "gate",
    "grid",
    "grid_version",
    "incident",
    "incident_index_aside",
    "key_area",
    "key_area_grid",
    "leave",
    "map_feature",
    "metadata",
    "office_hours",
    "role",
    "site",
    "team",
    "team_member",
    "worker",
]
