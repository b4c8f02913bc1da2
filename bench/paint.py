"""How soon a page can be read: `python -m bench.paint [--slower 4] [--times 5]`.

Opens every page of a lived-in office – the chat, the console, the pages for everybody – in Chromium with its CPU slowed down, each time with
an empty cache, and prints the median until anything of it is painted, the median until the server's first byte, and what it weighs; beside
it a plain page of one line that is served from a folder, as what this machine can do at all.
"""

from __future__ import annotations

import argparse
import functools
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Browser

from tests.serving import until
from tests.web.browser import chromium
from tests.web.console import Person
from tests.web.lived_in import Office, live_in

_ASKED_S, _ASKED_BYTES = 0.5, 200_000
_PLAIN = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>一行</title><p>您好</p></html>'
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
_FIGURES = """() => {
  const sum = (name) => performance.getEntries().reduce((sum, one) => sum + (one[name] || 0), 0);
  return [performance.getEntriesByType('navigation')[0].responseStart, sum('encodedBodySize')];
}"""


class Seen(NamedTuple):
    """One opening of a page: milliseconds to the first paint and to the first byte, and the bytes of all it is made of."""

    paint: float
    first_byte: float
    weight: float


def opened(browser: Browser, url: str, person: Person | None, slower: float) -> Seen:
    """Open a page as somebody who was never there, on a machine that is `slower`."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(60_000)
    if person:
        held = [
            {"name": c.name, "value": c.value or "", "url": person.server.url} for c in person.http.cookies
        ]
        context.add_cookies(held)  # type: ignore[arg-type]
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    answer = page.goto(url, wait_until="load")
    assert answer, url
    assert answer.status < 500, url
    # Asked again and again from outside: the page's own policy lets nobody wait inside it.
    painted = until(lambda: page.evaluate(_PAINTED))
    # What a page goes on to ask for (what a draft changes) would be worked out while the next one is painted.
    page.wait_for_load_state("networkidle")
    first_byte, weight = page.evaluate(_FIGURES)
    context.close()
    return Seen(painted, first_byte, weight)


@contextmanager
def plain_page() -> Iterator[str]:
    """Serve a folder with one page of one line; give its address."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "index.html").write_text(_PLAIN, encoding="utf-8")
        handler = functools.partial(_Quiet, directory=folder)
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}/"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *said: object) -> None:
        """Keep what was asked out of the table."""


def pages_of(office: Office) -> Iterator[tuple[str, Person | None]]:
    """Give the address of every page of the office with who opens it."""
    yield "/", None
    yield from ((address, None) for address in (*office.public, "/admin/sign-in"))
    for door in sorted(office.pages):
        yield from ((f"/admin{address}", office.people[role]) for address, role in office.pages[door])


def main() -> None:
    """Print what every page took, the slowest first."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--slower", type=float, default=4.0)
    options.add_argument("--times", type=int, default=5)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # The office before the browser: what starts it may have no event loop of Playwright's.
        office = live_in(Path(folder))
        try:
            with plain_page() as plain, chromium() as browser:
                asked: list[tuple[str, str, Person | None]] = [("(plain)", plain, None)]
                asked += [(where, office.server.url + where, who) for where, who in pages_of(office)]
                # By rounds: what else the machine does meanwhile is everybody's.
                rounds = [
                    [opened(browser, url, who, given.slower) for _, url, who in asked]
                    for _ in range(given.times)
                ]
        finally:
            office.server.stop()
    found = {
        where: Seen(*(median(values) for values in zip(*seen, strict=True)))
        for (where, _, _), seen in zip(asked, zip(*rounds, strict=True), strict=True)
    }
    _print(found, given.slower, given.times)


def _print(found: dict[str, Seen], slower: float, times: int) -> None:
    print(f"CPU slowed {slower:g} times, median of {times}, empty cache")
    print(f"{'paint ms':>9} {'byte ms':>8} {'KB':>5}  page")
    for where, seen in sorted(found.items(), key=lambda one: -one[1].paint):
        print(f"{seen.paint:9.0f} {seen.first_byte:8.0f} {seen.weight / 1000:5.0f}  {where}")
    ours = {where: seen for where, seen in found.items() if where != "(plain)"}
    late = sum(seen.paint > _ASKED_S * 1000 for seen in ours.values())
    heavy = sum(seen.weight > _ASKED_BYTES for seen in ours.values())
    print(
        f"{len(ours)} pages: {late} painted after {_ASKED_S} s, {heavy} heavier than {_ASKED_BYTES // 1000} KB"
    )


if __name__ == "__main__":
    main()
