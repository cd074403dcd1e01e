"""What a lookup by address answers: candidates with score, reasons, precision and a point."""

from dataclasses import dataclass
from math import hypot

import numpy as np

from gis.addresses.reasons import Reason
from gis.addresses.scoring import SAME_PLACE_M, Precision
from gis.division.model import Area
from gis.ellipsoid import metres_per_degree


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be meant.

    Attributes
    ----------
    address
        As the gazetteer has it; what was inferred is said in ``reasons``.
    score
        0 to 1.
    uncertainty_m
        Radius within which the place lies, as far as is known.
    quadrant, path
        What a caller may be asked for, to tell candidates apart.
    """

    address: str
    score: float
    precision: Precision
    uncertainty_m: float
    lon: float
    lat: float
    reasons: tuple[Reason, ...]
    name: str
    quadrant: str = ""
    path: tuple[Area, ...] = ()
    simulated: bool = False

    def rivals(self, other: "Candidate") -> bool:
        """Say whether another candidate lies beyond what this one's uncertainty already says."""
        return distance_m(self, other) > max(SAME_PLACE_M, self.uncertainty_m)


@dataclass(frozen=True, slots=True)
class Matches:
    """The answer to one address: best candidates first.

    Attributes
    ----------
    certain
        Whether the first candidate is unrivalled, and known well enough to go there.
    plausible
        The first candidate and those that come near it; empty when even the first one does not convince, or when
        there may be more of them than are told.
    """

    typed: str
    certain: bool
    candidates: tuple[Candidate, ...]
    question: str | None
    plausible: tuple[Candidate, ...] = ()

    @property
    def unrivalled(self) -> bool:
        """Whether the first candidate convinces and no other one near its score lies elsewhere."""
        return bool(self.plausible) and not any(map(self.plausible[0].rivals, self.plausible[1:]))


def distance_m(one: Candidate, other: Candidate) -> float:
    """Return the metres between two candidates, on the plane of their latitude."""
    east, north = metres_per_degree(np.float64(one.lat))
    return hypot((one.lon - other.lon) * float(east), (one.lat - other.lat) * float(north))
