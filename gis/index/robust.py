"""The exact walk in machine code, for points on borders and beside them by the last place of a number.

The same walk, the same rules as in `gis.index.exact`, point by point. Signs come from two products as pairs (rounded,
rest), which is exact where the differences of the coordinates are (see `gis.orientation`, stage 2). They nearly always
are, since numbers that lie close together subtract exactly (Sterbenz); a point with one that is not is handed back.
Cost: some 0.1 µs an edge.
"""

from gis.index.compiled import compiled
from gis.index.tables import CODE_MASK, COUNT_BITS, HEAD, HIGH_SHIFT, LOW_SHIFT, PER_EDGE
from gis.orientation import ERROR_BOUND, SAFE_LEAST, SAFE_MOST, SPLITTER

_COUNT_MASK = (1 << COUNT_BITS) - 1


@compiled
def exact_code(x, y, record, records, numbers):  # type: ignore[no-untyped-def]
    """Return the code of a point in a border cell, and whether every sign could be told."""
    head = numbers[record + 2]
    code, lowest = head >> COUNT_BITS, CODE_MASK
    anchor_x, anchor_y = records[record], records[record + 1]
    at = record + HEAD
    for _ in range(head & _COUNT_MASK):
        ax, ay, bx, by = records[at], records[at + 1], records[at + 2], records[at + 3]
        word = numbers[at + 4]
        low, high = word >> LOW_SHIFT, (word >> HIGH_SHIFT) & CODE_MASK
        side, told = _side(x, y, ax, ay, bx, by)
        if not told:
            return code, False
        if side == 0 and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
            lowest = min(lowest, low)
        if lowest == CODE_MASK and (side > 0) != ((word & 1) == 1):  # on a border, crossings do not matter
            start, start_told = _side(ax, ay, x, y, anchor_x, anchor_y)
            end, end_told = _side(bx, by, x, y, anchor_x, anchor_y)
            if not (start_told and end_told):
                return code, False
            if (start > 0) != (end > 0):
                code ^= low ^ high
        at += PER_EDGE
    return (lowest if lowest < CODE_MASK else code), True


@compiled
def _side(x, y, ax, ay, bx, by):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Return 1, -1 or 0 for a point left, right or on the line of an edge, and whether that is certain."""
    start_x, start_y, end_x, end_y = ax - x, ay - y, bx - x, by - y
    one, other = start_x * end_y, start_y * end_x
    if abs(one - other) > ERROR_BOUND * (abs(one) + abs(other)) + SAFE_LEAST:
        return (1 if one > other else -1), True
    told = _is_difference(ax, x, start_x) and _is_difference(ay, y, start_y)
    told = told and _is_difference(bx, x, end_x) and _is_difference(by, y, end_y)
    if not told:
        return 0, False
    left, left_rest, left_safe = _product(start_x, end_y)
    right, right_rest, right_safe = _product(start_y, end_x)
    told = left_safe and right_safe
    if left == right:
        left, right = left_rest, right_rest
    if left == right:
        return 0, told
    return (1 if left > right else -1), told


@compiled
def _is_difference(a, b, difference):  # type: ignore[no-untyped-def]
    """Whether a - b was not rounded (Knuth's TwoSum)."""
    taken = a - difference
    return (a - (difference + taken)) + (taken - b) == 0.0


@compiled
def _product(a, b):  # type: ignore[no-untyped-def]
    """Return a * b rounded, the rest that rounding took, and whether both are to be trusted (Dekker)."""
    product = a * b
    scaled_a, scaled_b = SPLITTER * a, SPLITTER * b
    a_high, b_high = scaled_a - (scaled_a - a), scaled_b - (scaled_b - b)
    a_low, b_low = a - a_high, b - b_high
    rest = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return product, rest, _is_safe(a) and _is_safe(b)


@compiled
def _is_safe(a):  # type: ignore[no-untyped-def]
    return a == 0.0 or SAFE_LEAST <= abs(a) <= SAFE_MOST
