"""What strangers and editors can hand us, and what reads it: each reads anything, or says in its own word that it won't.

A target is a strategy and a function; it fails by any other exception, and by taking longer than a second.
"""

from __future__ import annotations

import base64
import functools
import io
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import docx
import openpyxl
from hypothesis import strategies as st
from werobot.crypto import MessageCrypt

from bot.backup.sealed_file import BadBackup, Writer, read_all
from bot.wechat.crypto import BadEnvelope, Cipher, signature_of
from bot.wechat.door import Door, Mode, PushRefused, PushUnreadable
from bot.wechat.messages import to_message
from bot.wechat.render import render_reply
from bot.wechat.xml import BadXml, parse_fields, parse_push
from handlers.quiz.reading.answers import read
from knowledge.exchange.bank.aiken import parse_aiken
from knowledge.exchange.bank.gift import parse_gift
from knowledge.exchange.bank.moodle_xml import parse_moodle_xml
from knowledge.exchange.workbook.grid import read_grids
from knowledge.exchange.workbook.package import BadWorkbook, open_package
from knowledge.learning.document import DocumentUnreadable, read_text
from knowledge.learning.ingest import find_about
from knowledge.learning.outline.outline import outline
from knowledge.learning.word_file import read_word
from knowledge.matching.snapshot import Snapshot
from knowledge.model.bank import Item
from knowledge.model.problems import Mark
from knowledge.model.sources import Quote
from knowledge.reading.load import read_folder
from knowledge.release.build import build, parse_files
from tests.serving import AES_KEY, APP_ID, TOKEN, copy_small_content
from tests.taker import Taker

PATIENCE_S = 1.0


def _of(*tokens: str, max_size: int = 14) -> st.SearchStrategy[str]:
    """Return texts that are made of what means something, and of anything."""
    return st.lists(st.sampled_from(tokens) | st.text(max_size=6), max_size=max_size).map("".join)


_XML_WORDS = _of(
    *[
        "<xml>",
        "</xml>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<Content>",
        "</Content>",
        "<Encrypt>",
        "<MsgType>text</MsgType>",
        "<Title>",
        "&amp;",
        "&#0;",
        "&#x110000;",
    ],
    *[
        "<?xml version='1.0' encoding='GBK'?>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "&b;",
        "<a:b>",
        "</",
        "\x00",
        "\x1d",
        "\ufeff",
        "��",
    ],
)
_QUIZ_WORDS = _of(
    *[
        "A",
        "B",
        "c",
        "Ｄ",
        "ＡＢ",
        "①",
        "②",
        "10",
        "第一个",
        "第２个",
        "选",
        "不选",
        "都选",
        "全选",
        "都不",
        "前两个",
        "后一个",
        "对",
        "错",
        "√",
        "×",
        "是",
        "不是",
        "对吗",
        "我觉得",
        "应该",
        "或者",
        "还是",
        "和",
        "、",
        "，",
        " ",
        "\n",
        "？",
    ],
    *[
        "答题",
        "跳过",
        "上一题",
        "退出",
        "继续",
        "重新开始",
        "我的成绩",
        "错题",
        "考考你",
        "每日一答",
        "挑战",
        "正式测评",
        "专项",
        "验证",
        "承诺",
        "排行榜",
        "删除我的数据",
        "确认",
        "更多",
        "目录",
        "核对",
        "出处",
    ],
    *[
        "第五条",
        "好网民",
        "是什么",
        "谁说的",
        "下一条",
        "还有呢",
        "第二个展开说说",
        "都不是",
        "有用",
        "没用",
        "我不想活了",
        "举报",
        "人工",
        "隐私",
        "𠮷",
        "👨\u200d👩\u200d👧",
        "\u200b",
        "\u202e",
        "\x00",
    ],
)
_YAML_WORDS = _of(
    *[
        "- ",
        ": ",
        "\n",
        "  ",
        "id: ",
        "question: ",
        "phrasings:\n",
        "answer: ",
        "[",
        "]",
        "{",
        "}",
        "&a ",
        "*a",
        "!!python/object:os.system ",
        "'",
        '"',
        "",
        "",
        ">",
        "---\n",
        "...",
        "? ",
        "<<: *a",
        "#",
        "\t",
        "0x1",
        "1e999",
        ".nan",
        "2026-02-30",
        "~",
        "null",
    ],
    *[
        "sources/",
        "[[",
        "]]",
        "cite: ",
        "quote: ",
        "options:\n",
        "key: A\n",
        "kind: ",
        "track: ",
        "\ufeff",
        "��",
        "\x00",
        "\u2028",
    ],
    max_size=30,
)
_BANK_WORDS = _of(
    *[
        "{",
        "}",
        "=",
        "~",
        "%50%",
        "%-100%",
        "->",
        "#",
        "\\",
        "\\n",
        "::",
        "[html]",
        "[markdown]",
        "$CATEGORY: ",
        "//",
        "\n",
        "\n\n",
        "TRUE",
        "F",
        ":",
        "..",
        "A. ",
        "B) ",
        "ANSWER: A",
        "ANSWER: ",
        "甲",
        "乙",
        "<b>",
        "&lt;",
        "<img src=x>",
        "{=1:0.1}",
        "{#3:2}",
        "����",
    ],
    max_size=30,
)
_MOODLE_WORDS = _of(
    *[
        "<quiz>",
        "</quiz>",
        "<question type='multichoice'>",
        "<question type='truefalse'>",
        "</question>",
        "<questiontext format='html'>",
        "</questiontext>",
        "<text>",
        "</text>",
        "<answer fraction='100'>",
    ],
    *[
        "<answer fraction='x'>",
        "</answer>",
        "<![CDATA[",
        "]]>",
        "<p>",
        "&nbsp;",
        "<single>true</single>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "&b;",
        "甲",
        "<category><text>a/b</text></category>",
    ],
    max_size=30,
)
_LINES = _of(
    *[
        "第一章 总则",
        "第一条 ",
        "第二条",
        "一、",
        "（一）",
        "1. ",
        "2．",
        "# ",
        "## ",
        "**",
        "",
        " a ",
        " b ",
        "",
        "\n",
        "\n\n",
        "\t",
        "2026年11月28日",
        "发布机构：",
        "记者 张三 ",
        "问：",
        "答：",
        "——",
        "“",
        "”",
        "《",
        "》",
        "<!--",
        "-->",
        "\r",
        "\x0c",
        "\ufeff",
        "附件1",
    ],
    max_size=40,
)


