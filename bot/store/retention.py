"""What is kept of users, and for how long: the table behind docs/security.md and /privacy, held against the store by a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.store.store import Lifetimes

_FLOOD = "限速的窗口（默认 10 秒）"


@dataclass(frozen=True, slots=True)
class Kept:
    """Keys of one sort: how they begin behind their shard, what they hold, and which lifetime ends them ("flood" is the window)."""

    name: str
    what: str
    lifetime: Literal["session", "reply", "events", "flood"]
    is_personal: bool

    def days(self, lifetimes: Lifetimes) -> str:
        """Return how long after the last use they are gone, in words."""
        match self.lifetime:
            case "session":
                return f"{lifetimes.session_ms // 86_400_000} 天没有再用"
            case "events":
                return f"{lifetimes.events_ms // 86_400_000} 天"
            case "reply":
                return f"{-(-lifetimes.reply_ms // 60_000)} 分钟"
        return _FLOOD


KEPT = (
    Kept("session", "用户状态：进度、成绩、错题、随机编号；名字是 openid 的加密散列", "session", True),
    Kept("aside", "读不出来的用户状态的原文", "session", True),
    Kept("card", "承诺卡：显示的名字、日期", "session", True),
    Kept("cards", "各种卡的编号，数张数用", "session", False),
    Kept("pushes", "最近推送的编号，删除时好找到回复", "reply", True),
    Kept("reply", "发出的回复，平台重推时原样再发", "reply", True),
    Kept("gone", "删除以前答过的推送的编号，里面没有用户", "reply", False),
    Kept("flood", "限速的计数", "flood", True),
    Kept("events", "统计事件，只有随机编号；用户状态删了就分不出是谁", "events", False),
)


def page(lifetimes: Lifetimes) -> str:
    """Return the table as docs/security.md shows it."""
    rows = (
        f"| `{kept.name}` | {kept.what} | {kept.days(lifetimes)} | {'删' if kept.is_personal else '留'} |\n"
        for kept in KEPT
    )
    return "| 键 | 内容 | 最多留多久 | 用户删除时 |\n|---|---|---|---|\n" + "".join(rows)
