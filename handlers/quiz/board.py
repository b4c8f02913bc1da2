"""排行榜: the best 正式测评 of those who asked to be on it, by a code name that says nothing about them."""

from __future__ import annotations

import random

from msgspec.structs import replace

from handlers.model.attempts import Standing
from handlers.model.messages import Effect, Message, Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.quiz.ranking import ranked, ranked_paper
from handlers.replies import reply_text, say
from knowledge.language.tidy import plain

_SHOW = frozenset({"排行榜", "看排行榜", "排名", "光荣榜"})
_JOIN = frozenset({"排行榜加入", "加入排行榜", "我要上榜", "上榜"})
_LEAVE = frozenset({"排行榜退出", "退出排行榜", "不上榜"})
_SHOWN = 10
_FIRST = ("青", "翠", "金", "银", "晨", "晴", "春", "秋", "江", "山", "云", "星", "竹", "松", "兰", "荷")
_SECOND = ("鹤", "燕", "雁", "鹿", "鱼", "舟", "帆", "灯", "桥", "溪", "峰", "泉", "枫", "梅", "莲", "鸥")


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Show the board, join it or leave it; nobody is on it who did not ask."""
    said = plain(message.text) if message.kind == "text" else ""
    if said not in _SHOW | _JOIN | _LEAVE:
        return None
    if said in _SHOW:
        return _show(session, context)
    if not context.can_save:
        return say(context, session, "quiz.away")
    return _join(session, context) if said in _JOIN else _leave(session, context)


def _show(session: Session, context: Context) -> Turn:
    rows = "\n".join(_line(i, row, context) for i, row in enumerate(context.board[:_SHOWN], start=1))
    shown = reply_text(context, "board.head", rows=rows) if rows else reply_text(context, "board.empty")
    if session.code_name:
        own = reply_text(context, "board.you", code_name=session.code_name)
    else:
        own = reply_text(context, "board.join")
    return Turn(Reply("text", f"{shown}\n{own}"), session)


def _join(session: Session, context: Context) -> Turn:
    name = session.code_name or _name(context)
    after = replace(session, code_name=name)
    effects = [Effect("joined", {"code_name": name})]
    compared = ranked_paper(context.snapshot.content)
    effects += [ranked(name, result) for result in session.results if result.paper_id == compared]
    said = reply_text(context, "board.joined", code_name=name)
    return Turn(Reply("text", said), after, () if session.code_name else tuple(effects))


def _name(context: Context) -> str:
    rng = random.Random(f"name:{context.seed}")
    return f"{rng.choice(_FIRST)}{rng.choice(_SECOND)}{rng.randrange(1000, 10_000)}"


def _leave(session: Session, context: Context) -> Turn:
    if not session.code_name:
        return say(context, session, "board.not_on")
    turn = say(context, replace(session, code_name=""), "board.left")
    return replace(turn, effects=(Effect("unranked", {"code_name": session.code_name}),))


def _line(place: int, row: Standing, context: Context) -> str:
    return reply_text(
        context,
        "board.line",
        place=place,
        code_name=row.code_name,
        points=f"{round(row.points, 2):g}",
        n_items=row.n_items,
        time=reply_text(context, "quiz.minutes", m=row.seconds // 60, s=row.seconds % 60),
    )