@functools.cache
def _small() -> Snapshot:
    return build(copy_small_content(Path(tempfile.mkdtemp()) / "content"))


@functools.cache
def _files() -> dict[str, str]:
    return dict(read_folder(copy_small_content(Path(tempfile.mkdtemp()) / "content"))[0])


def _door(body: str, mode: Mode, is_sealed: bool, is_signed: bool) -> None:
    """A push from the wire to the message, and its echo back."""
    raw = body.encode("utf-8", "surrogatepass")
    query = [("signature", signature_of(TOKEN, "1", "n")), ("timestamp", "1"), ("nonce", "n")]
    if is_sealed:
        envelope = MessageCrypt(TOKEN, AES_KEY, APP_ID).prp_crypto.encrypt(raw, APP_ID).decode()
        query += [("encrypt_type", "aes"), ("msg_signature", signature_of(TOKEN, "1", "n", envelope))]
        raw = f"<xml><Encrypt>{envelope}</Encrypt></xml>".encode()
    if not is_signed:
        query[0] = ("signature", body[:40])
    door = Door(TOKEN, APP_ID, (AES_KEY,), mode, 0)
    try:
        push = door.open_push(query, raw, 0)
    except (PushRefused, PushUnreadable):
        return
    assert is_signed
    message = to_message(push, lambda openid: openid[:32], 0)
    parse_fields(render_reply(push, message.text, 0), {"Content", "Encrypt"})


def _xml(body: str) -> None:
    with suppress(BadXml):
        parse_push(body.encode("utf-8", "surrogatepass"))


def _crypto(blocks: bytes, is_base64: bool) -> None:
    sealed = base64.b64encode(blocks).decode() if is_base64 else blocks.decode("latin-1")
    with suppress(BadEnvelope):
        Cipher(TOKEN, APP_ID, AES_KEY).open(sealed)
        raise AssertionError("opened what nobody sealed")


def _talk(texts: list[str]) -> None:
    taker = Taker(_small())
    taker.say("答题")
    for text in texts:
        # The door lets nothing through that no XML can hold.
        taker.say(text.encode("utf-8", "replace").decode().strip()[:2000])


def _answers(text: str, n_options: int, kind: Literal["single", "multiple", "truefalse", "fill"]) -> None:
    options = ("甲", "乙", "丙丁", "以上都对", "10", "A")[:n_options]
    item = Item("q", kind, "问", options, (0,), "", Quote("", ""), "", (), 1, Mark("quiz/a.yaml", 0, 0))
    if kind == "fill":
        item = replace(item, options=(), accepted=("甲", "乙 10"))
    read(text, item, tuple(range(len(item.options))), 1)


def _loader(name: str, text: str, at: int) -> None:
    files = _files()
    old = files.get(name, "")
    at %= len(old) + 1
    parse_files({**files, name: old[:at] + text + old[at:]}, "2026-11-28")


def _gift(text: str) -> None:
    parse_gift(text, "a.gift", {"essay"})


