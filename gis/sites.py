"""The kinds of site and of key area, and the states of a gate; a city adds kinds in words of its own.

A *site* is a place everybody knows: a school, a hospital, a fenced neighbourhood with its gates. A *key area*
(重点地区) is ground that is inspected more often, for one of ten reasons, across the borders of grids. A kind that is
not known here is kept as the city writes it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class SiteKind(StrEnum):
    """What a site is."""

    SCHOOL = "school"
    KINDERGARTEN = "kindergarten"
    HOSPITAL = "hospital"
    MARKET = "market"
    STATION = "station"
    PARK = "park"
    HOTEL = "hotel"
    NEIGHBOURHOOD = "neighbourhood"
    """Fenced in, entered by gates."""


class GateState(StrEnum):
    """Whether people pass."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class KeyAreaKind(StrEnum):
    """Why an area is inspected more often than others."""

    URBAN_FRINGE = "urban_fringe"
    SCHOOL_SURROUNDINGS = "school_surroundings"
    HOSPITAL_SURROUNDINGS = "hospital_surroundings"
    MARKET_SURROUNDINGS = "market_surroundings"
    STATION_SURROUNDINGS = "station_surroundings"
    OLD_ESTATE = "old_estate"
    HOTELS = "hotels"
    ENTERTAINMENT = "entertainment"
    CONSTRUCTION = "construction"
    RENTED_ROOMS = "rented_rooms"


SITE_KIND_NAMES: Mapping[SiteKind, str] = MappingProxyType(
    {
        SiteKind.SCHOOL: "学校",
        SiteKind.KINDERGARTEN: "幼儿园",
        SiteKind.HOSPITAL: "医院",
        SiteKind.MARKET: "市场",
        SiteKind.STATION: "车站",
        SiteKind.PARK: "公园",
        SiteKind.HOTEL: "宾馆",
        SiteKind.NEIGHBOURHOOD: "围合区",
    }
)

GATE_STATE_NAMES: Mapping[GateState, str] = MappingProxyType(
    {GateState.OPEN: "开放", GateState.CLOSED: "关闭", GateState.UNKNOWN: "未知"}
)

KEY_AREA_KIND_NAMES: Mapping[KeyAreaKind, str] = MappingProxyType(
    {
        KeyAreaKind.URBAN_FRINGE: "城乡结合部",
        KeyAreaKind.SCHOOL_SURROUNDINGS: "校园周边",
        KeyAreaKind.HOSPITAL_SURROUNDINGS: "医院周边",
        KeyAreaKind.MARKET_SURROUNDINGS: "市场周边",
        KeyAreaKind.STATION_SURROUNDINGS: "车站周边",
        KeyAreaKind.OLD_ESTATE: "老旧小区",
        KeyAreaKind.HOTELS: "宾馆旅店",
        KeyAreaKind.ENTERTAINMENT: "娱乐场所",
        KeyAreaKind.CONSTRUCTION: "建筑工地",
        KeyAreaKind.RENTED_ROOMS: "出租屋集中区",
    }
)

SITE_KIND_WORDS: Mapping[str, SiteKind] = MappingProxyType(
    {str(kind): kind for kind in SiteKind}
    | {name: kind for kind, name in SITE_KIND_NAMES.items()}
    | {
        "小区": SiteKind.NEIGHBOURHOOD,
        "围合小区": SiteKind.NEIGHBOURHOOD,
        "封闭小区": SiteKind.NEIGHBOURHOOD,
        "住宅小区": SiteKind.NEIGHBOURHOOD,
        "农贸市场": SiteKind.MARKET,
        "集贸市场": SiteKind.MARKET,
        "酒店": SiteKind.HOTEL,
        "旅馆": SiteKind.HOTEL,
    }
)
"""What files write, in lower case, and the kind it means."""

KEY_AREA_KIND_WORDS: Mapping[str, KeyAreaKind] = MappingProxyType(
    {str(kind): kind for kind in KeyAreaKind}
    | {name: kind for kind, name in KEY_AREA_KIND_NAMES.items()}
    | {
        "学校周边": KeyAreaKind.SCHOOL_SURROUNDINGS,
        "集贸市场": KeyAreaKind.MARKET_SURROUNDINGS,
        "老旧社区": KeyAreaKind.OLD_ESTATE,
        "宾馆酒店": KeyAreaKind.HOTELS,
        "施工工地": KeyAreaKind.CONSTRUCTION,
    }
)
"""The same for key areas."""

GATE_STATE_WORDS: Mapping[str, GateState] = MappingProxyType(
    {str(state): state for state in GateState}
    | {name: state for state, name in GATE_STATE_NAMES.items()}
    | {"开": GateState.OPEN, "关": GateState.CLOSED, "封闭": GateState.CLOSED}
)

_NAMES: Mapping[str, str] = MappingProxyType(
    {str(kind): name for kind, name in (*SITE_KIND_NAMES.items(), *KEY_AREA_KIND_NAMES.items())}
)


def kind_name(kind: str) -> str:
    """Return the Chinese name of a kind of site or key area; a city's own word is its own name.

    Examples
    --------
    >>> kind_name("school"), kind_name("urban_fringe"), kind_name("加油站")
    ('学校', '城乡结合部', '加油站')
    """
    return _NAMES.get(kind, kind)
