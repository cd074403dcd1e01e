"""Read an address, whatever its style: Chinese when it has Chinese characters, else western."""

from gis.addresses.chinese import parse_chinese
from gis.addresses.components import Parsed
from gis.addresses.western import parse_western
from gis.addresses.writing import is_chinese


def parse(typed: str) -> Parsed:
    """Read an address.

    Examples
    --------
    >>> parse("建设路12-3号").door.given()
    {'number': 12, 'sub': '3'}
    >>> parse("1600 Pennsylvania Ave NW").streets[0].core
    'PENNSYLVANIA'
    """
    return parse_chinese(typed) if is_chinese(typed) else parse_western(typed)
