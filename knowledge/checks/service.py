"""What must hold for the menu, the lists of words, and what is quoted beside questions and quiz."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.checks.base import Checked
from knowledge.language.speech.danger import YIELDING, Alarms
from knowledge.language.speech.sayings import Sayings
from knowledge.language.speech.wordlist import found_in
from knowledge.model.content import Content
from knowledge.model.problems import Mark, Problem
from knowledge.model.service import Button, Care
from knowledge.model.sources import Quote
from knowledge.reading.spared import look_digest

# The platform's own limits (custom menu page).
_MAX_TOP, _MAX_SUB = 3, 5
_MAX_TOP_NAME_BYTES, _MAX_SUB_NAME_BYTES = 16, 60
_MAX_KEY_BYTES, _MAX_URL_BYTES, _MAX_SCENE_CHARS = 128, 1024, 64
_MENU = Mark("menu.yaml", 0, 0)
_MAX_SHOWN = 30
_FEW = 50


def lists_spare_the_content(c: Checked) -> Iterator[Problem]:
    """No listed word stands in anything the bot says or in any way to ask: else it would gag itself."""
    told: set[str] = set()
    for where, text in _texts(c.content, spoken=True):
        word = found_in(c.content.sensitive, text)
        if word and word not in told:
            told.add(word)
            read = (
                m
                for p, m in c.marks.items()
                if p[0] == "sensitive" and found_in(c.content.sensitive, p[1]) == word
            )
            mark = next(read, Mark("lexicon/sensitive.yaml", 0, 0))
            message, hint = f"“{word}”会拦住{where}", "换一个更长、更准的词，或把那里的说法写进 allow"
            yield c.problem(("sensitive", word), mark, "word-hits-content", message, hint)


def danger_spares_the_content(c: Checked) -> Iterator[Problem]:
    """No way to ask, no item and no button reads as danger: it would get the help lines instead."""
    care, told = look_digest(repr(c.content.care)).hex(), set[str]()
    texts = [
        (digest, where, text)
        for where, text in _texts(c.content, spoken=False)
        if not c.spared.knows(digest := look_digest("danger", care, str(_is_way_to_ask(where)), text))
    ]
    alarms = _alarms_for(c.content.care, [text for _, _, text in texts])
    for digest, where, text in texts:
        danger = alarms.read(text)
        if danger is None or (danger.kind in YIELDING and _is_way_to_ask(where)):
            c.spared.sound.add(digest)
            continue
        saying, mark = next(
            ((p[1], m) for p, m in c.marks.items() if p[0] == "care" and Sayings((p[1],)).stands_in(text)),
            ("", Mark("care.yaml", 0, 0)),
        )
        if saying not in told:
            told.add(saying)
            message = f"“{_shortened(saying)}”会拦住{where}"
            yield c.problem(
                ("care", saying), mark, "word-hits-content", message, "写得更准，或把那里的说法写进 allow"
            )


def _is_way_to_ask(where: str) -> bool:
    return where.startswith("条目")


def _alarms_for(care: Care, texts: list[str]) -> Alarms:
    """Return what reads some texts: for an edit's few new ones most sayings need not be made ready."""
    return Alarms(care, texts if len(texts) <= _FEW else None)


def _shortened(saying: str) -> str:
    return saying if len(saying) <= _MAX_SHOWN else f"{saying[:_MAX_SHOWN]}…"


def _texts(content: Content, *, spoken: bool) -> Iterator[tuple[str, str]]:
    """Give every text that users type or tap, and with `spoken` every text that the bot says, and where it stands."""
    for entry in content.entries.values():
        yield from ((f"条目 {entry.id} 的问法“{text}”", text) for text in (entry.question, *entry.phrasings))
        yield from [(f"条目 {entry.id} 的引导语", entry.lead)] * spoken
    for item in content.items.values():
        yield from ((f"题目 {item.id}", text) for text in (item.stem, *item.options))
        yield from [(f"题目 {item.id} 的解析", item.why), (f"题目 {item.id} 的提示", item.hint)] * spoken
    yield from ((f"菜单 {name}", say) for name, say in (*content.menu.items(), *content.scenes.items()))
    if spoken:
        yield from ((f"原文 {source.id}", source.text) for source in content.sources.values())
        yield from ((f"固定回复 {key}", text) for key, text in content.replies.items())


def quotes_beside_are_verbatim(c: Checked) -> Iterator[Problem]:
    """What is quoted to who wants to report, and what is signed, stands in the sources letter for letter."""
    for kind, quotes in (("care", c.content.care.quotes), ("pledge", c.content.pledge)):
        for i, quote in enumerate(quotes):
            yield from _check_quote(c, kind, quote, str(i))


def _check_quote(c: Checked, kind: str, quote: Quote, number: str) -> Iterator[Problem]:
    passage = c.content.passages.get(quote.passage_id)
    fallback = Mark(f"{kind}.yaml", 0, 0)
    if passage is None:
        message = f"没有 {quote.passage_id} 这一段原文"
        yield c.problem(
            (kind, "quote", number, "passage"), fallback, "unknown-passage", message, "写成 原文id#段落地址"
        )
    elif quote.text not in passage.text or not quote.text.strip():
        message = f"引文和原文 {quote.passage_id} 不一致"
        yield c.problem((kind, "quote", number, "text"), fallback, "not-verbatim", message, "请从原文复制")


def menu_fits_the_platform(c: Checked) -> Iterator[Problem]:
    """The menu is one that WeChat takes: numbers, lengths, and one thing that each button does."""
    top = c.content.buttons
    if len(top) > _MAX_TOP:
        yield _bad(top[_MAX_TOP], f"一级菜单最多 {_MAX_TOP} 个", "合并或删掉")
    for button in top:
        yield from _check_button(button, _MAX_TOP_NAME_BYTES, has_below=bool(button.buttons))
        if len(button.buttons) > _MAX_SUB:
            yield _bad(button.buttons[_MAX_SUB], f"二级菜单最多 {_MAX_SUB} 个", "合并或删掉")
        for below in button.buttons:
            yield from _check_button(below, _MAX_SUB_NAME_BYTES, has_below=False)
            if below.buttons:
                yield _bad(below, "菜单只能有两级", "把下面的按钮移上来")
    for scene in c.content.scenes:
        if not 0 < len(scene) <= _MAX_SCENE_CHARS:
            yield Problem(
                "menu.yaml", 0, 0, "bad-menu", f"场景“{scene[:20]}”太长", "二维码的场景值是 1 到 64 个字符"
            )


def _check_button(button: Button, max_name_bytes: int, *, has_below: bool) -> Iterator[Problem]:
    if len(button.name.encode()) > max_name_bytes:
        yield _bad(button, f"“{button.name}”太长", f"名字最多 {max_name_bytes // 3} 个汉字")
    if len(button.key.encode()) > _MAX_KEY_BYTES or len(button.url.encode()) > _MAX_URL_BYTES:
        yield _bad(button, f"“{button.name}”的 key 或 url 太长", "key 最多 128 字节，url 最多 1024 字节")
    if sum((bool(button.key), bool(button.url), has_below)) != 1:
        yield _bad(button, f"“{button.name}”要么有 key 和 say，要么有 url，要么有下级按钮", "只留一种")


def _bad(button: Button, message: str, hint: str) -> Problem:
    mark = button.mark
    return Problem(mark.file, mark.line, mark.column, "bad-menu", message, hint)
