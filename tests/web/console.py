"""The console from outside: a server with it switched on, people of every role, and their browsers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from click.testing import Result
from playwright.sync_api import Browser, Page

from tests.serving import Server, copy_small_content, until

PASSWORD = "sesame opens 2026"
_READING = '/reading"'
_CSRF = re.compile(r'"x-csrf": "([0-9a-f]{64})"')


def open_console(folder: Path, prepare: Callable[[Path], None] | None = None, **settings: str) -> Server:
    """Start a server with the console on, on a small content folder of its own; `prepare` changes that first."""
    content = copy_small_content(folder / "content")
    if prepare:
        prepare(content)
    given = {"QINGLANG_ADMIN__ENABLED": "true", "QINGLANG_CONTENT_DIR": str(content), **settings}
    return Server(folder / "server", given).start()


@dataclass
class Person:
    """Somebody at a browser that is nothing but HTTP, signed in."""

    server: Server
    name: str
    http: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str = "", **options: Any) -> requests.Response:
        options.setdefault("timeout", 60)
        return self.http.get(f"{self.server.url}/admin{path}", allow_redirects=False, **options)

    def post(self, path: str, csrf: str | None = None, **form: Any) -> requests.Response:
        sent = {**form, "csrf": self.csrf() if csrf is None else csrf}
        return self.http.post(f"{self.server.url}/admin{path}", data=sent, allow_redirects=False, timeout=60)

    def draft(self, home: str = "") -> str:
        """Return the page of the draft, once its files have been read."""
        page: str = until(
            lambda: text if _READING not in (text := self.get(f"{home}/review/draft").text) else "", 600
        )
        return page

    def csrf(self) -> str:
        found = _CSRF.search(self.get().text) or _CSRF.search(self.get("/a/school").text)
        assert found, "not signed in"
        return found[1]


def followed(person: Person, answer: requests.Response) -> requests.Response:
    """Follow the work that an answer leads to; return its page when it is done."""
    assert answer.status_code == 303, answer.text
    where = answer.headers["location"].removeprefix("/admin")
    done = until(lambda: page if "hx-trigger" not in (page := person.get(where)).text else None)
    assert isinstance(done, requests.Response)
    return done


def run(server: Server, *command: str) -> Result:
    """Run a `qinglang` command in a thread of its own: Playwright keeps an event loop in the test's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(server.call, *command).result()


def link_for(server: Server, *command: str) -> str:
    """Run a command of accounts and return the link that it prints."""
    told = run(server, "accounts", *command)
    assert told.exit_code == 0, told.output
    found = re.search(r"http\S+", told.output)
    assert found
    return found[0]


def join(server: Server, name: str, role: str, account: str = "") -> Person:
    """Add a person, for one account alone where it is named, and let them set their password by their link."""
    only = ("--account", account) if account else ()
    link = link_for(server, "add", name, "--role", role, *only)
    person = Person(server, name)
    form = {"key": link.partition("key=")[2], "password": PASSWORD, "again": PASSWORD}
    answer = person.post("/welcome", csrf="", **form)
    assert answer.status_code == 303, answer.text
    return person


def sign_in(server: Server, name: str, password: str = PASSWORD, **headers: str) -> requests.Response:
    """Send the form of the sign-in page."""
    form = {"name": name, "password": password, "next": ""}
    url = f"{server.url}/admin/sign-in"
    return requests.post(url, data=form, headers=headers, allow_redirects=False, timeout=60)


@contextmanager
def at_browser(browser: Browser, person: Person, width: int = 1280, **options: Any) -> Iterator[Page]:
    """Open a real browser in which the person is signed in; nothing on its pages may go wrong unseen."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", **options)
    cookies = [
        {"name": c.name, "value": c.value or "", "url": person.server.url} for c in person.http.cookies
    ]
    context.set_default_timeout(60_000)
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
    page.goto(f"{person.server.url}/admin")
    yield page
    context.close()
    assert wrong == [], wrong
