"""Why the embedded server is not there; each message is one Chinese line that says what to do."""

from __future__ import annotations

import re

from redis.exceptions import AuthenticationError, BusyLoadingError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

# The first that fits: the others are failed connections too.
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (BusyLoadingError, "它还在读数据"),
    (AuthenticationError, "用户名或密码不对"),
    (RedisTimeoutError, "它没有回应"),
    (TimeoutError, "它没有回应"),
    (RedisConnectionError, "它没有运行，或者地址不对"),
    (OSError, "它没有运行，或者地址不对"),
)


class ServerUnavailable(Exception):
    """The embedded server can't be had."""


class NoServerBinary(ServerUnavailable):
    """No Redis server program was found; the message tells the ways out."""

    def __init__(self, named: str = "") -> None:
        missing = f"找不到 redis.server_binary 写的程序 {named}" if named else "找不到 Redis 程序"
        super().__init__(
            f"{missing}。三种办法任选一种：① 安装 redis-server 或 valkey-server（如 apt install redis-server）；"
            "② 在 config.yaml 里写 redis.server_binary；③ 用外部的 Redis：填 redis.url"
        )


class ServerFrozen(ServerUnavailable):
    """The server process is alive but silent: a second one on the same files would ruin them."""


class ServerFailed(ServerUnavailable):
    """The server was started and ended at once, or did so a moment ago and is not tried again yet."""


class DataRefused(ServerUnavailable):
    """The data folder is not for this server or this user; nothing was started and nothing changed."""


class DataDamaged(ServerUnavailable):
    """The data folder lacks something or can't be read; nothing was cut and nothing begun anew."""


def in_words(error: Exception) -> str:
    """Return one line for an operator: what is the matter with Redis and what to do."""
    said = " ".join(str(error).split())
    if said.startswith("MISCONF"):
        reason = re.sub(r"^MISCONF (Errors writing to the AOF file: )?", "", said)[:300]
        return f"Redis 写不进磁盘（{reason}）：请清出空间或改好权限，好了自动恢复"
    # No address and no password: this is read by whoever asks whether we are ready.
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return f"Redis 连不上：{reason}；好了自动恢复"
    return f"Redis 不能用（{type(error).__name__}）：请看它的日志；好了自动恢复"
