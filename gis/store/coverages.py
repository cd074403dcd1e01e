"""The camera coverage of the whole city, computed from what is stored.

One computation serves every answer about coverage, so that they agree with each other. What is seen takes a few seconds
at 5,000 cameras and 3,000 grids and follows from cameras and division; the incidents weigh it in a fraction of one.
Whoever serves both keeps each until what it follows from changes.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from sqlalchemy import Connection

from gis.coverage import (
    DEFAULT_RANGES,
    CoverageFigures,
    Deployment,
    GridCoverage,
    Incidents,
    RangeTable,
    coverage_by_area,
    coverage_by_grid,
    distinct_cameras,
    fields_of_view,
    weighed,
)
from gis.crs import LocalMetric
from gis.division.model import Division
from gis.store.camera_queries import read_cameras
from gis.store.incident_queries import open_incidents
from gis.units import AreaId, GeometryArray, IntArray


@dataclass(frozen=True, slots=True)
class CityCoverage:
    """What is seen and what is not, for the grids and areas of one division.

    ``by_grid`` stands in the order of ``division.grids``, ``by_area`` in that of ``area_ids``; ``views`` (WGS84)
    in that of ``deployment.cameras``.
    """

    division: Division
    deployment: Deployment
    views: GeometryArray
    by_grid: GridCoverage
    area_ids: tuple[AreaId, ...]
    by_area: CoverageFigures
    assumed: RangeTable

    def area_row(self, area_id: AreaId) -> int:
        """Return where an area stands in ``by_area``."""
        return self.area_ids.index(area_id)


@dataclass(frozen=True, slots=True)
class CoveredGround:
    """What the cameras see of one division, before any incident weighs it; follows from cameras and division alone."""

    division: Division
    deployment: Deployment
    by_grid: GridCoverage
    metric: LocalMetric
    assumed: RangeTable


def compute_coverage(
    connection: Connection, division: Division, *, assumed: RangeTable = DEFAULT_RANGES
) -> CityCoverage:
    """Return the coverage of a division by the stored cameras, weighed by the open incidents.

    Parameters
    ----------
    assumed
        Angles and ranges for cameras that do not tell theirs; shown beside every figure.
    """
    return weigh_coverage(connection, cover_ground(connection, division, assumed=assumed))


def cover_ground(connection: Connection, division: Division, *, assumed: RangeTable = DEFAULT_RANGES) -> CoveredGround:
    """Return what the stored cameras see of a division: the part that takes seconds."""
    stored = read_cameras(connection, division)
    west, south, east, north = shapely.total_bounds(division.shapes)
    metric = LocalMetric.around((west + east) / 2, (south + north) / 2)
    deployment = Deployment(
        cameras=stored.cameras,
        views=fields_of_view(stored.cameras, metric=metric, assumed=assumed),
        stands_for=distinct_cameras(stored.cameras, gb_id=stored.gb_id, networks=stored.networks, metric=metric),
        camera=stored.camera,
        grid=stored.grid,
    )
    by_grid = coverage_by_grid(deployment, division.shapes, incidents=Incidents.none(), metric=metric)
    return CoveredGround(division, deployment, by_grid, metric, assumed)


def weigh_coverage(connection: Connection, ground: CoveredGround) -> CityCoverage:
    """Return the coverage with the incidents that are open now as weights: a fraction of a second."""
    division, deployment, metric = ground.division, ground.deployment, ground.metric
    by_grid = weighed(ground.by_grid, deployment, incidents=open_incidents(connection, division), metric=metric)
    area_ids, area_of_grid, parent = _tree_as_arrays(division)
    by_area = coverage_by_area(by_grid.figures, deployment, area_of_grid=area_of_grid, parent=parent)
    return CityCoverage(
        division=division,
        deployment=deployment,
        views=metric.to_degrees(deployment.views.polygons),
        by_grid=by_grid,
        area_ids=area_ids,
        by_area=by_area,
        assumed=ground.assumed,
    )


def _tree_as_arrays(division: Division) -> tuple[tuple[AreaId, ...], IntArray, IntArray]:
    """Return the areas' ids, each grid's leaf area and each area's parent as positions among them."""
    area_ids = tuple(area.id for area in division.areas)
    position = {area_id: i for i, area_id in enumerate(area_ids)}
    area_of_grid = np.array([position[grid.area_id] for grid in division.grids], dtype=np.int64)
    parent = np.array(
        [-1 if area.parent_id is None else position[area.parent_id] for area in division.areas],
        dtype=np.int64,
    )
    return area_ids, area_of_grid, parent
