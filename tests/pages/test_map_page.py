"""The page `/` in a real browser against the running service: what a reader sees and does."""

import json
import re

import pytest
from playwright.sync_api import Browser, expect

from tests.pages.reader import Reader, some_grid

pytestmark = [pytest.mark.browser, pytest.mark.database]

LAYERS_OF_SWITCH = {
    "grids": "grid-fill",
    "heat": "cell-fill",
    "cameras": "camera",
    "views": "view-line",
    "gaps": "gap-fill",
    "incidents": "incident",
    "counties": "county-line",
    "towns": "town-line",
    "names": "grid-name",
}


def test_the_page_loads_under_its_strict_policy_without_an_error_or_an_outside_request(reader: Reader) -> None:
    policy = reader.page.request.get(reader.base_url).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    reader.open()
    assert reader.page.evaluate("violations") == []
    assert reader.errors == []
    assert reader.outside == []


def test_the_grids_are_coloured_by_their_open_incidents(reader: Reader) -> None:
    reader.open()
    reader.wait_for_layer("grid-fill")
    drawn = reader.page.evaluate(
        "[...new Set(gezhi.map.queryRenderedFeatures({ layers: ['grid-fill'] }).map((f) => f.properties.id))].length"
    )
    assert drawn == reader.ask("/grids?limit=1")["numberMatched"]
    in_legend = reader.page.locator("[data-layer=grids] .column-count").all_inner_texts()
    assert sum(int(count.replace(",", "")) for count in in_legend) == drawn


def test_sources_approval_number_simulation_and_demo_are_always_in_view(reader: Reader) -> None:
    reader.open()
    city = reader.ask("/city")
    foot = reader.page.locator("#foot").inner_text()
    assert all(source["text"] in foot for source in city["sources"])
    assert (city["approval_no"] or "审图号") in foot
    assert ("演示模式" in foot) == city["viewer"]["demo"]
    assert ("模拟数据" in reader.page.locator("#facts").inner_text()) == city["simulated"]


def test_the_search_finds_a_grid_by_keys_alone_and_opens_it(reader: Reader) -> None:
    reader.open()
    grid = some_grid(reader)
    reader.page.keyboard.press("/")
    reader.page.keyboard.type(grid["code"])
    reader.page.locator("#search-list .option .code", has_text=grid["code"]).first.wait_for()
    reader.page.keyboard.press("ArrowDown")
    reader.page.keyboard.press("ArrowUp")
    while reader.page.locator("#search-list [aria-selected=true] .code").inner_text() != grid["code"]:
        reader.page.keyboard.press("ArrowDown")
    reader.page.keyboard.press("Enter")
    reader.page.locator("#panel h2", has_text=grid["name"]).wait_for()
    reader.wait_for_layer("selected-line")
    reader.hash_soon(f"grid={grid['id']}")


def test_one_click_tells_who_what_how_covered_and_the_point(reader: Reader) -> None:
    reader.open()
    grid = some_grid(reader)
    reader.click_at(grid["lon"], grid["lat"])
    reader.page.locator("#panel h2", has_text=grid["name"]).wait_for()
    everybody = reader.page.locator("#panel .people + .more")
    if everybody.count():
        everybody.click()
    panel = reader.page.locator("#panel").inner_text()
    for words in ("谁负责", "有什么事", "看得见吗", "点位查询", "距最近边界", grid["code"]):
        assert words in panel
    for person in reader.ask(f"/grids/{grid['id']}")["duty"]:
        assert (person["phone"] or "") in panel
    assert reader.page.evaluate("gezhi.map.queryRenderedFeatures({ layers: ['pin'] }).length") > 0
    assert reader.errors == []


def test_a_click_outside_the_city_tells_the_nearest_grid_and_its_distance(reader: Reader) -> None:
    reader.open()
    west, south, east, _ = reader.ask("/city")["bbox"]
    lon, lat = west + (east - west) / 2, south - (east - west) * 0.02
    reader.click_at(lon, lat)
    reader.page.locator(".lookup-outside").wait_for()
    panel = reader.page.locator("#panel").inner_text()
    assert "该点不在任何网格内" in panel
    nearest = reader.page.evaluate("gezhi.state.pin")
    told = reader.ask(f"/lookup?lon={nearest['lon']}&lat={nearest['lat']}&crs=EPSG:4326")["nearest"]
    assert told["grid"]["name"] in panel
    assert re.search(r"相距 [\d.,]+ k?m", panel)


