"""Makes the pictures of README and docs from the running product: `make screenshots`."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import expect

from knowledge.release.build import build
from tests.door.test_roster import exam
from tests.serving import CONTENT, ROOT, Server
from tests.web.browser import chromium
from tests.web.console import at_browser, join

_ASKED = ("推进会是啥时候开的？", "李志刚下一步咋打算", "答题")
_ENTRY = "m-consensus"
_UNHEARD = "大家伙儿聚拢来图个啥子"
_WRONG = (0, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7)


def main() -> None:
    """Write the pictures of README and docs."""
    picture_chat()
    picture_console()
    picture_bank_and_document()
    picture_review()


def picture_console() -> None:
    """Write docs/console.png: an entry beside its source, and a question tried."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), {"QINGLANG_ADMIN__ENABLED": "true"}).start()
        try:
            editor = join(server, "小张", "editor")
            with chromium() as browser, at_browser(browser, editor, 1000) as page:
                page.goto(f"{server.url}/admin/knowledge/{_ENTRY}")
                page.get_by_label("像网民一样").fill("会上要凝聚什么")
                page.get_by_role("button", name="试", exact=True).click()
                expect(page.locator("#tried .said")).to_have_count(2, timeout=60_000)
                page.screenshot(path=ROOT / "docs/console.png", full_page=True)
        finally:
            server.stop()


def picture_bank_and_document() -> None:
    """Write docs/console-document.png and docs/console-results.png: what was found in a new document, and a paper's results."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), {"QINGLANG_ADMIN__ENABLED": "true"}).start()
        try:
            editor = join(server, "小张", "editor")
            items = dict(build(CONTENT).content.items)
            for taker, n_wrong in enumerate(_WRONG):
                exam(server, f"oTaker{taker}", items, n_wrong)
            with chromium() as browser, at_browser(browser, editor, 1000) as page:
                page.goto(f"{server.url}/admin/documents")
                page.get_by_label("选一个文件").set_input_files(ROOT / "tests/data/community-forum.txt")
                page.get_by_role("button", name="看看里面有什么").click()
                expect(page.get_by_role("button", name="收进草稿")).to_be_visible(timeout=60_000)
                page.screenshot(path=ROOT / "docs/console-document.png")
                page.goto(f"{server.url}/admin/quiz/results?paper=exam")
                expect(page.locator("svg.plot")).to_be_visible(timeout=60_000)
                page.screenshot(path=ROOT / "docs/console-results.png")
        finally:
            server.stop()


def picture_review() -> None:
    """Write docs/console-review.png: what a draft changes, and the answer to a past question that it changes."""
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder) / "content"
        shutil.copytree(CONTENT, content)
        settings = {"QINGLANG_ADMIN__ENABLED": "true", "QINGLANG_CONTENT_DIR": str(content)}
        server = Server(Path(folder) / "server", settings).start()
        try:
            approver = join(server, "老李", "approver")
            server.wechat().say("oAsker", _UNHEARD)
            for path in content.glob("faq/*.yaml"):
                text = path.read_text(encoding="utf-8")
                changed = re.sub(
                    rf"(?m)^(- id: {_ENTRY}\n(?:  .*\n)*?  phrasings:\n)", rf"\1    - {_UNHEARD}\n", text
                )
                path.write_text(changed, encoding="utf-8")
            with chromium() as browser, at_browser(browser, approver, 1000) as page:
                approver.draft()
                page.goto(f"{server.url}/admin/review/draft")
                expect(page.get_by_text(_UNHEARD).nth(1)).to_be_visible(timeout=60_000)
                page.screenshot(path=ROOT / "docs/console-review.png", full_page=True)
        finally:
            server.stop()


def picture_chat() -> None:
    """Write docs/chat-page.png, docs/words-page.png and docs/certificate-page.png: a newcomer's first questions, and what a code shows."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), {"QINGLANG_SIMULATOR__ENABLED": "true"}).start()
        try:
            with chromium() as browser:
                page = browser.new_page(viewport={"width": 900, "height": 860}, locale="zh-CN")
                page.goto(server.url + "/")
                replies = page.locator("#talk .other:not(.waiting)")
                expect(replies).to_have_count(1)
                for n, words in enumerate(_ASKED, 2):
                    page.get_by_label("发给公众号的话").fill(words)
                    page.get_by_role("button", name="发送").click()
                    expect(replies).to_have_count(n)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=ROOT / "docs/chat-page.png")
                code = re.search(r"核对码：(\S+)", server.wechat().say("oShown", "第五条"))
                assert code
                page.set_viewport_size({"width": 480, "height": 900})
                page.goto(f"{server.url}/k/{code[1]}")
                page.screenshot(path=ROOT / "docs/words-page.png", full_page=True)
                items = dict(build(CONTENT).content.items)
                assert exam(server, "oShown", items, n_wrong=1)
                card = re.search(r"编号：(Z\S+)", server.wechat().say("oShown", "证书"))
                assert card
                page.goto(f"{server.url}/v/{card[1]}")
                expect(page.locator("#picture")).to_have_attribute("src", re.compile("^data:image/png"))
                page.screenshot(path=ROOT / "docs/certificate-page.png", full_page=True)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
