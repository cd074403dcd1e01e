"""Whether polygons make a division without gaps and overlaps: check, measure, bring onto the lattice, repair.

The door to `problems` (faults by feature), `overlaps`, `gaps`, `lattice` and `repair`; each of them states its own
invariant and cost.
"""

from gis.division.gaps import GapArray, holes, outline
from gis.division.lattice import Snapped, snap_to_lattice
from gis.division.overlaps import Overlap, overlaps
from gis.division.problems import Problem, layer_problems, refusal
from gis.division.repair import Repair, resolve_small_overlaps

__all__ = [
    "GapArray",
    "Overlap",
    "Problem",
    "Repair",
    "Snapped",
    "holes",
    "layer_problems",
    "outline",
    "overlaps",
    "refusal",
    "resolve_small_overlaps",
    "snap_to_lattice",
]
