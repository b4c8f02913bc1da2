"""Several accounts of one deployment at the console and on the chat page: each reached, nothing crosses, nobody where they don't belong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, expect

from bot.web.admin.routes import ENTRANCES
from tests.door.test_accounts import OPENING, OTHERS_TOKEN, PLACE, school, two_accounts
from tests.serving import Server, until
from tests.web.browser import faults_of
from tests.web.console import Person, at_browser, followed, join, link_for, open_console, run
from tests.web.test_console_accounts import MAY

_SLOW_MS = 60_000
_SCHOOL = "/a/school"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("several")
    given = {**two_accounts(folder), "QINGLANG_SIMULATOR__ENABLED": "true", "QINGLANG_ADMIN__ENABLED": "true"}
    server = Server(folder / "server", given).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def people(server: Server) -> dict[str, Person]:
    return {
        "小张": join(server, "小张", "approver"),
        "小运": join(server, "小运", "operator"),
        "小校": join(server, "小校", "editor", "school"),
        "小看": join(server, "小看", "viewer", "school"),
    }


def file_of(server: Server, account: str, pattern: str) -> Path:
    key = {"main": "QINGLANG_CONTENT_DIR", "school": "QINGLANG_ACCOUNTS__SCHOOL__CONTENT_DIR"}[account]
    return next(Path(server.settings[key]).glob(pattern))


def test_editor_of_both_changes_between_them_and_sees_of_each_its_own(
    server: Server, browser: Browser, people: dict[str, Person]
) -> None:
    server.wechat().say("oAsker", "会议的停车场收不收费")
    school(server).say("oAsker", "校车要不要收费")
    with at_browser(browser, people["小张"]) as page:
        page.get_by_role("link", name="没答上的", exact=True).click()
        expect(page.get_by_text("停车场").first).to_be_visible(timeout=_SLOW_MS)
        expect(page.get_by_text("校车")).to_have_count(0)
        page.locator("summary", has_text="main").click()
        page.get_by_role("link", name="school").click()
        expect(page).to_have_url(re.compile(r"/admin/a/school$"))
        expect(page).to_have_title(re.compile("school"))
        page.get_by_role("link", name="没答上的", exact=True).click()
        expect(page.get_by_text("校车").first).to_be_visible(timeout=_SLOW_MS)
        expect(page.get_by_text("停车场")).to_have_count(0)
        page.get_by_role("link", name="知识").click()
        expect(page.get_by_role("link", name=PLACE)).to_have_count(0)
        page.locator("summary", has_text="school").click()
        assert faults_of(page) == []


def test_draft_of_one_is_published_for_it_alone(server: Server, people: dict[str, Person]) -> None:
    person = people["小张"]
    entries = file_of(server, "school", "faq/*.yaml")
    before, kept = live(server), entries.read_text(encoding="utf-8")
    found = re.search(r"^- id: ([a-z0-9-]+)\n\s+question: (.+)$", kept, re.MULTILINE)
    assert found
    path = f"{_SCHOOL}/knowledge/{found[1]}"
    shown = person.get(path).text
    words = {
        "question": f"请问{found[2]}",
        "base": re.findall(r'name="base" value="([0-9a-f]+)"', shown)[0],
        **{name: area(shown, name) for name in ("phrasings", "lead", "quotes")},
        "status": "published",
    }
    saved = person.post(path, **words)
    assert saved.headers["location"] == f"/admin{path}?saved=1"
    assert "请问" in entries.read_text(encoding="utf-8")
    assert "请问" not in file_of(server, "main", "faq/*.yaml").read_text(encoding="utf-8")
    draft = person.draft(_SCHOOL)
    form = dict(re.findall(r'name="(once|draft)" value="([^"]+)"', draft))
    done = followed(person, person.post(f"{_SCHOOL}/review/draft/publish", **form, reason="问得客气些"))
    assert "school" in done.text
    until(lambda: live(server)[1] != before[1])
    assert live(server)[0] == before[0]
    assert "问得客气些" in person.get(f"{_SCHOOL}/log").text
    assert "问得客气些" not in person.get("/log").text


def area(page: str, name: str) -> str:
    found = re.search(rf'<textarea name="{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return found[1]


def live(server: Server) -> tuple[str, str]:
    ready = server.ready()
    return ready["release"], ready["accounts"]["school"]["release"]  # type: ignore[index]


@pytest.mark.parametrize("name", ["小张", "小运", "小校", "小看"])
def test_every_entrance_of_every_account_is_for_its_people_alone(
    people: dict[str, Person], name: str
) -> None:
    person = people[name]
    role = {"小张": "approver", "小运": "operator", "小校": "editor", "小看": "viewer"}[name]
    csrf = "0" * 64
    for place, enters in (("", name in ("小张", "小运")), (_SCHOOL, True)):
        for door in ENTRANCES:
            if door.path.startswith("/sign-out"):
                continue
            path = place + re.sub(r"\{\w+\}", "nothing-here", door.path)
            # What may come in is stopped by its token: nothing is done.
            answer = person.get(path) if door.method == "GET" else person.post(path, csrf=csrf)
            may = enters and role in MAY[door.method, door.path]
            stopped = "您不管公众号" in answer.text or "您的角色" in answer.text
            assert stopped is not may, (place, door.method, door.path, answer.status_code)
            assert (answer.status_code == 403) or door.method == "GET", (path, answer.status_code)


def test_who_has_one_account_comes_to_it_by_signing_in_and_sees_no_other(
    server: Server, people: dict[str, Person]
) -> None:
    person = people["小校"]
    form = {"name": "小校", "password": "sesame opens 2026", "next": ""}
    answer = requests.post(f"{server.url}/admin/sign-in", data=form, allow_redirects=False, timeout=30)
    assert answer.headers["location"] == "/admin/a/school"
    page = person.get(_SCHOOL).text
    assert 'href="/admin/a/school"' in page
    assert '<a href="/admin">' not in page
    told = person.get("/knowledge")
    assert told.status_code == 403
    assert "您的是：school" in told.text


def test_role_and_account_of_a_person_change_with_the_next_click(
    server: Server, people: dict[str, Person]
) -> None:
    person = join(server, "小换", "editor")
    assert person.get("").status_code == 200
    done = run(server, "accounts", "role", "小换", "--role", "viewer", "--account", "school")
    assert "只进 school" in done.output
    assert person.get("").status_code == 403
    assert person.get(f"{_SCHOOL}/new-entry").status_code == 403
    assert person.get(_SCHOOL).status_code == 200
    assert "只进 school" in run(server, "accounts", "list").output
    wrong = run(server, "accounts", "add", "小错", "--role", "viewer", "--account", "nowhere")
    assert wrong.exit_code == 2
    assert "有的是：main、school" in wrong.output


def test_signed_out_at_one_is_signed_out_of_all(server: Server) -> None:
    person = join(server, "小退", "viewer")
    left = person.post(f"{_SCHOOL}/sign-out", csrf=person.csrf())
    assert left.headers["location"] == "/admin/sign-in"
    onward = person.get(f"{_SCHOOL}/knowledge").headers["location"]
    assert onward == "/admin/sign-in?next=/admin/a/school/knowledge"
    assert person.get("").status_code == 303


def test_user_erased_at_one_is_kept_at_the_other(server: Server, people: dict[str, Person]) -> None:
    user = "oErasedAtSchool"
    server.wechat().say(user, "答题")
    theirs = school(server)
    theirs.say(user, "答题")
    code = re.search(r"[0-9a-f]{16}", theirs.say(user, "我的数据"))
    assert code
    operator = people["小运"]
    shown = operator.get(f"{_SCHOOL}/users?code={code[0]}").text
    found = re.search(r'name="user" value="([0-9a-f]+)"', shown)
    assert found, shown
    assert operator.post("/users/erase", user=found[1], sure="yes").headers["location"].endswith("none")
    gone = operator.post(f"{_SCHOOL}/users/erase", user=found[1], sure="yes")
    assert gone.headers["location"] == "/admin/a/school/users?erased=yes"
    assert "第 1/" in server.wechat().say(user, "继续")


def test_link_of_a_new_person_leads_to_their_account(server: Server) -> None:
    link = link_for(server, "add", "小新", "--role", "viewer", "--account", "school")
    person = Person(server, "小新")
    form = {"key": link.partition("key=")[2], "password": "sesame opens 2026", "again": "sesame opens 2026"}
    assert person.post("/welcome", csrf="", **form).headers["location"] == "/admin/a/school"


def test_chat_page_of_each_account_speaks_to_it(server: Server, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page.goto(server.url)
    ask(page, PLACE)
    expect(page.locator("#talk")).to_contain_text("在成都召开", timeout=_SLOW_MS)
    page.get_by_label("公众号", exact=True).select_option("school")
    expect(page).to_have_url(f"{server.url}/a/school/")
    expect(page.locator("h1")).to_contain_text("school")
    ask(page, OPENING)
    expect(page.locator("#talk")).to_contain_text("早上七点半开门", timeout=_SLOW_MS)
    expect(page.locator("#why")).to_contain_text("直接回答", timeout=_SLOW_MS)
    assert faults_of(page) == []
    page.close()


def ask(page: object, words: str) -> None:
    page.get_by_label("发给公众号的话").fill(words)  # type: ignore[attr-defined]
    page.get_by_role("button", name="发送").click()  # type: ignore[attr-defined]


def test_chat_page_posts_what_the_account_signs(server: Server) -> None:
    sent = {"kind": "text", "user": "oPage", "text": OPENING}
    answer = requests.post(f"{server.url}/a/school/chat/push", json=sent, timeout=30).json()
    assert "早上七点半开门" in answer["text"]
    assert OTHERS_TOKEN not in answer["sent"]
    about = requests.get(f"{server.url}/a/school/chat/about", timeout=30).json()
    assert about["accounts"] == {"main": "/", "school": "/a/school/"}


def test_lone_account_has_no_switch(tmp_path: Path) -> None:
    server = open_console(tmp_path)
    try:
        page = join(server, "小一", "viewer").get("").text
        assert "换一个公众号" not in page
        assert requests.get(f"{server.url}/admin/a/school", timeout=30).status_code == 404
        assert requests.get(f"{server.url}/a/school/", timeout=30).status_code == 404
    finally:
        server.stop()