def test_a_coordinate_in_gcj02_is_converted_by_the_service(reader: Reader) -> None:
    reader.open()
    grid = some_grid(reader)
    reader.page.locator("#coordinates-open").click()
    reader.page.locator("[name=lon]").fill(str(grid["lon"]))
    reader.page.locator("[name=lat]").fill(str(grid["lat"]))
    reader.page.locator("[name=crs]").select_option("GCJ-02")
    reader.page.locator("#coordinates button[type=submit]").click()
    reader.page.locator("#lookup .point-typed", has_text="GCJ-02").wait_for()
    told = reader.ask(f"/lookup?lon={grid['lon']}&lat={grid['lat']}&crs=GCJ-02")["point"]
    shown = reader.page.locator("#lookup .point-text b").inner_text()
    assert shown == f"{told['lon']:.6f}, {told['lat']:.6f}"


def test_what_is_typed_wrongly_is_said_beside_the_form_and_not_asked(reader: Reader) -> None:
    reader.open()
    reader.page.locator("#coordinates-open").click()
    faults = [("22.5", "113.08", "", "填反"), ("113.08", "22.5", "-3", "精度"), ("113.08", "222", "", "度为单位")]
    for lon, lat, accuracy, word in faults:
        for name, text in (("lon", lon), ("lat", lat), ("accuracy_m", accuracy)):
            reader.page.locator(f"[name={name}]").fill(text)
        reader.page.locator("#coordinates button[type=submit]").click()
        expect(reader.page.locator("#coordinates-wrong")).to_contain_text(word)
        assert reader.page.locator("#lookup").count() == 0


def test_a_permalink_whose_layers_mean_nothing_shows_the_usual_ones(reader: Reader) -> None:
    reader.open("#layers=roofs,cellars")
    assert reader.page.locator("#layer-grids").is_checked()


def test_the_language_switch_changes_every_label_and_stays(reader: Reader) -> None:
    reader.open()
    reader.page.locator("#language").click()
    reader.page.locator("#figures h3", has_text="Five figures").wait_for()
    assert reader.page.locator("html").get_attribute("lang") == "en"
    assert "Blind spots" in reader.page.locator("#layers").inner_text()
    reader.hash_soon("lang=en")
    reader.page.goto(reader.base_url)
    reader.wait_for_layer("grid-touch")
    assert reader.page.locator("html").get_attribute("lang") == "en"


def test_both_languages_have_the_same_words(reader: Reader) -> None:
    reader.open()
    missing = reader.page.evaluate(
        """async () => {
            const [zh, en] = await Promise.all(["zh", "en"].map((lang) => import(`/pages/static/${lang}.js`)));
            const [a, b] = [Object.keys(zh.default), Object.keys(en.default)];
            return [...a.filter((key) => !b.includes(key)), ...b.filter((key) => !a.includes(key))];
        }"""
    )
    assert missing == []


def test_every_value_of_the_five_figures_has_words_of_its_own(reader: Reader) -> None:
    reader.open()
    words = reader.page.evaluate("async () => Object.keys((await import('/pages/static/zh.js')).default)")
    asked = reader.ask("/figures")["figures"]
    keys = {f"figure.{figure['key']}.{value['key']}" for figure in asked for value in figure["values"]}
    assert len(keys) > 10
    assert keys - set(words) == set()


def test_a_permalink_gives_the_same_view_selection_and_layers_again(reader: Reader, chromium: Browser) -> None:
    reader.open()
    grid = some_grid(reader)
    reader.click_at(grid["lon"], grid["lat"])
    reader.page.locator("#lookup").wait_for()
    reader.page.locator("#layer-gaps").check()
    reader.page.evaluate("gezhi.map.jumpTo({ zoom: gezhi.map.getZoom() + 1.5 })")
    first = reader.hash_soon(rf"grid={grid['id']}.*pin=.*layers=.*gaps")
    context = chromium.new_context(viewport={"width": 1180, "height": 700}, reduced_motion="reduce")
    try:
        other = Reader(context.new_page(), reader.base_url)
        other.open(f"#{first}")
        other.page.locator("#panel h2", has_text=grid["name"]).wait_for()
        assert other.hash_soon(f"grid={grid['id']}") == first
        assert other.page.locator("#layer-gaps").is_checked()
        assert other.errors == []
    finally:
        context.close()


def zoom_to_see(reader: Reader, name: str, layer: str) -> None:
    """Go where a layer has something to show, as near as it needs."""
    kind = "/incidents?state=open&" if name == "incidents" else "/cameras?"
    center = reader.ask(f"{kind}f=geojson&limit=1")["features"][0]["geometry"]["coordinates"]
    reader.page.evaluate(
        """([layer, center]) => {
            const needed = gezhi.map.getLayer(layer).minzoom ?? 0;
            if (needed + 0.8 > gezhi.map.getZoom()) gezhi.map.jumpTo({ center, zoom: needed + 0.8 });
        }""",
        [layer, center],
    )


