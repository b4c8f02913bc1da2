"""Why a Redis does not serve us, in words for whoever set it up; no address and no password stands in them."""

from __future__ import annotations

import re

from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from redis.exceptions import TimeoutError as RedisTimeoutError

# The first that fits: a refused login is a failed connection too.
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (AuthenticationError, "用户名或密码不对，或者它要密码而 redis.url 里没有写"),
    (NoPermissionError, "这个用户没有权限"),
    (BusyLoadingError, "它还在载入数据，稍后再试"),
    (RedisTimeoutError, "它没有回应"),
    (TimeoutError, "它没有回应"),
    (ReadOnlyError, "它是只读的副本，要连主库"),
    (OutOfMemoryError, "它的内存满了"),
    (ResponseError, "它不肯执行我们的命令，看看它的日志和版本"),
    (RedisError, "它没有运行，或者地址不对"),
    (OSError, "它没有运行，或者地址不对"),
)
# What a server says that takes no writes since its files can't be written.
_DISK = re.compile(r"MISCONF (?:Errors writing to the AOF file: )?(.*)")
# What one says whose data is being moved, or that waits for replicas which its owner wants.
_NO_WRITES = "NOREPLICAS"
_REFUSED = (AuthenticationError, NoPermissionError)


def why_away(error: BaseException) -> str:
    """Return why a call failed; what an error was raised from tells more than the error.

    >>> why_away(AuthenticationError("WRONGPASS"))
    '用户名或密码不对，或者它要密码而 redis.url 里没有写'
    """
    chain = [*_chain(error)]
    for link in chain:
        if full := _DISK.match(" ".join(str(link).split())):
            return f"它写不进磁盘（{full[1][:300]}）：请清出空间或改好权限"
        if str(link).startswith(_NO_WRITES):
            return "它现在不收写入：数据搬走了（请按 move 说的改 redis.url 再启动），或者它要的副本没有连上"
    for kind, reason in _REASONS:
        if any(isinstance(link, kind) for link in chain):
            return reason
    return type(error).__name__


def in_words(error: BaseException) -> str:
    """Return one line for an operator of a running service: what is the matter with Redis, and that it is tried again.

    >>> in_words(TimeoutError())
    'Redis 用不了：它没有回应；好了自动恢复'
    """
    return f"Redis 用不了：{why_away(error)}；好了自动恢复"


def is_refused(error: BaseException) -> bool:
    """Return whether the server runs and refuses our login: waiting for it helps nobody."""
    return any(isinstance(link, _REFUSED) for link in _chain(error))


def _chain(error: BaseException | None) -> list[BaseException]:
    links = []
    while error is not None and error not in links:
        links.append(error)
        error = error.__cause__
    return links
