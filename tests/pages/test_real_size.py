"""What keeps the page fluid at real size, and the way from the city down to a grid and back."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.pages.reader import SETTLED, Reader, some_grid

pytestmark = [pytest.mark.browser, pytest.mark.database]

NEAR = 14.5
VEILED = "(count) => gezhi.map.getSource('veil').serialize().data.features.length === count"
BOX = """() => { const b = gezhi.map.getBounds(); return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]; }"""


def requests_of(reader: Reader) -> list[str]:
    """Collect the paths that the page asks for from now on."""
    asked: list[str] = []
    reader.page.on(
        "request", lambda request: asked.append(urlsplit(request.url)._replace(netloc="", scheme="").geturl())
    )
    return asked


def busiest_place(reader: Reader) -> list[float]:
    """Return the position of an open incident."""
    place: list[float] = reader.ask("/incidents/points?state=open")["features"][0]["geometry"]["coordinates"]
    return place


def jump(reader: Reader, center: list[float], zoom: float) -> None:
    reader.page.evaluate("([center, zoom]) => { gezhi.map.jumpTo({ center, zoom }); }", [center, zoom])
    reader.page.wait_for_function(SETTLED)


def child_of_city(reader: Reader) -> dict[str, Any]:
    """Return the first area below the city that has areas of its own below, as the page shows it."""
    areas = reader.ask("/areas?limit=2000")["items"]
    root = next(area for area in areas if area["parent_id"] is None)
    parents = {area["parent_id"] for area in areas}
    return next(area for area in areas if area["parent_id"] == root["id"] and area["id"] in parents)


def open_row(reader: Reader, name: str) -> None:
    reader.page.locator(".kids .kid-name", has_text=re.compile(f"^{re.escape(name)}$")).click()
    expect(reader.page.locator("#panel h2")).to_have_text(name)


def test_one_goes_down_to_a_grid_by_clicking_and_back_by_the_browsers_history(reader: Reader) -> None:
    reader.open()
    first = child_of_city(reader)
    second = reader.ask(f"/areas?parent_id={first['id']}")["items"][0]
    open_row(reader, first["name"])
    reader.page.wait_for_function(VEILED, arg=1)
    reader.hash_soon(f"area={first['id']}")
    open_row(reader, second["name"])
    assert first["name"] in reader.page.locator("#panel .crumbs").inner_text()
    reader.page.go_back()
    expect(reader.page.locator("#panel h2")).to_have_text(first["name"])
    reader.page.go_back()
    expect(reader.page.locator("#panel h2")).to_have_text(reader.ask("/city")["name"])
    reader.page.wait_for_function(VEILED, arg=0)
    reader.page.go_forward()
    expect(reader.page.locator("#panel h2")).to_have_text(first["name"])
    reader.hash_soon(f"area={first['id']}")
    assert reader.errors == []


def test_the_table_of_what_lies_below_tells_the_services_own_rates(reader: Reader) -> None:
    reader.open()
    root = next(area for area in reader.ask("/areas?limit=2000")["items"] if area["parent_id"] is None)
    answer = reader.ask(f"/figures/incidents?area_id={root['id']}&period=year&by=area")
    expect(reader.page.locator(".case strong")).to_have_count(3)
    shown = reader.page.locator(".case strong").all_inner_texts()
    total = answer["total"]
    assert shown[0] == f"{total['accepted']:,}"
    for text, key in zip(shown[1:], ("closing_rate", "in_time_rate"), strict=True):
        assert float(text.strip("<> %")) == pytest.approx(total[key] * 100, abs=0.011)
    reader.page.locator(".case").first.hover()
    expect(reader.page.locator(".case .definition").first).to_have_text(answer["definitions"]["accepted"]["zh"])
    expect(reader.page.locator(".case .definition").first).to_be_visible()
    named = {group["name"]: group["closing_rate"] for group in answer["groups"] if group["id"] is not None}
    reader.page.wait_for_function("() => document.querySelector('.kids .kid-closing')?.textContent.includes('%')")
    for row in reader.page.locator(".kids tbody tr").all():
        rate = named[row.locator(".kid-name").inner_text()]
        assert float(row.locator(".kid-closing").inner_text().strip("<> %")) == pytest.approx(rate * 100, abs=0.11)


def test_far_out_incidents_are_counted_by_grid_and_cell_and_only_near_asked_for_as_points(reader: Reader) -> None:
    asked = requests_of(reader)
    reader.open()
    reader.page.locator("#layer-incidents").check()
    reader.page.locator("#layer-heat").check()
    reader.wait_for_layer("cell-fill")
    assert any(path.startswith("/api/v1/incidents/cells") for path in asked)
    assert not any(re.match(r"/api/v1/incidents(/points)?\?", path) for path in asked)
    place = busiest_place(reader)
    asked.clear()
    jump(reader, place, NEAR)
    reader.wait_for_layer("incident")
    near = next(path for path in asked if path.startswith("/api/v1/incidents/points"))
    drawn = reader.page.evaluate("gezhi.map.getSource('incidents').serialize().data.features.length")
    assert drawn == reader.ask(near.removeprefix("/api/v1"))["numberMatched"] > 0
    assert reader.errors == []


def test_a_box_with_too_many_incidents_is_said_in_the_legend_instead_of_drawn(reader: Reader) -> None:
    reader.open()
    reader.page.locator("#layer-incidents").check()
    answer = {
        "status": 422,
        "content_type": "application/problem+json",
        "body": '{"title": "Invalid input", "status": 422}',
    }
    reader.page.route("**/api/v1/incidents/points?*", lambda route: route.fulfill(**answer))  # type: ignore[arg-type]
    jump(reader, busiest_place(reader), NEAR)
    reader.page.locator("[data-layer=incidents] .legend-status", has_text="点位过多").wait_for()


def test_the_basemap_and_exact_borders_come_by_a_fixed_grid_of_boxes_and_each_box_once(reader: Reader) -> None:
    asked = requests_of(reader)
    reader.open()
    grid = some_grid(reader)
    jump(reader, [grid["lon"], grid["lat"]], NEAR)
    reader.wait_for_layer("base-street")
    reader.page.wait_for_function(SETTLED)
    boxes = [parse_qs(urlsplit(path).query)["bbox"][0] for path in asked if path.startswith("/api/v1/outlines?zoom=14")]
    assert boxes
    asked.clear()
    reader.page.evaluate("gezhi.map.panBy([30, 0], { animate: false })")
    reader.page.wait_for_function(SETTLED)
    reader.page.evaluate("gezhi.map.panBy([-30, 0], { animate: false })")
    reader.page.wait_for_function(SETTLED)
    again = [parse_qs(urlsplit(path).query)["bbox"][0] for path in asked if path.startswith("/api/v1/outlines?zoom=14")]
    assert set(again).isdisjoint(boxes)
    tiles = [path for path in asked if "/basemap/" in path]
    assert len(tiles) == len(set(tiles))
    assert reader.errors == []


def test_the_form_keeps_what_was_typed_when_the_language_is_switched(reader: Reader) -> None:
    reader.open()
    reader.page.locator("#coordinates-open").click()
    typed = {"lon": "113.08", "lat": "22.5", "accuracy_m": "25"}
    for name, value in typed.items():
        reader.page.locator(f"[name={name}]").fill(value)
    reader.page.locator("[name=crs]").select_option("BD-09")
    reader.page.locator("#language").click()
    expect(reader.page.locator("#coordinates h2")).not_to_have_text("坐标查询")
    assert {name: reader.page.locator(f"[name={name}]").input_value() for name in typed} == typed
    assert reader.page.locator("[name=crs]").input_value() == "BD-09"


def test_the_picture_tells_when_it_fetched_and_when_it_drew(reader: Reader) -> None:
    reader.open()
    marks = reader.page.evaluate("performance.getEntriesByType('mark').map(({ name, startTime }) => [name, startTime])")
    at = dict(marks)
    assert at["gezhi:start"] < at["gezhi:fetched"] < at["gezhi:picture"]
    assert at["gezhi:map"] < at["gezhi:picture"]


def test_near_a_grids_label_does_not_repeat_the_names_of_its_areas(reader: Reader) -> None:
    reader.open()
    grid = some_grid(reader)
    names = reader.page.evaluate(
        "gezhi.map.getSource('grid-names').serialize().data.features.map(({ properties: { id, name } }) => [id, name])"
    )
    label = dict(names)[grid["id"]]
    assert label in grid["name"]
    assert not any(area["name"] in label for area in grid["path"])
