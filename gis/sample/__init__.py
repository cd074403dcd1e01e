"""The sample city: Jiangmen's real areas with a simulated division, people, cameras and incidents."""

from gis.sample.files import FILES, SampleSummary, write_sample_city
from gis.sample.profiles import Profile
from gis.sample.sources import Source, shipped_file, source_of, sources

__all__ = [
    "FILES",
    "Profile",
    "SampleSummary",
    "Source",
    "shipped_file",
    "source_of",
    "sources",
    "write_sample_city",
]
