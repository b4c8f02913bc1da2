"""`config.yaml` and the environment → `Settings`. Nothing else in the project reads the environment.

pydantic checks the values; merging is ours because an unknown `QINGLANG_…` variable must be named, not ignored.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from bot.config_faults import AES_KEY, fault, file_fault, named, whole_address
from bot.config_variables import variables

INSTALLATION = Path(__file__).resolve().parent.parent
"""The folder that this program was installed in: its `config.yaml` is in force wherever a command is typed."""
FIRST = "main"
"""What the account in `wechat:` is called where there are several."""
ACCOUNT_NAME = re.compile("[a-z][a-z0-9-]{0,31}")
"""How an account may be called."""


class ConfigError(Exception):
    """Settings that cannot be used; each of `problems` is one line that names the key and the cure."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


Folder = Annotated[Path, BeforeValidator(named), AfterValidator(Path.absolute)]


class _Group(BaseModel):
    # A field that is a secret has repr=False, and then no message shows its value either.
    model_config = ConfigDict(extra="forbid", frozen=True)


class Server(_Group):
    """Where and how the HTTP server listens, and under what address people reach its public pages."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    max_body_bytes: int = Field(default=262144, ge=1024)
    max_connections: int = Field(default=900, ge=1)
    public_url: str = Field(default="", pattern=r"^(https?://[^\s<>\"'?#]+[^\s<>\"'?#/])?$")
    icp: str = ""


class Wechat(_Group):
    """The account's developer settings; `mode` "" means safe with a key and plain without."""

    token: str = Field(default="", pattern=r"^[0-9A-Za-z]{0,64}$", repr=False)
    app_id: str = ""
    app_secret: str = Field(default="", repr=False)
    encoding_aes_key: str = Field(default="", pattern=rf"^({AES_KEY.pattern})?$", repr=False)
    previous_encoding_aes_key: str = Field(default="", pattern=rf"^({AES_KEY.pattern})?$", repr=False)
    mode: Literal["", "plain", "compat", "safe"] = ""
    window_s: int = Field(default=300, ge=0)
    api_base: str = Field(default="https://api.weixin.qq.com", pattern=r"^https?://[^/@\s]+/?$")
    human_service: bool = False
    customer_service: bool = False

    @property
    def effective_mode(self) -> Literal["plain", "compat", "safe"]:
        """The mode in force."""
        return self.mode or ("safe" if self.encoding_aes_key else "plain")


class FurtherAccount(Wechat):
    """A further account on the same deployment: its developer settings, and the folder that its editors keep."""

    content_dir: Folder


class Redis(_Group):
    """Which Redis: an outside one by `url`, or the embedded one; under `prefix` when others have keys in it too.

    `min_replicas` is on how many of its replicas a turn must stand before it is told of.
    """

    url: Annotated[str, AfterValidator(whole_address)] = Field(
        default="", pattern=r"^((redis|rediss|unix|redis\+sentinel|redis\+cluster)://.*)?$", repr=False
    )
    prefix: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9-]{0,31})?$")
    server_binary: str = ""
    min_replicas: int = Field(default=0, ge=0, le=9)


class Privacy(_Group):
    """The key of the user hash, and how long things are kept (days)."""

    key: str = Field(default="", repr=False)
    session_days: int = Field(default=90, ge=1)
    stream_days: int = Field(default=90, ge=1)


class Review(_Group):
    """What a draft must pass before it goes live: a second person, and a share of right direct answers."""

    required: bool = False
    min_precision: float = Field(default=0.99, ge=0, le=1)


class Flood(_Group):
    """How many pushes of one user are answered within a window; 0 pushes switch the limit off."""

    pushes: int = Field(default=300, ge=0)
    window_s: int = Field(default=10, ge=1)


class Quiz(_Group):
    """How soon after an item was shown nobody can have read it: an answer that comes sooner is a double tap."""

    reading_ms: int = Field(default=0, ge=0, le=5000)


class Matching(_Group):
    """How questions are read: `meaning` is asked too where characters are not sure, "auto" where the machine can."""

    meaning: Literal["auto", "off"] = "auto"


class Telemetry(_Group):
    """Where traces of pushes go: an OpenTelemetry collector's address; empty for nowhere."""

    traces: str = Field(default="", pattern=r"^(https?://[^\s@]+)?$")


class Simulator(_Group):
    """The local chat, which signs as anyone: only where it is switched on."""

    enabled: bool = False


class Admin(_Group):
    """The console of editors, who sign in there: only where it is switched on."""

    enabled: bool = False


