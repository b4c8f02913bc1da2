"""A text as another program holds it → the words that it shows, and what words can't stand for.

Moodle honours HTML in its default format too, and each text may name a format of its own.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

FORMS = ("moodle", "html", "plain", "markdown")
_NAMES = (
    "a|abbr|b|big|blockquote|body|br|center|code|del|div|em|font|h[1-6]|head|hr|html|i|ins|li|mark|ol|p|pre|s|small"
    "|span|strike|strong|tt|u|ul|img|table|tbody|thead|tr|td|th|svg|math|sub|sup|audio|video|iframe|object|embed"
)
_TAG = re.compile(rf"</?({_NAMES})(\s[^<>]*|/)?>", re.IGNORECASE)
_HIDDEN = re.compile(
    r"<!--.{0,4000}?-->|<(script|style)\b[^<>]*>.{0,20000}?</\1\s*>", re.IGNORECASE | re.DOTALL
)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})
_LOST = {
    "img": "图片",
    "svg": "图片",
    "object": "图片",
    "embed": "图片",
    "audio": "声音或视频",
    "video": "声音或视频",
    "iframe": "声音或视频",
    "table": "表格",
    "math": "公式",
    "sub": "上下标",
    "sup": "上下标",
    "a": "链接",
}
_FORMULA = re.compile(r"\\\([^\n]{1,400}?\\\)|\\\[[^\n]{1,400}?\\\]|\$\$[^$\n]+\$\$")
_LINK = re.compile(r"(?:https?://|ftp://|www\.)[!#-;=?-Z_a-z~|]+", re.IGNORECASE)
_MARKDOWN_PICTURE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]\n]+)\]\([^()\n]*\)")
_MARKDOWN_STRONG = re.compile(r"\*\*([^*\n]+)\*\*")
_MARKDOWN_REST = re.compile(
    r"(?<![*\w])\*([^*\s][^*\n]*)\*(?!\*)|(?<!_)__([^_\n]+)__(?!_)|`([^`\n]+)`|^[ \t]*(?:#{1,6}|>)[ \t]+",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a text says in plain words, and the names of what did not come along."""

    text: str
    lost: tuple[str, ...] = ()


def words_of(text: str, form: str) -> Words:
    """Return the words of a text in one of the FORMS, a line for each paragraph.

    A formula stays as it is written, a bare address goes: no reply may carry one.

    >>> words_of("<p>推进会在<b>哪里</b>召开？</p><p>a<c</p>", "moodle").text
    '推进会在哪里召开？\\na<c'
    >>> words_of("见<a href='x'>这里</a> https://a.cn/b。<img src=x>", "html")
    Words(text='见这里 。', lost=('图片', '链接'))
    """
    lost: set[str] = {"公式"} if _FORMULA.search(text) else set()
    if form == "plain":
        said = text
    else:
        said = _without_markdown(text, form, lost)
        said = _without_tags(said, form, lost)
    said, n_links = _LINK.subn("", said)
    if n_links:
        lost.add("链接")
        said = re.sub(r" {2,}", " ", said)
    return Words(said.strip(), tuple(sorted(lost)))


def _without_markdown(text: str, form: str, lost: set[str]) -> str:
    """Return a text without the signs of Markdown; those that people write in other formats are told of."""
    text, n_pictures = _MARKDOWN_PICTURE.subn("", text)
    text, n_links = _MARKDOWN_LINK.subn(r"\1", text)
    text, n_strong = _MARKDOWN_STRONG.subn(r"\1", text)
    lost |= ({"图片"} if n_pictures else set()) | ({"链接"} if n_links else set())
    if form == "markdown":
        return _MARKDOWN_REST.sub(lambda found: next(filter(None, found.groups()), ""), text)
    if n_strong:
        lost.add("Markdown 记号")
    return text


def _without_tags(text: str, form: str, lost: set[str]) -> str:
    if form == "html":
        text = re.sub(r"[ \t\r\n]+", " ", text)

    def plain(tag: re.Match[str]) -> str:
        name = tag.group(1).lower()
        if not _QUOTED.sub("", tag.group(2) or "").isascii():
            return tag.group()  # `a<b 且 c>d` is no tag
        if name in _LOST:
            lost.add(_LOST[name])
        return "\n" if name in _BREAKS else ""

    text = _TAG.sub(plain, _HIDDEN.sub("", text))
    text = html.unescape(text).replace("\xa0", " ")
    lines = [line.strip() for line in text.split("\n")]
    return "\n".join(line for line in lines if line)
