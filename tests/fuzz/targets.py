"""What strangers and editors can hand us, and what reads it: each reads anything, or says in its own word that it won't.

A target is what draws something by lot, and a function that reads it; it fails by any other exception, and by taking longer than a second.
"""

from __future__ import annotations

import base64
import functools
import io
import random
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import docx
import openpyxl
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
from knowledge.language.speech.addressed import talk_odds
from knowledge.language.speech.heard import hear
from knowledge.language.speech.likeness import is_like_danger
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
from tests.fuzz.over_http import REQUESTS, push
from tests.fuzz.words import (
    BANK_WORDS,
    LINES,
    MOODLE_WORDS,
    QUIZ_WORDS,
    XML_WORDS,
    YAML_WORDS,
    Draw,
    any_bytes,
    number,
    one_of,
    some,
    whether,
)
from tests.serving import AES_KEY, APP_ID, TOKEN, copy_small_content
from tests.taker import Taker

PATIENCE_S = 1.0


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


def _question(text: str) -> None:
    """A question's way to its terms, and to whether it is a cry for help."""
    text = text.encode("utf-8", "replace").decode().strip()[:2000]
    _small().analyzer.analyze(text)
    hear(text)
    talk_odds(text)
    is_like_danger(text, None)


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


_AT, _N, _PART = number(0, 60_000), number(0, 12), number(0, 20)
_TELLING = one_of(b"<", b"&", b"\xff", b'" w:val="', b"<w:p>", b"<c r='A99999999'>")


def _other(rng: random.Random) -> Any:
    return rng.choice((any_bytes(24), _TELLING))(rng)


_READERS: dict[str, tuple[Callable[..., None], tuple[Draw, ...]]] = {
    "door": (_door, (XML_WORDS, one_of("plain", "compat", "safe"), whether, whether)),
    "push": (push, REQUESTS),
    "question": (_question, (QUIZ_WORDS,)),
    "xml": (_xml, (XML_WORDS,)),
    "crypto": (_crypto, (any_bytes(96), whether)),
    "talk": (_talk, (some(QUIZ_WORDS, 4),)),
    "answers": (
        _answers,
        (QUIZ_WORDS, number(2, 6), one_of("single", "multiple", "truefalse", "fill")),
    ),
    "loaders": (_loader, (lambda rng: rng.choice(sorted(_files())), YAML_WORDS, _AT)),
    "gift": (_gift, (BANK_WORDS,)),
    "aiken": (_aiken, (BANK_WORDS,)),
    "moodle": (_moodle, (MOODLE_WORDS,)),
    "ingest": (_ingest, (LINES, whether)),
    "word": (_read_word, (whether, _PART, _AT, _N, _other)),
    "workbook": (_read_workbook, (whether, _PART, _AT, _N, _other)),
    "backup": (_read_backup, (_AT, _N, _other)),
}
TARGETS = tuple(sorted(_READERS))


def drawn(name: str, rng: random.Random) -> Callable[[], None]:
    """Return a target with something for it to read: what is to be called."""
    reader, draws = _READERS[name]
    return partial(reader, *(draw(rng) for draw in draws))


def attack(call: Callable[[], None]) -> float:
    """Call it; return how long it took of the processor: how busy the machine is else says nothing of us."""
    begun = time.process_time()
    call()
    return time.process_time() - begun
