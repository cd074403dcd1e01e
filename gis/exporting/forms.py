"""What a layer looks like outside: its columns with their types, and the kind of shape of its rows.

Columns have the names under which `gis.loading` finds them, so that a file that was exported can be loaded. Batches are
Arrow tables of these columns and, where rows lie somewhere, a column of WKB in WGS84.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import shapely

from gis.crs import Crs, geometries_from_wgs84
from gis.loading.aliases import SHORT
from gis.loading.raw import object_array
from gis.policy import Need
from gis.units import GeometryArray

SHAPE = "geometry"
SpatialType = Literal["none", "point", "polygon", "mixed"]
ValueType = Literal["text", "whole", "number", "flag", "time"]
_ARROW: dict[ValueType, pa.DataType] = {
    "text": pa.string(),
    "whole": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "time": pa.timestamp("us", "UTC"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a layer.

    Attributes
    ----------
    need
        What a reader must be allowed to see it; None: whoever may see the layer.
    """

    name: str
    type: ValueType = "text"
    need: Need | None = None

    @property
    def name_in_table(self) -> str:
        """Return the name of at most ten characters."""
        return SHORT.get(self.name, self.name)


@dataclass(frozen=True, slots=True)
class LayerForm:
    """A layer's name, columns and kind of shape."""

    name: str
    columns: tuple[Column, ...]
    shape: SpatialType

    @property
    def schema(self) -> pa.Schema:
        """Return the Arrow schema of its batches."""
        fields = [pa.field(column.name, _ARROW[column.type]) for column in self.columns]
        if self.shape != "none":
            fields.append(pa.field(SHAPE, pa.binary()))
        return pa.schema(fields)


def shapes_in(batch: pa.RecordBatch, crs: Crs) -> GeometryArray:
    """Return (n,) shapes of a batch in a system; None where a row has none."""
    shapes: GeometryArray = shapely.from_wkb(object_array(batch.column(SHAPE).to_pylist()))
    return geometries_from_wgs84(shapes, crs=crs)


def with_positions(form: LayerForm, batch: pa.RecordBatch, crs: Crs) -> pa.RecordBatch:
    """Return a batch whose columns ``lon`` and ``lat`` are in a system; one without them as it is."""
    names = [column.name for column in form.columns]
    if not {"lon", "lat"} <= set(names):
        return batch
    points = shapely.points(*(np.asarray(batch.column(name).to_numpy(zero_copy_only=False)) for name in ("lon", "lat")))
    moved = geometries_from_wgs84(points, crs=crs)
    for name, values in (("lon", shapely.get_x(moved)), ("lat", shapely.get_y(moved))):
        place = batch.schema.get_field_index(name)
        batch = batch.set_column(place, name, pa.array(values, pa.float64()))
    return batch
