"""What Moodle's own importer makes of a GIFT question, by its rules and none of our leniency.

Held against every question that is exported. Source: question/format/gift/format.php of Moodle 3.8 to 5.0. What
it does that one would not expect: a weight behind `=` is read for short answers only, a choice that begins
with `%` or `[html]` loses that, and its own placeholders (`&&058;`) are signs wherever they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.exchange.bank.markup import FORMS, words_of

_ESCAPED = re.compile(r"\\([\\:#={}~n])")
_PLACEHOLDER = re.compile(r"&&0\d\d;")
_WEIGHT = re.compile(r"%-*[0-9]{1,2}\.?[0-9]*%")
_HIDDEN = 0xE000
_CONTROL = ":#={}~\n"
_GAP = "_____"


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as Moodle keeps it: `answers` with their weights in percent, `right` of a true or false one."""

    kind: str
    stem: str
    answers: tuple[tuple[str, float], ...] = ()
    why: str = ""
    right: bool = False


def as_moodle_reads(question: str) -> Reading | None:
    """Return one question as Moodle reads it and shows it; None when it refuses it or changes its words."""
    lines = [line for line in question.split("\n") if not line.strip().startswith("//")]
    if _PLACEHOLDER.search(question) or any(line.strip() in ("", "0") for line in lines[:-1]):
        return None
    text = _ESCAPED.sub(_hide, "\n".join(lines).strip())
    if text.startswith("::") and "::" in text[2:]:
        text = text[2:].partition("::")[2].strip()
    opened, closed = text.find("{"), text.find("}")
    if opened < 0 or closed < opened:
        return None
    body = text[opened + 1 : closed].strip()
    tail = text[closed + 1 :]
    body, _, why = body.rpartition("####") if "####" in body else (body, "", "")
    stem, form = _formed(text[:opened] + (_GAP if tail else "") + tail, "moodle")
    return _read(body.strip(), stem, _formed(why, form)[0], form)


def _read(body: str, stem: str, why: str, form: str) -> Reading | None:
    if not body or body.startswith("#"):
        return None
    if "~" in body:
        parts = [part.strip() for part in body.replace("=", "~=").split("~")]
        parts = parts if parts[0] else parts[1:]
        answers = [_choice(part, form) for part in parts]
        kind = "single" if "=" in body else "multiple"
        return Reading(kind, stem, tuple(answers), why) if len(answers) > 1 else None
    if "=" in body and "->" in body:
        return None
    word = body.partition("#")[0].strip()
    if word in ("T", "TRUE", "F", "FALSE"):
        return Reading("truefalse", stem, (), why, right=word.startswith("T"))
    parts = [part.strip() for part in body.split("=")]
    return Reading("fill", stem, tuple(_short(part) for part in (parts if parts[0] else parts[1:])), why)


def _choice(part: str, form: str) -> tuple[str, float]:
    if part.startswith("="):
        return _formed(part[1:].partition("#")[0], form)[0], 100.0
    text, weight = _weighed(part, 0.0)
    return _formed(text.partition("#")[0], form)[0], weight


def _short(part: str) -> tuple[str, float]:
    text, weight = _weighed(part, 100.0)
    # What is typed is compared with the letters of a short answer, whatever its format.
    return _formed(text.partition("#")[0], "plain", shown=False)[0], weight


def _weighed(part: str, default: float) -> tuple[str, float]:
    if not _WEIGHT.match(part):
        return part, default
    weight, _, text = part[1:].partition("%")
    return text, float(weight)


def _formed(raw: str, form: str, *, shown: bool = True) -> tuple[str, str]:
    """Return the words that a text shows, and its format."""
    text = raw.strip()
    if text.startswith("["):
        name, _, rest = text[1:].partition("]")
        if name in FORMS:
            text, form = rest, name
    text = _open(text).strip()
    return (words_of(text, form).text if shown else text), form


def _hide(sign: re.Match[str]) -> str:
    found = "\n" if sign.group(1) == "n" else sign.group(1)
    return found if found == "\\" else chr(_HIDDEN + _CONTROL.index(found))


def _open(text: str) -> str:
    return "".join(
        _CONTROL[ord(c) - _HIDDEN] if _HIDDEN <= ord(c) < _HIDDEN + len(_CONTROL) else c for c in text
    )
