"""A service in its own thread over one county of the sample city, for tests that use a browser."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from api.app import create_app
from api.cli.demo import FILES, sample_city
from api.settings import Mode, Settings
from gis.loading import Kind
from gis.sample import write_sample_city
from gis.store.cities import write_city
from gis.store.cluster import PrivateCluster
from gis.store.database import Database
from gis.store.loading import LoadOptions, load
from tests.pages.reader import CHROMIUM, FLAGS, Reader

SEED = 440700
COUNTY = "440704"
START_S = 60.0


@pytest.fixture(scope="session")
def county_database(
    cluster: PrivateCluster, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A database with one county of the sample city: 139 grids and all that belongs to them."""
    place = tmp_path_factory.mktemp("county")
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    write_sample_city(place, seed=SEED, counties=(COUNTY,), until=now)
    database = Database(cluster.create_database("county", template=template_database))
    with database.transaction() as connection:
        write_city(connection, sample_city())
    for kind, name in FILES.items():
        options = LoadOptions(
            crs=None if kind is Kind.WORKERS else "EPSG:4326",
            mode="commit",
        )
        load(database, kind, place / name, options=options, progress=lambda _what, _share: None)
    yield database
    database.close()
    cluster.drop_database("county")


@pytest.fixture(scope="session")
def live_app(county_database: Database) -> Iterator[str]:
    """The base URL of the demo, served over loopback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        port = listening.getsockname()[1]
        app = create_app(Settings(mode=Mode.DEMO, port=port), county_database)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + START_S
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert server.started, "the service did not start"
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def reader(chromium: Browser, live_app: str) -> Iterator[Reader]:
    context = chromium.new_context(viewport={"width": 1180, "height": 700}, reduced_motion="reduce")
    someone = Reader(context.new_page(), live_app.rstrip("/"))
    yield someone
    context.close()
