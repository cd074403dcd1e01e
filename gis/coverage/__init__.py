"""Camera coverage, honestly: what live, distinct cameras see, what others may see, and what nobody sees.

Pure: arrays and shapely in, arrays out. Read in this order: `cameras`, `task_levels`, `assumptions`,
`fields_of_view`, `dedupe`, `deployment`, `figures`, `shares`.
"""

from gis.coverage.assumptions import DEFAULT_RANGES, WASHINGTON_DC_RANGES, Assumed, RangeTable
from gis.coverage.cameras import KINDS, STATUSES, Cameras
from gis.coverage.dedupe import distinct_cameras
from gis.coverage.deployment import Deployment
from gis.coverage.fields_of_view import Views, fields_of_view
from gis.coverage.figures import CoverageFigures
from gis.coverage.shares import GridCoverage, Incidents, coverage_by_area, coverage_by_grid, weighed
from gis.coverage.task_levels import DETECT, IEC_62676_4_2014, TaskLevel

__all__ = [
    "DEFAULT_RANGES",
    "DETECT",
    "IEC_62676_4_2014",
    "KINDS",
    "STATUSES",
    "WASHINGTON_DC_RANGES",
    "Assumed",
    "Cameras",
    "CoverageFigures",
    "Deployment",
    "GridCoverage",
    "Incidents",
    "RangeTable",
    "TaskLevel",
    "Views",
    "coverage_by_area",
    "coverage_by_grid",
    "distinct_cameras",
    "fields_of_view",
    "weighed",
]
