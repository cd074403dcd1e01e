"""Take pictures of the page from a running service, and measure its first picture, by turns.

    python docs/figures/page_pictures.py http://127.0.0.1:8000                 # writes docs/pictures/page.png
    python docs/figures/page_pictures.py http://127.0.0.1:8000 --all DIRECTORY  # five zooms and four sizes
    python docs/figures/page_pictures.py http://127.0.0.1:8000 --measure        # prints one JSON object

Times are the page's own marks (`gezhi:…`) since navigation began: map, when the drawing context is made; fetched, when
all data of the first picture has come; picture, when the graphics card has drawn the grids in their colours, borders
and names. `complete` adds basemap, legend, panel and fine lines. In the same run, by turns, a blank map with one fill
(`blank_map.html`) is measured the same way: what any map costs on the machine. `picture_vs_blank` is the median of the
ratios of neighbours. Frames are counted while the map zooms and pans by itself, at three zooms, on both.
"""

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

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
SIZES = {"1366": (1366, 768), "1920": (1920, 1080), "3840": (3840, 2160), "390": (390, 844)}
ZOOMS = {"city": 0.0, "county": 2.0, "town": 3.8, "neighbourhood": 5.2, "street": 6.6}
"""How much nearer than the whole city each picture is."""
ROUNDS = 3
WAIT_MS = 120_000
SETTLED = """() => document.documentElement.dataset.ready === 'yes'
    && gezhi.map.loaded() && !gezhi.map.isMoving()"""
PANEL_DONE = "() => !document.querySelector('#panel .skeleton')"
BUSIEST = """() => gezhi.map.getSource('grid-names').serialize().data.features
    .reduce((best, f) => (f.properties.rank < best.properties.rank ? f : best)).geometry.coordinates"""
MARKS = "() => performance.getEntriesByType('mark').map(({ name, startTime }) => [name, startTime])"
COMPLETE = """() => document.documentElement.dataset.ready === 'yes' && gezhi.map.loaded() && performance.now()"""
BLANK = Path(__file__).with_name("blank_map.html")
MOVED = {"city": 0.0, "town": 3.8, "street": 6.6}
"""How much nearer than the whole city frames are counted."""
FRAMES = """() => new Promise((resolve) => {
    const { map } = gezhi, times = [], start = map.getZoom();
    let last = performance.now(), running = true;
    const tick = (now) => { times.push(now - last); last = now; if (running) requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
    map.easeTo({ zoom: start + 1, duration: 1500, essential: true });
    map.once('moveend', () => {
        map.panBy([500, 200], { duration: 1500, essential: true });
        map.once('moveend', () => { running = false; resolve(times.slice(2)); });
    });
})"""


@contextmanager
def page_of(base: str, size: tuple[int, int], *, path: str = "/") -> Iterator[Page]:
    """Open a page in a fresh browser of a size and wait until it stands still."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        viewport = {"width": size[0], "height": size[1]}
        page = browser.new_page(viewport=viewport, reduced_motion="reduce")  # type: ignore[arg-type]
        page.route(f"{base}/blank", lambda route: route.fulfill(path=BLANK, content_type="text/html"))
        page.goto(f"{base}{path}", wait_until="commit")
        page.wait_for_function(SETTLED, timeout=WAIT_MS)
        page.wait_for_function(PANEL_DONE, timeout=WAIT_MS)
        yield page
        browser.close()


def picture(page: Page, path: Path) -> None:
    """Save what is on the screen once it stands still."""
    page.wait_for_function(SETTLED, timeout=WAIT_MS)
    page.screenshot(path=str(path))
    print(path)


def all_pictures(base: str, directory: Path) -> None:
    """Take the city at every size, and every zoom at the usual one."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, size in SIZES.items():
        with page_of(base, size) as page:
            picture(page, directory / f"page-{name}.png")
            if name != "1920":
                continue
            center = page.evaluate(BUSIEST)
            city_zoom = page.evaluate("gezhi.map.getZoom()")
            for zoom, nearer in list(ZOOMS.items())[1:]:
                page.evaluate(
                    "([center, zoom]) => { gezhi.map.jumpTo({ center, zoom }); }", [center, city_zoom + nearer]
                )
                page.wait_for_timeout(400)
                picture(page, directory / f"zoom-{zoom}.png")


def measure(base: str) -> dict[str, Any]:
    """Return medians over fresh browsers, the page and a blank map by turns: ms of the first picture, ms a frame."""
    found: dict[str, list[float]] = {}
    frames: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        times = {}
        for name, path in (("blank", "/blank"), ("page", "/")):
            with page_of(base, SIZES["1920"], path=path) as page:
                complete_ms = page.evaluate(COMPLETE)
                marks = {mark.removeprefix("gezhi:"): at_ms for mark, at_ms in page.evaluate(MARKS)}
                times[name] = marks["picture"]
                for mark, at_ms in {**marks, "complete": complete_ms}.items():
                    found.setdefault(f"{name}_{mark}_ms", []).append(at_ms)
                for zoom, moved in frames_of(page).items():
                    frames.setdefault(f"{name}_{zoom}", []).extend(moved)
        found.setdefault("picture_vs_blank", []).append(times["page"] / times["blank"])
    figures = {name: round(median(values), 2 if "vs" in name else 0) for name, values in found.items()}
    for name, values in frames.items():
        values.sort()
        figures[f"{name}_frame_ms_p50"] = round(median(values), 1)
        figures[f"{name}_frame_ms_p95"] = round(values[int(len(values) * 0.95)], 1)
    return {**figures, "rounds": ROUNDS, "load": os.getloadavg()[0]}


def frames_of(page: Page) -> dict[str, list[float]]:
    """Return ms between frames while the map zooms and pans at each zoom, beginning where the page began."""
    lon, lat, zoom = page.evaluate("() => [gezhi.map.getCenter().lng, gezhi.map.getCenter().lat, gezhi.map.getZoom()]")
    moved = {}
    for name, nearer in MOVED.items():
        page.evaluate("(to) => { gezhi.map.jumpTo(to); }", {"center": [lon, lat], "zoom": zoom + nearer})
        page.wait_for_timeout(400)
        page.wait_for_function(SETTLED, timeout=WAIT_MS)
        moved[name] = page.evaluate(FRAMES)
    return moved


def main() -> None:
    """Do what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base")
    parser.add_argument("--all", type=Path, metavar="DIRECTORY")
    parser.add_argument("--measure", action="store_true")
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.base)))
    elif asked.all is not None:
        all_pictures(asked.base, asked.all)
    else:
        with page_of(asked.base, SIZES["1920"]) as page:
            picture(page, Path(__file__).parents[1] / "pictures" / "page.png")


if __name__ == "__main__":
    main()
