"""An office that has been lived in: every page of the console, and those for everybody, with something on each."""

from __future__ import annotations

import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from knowledge.release.build import build
from tests.door.test_roster import exam
from tests.serving import CONTENT, ROOT, Server, until
from tests.web.console import Person, followed, join

_ASKED = (
    "推进会是啥时候开的？",
    "李志刚下一步咋打算",
    "第五条",
    "推进会在哪里开的",
    "网站",
    "食堂几点开饭",
    "食堂几点开门",
    "停车要交钱不",
    "没用",
)
_TOLD = (
    "意见 字太小了，看不清",
    "意见 希望把答题的解析写得再细一点，错了以后能看到原文的上下文，最好能直接跳到那一段",
)
_FORUM = ROOT / "tests/data/community-forum.txt"
_FAULTY = "推进会在哪里召开？\nA. 成都\nB. 绵阳\nANSWER: C\n"
# What is read beside the server is read after everybody else on the machine.
_PATIENCE_S = 240
_UNITS = ("第一中学", "东湖社区", "网信办")
_WRONG = (0, 1, 1, 2, 2, 3, 4, 6)
_NAMES = {"editor": "小张", "approver": "小王", "examiner": "小陈", "operator": "小刘"}
PIECES = frozenset(
    {
        "/reading",
        "/figures",
        "/figures/people",
        "/quiz/figures",
        "/quiz/items/{item}/try",
        "/quiz/results/figures",
        "/quiz/regrade/plan",
        "/review/draft/changes",
        "/review/{version}/changes",
        "/service/examined",
        "/users/kept",
    }
)
"""What a page fetches after it was shown: seen on that page."""
FILES = frozenset({"/quiz/results/{what}.csv", "/exchange/{file}"})
"""What is no page but a file."""


@dataclass(frozen=True, slots=True)
class Office:
    """A server with all that its people and users left there, and who sign in.

    `pages` gives for every entrance that is a page what is to be seen there, each with the role that looks.
    """

    server: Server
    people: dict[str, Person]
    pages: dict[str, tuple[tuple[str, str], ...]]
    public: tuple[str, ...]


def live_in(folder: Path, content: Path = CONTENT) -> Office:
    """Start a server on a copy of `content` whose users ask, complain and are examined, and whose people edit and review."""
    own = folder / "content"
    shutil.copytree(content, own)
    settings = {
        "QINGLANG_ADMIN__ENABLED": "true",
        "QINGLANG_SIMULATOR__ENABLED": "true",
        "QINGLANG_CONTENT_DIR": str(own),
        "QINGLANG_REVIEW__REQUIRED": "true",
        "QINGLANG_SERVER__ICP": "蜀ICP备00000000号",
    }
    server = Server(folder / "server", settings).start()
    people = {role: join(server, name, role) for role, name in _NAMES.items()}
    card, code, user = _use(server, folder, own)
    waiting, job = _propose(people["editor"], own / "faq/meeting.yaml")
    _say_otherwise(own / "faq/people.yaml")
    public = (f"/k/{code}", f"/v/{card}", "/privacy", "/k/0000-0000")
    return Office(server, people, _pages(people, waiting, job, user), public)


def _use(server: Server, folder: Path, content: Path) -> tuple[str, str, str]:
    """Ask, complain and sit exams; return the code of a certificate, that of an answer and that of a user."""
    wechat = server.wechat()
    for words in (*_ASKED, *_TOLD):
        wechat.say("oAsker", words)
    listed = "".join(f"{_UNITS[n % len(_UNITS)]},A{n:03}\n" for n in range(len(_WRONG)))
    (folder / "list.csv").write_text(f"单位,编号\n{listed}", encoding="utf-8-sig")
    assert server.call("quiz", "roster", str(folder / "list.csv")).exit_code == 0
    items = dict(build(content).content.items)
    for taker, n_wrong in enumerate(_WRONG):
        wechat.say(f"oTaker{taker}", f"报到 A{taker:03}")
        exam(server, f"oTaker{taker}", items, n_wrong)
    return (
        _found(r"编号：(Z\S+)", wechat.say("oTaker0", "证书")),
        _found(r"核对码：(\S+)", wechat.say("oAsker", "第五条")),
        _found(r"随机编号\D*?([0-9a-f]{16})", wechat.say("oTaker0", "我的数据")),
    )


