"""Every page of a lived-in office: no serious barrier, nothing wider than a phone, and small; light and dark, narrow and wide."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.web.admin.routes import ENTRANCES
from tests.web.browser import faults_of
from tests.web.console import at_browser
from tests.web.lived_in import FILES, PIECES, Office, live_in

_WIDTHS = (1440, 360)
_SCHEMES = ("light", "dark")
_BUDGET_BYTES = 200_000
# What is compared or examined is so after everybody else on the machine.
_SLOW_MS = 240_000
# All that a page is made of, whether or not the browser had it already.
_BYTES = "performance.getEntries().reduce((sum, one) => sum + (one.encodedBodySize || 0), 0)"
_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_PAGES = sorted({door.path for door in ENTRANCES if door.method == "GET"} - PIECES - FILES)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = live_in(tmp_path_factory.mktemp("office"))
    yield office
    office.server.stop()


def test_every_page_is_looked_at(office: Office) -> None:
    assert sorted(office.pages) == _PAGES


@pytest.mark.parametrize("door", _PAGES)
def test_page_of_the_console_has_no_serious_barrier(office: Office, browser: Browser, door: str) -> None:
    for address, role in office.pages[door]:
        with at_browser(browser, office.people[role], _WIDTHS[0]) as page:
            _look_at(page, f"{office.server.url}/admin{address}")


def test_page_for_everybody_has_no_serious_barrier(office: Office, browser: Browser) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    for address in (*office.public, "/admin/sign-in"):
        _look_at(page, office.server.url + address)
    context.close()


def _look_at(page: Page, url: str) -> None:
    page.goto(url)
    # Pieces that come after the page.
    expect(page.locator(".busy:visible")).to_have_count(0, timeout=_SLOW_MS)
    assert page.evaluate(_BYTES) < _BUDGET_BYTES, url
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert not page.evaluate(_TOO_WIDE), (url, width)
        for scheme in _SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert faults_of(page) == [], (url, width, scheme)
