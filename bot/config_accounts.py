"""The accounts of one deployment: each with settings of its own, made of the deployment's and its part of `accounts:`.

The account in `wechat:` is the first one and stands where a lone account does: path, data folder and keys in Redis are
the same whether there are others or not. A further one has everything under its name.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

from bot.config import FIRST, Folder, Settings

_SHARED = ("window_s", "api_base")
_THEN = "->"


class AccountSettings(Settings):
    """The settings of a further account, named `account`, on the deployment in the data folder `deployment`."""

    account: str
    deployment: Folder

    @property
    def key_prefix(self) -> str:
        """What the keys of this account begin with in Redis; no deployment's own prefix has such a sign."""
        return f"{super().key_prefix}@{self.account}:"

    @property
    def push_path(self) -> str:
        """The path that the platform pushes to."""
        return f"{super().push_path}/{self.account}"

    @property
    def pages_path(self) -> str:
        """What the paths of the public pages begin with."""
        return f"/a/{self.account}"

    @property
    def redis_dir(self) -> Path:
        """The data folder whose embedded server this is about: the deployment has one for all."""
        return self.deployment

    @property
    def shares_redis(self) -> bool:
        """Whether keys of others may lie in the same Redis: always."""
        return True


def settings_of(settings: Settings, name: str) -> Settings:
    """Return the settings of one account of a deployment.

    What the account has not got of its own is the deployment's. Its users are known by names that no other account has,
    and no code of another account's certificates is good here.

    Raises:
        KeyError: there is no such account.
    """
    if name == FIRST:
        return settings
    account = settings.accounts[name]
    shared = {key: getattr(settings.wechat, key) for key in _SHARED if key not in account.model_fields_set}
    key, url = settings.privacy.key, settings.server.public_url
    fields = dict(settings) | {
        "wechat": account.model_copy(update=shared),
        "content_dir": account.content_dir,
        "data_dir": settings.data_dir / "accounts" / name,
        "privacy": settings.privacy.model_copy(update={"key": _key_of(key, name) if key else ""}),
        "server": settings.server.model_copy(update={"public_url": f"{url}/a/{name}" if url else ""}),
        "accounts": {},
    }
    return AccountSettings.model_construct(**fields, account=name, deployment=settings.data_dir)


def account_names(settings: Settings) -> tuple[str, ...]:
    """Return how the accounts of a deployment are called, the one in `wechat:` first."""
    return (FIRST, *settings.accounts)


def every_account(settings: Settings) -> Iterator[tuple[str, Settings]]:
    """Yield each account's name with its settings."""
    for name in account_names(settings):
        yield name, settings_of(settings, name)


def keys_within(key: str) -> list[str]:
    """Return the keys that the key of the user hash consists of: the first, and whatever it was renewed with."""
    return key.split(_THEN)


def joined(parts: list[str]) -> str:
    """Return the key that consists of these."""
    return _THEN.join(parts)


def _key_of(key: str, account: str) -> str:
    return joined(
        [hmac.new(k.encode(), account.encode(), hashlib.sha256).hexdigest() for k in keys_within(key)]
    )
