"""Gates at street zoom, and a search that one can trust and drive by the keyboard."""

import pytest
from playwright.sync_api import expect

from tests.pages.reader import SETTLED, Reader, some_grid

pytestmark = [pytest.mark.browser, pytest.mark.database]

FAILURE = '{"title": "Unavailable", "status": 503, "detail": "the gazetteer is being read"}'


def test_gates_stand_at_street_zoom_with_the_places_they_open(reader: Reader) -> None:
    gate = reader.ask("/gates?limit=1")["items"][0]
    reader.open(f"#16.2/{gate['lat']:.5f}/{gate['lon']:.5f}&layers=grids,sites")
    reader.wait_for_layer("gate")
    drawn = reader.page.evaluate(
        "gezhi.map.queryRenderedFeatures({ layers: ['gate'] }).map(({ properties }) => properties.id)"
    )
    assert gate["id"] in drawn
    reader.page.locator("#layer-sites").uncheck()
    reader.page.wait_for_function(SETTLED)
    assert reader.page.evaluate("gezhi.map.getLayoutProperty('gate', 'visibility')") == "none"
    assert reader.errors == []


def test_whoever_presses_enter_before_the_answer_goes_to_the_first_row_when_it_comes(reader: Reader) -> None:
    reader.open()
    grid = some_grid(reader)
    reader.page.locator("#search-input").fill(grid["code"])
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("#panel h2")).to_have_text(grid["name"])
    expect(reader.page.locator("#search-list")).to_be_hidden()


def test_candidates_of_an_address_tell_in_words_why_they_fit(reader: Reader) -> None:
    reader.open()
    street = reader.ask("/lookup?address=" + "人民路1号")["candidates"][0]
    reader.page.locator("#search-input").fill(street["address"])
    option = reader.page.locator("#search-list .option", has_text=street["address"]).first
    expect(option.locator(".option-path")).to_contain_text(street["grid"]["name"])
    assert "[object" not in reader.page.locator("#search-list").inner_text()


def test_addresses_that_cannot_be_looked_up_are_said_to_be_so(reader: Reader) -> None:
    reader.open()
    reader.page.route(
        "**/api/v1/lookup?address=*",
        lambda route: route.fulfill(status=503, content_type="application/problem+json", body=FAILURE),
    )
    reader.page.locator("#search-input").fill("没有这样的一条路一百号")
    expect(reader.page.locator("#search-list .options-failed")).to_contain_text("地址未能查询")
    assert "没有与" not in reader.page.locator("#search-list").inner_text()
