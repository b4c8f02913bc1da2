"""`qinglang setup`: a newcomer connects an account in safe mode with it alone, and hears what is wrong until then."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
import yaml

from bot.conformance.pretend_wechat import PretendWechat
from bot.wechat.crypto import signature_of
from tests.platform import APP_SECRET, FakePlatform, fake_platform
from tests.serving import APP_ID, ROOT, Server, copy_small_content, free_port, until

ADDRESS = "https://bot.example.cn"


@dataclass
class Newcomer:
    """Somebody with an empty folder, `qinglang setup`, and what it printed so far."""

    folder: Path
    platform: FakePlatform
    port: int
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "place/config.yaml"

    @property
    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("QINGLANG_")}
        return clean | {
            "QINGLANG_CONFIG": str(self.config),
            "QINGLANG_SERVER__PORT": str(self.port),
            "QINGLANG_WECHAT__API_BASE": self.platform.url,
            **self.variables,
        }

    @contextlib.contextmanager
    def setup(self, answers: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "bot.cli", "setup", *arguments]
        with (self.folder / "told").open("wb") as told:
            process = subprocess.Popen(
                command, env=self.environment, stdin=subprocess.PIPE, stdout=told, stderr=told, cwd=ROOT
            )
        assert process.stdin
        process.stdin.write(answers.encode())
        process.stdin.close()
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    @property
    def told(self) -> str:
        return (self.folder / "told").read_text(encoding="utf-8")

    def get(self, path: str, token: str, at: float | None = None) -> requests.Response:
        now = str(int(at or time.time()))
        query = {
            "signature": signature_of(token, now, "n"),
            "timestamp": now,
            "nonce": "n",
            "echostr": "4711",
        }
        return requests.get(f"http://127.0.0.1:{self.port}{path}", params=query, timeout=60)


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    with fake_platform() as platform:
        yield Newcomer(tmp_path, platform, free_port())


def test_newcomer_connects_in_safe_mode_with_setup_alone(newcomer: Newcomer) -> None:
    # A wrong AppID first; Token and key are left to be made.
    answers = f"gh_0123456789ab\n{APP_ID}\n{APP_SECRET}\n\n\n{ADDRESS}/wechat\n"
    with newcomer.setup(answers) as process:
        until(lambda: "等微信来验证" in newcomer.told, 30)
        told = newcomer.told
        written = yaml.safe_load(newcomer.config.read_text(encoding="utf-8"))
        # Where the content lies was not asked: the environment or the default say it, not this file.
        assert written.keys() == {"wechat"}
        wechat = written["wechat"]
        assert "不是 gh_ 开头的原始 ID" in told
        assert "微信认这个 AppID 和 AppSecret" in told
        for pasted in (f"{ADDRESS}/wechat", wechat["token"], wechat["encoding_aes_key"], "安全模式"):
            assert pasted in told
        assert requests.get(f"http://127.0.0.1:{newcomer.port}/wechat", timeout=60).status_code == 200
        assert newcomer.get("/weixin", wechat["token"]).status_code == 404
        assert newcomer.get("/wechat", "anotherToken").status_code == 403
        assert newcomer.get("/wechat", wechat["token"], time.time() - 3600).status_code == 403
        assert process.poll() is None
        assert newcomer.get("/wechat", wechat["token"]).text == "4711"
        assert process.wait(20) == 0
    for line in (
        "到得了这台机器，但不是微信",
        "路径不是 /wechat",
        "Token 和这里的不一样",
        "时钟不准",
        "签名正确",
        "接上了",
    ):
        assert line in newcomer.told
    assert newcomer.config.stat().st_mode & 0o777 == 0o600
    assert (len(wechat["token"]), len(wechat["encoding_aes_key"])) == (32, 43)

    content = copy_small_content(newcomer.folder / "content")
    own = {"QINGLANG_CONFIG": str(newcomer.config), "QINGLANG_CONTENT_DIR": str(content)}
    server = Server(newcomer.folder, own, newcomer.port)
    server.settings["QINGLANG_WECHAT__TOKEN"] = wechat["token"]
    server.start()
    try:
        pushed = PretendWechat(
            f"{server.url}/wechat", wechat["token"], "safe", APP_ID, wechat["encoding_aes_key"]
        )
        assert "出处：" in pushed.say("oNew", "第五条")
    finally:
        server.stop()


def test_further_account_is_connected_by_its_name(newcomer: Newcomer) -> None:
    newcomer.config.parent.mkdir()
    shipped = (ROOT / "config.yaml").read_text(encoding="utf-8")
    newcomer.config.write_text(shipped, encoding="utf-8")
    answers = f"{APP_ID}\n{APP_SECRET}\n\n\n{ADDRESS}\n\n"
    with newcomer.setup(answers, "--account", "school") as process:
        until(lambda: "等微信来验证" in newcomer.told, 30)
        written = yaml.safe_load(newcomer.config.read_text(encoding="utf-8"))
        school = written["accounts"]["school"]
        assert f"{ADDRESS}/wechat/school" in newcomer.told
        assert newcomer.get("/wechat", school["token"]).status_code == 404
        assert newcomer.get("/wechat/school", "anotherToken").status_code == 403
        assert newcomer.get("/wechat/school", school["token"]).text == "4711"
        assert process.wait(20) == 0
    assert written["wechat"]["token"] == ""
    assert Path(school["content_dir"]) == newcomer.config.parent / "content-school"
    after = newcomer.config.read_text(encoding="utf-8").splitlines()
    assert [line for line in shipped.splitlines() if line not in after] == [
        line for line in shipped.splitlines() if line.startswith("accounts:")
    ]
    assert any(line.startswith("accounts:") and "几个公众号" in line for line in after)
    content = copy_small_content(newcomer.folder / "content")
    own = {"QINGLANG_CONFIG": str(newcomer.config), "QINGLANG_CONTENT_DIR": str(content)}
    server = Server(newcomer.folder, own, newcomer.port).start()
    try:
        url = f"{server.url}/wechat/school"
        pushed = PretendWechat(url, school["token"], "safe", APP_ID, school["encoding_aes_key"])
        assert "school" in pushed.say("oNew", "帮助")
        assert server.ready()["accounts"].keys() == {"school"}  # type: ignore[attr-defined]
    finally:
        server.stop()
    given = [
        "--account",
        "school",
        "--app-id",
        APP_ID,
        "--app-secret",
        "",
        "--token",
        "abc",
        "--aes-key",
        "n" * 43,
    ]
    with newcomer.setup("", *given, "--url", ADDRESS, "--wait-s", "0") as process:
        assert process.wait(30) == 0
    again = yaml.safe_load(newcomer.config.read_text(encoding="utf-8"))["accounts"]["school"]
    assert (again["token"], again["previous_encoding_aes_key"]) == ("abc", school["encoding_aes_key"])
    assert again["content_dir"] == school["content_dir"]


@pytest.mark.parametrize(
    ("account", "app_id", "told"),
    [
        ("School", APP_ID, "只能用小写字母"),
        ("school", "wx1111111111111111", "已经是公众号 main 的"),
    ],
)
def test_further_account_that_cannot_be_is_told_before_anything_is_written(
    newcomer: Newcomer, account: str, app_id: str, told: str
) -> None:
    newcomer.config.parent.mkdir()
    newcomer.config.write_text("wechat:\n  app_id: wx1111111111111111\n", encoding="utf-8")
    given = ["--app-id", app_id, "--app-secret", "", "--token", "abc", "--aes-key", "k" * 43]
    with newcomer.setup("", "--account", account, *given, "--url", ADDRESS) as process:
        assert process.wait(30) == 2
    assert told in newcomer.told
    assert "accounts" not in newcomer.config.read_text(encoding="utf-8")


def test_variable_that_gives_another_value_than_what_was_written_is_named(newcomer: Newcomer) -> None:
    newcomer.variables["QINGLANG_ACCOUNTS__OUR_SCHOOL__TOKEN"] = "another"
    newcomer.config.parent.mkdir()
    newcomer.config.write_text("accounts:\n  our-school:\n    content_dir: content\n", encoding="utf-8")
    given = ["--app-id", APP_ID, "--app-secret", "", "--token", "abc", "--aes-key", "k" * 43]
    with newcomer.setup("", "--account", "our-school", *given, "--url", ADDRESS) as process:
        assert process.wait(30) == 2
    assert "QINGLANG_ACCOUNTS__OUR_SCHOOL__TOKEN 盖过了刚写的 token" in newcomer.told


def test_nothing_that_comes_is_told_with_where_to_look(newcomer: Newcomer) -> None:
    given = [
        "--app-id",
        APP_ID,
        "--app-secret",
        "",
        "--token",
        "abc",
        "--aes-key",
        "k" * 43,
        "--url",
        ADDRESS,
    ]
    with newcomer.setup("", *given, "--wait-s", "1") as process:
        assert process.wait(30) == 1
    assert "没有等到微信的验证" in newcomer.told
    assert not newcomer.platform.calls


def test_refused_secret_is_told_and_ends_nothing(newcomer: Newcomer) -> None:
    newcomer.platform.refusals["/cgi-bin/stable_token"] = 40164, "invalid ip 203.0.113.7, not in whitelist"
    given = ["--app-id", APP_ID, "--app-secret", APP_SECRET, "--token", "abc", "--aes-key", "k" * 43]
    with newcomer.setup("", *given, "--url", ADDRESS, "--wait-s", "0") as process:
        assert process.wait(30) == 0
    assert "微信说：40164" in newcomer.told
    assert "问答和答题不受影响" in newcomer.told
    assert "EncodingAESKey    kkk" in newcomer.told


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--app-id", "wx1", "AppID 是 wx 加 16 个"),
        ("--token", "a b", "Token 是 3 到 32 个"),
        ("--aes-key", "k" * 42, "现在有 42 个字符"),
        ("--url", "https://bot.example.cn:8443", "端口只能是 80（http）或 443（https）"),
    ],
)
def test_wrong_answer_is_told_before_anything_is_written(
    newcomer: Newcomer, option: str, value: str, told: str
) -> None:
    given = {
        "--app-id": APP_ID,
        "--app-secret": "",
        "--token": "abc",
        "--aes-key": "k" * 43,
        "--url": ADDRESS,
    }
    given[option] = value
    with newcomer.setup("", *[part for pair in given.items() for part in pair]) as process:
        assert process.wait(30) == 2
    assert told in newcomer.told
    assert "token" not in newcomer.config.read_text(encoding="utf-8")


def test_shipped_settings_keep_every_comment(newcomer: Newcomer) -> None:
    shipped = (ROOT / "config.yaml").read_text(encoding="utf-8")
    newcomer.config.parent.mkdir()
    newcomer.config.write_text(shipped, encoding="utf-8")
    given = [
        "--app-id",
        APP_ID,
        "--app-secret",
        "",
        "--token",
        "abc",
        "--aes-key",
        "k" * 43,
        "--url",
        ADDRESS,
    ]
    with newcomer.setup("", *given, "--wait-s", "0") as process:
        assert process.wait(30) == 0
    before, after = shipped.splitlines(), newcomer.config.read_text(encoding="utf-8").splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 4
    assert all(old.partition("#")[2] == new.partition("#")[2] for old, new in changed)
    again = [*given[:-2], "--url", ADDRESS]
    again[7] = "n" * 43
    with newcomer.setup("", *again, "--wait-s", "0") as process:
        assert process.wait(30) == 0
    wechat = yaml.safe_load(newcomer.config.read_text(encoding="utf-8"))["wechat"]
    assert (wechat["encoding_aes_key"], wechat["previous_encoding_aes_key"]) == ("n" * 43, "k" * 43)


def test_service_that_holds_the_port_is_named(newcomer: Newcomer) -> None:
    import socket

    given = [
        "--app-id",
        APP_ID,
        "--app-secret",
        "",
        "--token",
        "abc",
        "--aes-key",
        "k" * 43,
        "--url",
        ADDRESS,
    ]
    with socket.create_server(("127.0.0.1", newcomer.port)), newcomer.setup("", *given) as process:
        assert process.wait(30) == 2
    assert "服务在运行就先停掉它" in newcomer.told
