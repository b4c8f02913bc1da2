"""Why the embedded server is not there; each message is one Chinese line that says what to do."""

from __future__ import annotations


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
