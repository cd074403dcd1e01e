"""What simulated things are called: after real places, and marked as examples (示例).

People have labels, not names. Telephone numbers are such that no line can have them: local numbers do not
begin with 0, and mobile numbers do not begin with 100.
"""

import re

from gis.sample.register import Register

MARK = "(示例)"
CENTRE = "综治中心"


def short_community_name(name: str) -> str:
    """Return a community's name without the word for its committee.

    Examples
    --------
    >>> short_community_name("五福社区居委会"), short_community_name("下莘村村委会")
    ('五福社区', '下莘村')
    >>> short_community_name("中安村民委员会"), short_community_name("公益圩第二居委会")
    ('中安村', '公益圩第二社区')
    """
    urban = re.sub(r"(社区)?居(民委员|委)会$", "社区", name)
    return re.sub(r"村?(村民委员|村委|民委员)会$", "村", urban)


def grid_name(register: Register, community: int, sequence: int) -> str:
    """Return a grid's name: town, community, number, and the mark of an example."""
    town = register.town_names[int(register.community_town[community])]
    short = short_community_name(register.community_names[community])
    return f"{town}{short}第{sequence:03d}网格{MARK}"


def desk_name(area: str) -> str:
    """Return the name of an area's governance center.

    Examples
    --------
    >>> desk_name("环市街道"), desk_name("五福社区居委会")
    ('环市街道综治中心', '五福社区综治中心')
    """
    return f"{short_community_name(area)}{CENTRE}"


def desk_phone(number: int) -> str:
    """Return a local number that no line can have.

    Examples
    --------
    >>> desk_phone(12)
    '0750-0000012'
    """
    return f"0750-0{number:06d}"


def worker_phone(number: int) -> str:
    """Return a mobile number that no telephone can have.

    Examples
    --------
    >>> worker_phone(12)
    '10000000012'
    """
    return f"100{number:08d}"
