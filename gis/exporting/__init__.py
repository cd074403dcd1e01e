"""The way out: layers become files of the formats that are read; no database here.

`LayerForm` says what columns and shapes a layer has. Rows come as Arrow batches in WGS84, a few thousand at a time, and
leave as blocks of CSV or GeoJSON, or as one file of the other formats. What is written is read back by `gis.loading` as
the same rows.
"""

from gis.exporting.files import file_name, write_file
from gis.exporting.forms import Column, LayerForm, SpatialType
from gis.exporting.streams import blocks_of

__all__ = ["Column", "LayerForm", "SpatialType", "blocks_of", "file_name", "write_file"]
