"""How long users wait while editors work: `python -m bench.beside [--entries 10000] [--rate 20]`.

A made-up base is live at a console. Somebody changes every hundredth entry in a workbook, uploads it, has it written into the
draft and publishes that, as in a browser. Meanwhile users ask at an even pace, each another entry: how long they wait in each step is printed beside the
same in a calm time before and after.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import openpyxl
import requests

from bench.editing import make_folder
from knowledge.exchange.workbook.entry_columns import COLUMN_BY_KEY
from knowledge.reading.load import read_folder
from knowledge.reading.parse import parse
from tests.serving import Server
from tests.web.console import Person, join

_CALM_S = 30.0
_AT_ONCE = 16
_PHRASINGS = COLUMN_BY_KEY["phrasings"].heading


class Askers:
    """Users who ask at an even pace, whatever the service is doing; how long each waited, with the step it was sent in."""

    def __init__(self, server: Server, questions: Sequence[str], rate: float) -> None:
        self.waits: list[tuple[str, float]] = []
        self.step = "warm"
        self._server, self._questions, self._rate = server, questions, rate
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go)

    def __enter__(self) -> Askers:
        self._thread.start()
        return self

    def __exit__(self, *failed: object) -> None:
        self._over.set()
        self._thread.join()

    def _go(self) -> None:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            due, number = time.monotonic(), 0
            while not self._over.wait(max(0.0, due - time.monotonic())):
                pool.submit(self._ask, number, due)
                due += 1 / self._rate
                number += 1

    def _ask(self, number: int, due: float) -> None:
        step = self.step
        self._server.wechat().say(f"oBeside{number % 500}", self._questions[number % len(self._questions)])
        # From when it was due: who waits to be sent waits, too.
        self.waits.append((step, time.monotonic() - due))


def changed_workbook(data: bytes) -> bytes:
    """Return a workbook of entries with a phrasing more in every hundredth of them."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book.worksheets:
        heads = [str(cell.value) for cell in next(sheet.iter_rows(max_row=1))]
        for column, head in enumerate(heads, start=1):
            for row in range(2, sheet.max_row + 1, 100) if head.startswith(_PHRASINGS) else ():
                cell = sheet.cell(row, column)
                cell.value = f"{cell.value}\n{sheet.title}第{row}行还有啥子没说"
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def work(editor: Person, asking: Askers) -> Iterator[str]:
    """Import and publish as an editor does, a step at a time."""
    exported = editor.get("/exchange/entries.xlsx", timeout=600).content
    asking.step = "(editing)"
    # In a process of its own: the askers of this one must not wait for it.
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        data = apart.submit(changed_workbook, exported).result()
    asking.step = "upload, plan"
    answer = editor.http.post(
        f"{editor.server.url}/admin/exchange/entries",
        data={"csrf": editor.csrf(), "once": f"{random.getrandbits(128):032x}"},
        files={"file": ("entries.xlsx", data)},
        allow_redirects=False,
        timeout=600,
    )
    page = _followed(editor, answer).text
    yield page
    asking.step = "write"
    form = dict(re.findall(r'name="(once|upload|seen)" value="([^"]*)"', page))
    yield _followed(editor, editor.post("/exchange/entries/write", **form)).text
    asking.step = "publish"
    page = editor.draft()
    form = dict(re.findall(r'name="(once|draft)" value="([^"]*)"', page))
    yield _followed(editor, editor.post("/review/draft/publish", **form, reason="改问法")).text


def _followed(editor: Person, answer: requests.Response) -> requests.Response:
    """Follow a piece of work to its end as its page does, a look a second."""
    assert answer.status_code == 303, answer.text
    where = answer.headers["location"].removeprefix("/admin")
    while "hx-trigger" in (page := editor.get(where)).text:
        time.sleep(1.0)
    return page


def at(waits: Sequence[float], share: float) -> float:
    """Return a quantile in milliseconds."""
    ordered = sorted(waits) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


@contextmanager
def base(n: int) -> Iterator[tuple[Server, list[str]]]:
    """Serve a base of `n` made-up entries; give the server and the questions of its entries."""
    with tempfile.TemporaryDirectory() as name:
        content = Path(name) / "content"
        content.mkdir()
        make_folder(content, n, random.Random(1))
        questions = [one.question for one in parse(read_folder(content)[0])[0].entries.values()]
        settings = {"QINGLANG_ADMIN__ENABLED": "true", "QINGLANG_CONTENT_DIR": str(content)}
        server = Server(Path(name) / "server", settings).start()
        try:
            yield server, questions
        finally:
            server.stop()


def main() -> None:
    """Print how long users waited in each step."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--entries", type=int, default=10_000)
    options.add_argument("--rate", type=float, default=20.0)
    given = options.parse_args()
    with base(given.entries) as (server, questions):
        editor = join(server, "小张", "editor")
        with Askers(server, questions, given.rate) as asking:
            time.sleep(_CALM_S / 3)
            asking.step = "calm"
            time.sleep(_CALM_S)
            asking.step = "export"
            for page in work(editor, asking):
                print(
                    time.strftime("%H:%M:%S"),
                    asking.step,
                    re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))[:150],
                )
            time.sleep(5.0)
            asking.step = "calm after"
            time.sleep(_CALM_S)
        print(f"{'step':14} {'pushes':>7} {'p50 ms':>8} {'p99 ms':>8} {'most ms':>8}")
        busy = [
            took for step, took in asking.waits if step not in ("warm", "(editing)", "calm", "calm after")
        ]
        calm = [took for step, took in asking.waits if step.startswith("calm")]
        for step in dict.fromkeys(step for step, _ in asking.waits):
            _say(step, [took for of, took in asking.waits if of == step])
        _say("all of it", busy)
        print(f"p99 while working is {at(busy, 0.99) / at(calm, 0.99):.2f} times that in calm")


def _say(step: str, waits: Sequence[float]) -> None:
    print(f"{step:14} {len(waits):7} {at(waits, 0.5):8.1f} {at(waits, 0.99):8.1f} {at(waits, 1.0):8.1f}")


if __name__ == "__main__":
    main()
