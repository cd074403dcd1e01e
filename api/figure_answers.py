"""The answers with figures, the same for the API and for `gezhi figures --json`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from gis.division.model import Area, Division
from gis.figures import DEFINITIONS, Compared, Figure, Group, IncidentReport, Look, figures_of


def area_of(area: Area) -> dict[str, Any]:
    """Return an area as answers name it."""
    return {"id": area.id, "level": area.level, "code": area.code, "name": area.name}


def five_figures_answer(figures: Iterable[Figure], division: Division, area: Area, *, at: datetime) -> dict[str, Any]:
    """Return the five figures as they are answered."""
    return {
        "edition": division.edition.id,
        "area": area_of(area),
        "as_of": at,
        "figures": [_figure(figure) for figure in figures],
    }


def incident_figures_answer(report: IncidentReport, division: Division, area: Area) -> dict[str, Any]:
    """Return a report as it is answered."""
    return {
        "edition": division.edition.id,
        "area": area_of(area),
        "period": _period(report.look),
        "at": report.look.moment,
        "total": figures_of(report.total, report.collected),
        "groups": [_group(group, report) for group in report.groups],
        "previous": _compared(report.previous, report),
        "last_year": _compared(report.last_year, report),
        "definitions": definitions(),
    }


def definitions() -> dict[str, dict[str, str | None]]:
    """Return what each figure means, by key."""
    return {
        key: {
            "name": meaning.name_zh,
            "zh": meaning.zh,
            "en": meaning.en,
            "numerator": meaning.numerator,
            "denominator": meaning.denominator,
        }
        for key, meaning in DEFINITIONS.items()
    }


def _period(look: Look) -> dict[str, Any]:
    return {
        "kind": look.period.kind,
        "label": look.period.label,
        "from": look.period.first,
        "to": look.period.end,
        "complete": look.complete,
        "counted_until": _last(look),
    }


def _last(look: Look) -> datetime:
    """Return up to which moment steps count for the period."""
    return look.end if look.complete else look.moment


def _group(group: Group, report: IncidentReport) -> dict[str, Any]:
    return {
        "key": group.key,
        "name": group.name,
        "id": group.id,
        "level": group.level,
        **figures_of(group.counts, report.collected),
    }


def _compared(then: Compared, report: IncidentReport) -> dict[str, Any]:
    return {
        "period": _period(then.look),
        "at": then.look.moment,
        "total": figures_of(then.total, report.collected),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "key": figure.key,
        "saying": figure.saying_zh,
        "saying_en": figure.saying_en,
        "ok": figure.met,
        "values": [
            {
                "key": value.key,
                "value": value.value,
                "unit": value.unit,
                "denominator": value.denominator,
                "definition": value.definition_zh,
                "definition_en": value.definition_en,
            }
            for value in figure.values
        ],
    }
