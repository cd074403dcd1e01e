"""How a service was started: everything that comes from the environment or the command line, in one place."""

import os
from enum import StrEnum
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from gis.store.data_directory import default_data_dir


class Mode(StrEnum):
    """Who a request without credentials is.

    ``demo`` binds to loopback and takes it for the administrator; ``serve`` takes it for the public.
    """

    DEMO = "demo"
    SERVE = "serve"


class Settings(BaseSettings):
    """Settings; each can be given as an environment variable ``GEZHI_NAME``."""

    model_config = SettingsConfigDict(env_prefix="GEZHI_")

    data: Path = Field(default_factory=lambda: default_data_dir(os.environ))
    """Where the private cluster and the artefacts lie."""
    database_url: str | None = None
    """A PostGIS of the user's own, instead of the private cluster."""
    service_database_url: str | None = None
    """The same for the role without DDL rights."""
    camera_ranges: Path | None = None
    """TOML file with the angles and ranges assumed of cameras that do not tell theirs; see `RangeTable`."""
    mode: Mode = Mode.SERVE
    host: str = "127.0.0.1"
    port: int = 8000
