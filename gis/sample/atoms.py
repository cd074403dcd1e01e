"""Atoms: the faces between all lines, slivers merged, as a graph of neighbours.

All lines are noded together with the counties' borders and made into faces; every area of the city is a
union of faces, so the division has neither gaps nor overlaps by construction. Slivers are joined to a
neighbour in the graph alone: their geometry is never touched. Cost: one noding, O(vertices log vertices).
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import sparse

from gis.sample.linework import CROSSING_COST, LineKind, Lines
from gis.units import BoolArray, FloatArray, GeometryArray, IntArray

NODING_M = 0.001
"""Vertices lie on a lattice of 1 mm while lines are noded."""
SMALLEST_M2 = 6_000.0
NARROWEST_M = 22.0


@dataclass(frozen=True, slots=True)
class Faces:
    """The faces of the line work.

    Parameters
    ----------
    polygons
        (n,) metres.
    county
        (n,) position of the county.
    """

    polygons: GeometryArray
    county: IntArray


@dataclass(frozen=True, slots=True)
class Borders:
    """Pairs of neighbours, each once, with the border they share.

    Parameters
    ----------
    first, second
        (m,) positions, first < second.
    length_m
        (m,) of the shared border.
    kind
        (m,) `LineKind` of the line the longest piece of it follows.
    """

    first: IntArray
    second: IntArray
    length_m: FloatArray
    kind: IntArray


@dataclass(frozen=True, slots=True)
class Atoms:
    """Faces joined into atoms, and the graph of atoms.

    Parameters
    ----------
    faces
        The faces.
    atom_of_face
        (faces,) position of the atom a face belongs to.
    county, places, area_m2, people
        (atoms,) county, (atoms, 2) a place inside, area and people.
    borders
        Between atoms of the same county.
    """

    faces: Faces
    atom_of_face: IntArray
    county: IntArray
    places: FloatArray
    area_m2: FloatArray
    people: FloatArray
    borders: Borders

    def __len__(self) -> int:
        """Return the number of atoms."""
        return len(self.county)


def faces_between(counties: GeometryArray, lines: Lines) -> Faces:
    """Return the faces that the lines cut the counties into, metres."""
    everything = np.concatenate([shapely.boundary(counties), lines.lines])
    noded = shapely.get_parts(shapely.union_all(everything, grid_size=NODING_M))
    polygons = shapely.get_parts(shapely.polygonize(noded))
    inner = shapely.point_on_surface(polygons)
    county = np.full(len(polygons), -1, dtype=np.int64)
    at = shapely.get_coordinates(inner)
    for position, polygon in enumerate(counties):
        shapely.prepare(polygon)
        county[shapely.contains_xy(polygon, at[:, 0], at[:, 1])] = position
    return Faces(polygons[county >= 0], county[county >= 0])


def borders_between(faces: Faces, lines: Lines) -> Borders:
    """Return the shared borders of faces of the same county."""
    rings, face_of_ring = shapely.get_rings(faces.polygons, return_index=True)
    at, ring = shapely.get_coordinates(rings, return_index=True)
    inner = ring[1:] == ring[:-1]
    lattice = np.round(at / NODING_M).astype(np.int64)
    low, high = lattice[:-1][inner], lattice[1:][inner]
    owner = face_of_ring[ring[:-1][inner]]
    span = 1 << 31
    start, end = low[:, 0] * span + low[:, 1], high[:, 0] * span + high[:, 1]
    one, other = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((other, one))
    one, other, owner = one[order], other[order], owner[order]
    middle = ((low + high) * NODING_M / 2.0)[order]
    length = (np.hypot(*(low - high).T) * NODING_M)[order]
    twin = np.flatnonzero((one[1:] == one[:-1]) & (other[1:] == other[:-1]))
    first = np.minimum(owner[twin], owner[twin + 1])
    second = np.maximum(owner[twin], owner[twin + 1])
    kept = (first != second) & (faces.county[first] == faces.county[second])
    twin, first, second = twin[kept], first[kept], second[kept]
    order = np.lexsort((-length[twin], second, first))
    twin, first, second = twin[order], first[order], second[order]
    begins = np.flatnonzero(np.r_[True, (first[1:] != first[:-1]) | (second[1:] != second[:-1])])
    kind = _kinds_at(middle[twin[begins]], lines)
    return Borders(first[begins], second[begins], np.add.reduceat(length[twin], begins), kind)


def _kinds_at(places: FloatArray, lines: Lines) -> IntArray:
    """Return the kind of the line each place lies on; streets and what is not found count as lanes."""
    strong = ~np.isin(lines.kinds, (int(LineKind.LANE), int(LineKind.STREET)))
    lines = Lines(lines.lines[strong], lines.kinds[strong])
    at, line = shapely.get_coordinates(lines.lines, return_index=True)
    along = line[1:] == line[:-1]
    tree = shapely.STRtree(shapely.linestrings(np.stack([at[:-1][along], at[1:][along]], axis=1)))
    hit, segment = tree.query_nearest(shapely.points(places), max_distance=1.0, all_matches=False)
    kind = np.full(len(places), int(LineKind.LANE), dtype=np.int64)
    kind[hit] = lines.kinds[line[:-1][along][segment]]
    return kind


def make_atoms(faces: Faces, lines: Lines, people_of_faces: FloatArray) -> Atoms:
    """Join slivers to their neighbours and return the graph of atoms.

    Parameters
    ----------
    faces, lines
        The faces and the lines between them.
    people_of_faces
        (faces,) people.
    """
    borders = borders_between(faces, lines)
    area = shapely.area(faces.polygons)
    small = (area < SMALLEST_M2) | (2.0 * area / shapely.length(faces.polygons) < NARROWEST_M)
    atom = _joined(borders, area, small)
    count = int(atom.max()) + 1
    a, b = atom[borders.first], atom[borders.second]
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((-borders.length_m, high, low))
    order = order[low[order] != high[order]]
    low, high = low[order], high[order]
    begins = np.flatnonzero(np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])])
    joined = Borders(
        low[begins],
        high[begins],
        np.add.reduceat(borders.length_m[order], begins),
        borders.kind[order][begins],
    )
    largest = _largest_face(atom, area)
    return Atoms(
        faces=faces,
        atom_of_face=atom,
        county=faces.county[largest],
        places=shapely.get_coordinates(shapely.point_on_surface(faces.polygons[largest])),
        area_m2=summed(atom, area, count),
        people=summed(atom, people_of_faces, count),
        borders=joined,
    )


def summed(label: IntArray, values: FloatArray, count: int = 0) -> FloatArray:
    """Return (labels,) the sums of values by label, at least `count` of them."""
    return np.asarray(np.bincount(label, values, count), dtype=np.float64)


def _joined(borders: Borders, area_m2: FloatArray, small: BoolArray) -> IntArray:
    """Return the atom of every face: slivers, smallest first, go where their border is longest."""
    near: dict[int, list[tuple[float, int]]] = {}
    for a, b, length in zip(borders.first.tolist(), borders.second.tolist(), borders.length_m.tolist(), strict=True):
        near.setdefault(a, []).append((length, b))
        near.setdefault(b, []).append((length, a))
    leader = list(range(len(area_m2)))

    def root(face: int) -> int:
        while leader[face] != face:
            leader[face] = leader[leader[face]]
            face = leader[face]
        return face

    slivers = np.flatnonzero(small)
    for face in slivers[np.argsort(area_m2[slivers], kind="stable")].tolist():
        best = max(((n, -b) for n, b in near.get(face, []) if root(b) != root(face)), default=None)
        if best is not None:
            leader[root(face)] = root(-best[1])
    roots = np.array([root(face) for face in range(len(leader))])
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)


def _largest_face(atom: IntArray, area_m2: FloatArray) -> IntArray:
    """Return (atoms,) the largest face of every atom."""
    order = np.lexsort((-area_m2, atom))
    sorted_atoms = atom[order]
    return order[np.r_[True, sorted_atoms[1:] != sorted_atoms[:-1]]]


def crossing_graph(atoms: Atoms) -> sparse.csr_matrix:
    """Return the symmetric graph of atoms weighted by distance, more across rivers, ridges and roads."""
    borders = atoms.borders
    distance = np.hypot(*(atoms.places[borders.first] - atoms.places[borders.second]).T)
    weight = distance * (1.0 + CROSSING_COST[borders.kind]) + 5.0
    half = sparse.coo_matrix((weight, (borders.first, borders.second)), shape=(len(atoms), len(atoms)))
    return (half + half.T).tocsr()
