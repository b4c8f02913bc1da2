"""Accounts of the console: who gets in, how they leave, and that nobody opens what is not theirs."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Timer

import pytest
import redis
import requests

from bot.accounts.accounts import ROLES
from bot.store.server.embedded import Embedded
from bot.store.wire.client import SOCKET_TIMEOUT_S
from bot.web.admin.routes import ENTRANCES
from tests.serving import Server, until
from tests.web.console import PASSWORD, Person, join, link_for, open_console, sign_in

# Who may come in where, written down a second time: a door without a line here fails.
_EVERYBODY = frozenset(ROLES)
MAY = {
    ("GET", ""): _EVERYBODY,
    ("GET", "/reading"): _EVERYBODY,
    ("GET", "/figures"): _EVERYBODY,
    ("GET", "/figures/people"): _EVERYBODY,
    ("GET", "/knowledge"): _EVERYBODY,
    ("GET", "/try"): _EVERYBODY,
    ("GET", "/new-entry"): {"editor", "approver"},
    ("POST", "/new-entry"): {"editor", "approver"},
    ("GET", "/knowledge/{entry}"): _EVERYBODY,
    ("POST", "/knowledge/{entry}"): {"editor", "approver"},
    ("POST", "/knowledge/{entry}/check"): {"editor", "approver"},
    ("GET", "/documents"): _EVERYBODY,
    ("POST", "/documents"): {"editor", "approver"},
    ("GET", "/documents/new/{upload}"): {"editor", "approver"},
    ("POST", "/documents/new/{upload}"): {"editor", "approver"},
    ("GET", "/documents/{source}"): _EVERYBODY,
    ("POST", "/documents/{source}/answers"): {"editor", "approver"},
    ("GET", "/feedback"): _EVERYBODY,
    ("POST", "/feedback/{ticket}"): {"editor", "approver"},
    ("GET", "/quiz"): _EVERYBODY,
    ("GET", "/quiz/figures"): _EVERYBODY,
    ("GET", "/quiz/papers"): _EVERYBODY,
    ("GET", "/quiz/new-item"): {"editor", "approver", "examiner"},
    ("POST", "/quiz/new-item"): {"editor", "approver", "examiner"},
    ("POST", "/quiz/new-item/check"): {"editor", "approver", "examiner"},
    ("GET", "/quiz/new-paper"): {"editor", "approver", "examiner"},
    ("POST", "/quiz/new-paper"): {"editor", "approver", "examiner"},
    ("POST", "/quiz/new-paper/check"): {"editor", "approver", "examiner"},
    ("GET", "/quiz/papers/{paper}"): _EVERYBODY,
    ("POST", "/quiz/papers/{paper}"): {"editor", "approver", "examiner"},
    ("POST", "/quiz/papers/{paper}/check"): {"editor", "approver", "examiner"},
    ("GET", "/quiz/items/{item}"): _EVERYBODY,
    ("POST", "/quiz/items/{item}"): {"editor", "approver", "examiner"},
    ("POST", "/quiz/items/{item}/check"): {"editor", "approver", "examiner"},
    ("GET", "/quiz/items/{item}/try"): _EVERYBODY,
    ("GET", "/quiz/results"): _EVERYBODY,
    ("GET", "/quiz/results/figures"): _EVERYBODY,
    ("GET", "/quiz/results/{what}.csv"): {"editor", "approver", "examiner"},
    ("GET", "/quiz/regrade"): {"approver", "examiner"},
    ("GET", "/quiz/regrade/plan"): {"approver", "examiner"},
    ("POST", "/quiz/regrade"): {"approver", "examiner"},
    ("GET", "/exchange"): _EVERYBODY,
    ("GET", "/exchange/{file}"): _EVERYBODY,
    ("POST", "/exchange/entries"): {"editor", "approver"},
    ("POST", "/exchange/entries/write"): {"editor", "approver"},
    ("POST", "/exchange/bank"): {"editor", "approver", "examiner"},
    ("POST", "/exchange/bank/write"): {"editor", "approver", "examiner"},
    ("GET", "/misses"): _EVERYBODY,
    ("POST", "/misses/{topic}/adopt"): {"editor", "approver"},
    ("POST", "/misses/{topic}/ignore"): {"editor", "approver"},
    ("POST", "/misses/{topic}/reopen"): {"editor", "approver"},
    ("GET", "/review"): _EVERYBODY,
    ("GET", "/review/draft"): _EVERYBODY,
    ("GET", "/review/draft/changes"): _EVERYBODY,
    ("POST", "/review/draft/publish"): {"editor", "approver"},
    ("GET", "/review/jobs/{job}"): _EVERYBODY,
    ("GET", "/review/{version}"): _EVERYBODY,
    ("GET", "/review/{version}/changes"): _EVERYBODY,
    ("POST", "/review/{version}/approve"): {"approver"},
    ("POST", "/review/{version}/return"): {"approver"},
    ("POST", "/review/{version}/withdraw"): {"editor", "approver"},
    ("POST", "/review/{version}/roll-back"): {"approver"},
    ("GET", "/service"): {"approver", "operator"},
    ("GET", "/service/examined"): {"approver", "operator"},
    ("GET", "/users"): {"operator"},
    ("GET", "/users/kept"): {"operator"},
    ("POST", "/users/erase"): {"operator"},
    ("GET", "/log"): _EVERYBODY,
    ("POST", "/size"): _EVERYBODY,
    ("POST", "/sign-out"): _EVERYBODY,
    ("POST", "/sign-out-everywhere"): _EVERYBODY,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = open_console(tmp_path_factory.mktemp("accounts"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def people(server: Server) -> dict[str, Person]:
    return {role: join(server, f"door-{role}", role) for role in ROLES}


@pytest.mark.parametrize("path", ["/admin", "/admin/sign-in", "/admin/welcome", "/admin/static/admin.css"])
def test_there_is_no_console_unless_it_is_switched_on(shipped: Server, path: str) -> None:
    assert shipped.get(path).status_code == 404


def test_link_lets_in_once(server: Server) -> None:
    link = link_for(server, "add", "once", "--role", "editor")
    assert "once，您好" in requests.get(link, timeout=60).text
    form = {"key": link.partition("key=")[2], "password": PASSWORD, "again": PASSWORD}
    first = requests.post(link, data=form, allow_redirects=False, timeout=60)
    assert first.status_code == 303
    again = requests.post(link, data={**form, "password": "x" * 12, "again": "x" * 12}, timeout=60)
    assert again.status_code == 410
    assert sign_in(server, "once").status_code == 303
    assert sign_in(server, "once", "x" * 12).status_code == 403


def test_of_several_who_use_a_link_at_once_one_gets_in(server: Server) -> None:
    link = link_for(server, "add", "race", "--role", "editor")
    words = [f"{PASSWORD} {n}" for n in range(4)]
    gate = Barrier(len(words))

    def use(word: str) -> int:
        form = {"key": link.partition("key=")[2], "password": word, "again": word}
        gate.wait()
        return requests.post(link, data=form, allow_redirects=False, timeout=60).status_code

    with ThreadPoolExecutor(len(words)) as pool:
        statuses = list(pool.map(use, words))
    assert sorted(statuses) == [303, 410, 410, 410]
    # Whoever was told that it was used has no password.
    assert [sign_in(server, "race", word).status_code for word in words] == [
        303 if status == 303 else 403 for status in statuses
    ]


def test_unequal_or_short_passwords_leave_the_link_good(server: Server) -> None:
    link = link_for(server, "add", "slow", "--role", "editor")
    key = link.partition("key=")[2]
    for password, again in (("long enough 1", "long enough 2"), ("short", "short")):
        form = {"key": key, "password": password, "again": again}
        assert requests.post(link, data=form, timeout=60).status_code == 400
    assert requests.get(link, timeout=60).status_code == 200


@pytest.mark.parametrize(
    ("name", "password"),
    [("burnt", "burnt-burnt"), ("second", "x" * 12), ("third", "password123"), ("fourth", "long " * 50)],
)
def test_password_that_is_not_taken_leaves_the_link_good(server: Server, name: str, password: str) -> None:
    link = link_for(server, "add", name, "--role", "editor")
    form = {"key": link.partition("key=")[2], "password": password, "again": password}
    refused = requests.post(link, data=form, allow_redirects=False, timeout=60)
    assert (refused.status_code, "密码" in refused.text) == (400, True)
    taken = requests.post(link, data={**form, "password": PASSWORD, "again": PASSWORD}, timeout=60)
    assert taken.status_code == 200
    assert sign_in(server, name).status_code == 303


def test_password_that_is_not_taken_at_the_terminal_adds_nobody(server: Server) -> None:
    told = server.run("accounts", "add", "weak", "--role", "viewer", "--password", stdin="password123\n" * 2)
    assert (told.returncode, "太常见" in told.stderr + told.stdout) == (1, True)
    assert "weak" not in server.call("accounts", "list").output


def test_sign_in_ends_what_the_browser_held_before(server: Server) -> None:
    """A secret that somebody planted, or that was seen before, opens nothing after the next sign-in."""
    person = join(server, "twice", "editor")
    before = dict(person.http.cookies)
    form = {"name": "twice", "password": PASSWORD}
    again = requests.post(
        f"{server.url}/admin/sign-in", data=form, cookies=before, allow_redirects=False, timeout=60
    )
    assert again.status_code == 303
    assert again.cookies["qinglang-console"] != before["qinglang-console"]
    for cookies, status in ((before, 303), (dict(again.cookies), 200)):
        answer = requests.get(f"{server.url}/admin", cookies=cookies, allow_redirects=False, timeout=60)
        assert answer.status_code == status


def test_signing_in_and_what_is_denied_is_logged_without_what_was_typed(
    server: Server, people: dict[str, Person]
) -> None:
    join(server, "noted", "viewer")
    sign_in(server, "noted", "wrong and secret")
    sign_in(server, "my password 123", "wrong and secret")
    noted = Person(server, "noted")
    noted.http.cookies.update(sign_in(server, "noted").cookies)
    noted.get("/users")
    noted.post("/sign-out", csrf="0" * 64)
    noted.post("/sign-out")
    lines = [json.loads(line) for line in server.log.splitlines() if line.startswith("{")]
    found = [(line["event"], line["by"]) for line in lines if "by" in line and line["by"] in ("noted", "")]
    for event in (
        ("password set", "noted"),
        ("sign-in wrong", "noted"),
        ("sign-in wrong", ""),
        ("signed in", "noted"),
        ("signed out", "noted"),
    ):
        assert event in found, event
    denied = [line for line in lines if line["event"] == "denied at the console" and line["by"] == "noted"]
    assert [line["why"] for line in denied] == ["not_yours", "old_page"]
    assert all(line["from"] == "127.0.0.1" for line in denied)
    assert "my password" not in server.log
    assert "wrong and secret" not in server.log


def test_password_can_be_typed_at_the_terminal(server: Server) -> None:
    command = ("accounts", "add", "typed", "--role", "viewer", "--password")
    told = server.run(*command, stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert told.returncode == 0, told.stderr
    assert PASSWORD not in told.stdout + told.stderr
    assert sign_in(server, "typed").status_code == 303


def test_two_names_that_look_alike_are_one(server: Server) -> None:
    link_for(server, "add", "Lookalike", "--role", "editor")
    told = server.call("accounts", "add", "LOOK-alike", "--role", "approver")
    assert told.exit_code == 1
    assert "已经有" in told.output
    assert "Lookalike  editor" in server.call("accounts", "list").output


def test_reset_voids_password_and_sessions(server: Server) -> None:
    person = join(server, "forgetful", "editor")
    link_for(server, "reset", "forgetful")
    assert person.get().status_code == 303
    assert sign_in(server, "forgetful").status_code == 403


def test_removed_person_is_out_with_the_next_click_and_is_not_brought_back(server: Server) -> None:
    person = join(server, "leaver", "editor")
    assert server.call("accounts", "remove", "leaver").exit_code == 0
    assert person.get().status_code == 303
    link_for(server, "add", "leaver", "--role", "editor")
    assert person.get().status_code == 303


def test_role_given_anew_is_in_force_at_once(server: Server) -> None:
    person = join(server, "riser", "viewer")
    assert server.call("accounts", "role", "riser", "--role", "approver").exit_code == 0
    assert "审核" in person.get().text


def test_sign_out_ends_one_session_and_everywhere_ends_all(server: Server) -> None:
    here, there = join(server, "walker", "editor"), Person(server, "walker")
    there.http.cookies.update(sign_in(server, "walker").cookies)
    third = Person(server, "walker")
    third.http.cookies.update(sign_in(server, "walker").cookies)
    stolen = dict(third.http.cookies)
    left = third.post("/sign-out")
    assert (left.status_code, left.headers["clear-site-data"]) == (303, '"cache"')
    assert (
        requests.get(f"{server.url}/admin", cookies=stolen, allow_redirects=False, timeout=60).status_code
        == 303
    )
    assert here.get().status_code == there.get().status_code == 200
    there.post("/sign-out-everywhere")
    assert here.get().status_code == there.get().status_code == 303


def test_name_is_locked_after_five_wrong_passwords_even_for_the_right_one(server: Server) -> None:
    join(server, "hunted", "editor")
    tries = [sign_in(server, "hunted", f"wrong {n}") for n in range(5)]
    assert [t.status_code for t in tries] == [403] * 5
    assert sign_in(server, "hunted").status_code == 429
    # Nobody learns from it who has an account.
    assert [sign_in(server, "nobody", "x").status_code for _ in range(6)] == [403] * 5 + [429]


def test_right_password_begins_the_count_anew(server: Server) -> None:
    join(server, "clumsy", "editor")
    for _ in range(2):
        assert {sign_in(server, "clumsy", "wrong").status_code for _ in range(4)} == {403}
        assert sign_in(server, "clumsy").status_code == 303


def test_cookie_is_out_of_reach_of_scripts_and_other_sites(server: Server, people: dict[str, Person]) -> None:
    plain = sign_in(server, "door-editor").headers["set-cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert "Secure" not in plain
    behind_tls = sign_in(server, "door-editor", **{"x-forwarded-proto": "https"}).headers["set-cookie"]
    assert "Secure" in behind_tls


def test_sessions_lie_at_the_server_with_an_end_and_no_secret_in_the_clear(
    server: Server, people: dict[str, Person]
) -> None:
    store = redis.Redis(unix_socket_path=str(Embedded(server.folder / "data").socket))
    secret = people["editor"].http.cookies["qinglang-console"]
    keys = [key for key in store.scan_iter("{accounts}:*") if b":session:" in key]
    assert keys
    assert all(0 < int(str(store.ttl(key))) <= 8 * 3600 for key in keys)
    held = b"".join(store.dump(key) or b"" for key in store.scan_iter("{accounts}:*"))
    assert secret.encode() not in held
    assert PASSWORD.encode() not in held
    store.delete(*keys)
    assert people["editor"].get().headers["location"].startswith("/admin/sign-in")
    for person in people.values():
        person.http.cookies.update(sign_in(server, person.name).cookies)


def test_sign_in_leads_on_inside_the_console_only(server: Server, people: dict[str, Person]) -> None:
    url, form = f"{server.url}/admin/sign-in", {"name": "door-editor", "password": PASSWORD}

    def led(onward: str) -> str:
        sent = {**form, "next": onward}
        return requests.post(url, data=sent, allow_redirects=False, timeout=60).headers["location"]

    assert led("/admin/figures?a=1") == "/admin/figures?a=1"
    for hostile in (
        "https://evil.example/",
        "//evil.example",
        "/admin/\r\nset-cookie: a=b",
        "/adminx",
        "/admin/\\\\e",
    ):
        assert led(hostile) == "/admin"


def test_every_door_has_its_line() -> None:
    assert {(door.method, door.path): door.roles for door in ENTRANCES} == MAY


@pytest.mark.parametrize("role", ROLES)
def test_nobody_opens_a_door_that_is_not_theirs(server: Server, people: dict[str, Person], role: str) -> None:
    person, csrf = people[role], people[role].csrf()
    for (method, path), roles in MAY.items():
        address = re.sub(r"\{.*?\}", "x", path)
        # A right token where the role is wrong, a wrong one where it is right: nothing is done either way.
        if role not in roles:
            answer = person.post(address, csrf=csrf) if method == "POST" else person.get(address)
            assert (answer.status_code, "您的角色" in answer.text) == (403, True), address
        elif method == "POST":
            answer = person.post(address, csrf="0" * 64)
            assert (answer.status_code, "太旧" in answer.text) == (403, True), address
        else:
            assert person.get(address).status_code in (200, 303, 404, 409), address


@pytest.mark.parametrize("door", MAY, ids=" ".join)
def test_nobody_in_particular_opens_no_door(server: Server, door: tuple[str, str]) -> None:
    method, path = door
    url = f"{server.url}/admin" + re.sub(r"\{.*?\}", "x", path)
    answer = requests.request(method, url, allow_redirects=False, timeout=60)
    assert answer.status_code == (303 if method == "GET" else 401)
    if method == "GET":
        assert answer.headers["location"].startswith("/admin/sign-in?next=")


def test_form_from_another_site_or_another_person_does_nothing(
    server: Server, people: dict[str, Person]
) -> None:
    person, other = people["editor"], people["viewer"]
    url, csrf = f"{server.url}/admin/sign-out-everywhere", person.csrf()
    foreign = {"origin": "https://evil.example"}
    assert person.http.post(url, data={"csrf": csrf}, headers=foreign, timeout=60).status_code == 403
    assert person.post("/sign-out-everywhere", csrf=other.csrf()).status_code == 403
    assert person.post("/sign-out-everywhere", csrf="").status_code == 403
    assert person.get().status_code == 200
    assert sign_in(server, "door-editor", origin="https://evil.example").status_code == 403


def test_pages_forbid_framing_foreign_scripts_and_guessing(server: Server, people: dict[str, Person]) -> None:
    person = people["editor"]
    for answer in (
        person.get(),
        person.get("/figures"),
        requests.get(f"{server.url}/admin/sign-in", timeout=60),
    ):
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert re.search(r"script-src 'self'(;|$)", policy)
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "style=" not in answer.text


@pytest.mark.parametrize("name", ["admin.css", "admin.js", "htmx.min.js"])
def test_no_asset_is_taken_for_something_else(server: Server, name: str) -> None:
    answer = server.get(f"/admin/static/{name}")
    assert (answer.status_code, answer.headers["x-content-type-options"]) == (200, "nosniff")
    assert server.get("/admin/static/nothing.css").status_code == 404


def test_gigabyte_is_refused_before_it_is_sent(server: Server, people: dict[str, Person]) -> None:
    cookie = people["editor"].http.cookies["qinglang-console"]
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        head = (
            f"POST /admin/sign-out HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\ncookie: qinglang-console={cookie}\r\n"
            "content-type: application/x-www-form-urlencoded\r\ncontent-length: 1073741824\r\n\r\ncsrf=1"
        )
        line.sendall(head.encode())
        answer = line.recv(100_000).decode()
    assert " 413 " in answer.splitlines()[0]
    chunks = (b"a" * 65536 for _ in range(16))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    url = f"{server.url}/admin/sign-out"
    answered = people["editor"].http.post(url, data=chunks, headers=headers, timeout=60)
    assert (answered.status_code, "太大了" in answered.text) == (413, True)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=%ff", b"&".join([b"a=1"] * 900), b'{"a": 1}'])
def test_what_no_form_sends_is_refused_in_a_line(
    server: Server, people: dict[str, Person], body: bytes
) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = people["editor"].http.post(
        f"{server.url}/admin/sign-out", data=body, headers=headers, timeout=60
    )
    assert answer.status_code in (400, 403)
    assert 'role="alert"' in answer.text


def test_lost_store_is_told_in_plain_words_and_pushes_are_answered(
    server: Server, people: dict[str, Person]
) -> None:
    pid = server.redis_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        answer = people["editor"].get()
        assert answer.status_code == 503
        assert "Redis" in answer.text
        assert "什么都没有改" in answer.text
        assert "Traceback" not in answer.text
    finally:
        os.kill(pid, signal.SIGCONT)
    until(lambda: people["editor"].get().status_code == 200)


def test_what_is_sent_while_redis_is_slow_for_a_moment_is_done_once_it_answers(
    server: Server, people: dict[str, Person]
) -> None:
    person = people["editor"]
    csrf, pid = person.csrf(), server.redis_pid()
    os.kill(pid, signal.SIGSTOP)
    waking = Timer(5 * SOCKET_TIMEOUT_S, os.kill, (pid, signal.SIGCONT))
    waking.start()
    try:
        assert person.post("/size", csrf=csrf).status_code == 303
    finally:
        waking.cancel()
        os.kill(pid, signal.SIGCONT)


def test_who_loses_redis_half_way_is_told_that_nobody_can_tell(
    server: Server, people: dict[str, Person]
) -> None:
    def told() -> re.Match[str] | None:
        # Redis has only just come back: who is told that it is busy says it again.
        server.wechat().say("oCritic", "意见 字太小了")
        return re.search(r"/feedback/(YJ[\w-]+)", people["editor"].get("/feedback").text)

    number = until(told)
    base = redis.Redis(unix_socket_path=str(Embedded(server.folder / "data").socket))
    usual = base.config_get("maxmemory")["maxmemory"]
    base.config_set("maxmemory", 1)
    try:
        answer = people["editor"].post(f"/feedback/{number[1]}", state="done", note="记下")
    finally:
        base.config_set("maxmemory", usual)
    assert answer.status_code == 503
    assert "说不准做成了没有" in answer.text
    assert "什么都没有改" not in answer.text
