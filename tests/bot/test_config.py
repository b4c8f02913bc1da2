"""Settings: every fault is named in one line, and every secret is made once."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from bot.config import ConfigError, Settings, load_settings
from bot.files import keep_secret
from tests.serving import AES_KEY, ROOT


def load(**environ: str) -> Settings:
    return load_settings(
        {"QINGLANG_CONFIG": str(ROOT / "config.yaml")} | {f"QINGLANG_{k}": v for k, v in environ.items()}
    )


def test_shipped_file_gives_the_defaults() -> None:
    assert load() == Settings()


def test_environment_overrides_the_file() -> None:
    settings = load(SERVER__PORT="9001", WECHAT__WINDOW_S="0", DATA_DIR="/x", SIMULATOR__ENABLED="true")
    assert (
        settings.server.port,
        settings.wechat.window_s,
        settings.data_dir,
        settings.simulator.enabled,
    ) == (9001, 0, Path("/x"), True)


@pytest.mark.parametrize("written", ["OUR-SCHOOL", "OUR_SCHOOL"])
def test_environment_gives_settings_of_an_account_whatever_a_shell_allows_in_its_name(written: str) -> None:
    own = {f"ACCOUNTS__{written}__{key}": value for key, value in (("TOKEN", "abc"), ("CONTENT_DIR", "/x"))}
    assert load(**own).accounts["our-school"].token == "abc"


def test_key_makes_safe_the_default_mode() -> None:
    assert load().wechat.effective_mode == "plain"
    assert load(WECHAT__ENCODING_AES_KEY=AES_KEY, WECHAT__APP_ID="wx").wechat.effective_mode == "safe"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SERVER__PROT", "1", "server.prot"),
        ("NOSUCH", "1", "nosuch"),
        ("SERVER__PORT", "many", "server.port"),
        ("WECHAT__MODE", "open", "wechat.mode"),
        ("WECHAT__ENCODING_AES_KEY", "short", "wechat.encoding_aes_key"),
        ("WECHAT__MODE", "safe", "wechat.encoding_aes_key"),
        ("REDIS__URL", "http://x", "redis.url"),
    ],
)
def test_wrong_setting_is_named_in_one_line(name: str, value: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(**{name: value})
    assert len(caught.value.problems) == 1
    assert told in caught.value.problems[0]
    assert "\n" not in caught.value.problems[0]


SECRET = "Zq7x9" * 8


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("WECHAT__TOKEN", f"{SECRET}!", "只能是英文字母和数字"),
        ("WECHAT__TOKEN", f"{SECRET * 2}", "最多 64 个"),
        ("WECHAT__ENCODING_AES_KEY", SECRET, "正好 43 个英文字母、数字、+ 或 /（现在有 40 个字符）"),
        ("WECHAT__PREVIOUS_ENCODING_AES_KEY", SECRET, "正好 43 个"),
        ("REDIS__URL", f"http://:{SECRET}@h", "要以 redis://"),
        ("REDIS__URL", f"redis://:{SECRET}#1@h:6379/0", "%23"),
        ("REDIS__URL", f"redis://:{SECRET}/1@h:6379/0", "%23"),
        ("REDIS__URL", f"redis://:1/{SECRET}@h:6379/0", "%23"),
        ("REDIS__URL", f"redis://[{SECRET}", "%23"),
        ("REDIS__URL", f"redis://:{SECRET}@a:6379,b:6379/0", "redis://:密码@主机:6379/0"),
        ("REDIS__URL", f"redis+cluster://:{SECRET}@a:x,b:6379", "redis://:密码@主机:6379/0"),
        ("REDIS__URL", f"redis+cluster://:{SECRET}@a:1,,b:2", "redis://:密码@主机:6379/0"),
        ("WECHAT__API_BASE", "api.weixin.qq.com", "要像 https://api.weixin.qq.com"),
        ("WECHAT__API_BASE", "https://api.weixin.qq.com/cgi-bin", "后面没有路径"),
        ("REDIS__URL", f"redis://:{SECRET}@h:6379/0?socket_timeout=x", "redis://:密码@主机:6379/0"),
        ("PRIVACY", SECRET, "应该是一组设置"),
    ],
)
def test_wrong_secret_is_told_in_chinese_and_never_shown(name: str, value: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(**{name: value})
    (problem,) = caught.value.problems
    assert problem.startswith(f"环境变量 QINGLANG_{name}：")
    assert told in problem
    assert "Zq7x9" not in problem


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"wechat:\n  token: {SECRET}: x\n", ":2:"),
        (f'wechat: {{token: "{SECRET}\n', "不是正确的 YAML"),
        (f"wechat: {SECRET}\n", "wechat 的值不对：应该是一组设置"),
        ("wechat:\n  token: 123456\n", "只有数字时加上引号"),
        ("server: {port: 70000}\n", "不能大于 65535，现在是 70000"),
        ("wechat: {mode: open}\n", "只能写 '', 'plain', 'compat' 或 'safe'，现在是 'open'"),
        ("data_dir: ''\n", "不能是空的"),
    ],
)
def test_wrong_file_is_told_in_chinese_and_shows_no_secret(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_settings({"QINGLANG_CONFIG": str(path)})
    (problem,) = caught.value.problems
    assert problem.startswith(str(path))
    assert told in problem
    assert "Zq7x9" not in problem
    assert "123456" not in problem


def test_settings_never_print_a_secret() -> None:
    given = {"WECHAT__TOKEN": "Zq7x9", "WECHAT__APP_SECRET": "Zq7x9", "PRIVACY__KEY": "Zq7x9"}
    settings = load(**given, REDIS__URL="redis://:Zq7x9@h:6379/0", WECHAT__APP_ID="wx")
    assert "Zq7x9" not in repr(settings)
    assert settings.redis.url == "redis://:Zq7x9@h:6379/0"


def test_settings_are_found_by_the_installation_wherever_the_shell_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.yaml").write_text("server: {port: 1}\ndata_dir: mine\n")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert load_settings({}) == Settings()
    assert Settings().data_dir == ROOT / "data"
    assert load_settings({"QINGLANG_DATA_DIR": "here"}).data_dir == tmp_path / "other/here"
    named = load_settings({"QINGLANG_CONFIG": "../config.yaml"})
    assert named.data_dir == tmp_path / "mine"
    assert named.content_dir == ROOT / "knowledge/content"
    with pytest.raises(ConfigError, match=r"没有 .*none\.yaml 这个文件"):
        load_settings({"QINGLANG_CONFIG": "none.yaml"})


def test_key_without_a_value_has_its_default(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("server:\nwechat:\n  token:\ndata_dir:\n")
    assert load_settings({"QINGLANG_CONFIG": str(path)}) == Settings()


def test_all_wrong_settings_are_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("server: {prot: 1, workers: 0}\nwechat: {mode: x}\n")
    with pytest.raises(ConfigError) as caught:
        load_settings({"QINGLANG_CONFIG": str(path)})
    assert len(caught.value.problems) == 3


def test_command_with_an_unknown_key_exits_2_with_one_line() -> None:
    environment = os.environ | {"QINGLANG_SERVER__PROT": "1"}
    run = subprocess.run(
        [sys.executable, "-m", "bot.cli", "serve"], env=environment, capture_output=True, text=True
    )
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1
    assert "QINGLANG_SERVER__PROT" in run.stderr
    assert "server.port" in run.stderr


def test_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: keep_secret(tmp_path, "token", "", 32), range(16)))
    assert len(made) == 1
    assert len(made.pop()) == 32
    assert (tmp_path / "secrets/token").stat().st_mode & 0o777 == 0o600
    assert keep_secret(tmp_path, "token", "given", 32) == "given"


def test_every_setting_stands_in_the_shipped_file_with_a_comment() -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    raw = yaml.safe_load(text)
    for name, group in Settings().model_dump().items():
        keys = group if isinstance(group, dict) else {name: group}
        shipped = raw[name] if isinstance(group, dict) else raw
        for key in keys:
            assert key in shipped, f"{name}.{key}"
            assert any(line.strip().startswith(f"{key}:") and "#" in line for line in text.splitlines()), key
