"""The five figures: a saying of the trade, each part an invariant that the product computes at all times.

网中有格 the net has grids; 格中有人 a grid has people; 人在格上 people are on the grid;
事在格中 matters lie in the grid; 格事尽知 all is known.

The five are made here and nowhere else, from `Facts`, so that page, API and command line cannot disagree. A
value nobody has collected yet is None and says so; it is never 0.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Key = Literal["net", "people", "on_grid", "matters", "known"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is counted for an area (or the city) at one moment.

    ``None`` means that nobody collects it yet, not that there is none.
    """

    grids: int
    area_m2: float
    holes: int
    holes_m2: float
    overlaps: int
    official_m2: float | None
    outside_official_m2: float | None
    missing_official_m2: float | None
    grids_without_lead: int
    grids_never_led: int
    workers: int
    workers_without_grid: int
    silent_grids: int | None
    incidents: int
    open_incidents: int
    incidents_unassigned: int
    incidents_outside: int
    open_without_person: int
    open_overdue: int
    open_with_due_time: int
    cameras: int
    cameras_outside: int
    grids_with_basic_data: int
    found_by_grid: int
    with_finder_known: int
    newest_report_at: datetime | None
    feeds: int | None
    stale_feeds: int | None


@dataclass(frozen=True, slots=True)
class Value:
    """One number with what it means; ``denominator`` is told wherever a share could be read into it."""

    key: str
    value: float | None
    unit: str
    denominator: float | None
    definition_zh: str
    definition_en: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One part of the saying; ``met`` is None when what it needs is not collected."""

    key: Key
    saying_zh: str
    saying_en: str
    met: bool | None
    values: tuple[Value, ...]


def five_figures(facts: Facts, *, at: datetime) -> tuple[Figure, ...]:
    """Return the five figures in the order of the saying."""
    return (_net(facts), _people(facts), _on_grid(facts), _matters(facts), _known(facts, at=at))


def _net(facts: Facts) -> Figure:
    official = facts.official_m2
    return Figure(
        "net",
        "网中有格",
        "The net has grids",
        facts.grids > 0 and facts.holes == 0 and facts.overlaps == 0,
        (
            Value("grids", facts.grids, "", None, "现行版本的网格数", "Grids in force"),
            Value("area_m2", facts.area_m2, "m2", official, "网格覆盖面积", "Ground covered by grids"),
            Value("holes", facts.holes, "", None, "空白区个数", "Holes in the division"),
            Value("holes_m2", facts.holes_m2, "m2", None, "空白区面积", "Area of the holes"),
            Value("overlaps", facts.overlaps, "", None, "重叠区个数", "Overlaps between grids"),
            Value(
                "missing_official_m2",
                facts.missing_official_m2,
                "m2",
                official,
                "法定界线内未划入网格的面积",
                "Ground inside the official boundary that no grid covers",
            ),
            Value(
                "outside_official_m2",
                facts.outside_official_m2,
                "m2",
                official,
                "网格超出法定界线的面积",
                "Ground of grids outside the official boundary",
            ),
        ),
    )


def _people(facts: Facts) -> Figure:
    return Figure(
        "people",
        "格中有人",
        "A grid has people",
        facts.grids > 0 and facts.grids_without_lead == 0,
        (
            Value(
                "grids_without_lead",
                facts.grids_without_lead,
                "",
                facts.grids,
                "此刻无责任人应答的网格数:未配网格长,或网格长休假无人顶岗、不在班次内(由上级值班室代管)",
                "Grids where nobody in charge answers now: no lead, or on leave without a stand-in, or off shift "
                "(a duty desk above answers)",
            ),
            Value(
                "grids_never_led",
                facts.grids_never_led,
                "",
                facts.grids,
                "花名册上未配网格长的网格数",
                "Grids to which the roster gives no lead",
            ),
        ),
    )


def _on_grid(facts: Facts) -> Figure:
    silent_known = facts.silent_grids is not None
    idle = facts.workers_without_grid
    return Figure(
        "on_grid",
        "人在格上",
        "People are on the grid",
        False if idle else (facts.silent_grids == 0 if silent_known else None),
        (
            Value("workers", facts.workers, "", None, "花名册人数", "People on the roster"),
            Value(
                "workers_without_grid",
                facts.workers_without_grid,
                "",
                facts.workers,
                "尚未分配网格的人数",
                "People on the roster without a grid",
            ),
            Value(
                "silent_grids",
                facts.silent_grids,
                "",
                facts.grids,
                "本期未报平安的网格数(尚未接入报平安数据时为空)",
                "Grids that have not reported for the period (empty until check-ins are collected)",
            ),
        ),
    )


def _matters(facts: Facts) -> Figure:
    nothing_lost = facts.incidents_unassigned == 0 and facts.incidents_outside == 0 and facts.cameras_outside == 0
    return Figure(
        "matters",
        "事在格中",
        "Matters lie in the grid",
        nothing_lost and facts.open_without_person == 0 and facts.open_overdue == 0,
        (
            *_incidents(facts),
            Value(
                "cameras_outside",
                facts.cameras_outside,
                "",
                facts.cameras,
                "不属于任何网格的摄像机登记条目(分母:全部登记条目,同一摄像机可有多条)",
                "Camera rows as delivered that belong to no grid, of all rows (one camera may have several)",
            ),
        ),
    )


def _incidents(facts: Facts) -> tuple[Value, ...]:
    return (
        Value("incidents", facts.incidents, "", None, "事件总数", "Incidents in all"),
        Value("open_incidents", facts.open_incidents, "", facts.incidents, "未办结事件", "Open incidents"),
        Value(
            "incidents_unassigned",
            facts.incidents_unassigned,
            "",
            facts.incidents,
            "尚未划入网格的事件(可执行 gezhi assign)",
            "Incidents that have not been given to grids yet (gezhi assign does it)",
        ),
        Value(
            "incidents_outside",
            facts.incidents_outside,
            "",
            facts.incidents,
            "落在全部网格之外的事件",
            "Incidents that lie outside every grid",
        ),
        Value(
            "open_without_person",
            facts.open_without_person,
            "",
            facts.open_incidents,
            "由值班室代管的未办结事件(网格内无责任人)",
            "Open incidents answered for by a duty desk because the grid has nobody",
        ),
        Value(
            "open_overdue",
            facts.open_overdue,
            "",
            facts.open_with_due_time,
            "超期未办结事件(分母:定有时限的未办结事件)",
            "Open incidents past their due time, of those that have one",
        ),
    )


def _known(facts: Facts, *, at: datetime) -> Figure:
    newest = facts.newest_report_at
    age_h = None if newest is None else max((at - newest) / timedelta(hours=1), 0.0)
    return Figure(
        "known",
        "格事尽知",
        "All is known",
        None if facts.grids == 0 else facts.grids_with_basic_data == facts.grids and not facts.stale_feeds,
        (
            Value(
                "grids_with_basic_data",
                facts.grids_with_basic_data,
                "",
                facts.grids,
                "户数与人口齐全的网格数",
                "Grids whose households and population are known",
            ),
            Value(
                "found_by_grid",
                facts.found_by_grid,
                "",
                facts.with_finder_known,
                "网格自行发现的事件(分母:来源已知的事件)",
                "Incidents found by the grid itself, of those whose finder is known",
            ),
            Value("newest_report_age_h", age_h, "h", None, "最近一条上报距今小时数", "Hours since the newest report"),
            Value(
                "stale_feeds",
                facts.stale_feeds,
                "",
                facts.feeds,
                "中断的事件来源:静默天数达到其平常上报间隔的十倍(至少一整天);分母为一年内有上报的来源;仅全市统计",
                "Sources of incidents that have been silent for ten times their usual interval, a whole day at least, "
                "of those that reported within a year; told of the city alone",
            ),
        ),
    )
