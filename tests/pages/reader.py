"""Somebody at the page in a real browser, who notices what goes wrong behind their back."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, expect

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
WAIT_MS = 60_000
expect.set_options(timeout=WAIT_MS)
COUNT_VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    violations.push(`${violatedDirective} ${blockedURI}`));
"""
DRAWN = """(layer) => document.documentElement.dataset.ready === "yes" && gezhi.map.loaded()
    && gezhi.map.queryRenderedFeatures({ layers: [layer] }).length > 0"""
SETTLED = "() => gezhi.map.loaded() && !gezhi.map.isMoving()"


class Reader:
    """Somebody at the page; whatever goes wrong behind their back is collected."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self.base_url = base_url
        self.errors: list[str] = []
        self.outside: list[str] = []
        page.set_default_timeout(WAIT_MS)
        page.add_init_script(COUNT_VIOLATIONS)
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.route("**/*", self._only_ours)

    def _only_ours(self, route: Route) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(self.base_url).netloc:
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def open(self, fragment: str = "") -> None:
        """Open the page and wait until the grids are drawn."""
        self.page.goto(f"{self.base_url}/{fragment}", wait_until="load")
        self.wait_for_layer("grid-touch")

    def wait_for_layer(self, layer: str) -> None:
        """Wait until a layer shows something."""
        self.page.wait_for_function(DRAWN, arg=layer, timeout=WAIT_MS)

    def ask(self, path: str) -> Any:
        """Ask the service what the page asks it."""
        answer = self.page.request.get(f"{self.base_url}/api/v1{path}")
        assert answer.ok, answer.text()
        return answer.json()

    def pixel_of(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a place is on the screen."""
        x, y = self.page.evaluate(
            """([lon, lat]) => {
                const box = gezhi.map.getContainer().getBoundingClientRect();
                const { x, y } = gezhi.map.project([lon, lat]);
                return [box.left + x, box.top + y];
            }""",
            [lon, lat],
        )
        return x, y

    def click_at(self, lon: float, lat: float) -> None:
        """Click a place on the map."""
        self.page.wait_for_function(SETTLED)
        self.page.mouse.click(*self.pixel_of(lon, lat))

    def hash_soon(self, pattern: str) -> str:
        """Wait until the address line matches and return its hash."""
        self.page.wait_for_function("(pattern) => new RegExp(pattern).test(location.hash)", arg=pattern)
        return urlsplit(self.page.url).fragment


def some_grid(reader: Reader) -> dict[str, Any]:
    """Return a grid with a point inside it that is clear of every border."""
    feature = reader.ask("/grids?f=geojson&limit=1")["features"][0]
    box = reader.ask(f"/grids/{feature['properties']['id']}")["bbox"]
    lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    owner = reader.ask(f"/lookup?lon={lon}&lat={lat}&crs=EPSG:4326")["grid"]
    return {**feature["properties"], **owner, "lon": lon, "lat": lat}
