"""GeoPackage, FlatGeobuf and Shapefile: layers that GDAL reads, as text and shapes.

Rows come as Arrow batches, so that whole numbers that may be null stay whole and times keep their zone. A layer from
which fewer rows come than it says it has is refused: a file that was cut off never loads in part. Heights and measures
are dropped and told; shapes with curves turn their rows away, because where such a border runs would be GDAL's choice.
O(bytes); besides the result one batch of 65,536 rows is in memory.
"""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import open_arrow

from gis.errors import EmptyLayer, InvalidInput, UnreadableFile
from gis.loading.arrow_cells import cells_of, is_number
from gis.loading.formats import TITLES, Format
from gis.loading.raw import RawLayer, TextArray
from gis.loading.shapefile import check_parts, text_encoding
from gis.loading.wkb import shapes_of_wkb
from gis.units import BoolArray

_STYLES = frozenset({"layer_styles", "qgis_projects"})
"""Tables that programs keep beside the layers."""
_FAILURES = (DataSourceError, DataLayerError, pa.ArrowException, RuntimeError, OSError, UnicodeDecodeError)
_ANONYMOUS = "wkb_geometry"


def read_vectors(path: Path, *, kind: Format, encoding: str | None, layer: str | None) -> RawLayer:
    """Read one layer.

    Parameters
    ----------
    path
        A GeoPackage, a FlatGeobuf, or the .shp part of a Shapefile.
    kind
        Which of them.
    encoding
        Of a Shapefile's text; None: told by its .cpg part or recognised.
    layer
        Its name; needed where a file has several.

    Raises
    ------
    UnreadableFile
        When it is damaged, cut off, or parts are missing.
    InvalidInput
        When it has several layers and none is named, or none of that name.
    EmptyLayer
        When the layer has no rows.
    """
    said = [f"read as {TITLES[kind]}"]
    if kind is Format.SHAPEFILE:
        check_parts(path)
        encoding, told = text_encoding(path, declared=encoding)
        said += told
    else:
        encoding = None
    name = _layer(path, kind=kind, asked=layer)
    if kind is Format.GEOPACKAGE:
        said[0] += f", layer {name}"
    meta, table, expected = _table(path, name=name, encoding=encoding, kind=kind)
    if table.num_rows < expected:
        raise _damaged(path, kind, f"{table.num_rows:,} of {expected:,} rows can be read")
    if not table.num_rows:
        raise EmptyLayer("the layer has no rows", where=f"{path}, layer {name}")
    return _raw(path, meta, table, encoding=encoding or "UTF-8", said=said)


def _raw(path: Path, meta: Mapping[str, Any], table: pa.Table, *, encoding: str, said: list[str]) -> RawLayer:
    geometry_name = meta["geometry_name"] or _ANONYMOUS
    names = [name for name in table.column_names if name != geometry_name]
    columns: dict[str, TextArray] = {}
    typed: dict[str, BoolArray] = {}
    for name in names:
        columns[name.strip()] = cells_of(table[name])
        typed[name.strip()] = is_number(table[name])
    shapes = shapes_of_wkb(table[geometry_name]) if geometry_name in table.column_names else None
    geometry, faults, told = (None, {}, []) if shapes is None else shapes
    return RawLayer(
        path=path,
        columns=columns,
        lines=np.arange(1, table.num_rows + 1),
        geometry=geometry,
        geometry_faults=faults,
        declared_crs=_declared(meta),
        encoding=encoding,
        said=(*said, *told),
        typed=typed,
        noun="row" if geometry is None else "feature",
    )


def _declared(meta: Mapping[str, Any]) -> str | None:
    """Return the system that the file names: our own word for those without a number, else its EPSG code or WKT."""
    own = (meta.get("layer_metadata") or {}).get("CRS")
    crs = meta.get("crs")
    return own or (crs if crs and "Undefined" not in crs and "Unknown" not in crs else None)


def _layer(path: Path, *, kind: Format, asked: str | None) -> str:
    try:
        found = [str(name) for name, _ in pyogrio.list_layers(path).tolist()]
    except _FAILURES as error:
        raise _damaged(path, kind, str(error)) from error
    if asked is not None and kind is Format.GEOPACKAGE:
        if asked in found:
            return asked
        raise InvalidInput(
            f"there is no layer {asked!r}; the file has {', '.join(found) or 'none'}",
            where=str(path),
            remedy="correct --layer",
            facts={"layers": found},
        )
    layers = [name for name in found if name not in _STYLES]
    if not layers:
        raise EmptyLayer("the file has no layers", where=str(path), remedy="see whether it was written whole")
    if asked is not None and asked.casefold() not in {layers[0].casefold(), path.stem.casefold(), "layer"}:
        raise InvalidInput(
            f"a {TITLES[kind]} is one layer, and this one is not called {asked!r}",
            where=str(path),
            remedy="leave out the layer",
        )
    if len(layers) > 1:
        raise InvalidInput(
            f"the file has {len(layers)} layers: {', '.join(layers)}",
            where=str(path),
            remedy=f"name one: --layer {layers[0]}",
            facts={"layers": layers},
        )
    return layers[0]


def _table(path: Path, *, name: str, encoding: str | None, kind: Format) -> tuple[dict[str, Any], pa.Table, int]:
    try:
        with warnings.catch_warnings():
            # What GDAL warns of is judged here: counts, times, shapes; a warning that names a row is no error yet.
            warnings.simplefilter("ignore")
            info = pyogrio.read_info(path, layer=name, encoding=encoding, force_feature_count=True)
            with open_arrow(path, layer=name, encoding=encoding, use_pyarrow=True, datetime_as_string=True) as (
                meta,
                reader,
            ):
                table = reader.read_all()
    except _FAILURES as error:
        raise _damaged(path, kind, str(error)) from error
    return {**info, **meta, "layer_metadata": info.get("layer_metadata")}, table, int(info["features"])


def _damaged(path: Path, kind: Format, why: str) -> UnreadableFile:
    return UnreadableFile(
        f"the {TITLES[kind]} is cut off or damaged: {why}", where=str(path), remedy="copy or export it again"
    )
