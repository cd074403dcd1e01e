"""How a candidate is called: the row's own text, or the name with the numbers that agreed."""

from gis.addresses.components import Door
from gis.addresses.gazetteer import Gazetteer
from gis.addresses.narrowing import Narrowed
from gis.addresses.writing import is_chinese

_UNITS = {"lane": "巷", "group": "组", "building": "栋", "unit": "单元", "room": "室"}


def title(gazetteer: Gazetteer, found: Narrowed, name: int, door: Door, nearest: int) -> str:
    """Return the address of a candidate.

    Parameters
    ----------
    nearest
        The row at its point, whose areas stand before a Chinese name.
    """
    if len(found.rows) == 1 and found.precision != "street" and found.placed is None:
        return gazetteer.entries.texts[int(found.rows[0])]
    shown = gazetteer.names.shown[name]
    agreed = {each.key for each in found.reasons}
    if not is_chinese(shown):
        number = f"{door.number}-{door.last}" if door.last is not None else str(door.number)
        told = door.number is not None and "number_missing" not in agreed
        return f"{number} {shown}" if told else shown
    before = "".join(area.name for area in gazetteer.path_of(nearest)[:3])
    return before + shown + _numbers(door, agreed)


def _numbers(door: Door, agreed: set[str]) -> str:
    """Return the numbers that agreed or were placed, with their units."""
    told = "".join(f"{getattr(door, slot)}{_UNITS[slot]}" for slot in ("lane", "group") if slot in agreed)
    if door.number is not None and agreed & {"number", "block", "number_between", "number_scheme", "number_beyond"}:
        told += f"{door.number}号" + (f"之{door.sub}" if "sub" in agreed else "")
    return told + "".join(
        f"{getattr(door, slot)}{_UNITS[slot]}" for slot in ("building", "unit", "room") if slot in agreed
    )
