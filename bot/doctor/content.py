"""The knowledge: whether anything is live, what waits for somebody, and whether every button leads somewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from redis.exceptions import RedisError

from bot.config import Settings
from bot.doctor.diagnosis import Diagnosis, broken, note, ok
from bot.editing.draft.snapshots import live_snapshot
from bot.editing.draft.sound_draft import sound_draft
from bot.editing.menu import led_nowhere
from bot.process import open_parts
from knowledge.model.content import Content
from knowledge.model.problems import KnowledgeError
from knowledge.release.build import content_of


def draft(settings: Settings) -> tuple[Content | None, Diagnosis]:
    """Return the content folder's content, None when it has errors, and what is said of it."""
    try:
        files, content = sound_draft(settings)
    except KnowledgeError as error:
        first = error.problems[0]
        what = f"内容目录有 {len(error.problems)} 处错误，第一处 {first.file}:{first.line}：{first.message}"
        return None, broken("content", what, "qinglang kb check 看全部；线上版本不变，改好以前不能发布")
    return content or content_of(files), ok("content", f"内容目录 {settings.content_dir} 没有错误")


async def releases(settings: Settings, content: Content | None) -> AsyncIterator[Diagnosis]:
    """Say what is live, what waits, and which buttons and scenes lead nowhere. Only where a Redis answers."""
    try:
        async with open_parts(settings) as parts:
            live = await live_snapshot(parts)
            waiting = [r for r in await parts.releases.ledger.records() if r.state == "waiting"]
    except RedisError as error:
        yield broken("release", f"看不了发布的记录（{type(error).__name__}）", "见上面 Redis 的那一行")
        return
    except LookupError:
        cure = "别的主机上有它的，把那台的 data/releases 拷过来；都没有就从备份恢复：qinglang restore"
        yield broken("release", "账本里有线上版本，它的内容在 Redis 和这台主机的磁盘上都没有", cure)
        return
    if live is None:
        yield note(
            "release", "还没有发布过", "服务第一次启动会发布内容目录里的；或者 qinglang kb publish --new"
        )
        return
    yield ok("release", f"线上版本 {live.version[:12]}")
    for record in waiting:
        what = f"版本 {record.version}（{record.author}：{record.reason}）还在等人批准"
        cure = f"qinglang kb approve {record.version}，或者 kb reject"
        yield note("release-waiting", what, cure)
    if content is None:
        return
    for found in _buttons(list(led_nowhere(content, live))):
        yield found


def _buttons(lines: list[str]) -> Iterator[Diagnosis]:
    for line in lines:
        what, _, cure = line.rpartition("；")
        yield broken("menu-keys", what, cure)
    if not lines:
        yield ok("menu-keys", "菜单的按钮和二维码场景，线上都有回答")
