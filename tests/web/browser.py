"""A real Chromium for tests of pages: Debian's, driven by Playwright, which brings no browser of its own here."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE_MS = 60_000
# What is there is seen at once; a busy machine is no fault of a page.
expect.set_options(timeout=_PATIENCE_MS)
_AXE = Path(__file__).parent.parent / "peers/node_modules/axe-core/axe.min.js"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser; without one the test is skipped by name, or fails where everything must run."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        assert not os.environ.get("QINGLANG_TEST_FULL"), "Chromium is not installed"
        pytest.skip("needs Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def faults_of(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical on a page, a line each."""
    if not _AXE.exists():
        assert not os.environ.get("QINGLANG_TEST_FULL"), "run npm ci in tests/peers"
        pytest.skip("needs axe-core")
    # By the debugger, because the page's own policy lets no foreign script in.
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("axe.run().then((r) => r.violations)")
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found if v["impact"] in ("serious", "critical")
    ]
