"""What each layer that can leave the database looks like: its columns under the names that `gis.loading` reads."""

from gis.exporting import Column, LayerForm, SpatialType
from gis.policy import Need


def _form(name: str, shape: SpatialType, *columns: Column) -> LayerForm:
    return LayerForm(name, columns, shape)


def _texts(*names: str) -> list[Column]:
    return [Column(name) for name in names]


def _times(*names: str) -> list[Column]:
    return [Column(name, "time") for name in names]


def _numbers(*names: str) -> list[Column]:
    return [Column(name, "number") for name in names]


_SIMULATED = Column("simulated", "flag")
AREAS = _form(
    "areas", "polygon", *_texts("code", "code_scheme", "name", "level", "parent_code"),
    Column("desk_name", need=Need.PEOPLE), Column("desk_phone"), _SIMULATED,
)  # fmt: skip
GRIDS = _form(
    "grids", "polygon", *_texts("code", "code_scheme", "name", "area_code", "class"), Column("households", "whole"),
    Column("population", "whole"), _SIMULATED,
)  # fmt: skip
WORKERS = _form(
    "workers", "none", *_texts("worker_ref", "name", "phone", "grid_code", "role"), *_times("since", "until"),
    Column("hours"), _SIMULATED,
)  # fmt: skip
CAMERAS = _form(
    "cameras", "point", *_texts("source", "source_ref", "gb_id", "name", "kind", "networks"),
    *_numbers("height_m", "azimuth_deg", "hfov_deg", "range_m"), Column("pixels_h", "whole"), Column("status"),
    *_times("last_seen"), Column("secrecy", "flag"), _SIMULATED, Column("grid_code"),
)  # fmt: skip
INCIDENTS = _form(
    "incidents", "point", *_texts("source", "source_ref", "kind", "category", "title", "state"),
    *_times(
        "occurred_at", "reported_at", "accepted_at", "refused_at", "handed_on_at", "signed_at", "returned_at",
        "handled_at", "fed_back_at", "checked_at", "closed_at", "rated_at", "due_at",
    ),
    Column("returns", "whole"), *_texts("handling_unit"), *_numbers("accuracy_m"), *_texts("reporter_ref"),
    Column("found_by_grid", "flag"), _SIMULATED, Column("grid_code"),
)  # fmt: skip
SITES = _form(
    "sites", "mixed", *_texts("source", "source_ref", "kind", "name"), _SIMULATED, Column("grid_code"),
    *_numbers("lon", "lat"),
)  # fmt: skip
GATES = _form(
    "gates", "point", *_texts("source", "source_ref", "site_source", "site_ref", "name", "state"), _SIMULATED,
    Column("grid_code"),
)  # fmt: skip
KEY_AREAS = _form("key-areas", "polygon", *_texts("source", "source_ref", "kind", "name"), _SIMULATED)
COVERAGE_GAPS = _form("coverage-gaps", "polygon", *_texts("grid_code", "grid_name"))
ROLES = _form("roles", "none", *_texts("code", "name_zh", "name_en"), Column("rank", "whole"), Column("leads", "flag"))
LEAVE = _form("leave", "none", *_texts("worker_ref"), *_times("from", "until"), *_texts("stand_in_ref"))
CALENDAR = _form("calendar", "none", *_texts("date"), Column("working", "flag"), *_texts("name"), _SIMULATED)
BASEMAP = _form(
    "basemap", "mixed", *_texts("class", "name"), *_numbers("width_m"), Column("bridge", "flag"), *_numbers("min_zoom"),
    _SIMULATED,
)  # fmt: skip
ADDRESSES = _form(
    "addresses", "point", *_texts("source", "source_ref", "full_text", "street", "crossing", "village", "estate"),
    *_texts("lane", "group_no"), Column("number", "whole"), Column("last", "whole"),
    *_texts("sub", "building", "unit", "room"), _SIMULATED, Column("grid_code"),
)  # fmt: skip
