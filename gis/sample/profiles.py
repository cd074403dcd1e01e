"""The two sample places: a whole city, and one country town with a grid a village."""

from enum import StrEnum


class Profile(StrEnum):
    """What is made up."""

    CITY = "city"
    """Jiangmen: 7 counties, 73 towns, 1,339 communities, 2,954 grids."""

    TOWN = "town"
    """Anguo in Kongtong, Pingliang: 20 villages, each of them one grid with one worker."""
