"""Parquet, with shapes as GeoParquet describes them, or plain with columns of numbers, WKT or WKB.

The footer of a Parquet file stands at its end, so one that is cut off cannot be opened at all. A GeoParquet without a
coordinate system in its description means WGS84 by that standard; nobody wrote it there, so it counts as not declared.
O(bytes); row groups are read one after another.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from gis.errors import EmptyLayer, InvalidInput, UnreadableFile
from gis.loading.arrow_cells import cells_of, is_number
from gis.loading.raw import RawLayer
from gis.loading.wkb import Shapes, shapes_of_wkb

OWN_CRS = b"gezhi:crs"
"""Where an export names a system that has no EPSG code."""
_GEO = b"geo"
_NATIVE_POINT = "point"
_PLAIN_SHAPES = frozenset({"geometry", "geom", "the_geom", "wkb_geometry", "wkb", "shape"})


def read_parquet(path: Path, *, layer: str | None) -> RawLayer:
    """Read a Parquet file.

    Parameters
    ----------
    path
        The file.
    layer
        Must be None: a Parquet file is one layer.

    Raises
    ------
    UnreadableFile
        When it is damaged, cut off or encrypted, or its shapes are described in a way that is not read.
    EmptyLayer
        When it has no rows.
    InvalidInput
        When a layer is named.
    """
    if layer is not None:
        raise InvalidInput("a Parquet file is one layer", where=str(path), remedy="leave out the layer")
    try:
        table = pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError, NotImplementedError) as error:
        raise UnreadableFile(
            f"the Parquet file is cut off or damaged: {str(error).splitlines()[0]}",
            where=str(path),
            remedy="copy or export it again",
        ) from error
    if not table.num_rows:
        raise EmptyLayer("the file has no rows", where=str(path))
    metadata = table.schema.metadata or {}
    geo = _described(path, metadata)
    name = _shape_column(table, geo)
    geometry, faults, told = (None, {}, []) if name is None else _shapes(path, table[name], geo, name)
    names = [each for each in table.column_names if each != name and not _is_index(each, metadata)]
    return RawLayer(
        path=path,
        columns={each.strip(): cells_of(table[each]) for each in names},
        lines=np.arange(1, table.num_rows + 1),
        geometry=geometry,
        geometry_faults=faults,
        declared_crs=_declared(metadata, geo, name),
        said=(f"read as {'GeoParquet' if geo else 'Parquet'}", *told),
        typed={each.strip(): is_number(table[each]) for each in names},
        noun="row",
    )


def _described(path: Path, metadata: Mapping[bytes, bytes]) -> dict[str, Any]:
    try:
        described = json.loads(metadata.get(_GEO, b"{}"))
    except ValueError as error:
        raise UnreadableFile("the description of the shapes is no JSON", where=f"{path}, metadata geo") from error
    return described if isinstance(described, dict) else {}


def _shape_column(table: pa.Table, geo: Mapping[str, Any]) -> str | None:
    primary = geo.get("primary_column")
    if primary in table.column_names:
        return str(primary)
    binary = [
        field.name
        for field in table.schema
        if field.name.casefold() in _PLAIN_SHAPES
        and (pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type))
    ]
    return binary[0] if binary else None


def _shapes(path: Path, column: pa.ChunkedArray, geo: Mapping[str, Any], name: str) -> Shapes:
    encoding = geo.get("columns", {}).get(name, {}).get("encoding", "WKB")
    if encoding == "WKB" and not pa.types.is_struct(column.type):
        return shapes_of_wkb(column)
    if encoding == _NATIVE_POINT and pa.types.is_struct(column.type):
        flat = column.combine_chunks()
        whole = flat.chunk(0) if isinstance(flat, pa.ChunkedArray) else flat
        x, y = (whole.field(axis).to_numpy(zero_copy_only=False) for axis in ("x", "y"))
        given = whole.is_valid().to_numpy(zero_copy_only=False)
        shapes = np.full(len(whole), None, dtype=object)
        shapes[given] = shapely.points(np.column_stack([x, y])[given])
        return shapes, {}, []
    raise UnreadableFile(
        f"the shapes are encoded as {encoding!r}",
        where=f"{path}, column {name}",
        remedy="write them as WKB, the usual encoding of GeoParquet",
    )


def _declared(metadata: Mapping[bytes, bytes], geo: Mapping[str, Any], name: str | None) -> str | None:
    if OWN_CRS in metadata:
        return metadata[OWN_CRS].decode("utf-8", "replace")
    crs = geo.get("columns", {}).get(name, {}).get("crs") if name else None
    return json.dumps(crs) if isinstance(crs, dict) else None


def _is_index(name: str, metadata: Mapping[bytes, bytes]) -> bool:
    """Tell whether a column is only the row labels of pandas."""
    return name.startswith("__index_level_") and b"pandas" in metadata
