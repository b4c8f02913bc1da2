"""The server with these settings as the platform would meet it: its address, and a pretend WeChat that knows its secrets."""

from __future__ import annotations

from bot.config import Settings
from bot.conformance.pretend_wechat import Mode, PretendWechat
from bot.process import token


class NoToken(Exception):
    """A server's token isn't where these settings say that it is kept."""


def base_url(settings: Settings) -> str:
    """Return where a server with these settings is reached from this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.server.host, settings.server.host)  # noqa: S104
    return f"http://{host}:{settings.server.port}"


def modes_of(settings: Settings) -> tuple[Mode, ...]:
    """Return the modes in which a server with these settings takes pushes, its own first."""
    own = settings.wechat.effective_mode
    return ("compat", "plain", "safe") if own == "compat" else (own,)


def pretend_wechat(settings: Settings, mode: Mode | None = None) -> PretendWechat:
    """Return the platform as it would talk to a server with these settings.

    Raises:
        NoToken: the server made its token in another data folder.
    """
    wechat = settings.wechat
    if not wechat.token and not (settings.data_dir / "secrets" / "token").exists():
        raise NoToken(settings.data_dir)
    return PretendWechat(
        f"{base_url(settings)}{settings.push_path}",
        token(settings),
        mode or wechat.effective_mode,
        wechat.app_id,
        wechat.encoding_aes_key,
    )
