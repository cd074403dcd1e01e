"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# No test touches the city that somebody's environment names.
for name in os.environ.keys() & {"GEZHI_DATA", "GEZHI_DATABASE_URL", "GEZHI_SERVICE_DATABASE_URL"}:
    del os.environ[name]

pytest_plugins = ("tests.database", "tests.cities", "tests.skips")

# A busy machine makes an example slow, not wrong. In CI the examples are the same at every run, so that a red run
# means the change; at a desk they are new each time. `make check` asks for few of them: it is there to be quick.
settings.register_profile("gezhi", deadline=None, derandomize=os.environ.get("CI", "").lower() in {"1", "true"})
settings.register_profile("few", settings.get_profile("gezhi"), max_examples=15)
settings.load_profile(os.environ.get("GEZHI_EXAMPLES", "gezhi"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data: ``GEZHI_SHARED_DATA``, else ``../shared/data`` beside the checkout."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("GEZHI_SHARED_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"the shared data is not at {folder}; set GEZHI_SHARED_DATA")
    return folder