class Settings(_Group):
    """All settings, checked. A relative path of a file is relative to that file, one of the environment to the shell."""

    server: Server = Server()
    wechat: Wechat = Wechat()
    redis: Redis = Redis()
    privacy: Privacy = Privacy()
    review: Review = Review()
    flood: Flood = Flood()
    quiz: Quiz = Quiz()
    matching: Matching = Matching()
    telemetry: Telemetry = Telemetry()
    simulator: Simulator = Simulator()
    admin: Admin = Admin()
    accounts: dict[
        Annotated[str, StringConstraints(pattern=f"^{ACCOUNT_NAME.pattern}$")], FurtherAccount
    ] = {}
    data_dir: Folder = INSTALLATION / "data"
    content_dir: Folder = INSTALLATION / "knowledge" / "content"

    @property
    def key_prefix(self) -> str:
        """What the keys of this account begin with in Redis."""
        return f"{self.redis.prefix}:" if self.redis.prefix else ""

    @property
    def push_path(self) -> str:
        """The path that the platform pushes to."""
        return "/wechat"

    @property
    def pages_path(self) -> str:
        """What the paths of the public pages begin with."""
        return ""

    @property
    def redis_dir(self) -> Path:
        """The data folder whose embedded server this is about."""
        return self.data_dir

    @property
    def shares_redis(self) -> bool:
        """Whether keys of others may lie in the same Redis."""
        return bool(self.redis.url or self.accounts)


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of the installation's `config.yaml` (or the file QINGLANG_CONFIG names), overridden by `environ`.

    A missing `config.yaml` means the defaults, and so does a key without a value.

    Raises:
        ConfigError: naming every unknown key and every wrong value, and where it was given.
    """
    path = settings_file(environ)
    if environ.get("QINGLANG_CONFIG") and not path.exists():
        raise ConfigError((f"环境变量 QINGLANG_CONFIG：没有 {path} 这个文件",))
    raw, origins = _read_file(path), {}
    problems = []
    for name, keys, value in variables(environ):
        group = raw
        for key in keys[:-1]:
            group = group.setdefault(key, {})
            if not isinstance(group, dict):
                problems.append(f"环境变量 {name}：{path} 里的 {key} 应该是一组设置")
                break
        else:
            group[keys[-1]] = value
            origins[keys] = f"环境变量 {name}"
    if problems:
        raise ConfigError(tuple(problems))
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(tuple(fault(Settings, e, origins, path) for e in error.errors())) from None
    _check_together(settings)
    return settings


def settings_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Return which file settings are read from, whether it exists or not."""
    named = environ.get("QINGLANG_CONFIG", "")
    return Path(os.path.abspath(named)) if named else INSTALLATION / "config.yaml"


def _read_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError((file_fault(path, error),)) from None
    if not isinstance(raw, dict):
        raise ConfigError((f"{path}：应该是“键: 值”的列表",))
    raw = {key: value for key, value in raw.items() if value is not None}
    for key, group in raw.items():
        if isinstance(group, dict):
            raw[key] = {name: value for name, value in group.items() if value is not None}
    accounts = raw.get("accounts")
    for group in (raw, *(accounts.values() if isinstance(accounts, dict) else ())):
        for key in ("data_dir", "content_dir"):
            if isinstance(group, dict) and isinstance(group.get(key), str) and group[key]:
                group[key] = str(path.parent / Path(group[key]).expanduser())
    return raw


def _check_together(settings: Settings) -> None:
    problems = [f"accounts.{FIRST}：{FIRST} 指 wechat: 里的公众号，换一个名字"] * (FIRST in settings.accounts)
    named = {"wechat": settings.wechat, **{f"accounts.{n}": a for n, a in settings.accounts.items()}}
    owners: dict[str, str] = {}
    for name, wechat in named.items():
        if wechat.effective_mode != "plain" and not wechat.encoding_aes_key:
            problems.append(
                f"{name}.mode 是 {wechat.effective_mode}，但没有填 {name}.encoding_aes_key（43 个字符）"
            )
        if wechat.encoding_aes_key and not wechat.app_id:
            problems.append(
                f"填了 {name}.encoding_aes_key，也要填 {name}.app_id，否则无法核对消息属于哪个公众号"
            )
        if wechat.customer_service and not (wechat.app_id and wechat.app_secret):
            problems.append(f"{name}.customer_service 是 true，也要填 {name}.app_id 和 {name}.app_secret")
        first = owners.setdefault(wechat.app_id, name)
        if wechat.app_id and first != name:
            problems.append(f"{name}.app_id 和 {first}.app_id 一样：一个公众号只写一次，照公众平台上的抄")
    has_replicas = settings.redis.url and not settings.redis.url.startswith("redis+cluster:")
    if settings.redis.min_replicas and not has_replicas:
        place = "redis+cluster://" if settings.redis.url else "自带的 Redis（redis.url 是空的）"
        problems.append(
            f"redis.min_replicas 是 {settings.redis.min_replicas}，但 {place} 等不了备库：改成 0，或者用有备库的 redis://、redis+sentinel://"
        )
    if problems:
        raise ConfigError(tuple(problems))
