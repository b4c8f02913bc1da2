"""A newcomer's first minutes, with times: `python -m bench.newcomer [PLACE]`.

Clones the project from PLACE (this checkout, as committed), runs `make run`, opens the address that it prints in a browser, asks a question and
waits for the answer and its source. Each line that the terminal shows, and each step, stands beside the seconds since the clone began.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import expect

from tests.serving import free_port
from tests.web.browser import chromium

_ROOT = Path(__file__).parent.parent
_QUESTION = "推进会是啥时候开的？"
_ADDRESS = re.compile(r"http://\S+/(?=\s|$|（|，|。)")


def main() -> None:
    """Print the transcript."""
    place = sys.argv[1] if len(sys.argv) > 1 else str(_ROOT)
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()

        def say(words: str) -> None:
            print(f"{time.monotonic() - begun:7.1f} s  {words}", flush=True)

        say(f"$ git clone {place} qinglang && cd qinglang")
        checkout = Path(folder) / "qinglang"
        subprocess.run(["git", "clone", "--quiet", place, str(checkout)], check=True)
        say("$ make run")
        clean = {name: value for name, value in os.environ.items() if not name.startswith("QINGLANG_")}
        run = subprocess.Popen(
            ["make", "run"],
            cwd=checkout,
            env={**clean, "QINGLANG_SERVER__PORT": str(free_port())},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            assert run.stdout
            address = ""
            while not address:
                line = run.stdout.readline()
                assert line, "it ended"
                if not line.startswith(("{", "WARNING")):
                    say(line.rstrip())
                found = _ADDRESS.search(line)
                address = found[0] if found else ""
            with chromium() as browser:
                page = browser.new_page(locale="zh-CN")
                page.goto(address)
                say(f"（浏览器打开 {address}）")
                replies = page.locator("#talk .other:not(.waiting)")
                expect(replies).to_have_count(1)
                say(str(replies.last.inner_text()).splitlines()[0])
                page.get_by_label("发给公众号的话").fill(_QUESTION)
                page.get_by_role("button", name="发送").click()
                say(f"> {_QUESTION}")
                expect(replies).to_have_count(2)
                for said in replies.last.inner_text().splitlines():
                    say(said)
        finally:
            os.killpg(run.pid, signal.SIGTERM)
            run.wait()


if __name__ == "__main__":
    main()
