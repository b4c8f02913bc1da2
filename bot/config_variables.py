"""Variables of the environment that are settings: which key of `config.yaml` each of them gives."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

_PREFIX = "QINGLANG_"
# Read by the test suite and by `bot.config`; settings neither of them.
_NOT_SETTINGS = frozenset({"QINGLANG_TEST_FULL", "QINGLANG_CONFIG"})


def variables(environ: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Give each variable that is a setting with the keys that lead to it, and its value.

    >>> [*variables({"QINGLANG_SERVER__PORT": "80", "QINGLANG_ACCOUNTS__OUR_SCHOOL__APP_ID": "wx1", "HOME": "/"})]
    [('QINGLANG_ACCOUNTS__OUR_SCHOOL__APP_ID', ('accounts', 'our-school', 'app_id'), 'wx1'), ('QINGLANG_SERVER__PORT', ('server', 'port'), '80')]
    """
    for name, value in sorted(environ.items()):
        if name.startswith(_PREFIX) and name not in _NOT_SETTINGS:
            yield name, _keys_of(name), value


def variables_of(keys: tuple[str, ...], environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return which variables give a setting."""
    return [name for name, given, _ in variables(environ) if given == keys]


def _keys_of(variable: str) -> tuple[str, ...]:
    keys = variable.removeprefix(_PREFIX).lower().split("__")
    if keys[0] == "accounts" and len(keys) > 1:
        # A shell knows no variable with a "-" in its name, and no account has a "_" in its.
        keys[1] = keys[1].replace("_", "-")
    return tuple(keys)
