"""Whole layers as files; CSV and GeoJSON leave while they are read, the other formats by way of a temporary file."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from enum import StrEnum
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import anyio
import anyio.to_thread
from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse, Response, StreamingResponse
from starlette.background import BackgroundTask
from starlette.types import Receive, Send
from starlette.types import Scope as ASGIScope

from api.dependencies import AreaIdAsked, Bbox, Live
from api.rendering import GEOJSON
from api.security import Needs
from gis.crs import parse_crs
from gis.exporting import LayerForm, blocks_of, file_name, write_file
from gis.loading.formats import Format
from gis.policy import Need, Viewer, require_export
from gis.store.database import Database
from gis.store.exports import LAYERS, Layer, Scope, layer_named, scope_of, seen_by

router = APIRouter(tags=["export"])

MEDIA_TYPES = {
    Format.GEOJSON: GEOJSON,
    Format.CSV: "text/csv; charset=utf-8",
    Format.GEOPACKAGE: "application/geopackage+sqlite3",
    Format.SHAPEFILE: "application/zip",
    Format.GEOPARQUET: "application/vnd.apache.parquet",
    Format.FLATGEOBUF: "application/flatgeobuf",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_COLLECTION = {
    "type": "object",
    "required": ["type", "name", "features"],
    "properties": {"type": {"const": "FeatureCollection"}, "features": {"type": "array", "items": {"type": "object"}}},
}
_CONTENT = {
    media_type: {"schema": _COLLECTION if media_type == GEOJSON else {"type": "string", "format": "binary"}}
    for media_type in MEDIA_TYPES.values()
}
LayerName = StrEnum("LayerName", {name.replace("-", "_").upper(): name for name in LAYERS})  # type: ignore[misc]


@router.get(
    "/export/{layer}",
    response_class=Response,
    response_model=None,
    responses={200: {"description": "The file", "content": _CONTENT}},
    summary="A whole layer as a file that gezhi load reads",
)
def export(
    live: Live,
    viewer: Annotated[Viewer, Needs(Need.DIVISION)],
    layer: Annotated[LayerName, PathParameter(description="the layer; its columns are those of gezhi load")],
    bbox: Bbox,
    f: Annotated[Format, Query(description="the format; a Shapefile comes as a ZIP archive")] = Format.GEOJSON,
    crs: Annotated[str, Query(description="EPSG:4326, EPSG:4490, GCJ-02, BD-09 or EPSG:n")] = "EPSG:4326",
    area_id: AreaIdAsked = None,
) -> Response:
    """Return a layer as it is stored now; the division for everybody, all others with the right to export."""
    chosen = layer_named(str(layer))
    require_export(viewer, chosen.need)
    form, declared = seen_by(chosen, viewer), parse_crs(crs)
    with live.database.transaction() as connection:
        scope = scope_of(connection, area_id=area_id, box=bbox, assumed=live.assumed_ranges)
    name = file_name(form, format_=f, crs=declared)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"}
    headers["X-Gezhi-CRS"] = declared.name
    rows = _rows(live.database, chosen, scope, form)
    blocks = blocks_of(form, rows, format_=f, crs=declared)
    if blocks is not None:
        # What can go wrong with the first rows is answered as a problem, not by a file that breaks off.
        started = [next(blocks), next(blocks, b"")]
        whole = chain(started, blocks)
        return _ClosedStream(whole, (blocks, rows), media_type=MEDIA_TYPES[f], headers=headers)
    with ExitStack() as kept:
        folder = kept.enter_context(TemporaryDirectory(prefix="gezhi-export-"))
        path = Path(folder) / name
        write_file(path, form, rows, format_=f, crs=declared)
        clean = kept.pop_all().close
    return FileResponse(path, media_type=MEDIA_TYPES[f], headers=headers, background=BackgroundTask(clean))


class _ClosedStream(StreamingResponse):
    """A stream whose sources are closed when it ends, also when the reader goes away: they hold a transaction."""

    def __init__(self, content: Iterator[bytes], sources: Sequence[Generator[object]], **options: Any) -> None:
        super().__init__(content, **options)
        self._sources = sources

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        """Send the stream, then close."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                for source in self._sources:
                    await anyio.to_thread.run_sync(source.close)


def _rows(database: Database, layer: Layer, scope: Scope, form: LayerForm) -> Generator[object]:
    """Yield a layer's batches with the columns of a form, in one transaction that ends with the last."""
    with database.transaction() as connection:
        for batch in layer.batches(connection, scope):
            yield batch.select(form.schema.names)