def test_each_switch_hides_its_layer_and_shows_it_again(reader: Reader) -> None:
    reader.open()
    levels = {area["level"] for area in reader.ask("/areas?limit=2000")["items"]}
    offered = {name for name in LAYERS_OF_SWITCH if reader.page.locator(f"#layer-{name}").count()}
    assert set(LAYERS_OF_SWITCH) - offered <= ({"towns"} if len(levels) < 3 else set())
    for name in sorted(offered):
        layer, switch = LAYERS_OF_SWITCH[name], reader.page.locator(f"#layer-{name}")
        is_now = f"(value) => gezhi.map.getLayoutProperty({json.dumps(layer)}, 'visibility') === value"
        switch.uncheck()
        reader.page.wait_for_function(is_now, arg="none")
        switch.check()
        reader.page.wait_for_function(is_now, arg="visible")
        zoom_to_see(reader, name, layer)
        reader.wait_for_layer(layer)
    assert reader.errors == []


def test_grid_colours_and_cell_colours_exclude_each_other(reader: Reader) -> None:
    reader.open()
    reader.page.locator("#layer-heat").check()
    reader.page.wait_for_function("() => !document.getElementById('layer-grids').checked")
    reader.wait_for_layer("cell-fill")
    assert reader.page.evaluate("gezhi.map.getLayoutProperty('grid-fill', 'visibility')") == "none"


def test_the_printed_sheet_is_white_and_carries_what_a_map_must(reader: Reader) -> None:
    reader.open()
    city = reader.ask("/city")
    reader.page.locator("#print-open").click()
    reader.page.locator("#sheet-view[data-state=ready]").wait_for()
    sheet = reader.page.locator(".sheet").inner_text()
    for words in ("图例", "比例尺约", "来源：", "数据截至", "现行版本", "制图时间"):
        assert words in sheet
    assert (city["approval_no"] or "") in sheet
    reader.page.emulate_media(media="print")
    assert reader.page.locator(".head").is_hidden()
    assert reader.page.locator(".sheet-tools").is_hidden()
    ground = reader.page.evaluate("getComputedStyle(document.querySelector('.sheet')).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    pages = re.findall(rb"/Type\s*/Page[^s]", reader.page.pdf(prefer_css_page_size=True, print_background=True))
    assert len(pages) == 1
    assert reader.errors == []


def test_a_failing_service_is_said_with_a_way_to_try_again(reader: Reader) -> None:
    reader.open()
    grid = some_grid(reader)
    reader.page.route("**/api/v1/lookup*", lambda route: route.abort())
    reader.click_at(grid["lon"], grid["lat"])
    reader.page.locator("#panel .failure", has_text="无法连接服务").wait_for()
    assert reader.page.evaluate("gezhi.map.getSource('selected').serialize().data.features.length") == 0
    reader.page.unroute("**/api/v1/lookup*")
    reader.page.locator("#panel .failure button").click()
    reader.page.locator("#panel h2", has_text=grid["name"]).wait_for()


def test_grids_that_cannot_be_loaded_leave_a_message_instead_of_half_a_map(reader: Reader) -> None:
    reader.page.route("**/api/v1/grids?*", lambda route: route.abort())
    reader.page.goto(reader.base_url)
    reader.page.locator("#over", has_text="地图不完整").wait_for()
    reader.page.unroute("**/api/v1/grids?*")
    reader.page.locator("#over button").click()
    reader.page.locator("#over").wait_for(state="hidden")
    reader.page.wait_for_function(
        "() => window.gezhi?.map.loaded() && gezhi.map.queryRenderedFeatures({ layers: ['grid-fill'] }).length > 0"
    )


def test_a_phone_shows_the_map_above_a_sheet_that_opens(chromium: Browser, live_app: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    try:
        reader = Reader(context.new_page(), live_app.rstrip("/"))
        reader.open()
        assert reader.page.evaluate("document.documentElement.scrollWidth") == 390
        low = reader.page.locator("#panel").bounding_box()
        reader.page.locator("#grip").tap()
        reader.page.wait_for_function("() => document.getElementById('panel').dataset.height === 'half'")
        reader.page.wait_for_timeout(400)
        high = reader.page.locator("#panel").bounding_box()
        assert low is not None
        assert high is not None
        assert high["height"] > low["height"]
        assert reader.errors == []
    finally:
        context.close()
