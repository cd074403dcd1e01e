"""The exact answer to "which grid?", in bulk and one by one, and how near the border a point lies."""

from gis.index.grid_index import GridIndex

__all__ = ["GridIndex"]