def _propose(editor: Person, path: Path) -> tuple[str, str]:
    """Change a file of the draft and send it for approval; return the version that waits, and where it was followed."""
    _say_otherwise(path)
    page = editor.draft()
    form = {name: _found(rf'name="{name}" value="([^"]*)"', page) for name in ("once", "draft")}
    sent = editor.post("/review/draft/publish", **form, reason="补一个问法")
    version = _found(r"/admin/review/([0-9a-f]{16})", followed(editor, sent).text)
    return version, sent.headers["location"].removeprefix("/admin")


def _say_otherwise(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    changed = re.sub(r"(phrasings:\n\s+- )", rf"\1{path.stem}到底说了些啥子嘛\n    - ", text, count=1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def _upload(person: Person, path: str, name: str, data: bytes) -> str:
    """Send a file with a form; return the address of the page that it leads to, once that shows what came of it."""
    answer = person.http.post(
        f"{person.server.url}/admin{path}",
        data={"csrf": person.csrf(), "once": secrets.token_hex(16)},
        files={"file": (name, data)},
        allow_redirects=False,
        timeout=_PATIENCE_S,
    )
    assert answer.status_code == 303, answer.text
    where = answer.headers["location"].removeprefix("/admin")
    until(lambda: "hx-trigger" not in person.get(where).text)
    return where


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, text
    return found[1]


def _pages(
    people: dict[str, Person], waiting: str, job: str, user: str
) -> dict[str, tuple[tuple[str, str], ...]]:
    editor = people["editor"]
    document = _upload(editor, "/documents", _FORUM.name, _FORUM.read_bytes())
    report = _upload(editor, "/exchange/bank", "more.aiken", _FAULTY.encode())
    live = editor.server.ready()["release"]
    for_editor = {
        "/knowledge": ("/knowledge", "/knowledge?q=会议", "/knowledge?q=无此字句"),
        "/try": ("/try?text=会上要凝聚什么",),
        "/new-entry": ("/new-entry", "/new-entry?source=meeting-2020"),
        "/knowledge/{entry}": ("/knowledge/m-consensus", "/knowledge/m-time?saved=1"),
        "/documents": ("/documents",),
        "/documents/new/{upload}": (document,),
        "/documents/{source}": ("/documents/meeting-2020",),
        "/feedback": ("/feedback", "/feedback?all=1"),
        "/misses": ("/misses", "/misses?all=1"),
        "/exchange": ("/exchange",),
        "/review": ("/review",),
        "/review/draft": ("/review/draft",),
        "/review/{version}": (f"/review/{live}",),
        "/review/jobs/{job}": (job, report),
        "/log": ("/log", "/log?entry=m-time"),
    }
    for_examiner = {
        "/quiz": ("/quiz", "/quiz?order=hard"),
        "/quiz/papers": ("/quiz/papers",),
        "/quiz/new-item": ("/quiz/new-item", "/quiz/new-item?source=meeting-2020"),
        "/quiz/new-paper": ("/quiz/new-paper",),
        "/quiz/papers/{paper}": ("/quiz/papers/exam",),
        "/quiz/items/{item}": ("/quiz/items/q-common-01",),
        "/quiz/results": ("/quiz/results", "/quiz/results?paper=exam"),
        "/quiz/regrade": ("/quiz/regrade",),
    }
    found = {path: tuple((address, "editor") for address in seen) for path, seen in for_editor.items()}
    found |= {path: tuple((address, "examiner") for address in seen) for path, seen in for_examiner.items()}
    found["/service"] = (("/service", "operator"),)
    found["/users"] = (("/users", "operator"), (f"/users?code={user}", "operator"))
    found[""] = (("", "editor"), ("", "approver"))
    found["/review/{version}"] += ((f"/review/{waiting}", "approver"),)
    return found
