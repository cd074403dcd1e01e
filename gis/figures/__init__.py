"""Every figure that is shown anywhere, defined and computed once: the five figures, and the counts of incidents."""

from gis.figures.definitions import DEFINITIONS, Definition
from gis.figures.five import Facts, Figure, Value, five_figures
from gis.figures.incident_counts import Collected, IncidentCounts, figures_of
from gis.figures.periods import Look, Period, PeriodKind, Unit
from gis.figures.questions import By, IncidentQuestion
from gis.figures.reports import Compared, Group, IncidentReport

__all__ = [
    "DEFINITIONS",
    "By",
    "Collected",
    "Compared",
    "Definition",
    "Facts",
    "Figure",
    "Group",
    "IncidentCounts",
    "IncidentQuestion",
    "IncidentReport",
    "Look",
    "Period",
    "PeriodKind",
    "Unit",
    "Value",
    "figures_of",
    "five_figures",
]