def _aiken(text: str) -> None:
    parse_aiken(text, "a.txt")


def _moodle(text: str) -> None:
    parse_moodle_xml(text, "a.xml", {"essay"})


def _ingest(text: str, markdown: bool) -> None:
    with suppress(DocumentUnreadable):
        document = read_text(text.encode("utf-8", "surrogatepass"), markdown=markdown)
        find_about(document)
        outline(document, {})


def _spoilt(whole: bytes, at: int, n: int, other: bytes) -> bytes:
    at %= len(whole)
    return whole[:at] + other + whole[at + n :]


@functools.cache
def _word() -> bytes:
    file, word = io.BytesIO(), docx.Document()
    word.add_heading("通知", 1)
    word.add_paragraph("第一条 甲")
    word.add_table(1, 2).cell(0, 0).text = "乙"
    word.save(file)
    return file.getvalue()


@functools.cache
def _workbook() -> bytes:
    file, book = io.BytesIO(), openpyxl.Workbook()
    book.active.append(["编号", "问题", 1.5])
    book.save(file)
    return file.getvalue()


def _within(whole: bytes, part: int, at: int, n: int, other: bytes) -> bytes:
    """Return a zip file, one part of which is spoilt inside."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(made, "w") as new:
        for number, name in enumerate(old.namelist()):
            data = old.read(name)
            is_hit = number == part % len(old.namelist()) and data
            new.writestr(name, _spoilt(data, at, n, other) if is_hit else data)
    return made.getvalue()


def _read_word(is_inside: bool, part: int, at: int, n: int, other: bytes) -> None:
    data = _within(_word(), part, at, n, other) if is_inside else _spoilt(_word(), at, n, other)
    with suppress(DocumentUnreadable):
        read_word(data)


def _read_workbook(is_inside: bool, part: int, at: int, n: int, other: bytes) -> None:
    data = _within(_workbook(), part, at, n, other) if is_inside else _spoilt(_workbook(), at, n, other)
    with suppress(BadWorkbook):
        read_grids(open_package(data))


@functools.cache
def _backup() -> bytes:
    file = io.BytesIO()
    writer = Writer(file, {"made_at": 1})
    writer.write(["file", "secrets/token", b"t"])
    writer.end()
    return file.getvalue()


def _read_backup(at: int, n: int, other: bytes) -> None:
    data = _spoilt(_backup(), at, n, other)
    with suppress(BadBackup):
        assert list(read_all(io.BytesIO(data))) == list(read_all(io.BytesIO(_backup())))


_AT, _N = st.integers(0, 60_000), st.integers(0, 12)
_BYTES = st.binary(max_size=24) | st.sampled_from(
    [b"<", b"&", b"\xff", b'" w:val="', b"<w:p>", b"<c r='A99999999'>"]
)
TARGETS: dict[str, st.SearchStrategy[Callable[[], None]]] = {
    "door": st.builds(
        partial,
        st.just(_door),
        _XML_WORDS,
        st.sampled_from(["plain", "compat", "safe"]),
        st.booleans(),
        st.booleans(),
    ),
    "xml": st.builds(partial, st.just(_xml), _XML_WORDS),
    "crypto": st.builds(partial, st.just(_crypto), st.binary(max_size=96), st.booleans()),
    "talk": st.builds(partial, st.just(_talk), st.lists(_QUIZ_WORDS, max_size=4)),
    "answers": st.builds(
        partial,
        st.just(_answers),
        _QUIZ_WORDS,
        st.integers(2, 6),
        st.sampled_from(["single", "multiple", "truefalse", "fill"]),
    ),
    "loaders": st.builds(partial, st.just(_loader), st.sampled_from(sorted(_files())), _YAML_WORDS, _AT),
    "gift": st.builds(partial, st.just(_gift), _BANK_WORDS),
    "aiken": st.builds(partial, st.just(_aiken), _BANK_WORDS),
    "moodle": st.builds(partial, st.just(_moodle), _MOODLE_WORDS),
    "ingest": st.builds(partial, st.just(_ingest), _LINES, st.booleans()),
    "word": st.builds(partial, st.just(_read_word), st.booleans(), st.integers(0, 20), _AT, _N, _BYTES),
    "workbook": st.builds(
        partial, st.just(_read_workbook), st.booleans(), st.integers(0, 20), _AT, _N, _BYTES
    ),
    "backup": st.builds(partial, st.just(_read_backup), _AT, _N, _BYTES),
}
"""By name: something that is to be called, with what it reads."""


def attack(call: Callable[[], None]) -> float:
    """Call it; return how long it took of the processor: how busy the machine is else says nothing of us."""
    begun = time.process_time()
    call()
    return time.process_time() - begun
