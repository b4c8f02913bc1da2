"""What `deploy/` holds is taken by the programs it is for, and a real nginx in front of two hosts loses nothing."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import yaml

from bot.config import load_settings
from tests.deploy.site import DEPLOY, PRIVACY_KEY, Site, answered_by, two_hosts
from tests.serving import AES_KEY, APP_ID, ROOT, TOKEN, copy_small_content, until


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with two_hosts(folder, copy_small_content(folder / "content")) as site:
        yield site


def test_quizzes_go_on_over_two_hosts_behind_nginx(site: Site) -> None:
    wechat = site.front.wechat()
    for taker in ("oOne", "oTwo", "oThree", "oFour"):
        assert "第 1/2" in wechat.say(taker, "答题")
        assert "已答 1/2" in wechat.say(taker, "A")
        assert "各领域" in wechat.say(taker, "A")
    assert min(answered_by(host) for host in site.hosts) >= 3


def test_push_is_answered_while_a_host_is_killed_and_comes_back(site: Site) -> None:
    wechat = site.front.wechat()
    wechat.say("oKilled", "答题")
    site.hosts[0].kill()
    try:
        said = [wechat.say("oKilled", "A") for _ in range(2)]
    finally:
        site.hosts[0].start()
    assert "已答 1/2" in said[0]
    assert "各领域" in said[1]


def test_address_is_answered_by_https_and_http_without_a_redirect(site: Site) -> None:
    front = site.front
    query = front.wechat().signed("1", "n")
    by_https = requests.get(
        f"https://localhost:{front.https}/wechat/",
        params=query,
        verify=str(front.folder / "fullchain.pem"),
        timeout=60,
    )
    # The time of this signature is long gone, which only the bot behind can tell.
    assert (by_https.status_code, by_https.content) == (403, b"")
    assert requests.get(front.url("/wechat"), timeout=60, allow_redirects=False).status_code == 403
    assert requests.get(front.url("/k/x"), timeout=60, allow_redirects=False).status_code == 301
    assert requests.post(front.url("/wechat"), data=b"x" * 300_000, timeout=60).status_code == 413


def test_log_of_nginx_holds_no_signature_and_no_openid(site: Site) -> None:
    site.front.wechat().say("oNobodyMayKnow", "第五条")
    log = (site.front.folder / "qinglang.log").read_text(encoding="utf-8")
    assert " POST /wechat 200 " in log
    assert "signature" not in log
    assert "oNobody" not in log


def test_nginx_of_compose_differs_in_its_upstreams_alone() -> None:
    ours, theirs = (
        (DEPLOY / name).read_text(encoding="utf-8") for name in ("nginx/qinglang.conf", "compose/nginx.conf")
    )
    without = [
        re.sub(r"^#.*\n|^    (server \S+ max_fails.*|# 几台主机.*)\n", "", text, flags=re.MULTILINE)
        for text in (ours, theirs)
    ]
    assert without[0] == without[1]


def test_every_alert_has_its_recipe() -> None:
    (rules,) = documents("prometheus/alerts.yml")
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    for rule in rules["groups"][0]["rules"]:
        assert f"| `{rule['alert']}` |" in page


def test_every_metric_that_is_watched_exists(site: Site) -> None:
    site.front.wechat().say("oWatched", "第五条")
    served = site.hosts[0].get("/metrics").text
    watched: set[str] = set()
    for name in ("prometheus/alerts.yml", "grafana/qinglang.json"):
        watched |= set(re.findall(r"\bqinglang_[a-z_]+", (DEPLOY / name).read_text(encoding="utf-8")))
    assert len(watched) >= 6
    missing = {name for name in watched if f"# TYPE {name.removesuffix('_bucket')} " not in served}
    # These begin to exist with the first that is counted.
    assert missing <= {"qinglang_failed_turns_total", "qinglang_meaning_total"}


def test_metrics_equal_a_scripted_day(site: Site) -> None:
    """Every outcome of a push, told by all hosts together."""
    before = _counted(site)
    wechat = site.front.wechat()
    for number in range(3):
        wechat.say(f"oScript{number}", "第五条")
    wechat.push("oScript0", {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""})
    now, nonce = str(int(time.time())), "n"
    for _ in range(2):
        wechat.send("POST", wechat.signed(now, nonce) | {"signature": "0"}, b"<xml></xml>")
    wechat.send("POST", wechat.signed(now, nonce), b"x" * 262_145 + b"y" * 100)
    grown = {name: value - before.get(name, 0.0) for name, value in _counted(site).items()}
    assert grown['qinglang_pushes_total{account="main",outcome="answered"}'] == 3
    assert grown['qinglang_pushes_total{account="main",outcome="acknowledged"}'] == 1
    assert grown['qinglang_pushes_total{account="main",outcome="refused"}'] == 2
    assert grown['qinglang_reply_seconds_count{account="main"}'] == 6
    assert grown['qinglang_turns_total{account="main",skill="ask"}'] == 3
    # Looked at once a second, and a busy machine may have been slow just then.
    until(lambda: all("qinglang_store_up 1.0" in host.get("/metrics").text for host in site.hosts))


def _counted(site: Site) -> Counter[str]:
    total: Counter[str] = Counter()
    for host in site.hosts:
        for line in host.get("/metrics").text.splitlines():
            if line.startswith("qinglang_"):
                name, _, value = line.rpartition(" ")
                total[name] += float(value)  # type: ignore[assignment]
    return total


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text(encoding="utf-8")))


def test_every_setting_named_in_deploy_is_one() -> None:
    known = {
        "QINGLANG_CONTENT_DIR": "/content",
        "QINGLANG_DATA_DIR": "/data",
        "QINGLANG_PRIVACY__KEY": PRIVACY_KEY,
        "QINGLANG_REDIS__URL": "redis://valkey:6379/0",
        "QINGLANG_SERVER__HOST": "0.0.0.0",  # noqa: S104 - as in the image
        "QINGLANG_WECHAT__APP_ID": APP_ID,
        "QINGLANG_WECHAT__APP_SECRET": "a" * 32,
        "QINGLANG_WECHAT__ENCODING_AES_KEY": AES_KEY,
        "QINGLANG_WECHAT__TOKEN": TOKEN,
    }
    named = set()
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            named |= set(re.findall(r"QINGLANG_[A-Z_]+", path.read_text(encoding="utf-8")))
    # The one is read beside the settings, the other by compose itself.
    assert named - {"QINGLANG_CONFIG", "QINGLANG_CONTENT"} == set(known)
    assert load_settings(known).wechat.effective_mode == "safe"


def test_image_holds_what_the_installation_needs_and_runs_as_nobody_special() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = {
        name
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    }
    assert {"requirements.lock", "pyproject.toml", "bot", "handlers", "knowledge", "config.yaml"} <= copied
    assert all((ROOT / name).exists() for name in copied)
    let_in = {
        line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[0] == "!"
    }
    assert let_in == copied
    assert "USER 10001:10001" in lines
    (compose,) = documents("compose/compose.yaml")
    for name in ("bot1", "bot2"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
