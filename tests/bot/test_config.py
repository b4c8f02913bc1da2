"""Settings: every fault is named in one line, and every secret is made once."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from bot.config import ConfigError, Settings, keep_secret, load_settings
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
