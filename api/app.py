"""Where everything meets: `create_app` makes a service out of settings and a database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware

from api import errors
from api.examples import add_examples
from api.live import LiveCity
from api.middleware import LimitedBodies, SafeAnswers
from api.routes import (
    addresses,
    areas,
    basemap,
    cameras,
    city,
    coverage,
    exports,
    figures,
    grids,
    incident_figures,
    incidents,
    key_areas,
    lookup,
    outlines,
    pages,
    people,
    sites,
)
from api.schemas.geojson import FeatureCollection
from api.schemas.problem import PROBLEMS, Problem
from api.settings import Settings
from api.version import VERSION
from gis.coverage import DEFAULT_RANGES, RangeTable
from gis.store.database import Database

API = "/api/v1"

DESCRIPTION = """\
Which grid, and who? Exactly. Positions are (lon, lat); a coordinate system is always declared; every failure is
`application/problem+json` with what is wrong, where, and what would be accepted.
"""


class Service(FastAPI):
    """FastAPI with a description that also holds the shapes to which routes only refer."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, made once."""
        if self.openapi_schema is None:
            shapes = super().openapi().setdefault("components", {}).setdefault("schemas", {})
            for model in (Problem, FeatureCollection):
                shapes.update(_shapes_of(model))
            add_examples(super().openapi())
        return super().openapi()


def _shapes_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schemas of a model and of those inside it, by name."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), model.__name__: schema}


def create_app(settings: Settings, database: Database) -> FastAPI:
    """Return the ASGI application.

    Parameters
    ----------
    settings
        How the service was started.
    database
        A migrated database; its first state is read when the application starts.

    Raises
    ------
    InvalidInput
        When the file of assumed camera ranges cannot be used.
    """
    ranges = settings.camera_ranges
    live = LiveCity(database, assumed_ranges=DEFAULT_RANGES if ranges is None else RangeTable.from_toml(ranges))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(live.start)
        yield
        await run_in_threadpool(live.stop)

    app = Service(
        title="格知 Gezhi",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        responses=PROBLEMS,
    )
    app.state.settings = settings
    app.state.live = live
    errors.install(app)
    division = (lookup, addresses, areas, grids, people, sites, key_areas)
    drawn = (basemap, outlines, exports)
    for module in (*division, incidents, cameras, coverage, figures, incident_figures, city, *drawn):
        app.include_router(module.router, prefix=API)
    app.include_router(city.health_router)
    app.include_router(pages.router)
    pages.mount_files(app)
    app.add_middleware(GZipMiddleware, minimum_size=2048, compresslevel=5)
    app.add_middleware(LimitedBodies)
    app.add_middleware(SafeAnswers)
    return app
