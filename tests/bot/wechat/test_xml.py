"""Whatever a user writes is words: it sets no element and hides none."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wechat.xml import FIELDS, WORDS, BadXml, parse_fields, parse_push

BEFORE = {
    "ToUserName": "gh_me",
    "FromUserName": "oReal",
    "CreateTime": "1790000000",
    "MsgType": "text",
    "Event": "scancode_waitmsg",
}
AFTER = {"MsgId": "7", "Encrypt": "real"}
# What a user types to break out of a CDATA section, and what the platform itself would write.
TOKENS = st.sampled_from(
    [
        "]]>",
        "<![CDATA[",
        "]]]]><![CDATA[>",
        "<!--",
        "-->",
        "<?a ",
        "?>",
        "<a>",
        "</a>",
        "<a/>",
        "</xml>",
        "<xml>",
        "&amp;",
        "'",
        " ",
        "]",
        ">",
        "词",
        *(f"<{name}>" for name in sorted(WORDS | BEFORE.keys() | AFTER.keys())),
        *(f"</{name}>" for name in sorted(WORDS | BEFORE.keys() | AFTER.keys())),
        *(f"<{name}><![CDATA[x]]></{name}>" for name in sorted(WORDS | BEFORE.keys() | AFTER.keys())),
        *(f"]]></{name}>" for name in sorted(WORDS)),
        *(f"<{name}><![CDATA[" for name in sorted(WORDS)),
    ]
)
TYPED = st.lists(TOKENS, max_size=12).map("".join)
GROUPS = st.sampled_from(
    [
        ["Content"],
        ["Title", "Description", "Url"],
        ["Label"],
        ["Label", "Poiname"],
        ["ScanResult"],
        ["Recognition"],
    ]
)


def as_platform(elements: dict[str, str]) -> str:
    """Return elements as the platform writes them: nothing is escaped."""
    return "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in elements.items())


def push_of(words: dict[str, str]) -> bytes:
    return f"<xml>{as_platform(BEFORE)}{as_platform(words)}{as_platform(AFTER)}</xml>".encode()


FORGED = st.sampled_from(["<OpenID>oOther</OpenID>", "<MsgId>1</MsgId>", "<Encrypt/>", "<a/>", ""])


def break_out(name: str) -> st.SearchStrategy[str]:
    """Give words that leave the element `name`, and those that come back into it from where others left."""
    leaving = st.sampled_from(["", f"]]></{name}>", "]]>"])
    hiding = st.sampled_from(["", "<!--", "<?a ", f"<{name}><![CDATA[", "<![CDATA[", f"<{name}>"])
    returning = st.sampled_from(["", "-->", "?>", "]]>", f"]]></{name}>"])
    reopening = st.sampled_from(["", f"<{name}><![CDATA["])
    return st.tuples(returning | leaving, FORGED, hiding | reopening).map("".join)


@settings(max_examples=1500, deadline=None)
@given(data=st.data(), names=GROUPS)
def test_no_words_set_override_or_hide_another_element(data: st.DataObject, names: list[str]) -> None:
    words = {name: data.draw(st.just("") | break_out(name) | TYPED) for name in names}
    fields = parse_push(push_of(words))
    assert {name: value for name, value in fields.items() if name not in WORDS} == BEFORE | AFTER


@pytest.mark.parametrize(("hide", "show"), [("<!--", "-->"), ("<?a ", "?>")])
def test_two_words_can_not_hide_the_markup_between_them(hide: str, show: str) -> None:
    title = f"]]></Title><OpenID>oOther</OpenID>{hide}"
    fields = parse_push(push_of({"Title": title, "Description": "", "Url": f"{show}<Url><![CDATA["}))
    assert fields["Title"] == title
    assert "OpenID" not in fields


@pytest.mark.parametrize(
    "typed",
    [
        "怎么举报]]>",
        "]]>",
        "]]]>]]",
        "<a><![CDATA[1]]></a><status>1</status>",
        "x]]></Content><MsgType><![CDATA[event]]></MsgType><Content><![CDATA[y",
        "]]><bizmsgmenuid>quiz</bizmsgmenuid><![CDATA[",
        "]]></Content><FromUserName>oOther</FromUserName><!--",
        "]]></Content></xml>",
        "]]>" + "<a>" * 500,
        "]]><!DOCTYPE x>",
    ],
)
def test_words_are_read_as_they_were_typed(typed: str) -> None:
    assert parse_push(push_of({"Content": typed}))["Content"] == typed


def test_each_of_several_words_keeps_its_own_text() -> None:
    words = {"Title": "标题]]>", "Description": "]]><b>", "Url": "https://example.cn/?a=]]>&b"}
    assert words.items() <= parse_push(push_of(words)).items()


def test_words_that_a_sender_escaped_are_read_as_xml() -> None:
    body = "<xml><Content><![CDATA[a]]]]><![CDATA[>b]]></Content><Title>c ]]&gt; &amp;</Title></xml>"
    assert parse_push(body.encode()) == {"Content": "a]]>b", "Title": "c ]]> &"}


@settings(max_examples=500, deadline=None)
@given(text=st.lists(TOKENS, max_size=20).map(lambda parts: "".join(["<xml>", *parts, "</xml>"])))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert parse_push(text.encode()).keys() <= FIELDS
    except BadXml:
        return


@pytest.mark.parametrize("encoding", ["GBK", "gb18030", "UTF-16", "Big5", "ISO-8859-1", "no such", "x" * 80])
@pytest.mark.parametrize("before", ["", "\ufeff", "\r\n ", "\ufeff\n"])
def test_bytes_are_utf_8_whatever_is_declared(encoding: str, before: str) -> None:
    body = f'{before}<?xml version="1.0" encoding="{encoding}"?>\n<xml><Content>清朗</Content></xml>'
    assert parse_push(body.encode()) == parse_fields(body.encode(), {"Content"}) == {"Content": "清朗"}


@pytest.mark.parametrize("encoding", ["GBK", "UTF-16", "x", "utf-8", "no such"])
def test_second_declaration_breaks_nothing(encoding: str) -> None:
    """Expat has no parse error for an encoding of several bytes, but a ValueError."""
    declaration = f"<?xml version='1.0' encoding='{encoding}'?>"
    with suppress(BadXml):
        assert parse_push(f"{declaration}{declaration}<xml><Content>清朗</Content></xml>".encode()) == {
            "Content": "清朗"
        }


@pytest.mark.parametrize(
    "before",
    [
        "<!DOCTYPE xml>",
        "<!DOCTYPE xml [<!ENTITY a 'x'>]>",
        "<!DOCTYPE xml SYSTEM 'http://127.0.0.1/x.dtd'>",
        "<!DOCTYPE xml [<!ENTITY % a SYSTEM 'file:///etc/passwd'> %a;]>",
    ],
)
def test_doctype_is_refused(before: str) -> None:
    for inside in ("b", "&a;"):
        for read in (parse_push, lambda body: parse_fields(body, FIELDS)):
            with pytest.raises(BadXml):
                read(f"{before}<xml><Content>{inside}</Content></xml>".encode())
