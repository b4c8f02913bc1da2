"""Why a Redis does not serve us, in words for whoever set it up; no address and no password stands in them."""

from __future__ import annotations

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
_REFUSED = (AuthenticationError, NoPermissionError)


def why_away(error: BaseException) -> str:
    """Return why a call failed; what an error was raised from tells more than the error.

    >>> why_away(AuthenticationError("WRONGPASS"))
    '用户名或密码不对，或者它要密码而 redis.url 里没有写'
    """
    chain = [*_chain(error)]
    for kind, reason in _REASONS:
        if any(isinstance(link, kind) for link in chain):
            return reason
    return type(error).__name__


def is_refused(error: BaseException) -> bool:
    """Return whether the server runs and refuses our login: waiting for it helps nobody."""
    return any(isinstance(link, _REFUSED) for link in _chain(error))


def _chain(error: BaseException | None) -> list[BaseException]:
    links = []
    while error is not None and error not in links:
        links.append(error)
        error = error.__cause__
    return links
