"""Any text can be an answer."""

from __future__ import annotations

import warnings
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.crypto import Cipher
from bot.wechat.door import Push
from bot.wechat.render import fit, render_reply, scrub

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from wechatpy.crypto import WeChatCrypto

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PLAIN = Push({"ToUserName": "gh_me", "FromUserName": "oUser"}, None, None, "n")
SEALED = Push(PLAIN.fields, None, Cipher("token", "wxapp", KEY), "n")
ANY_TEXT = st.text(st.characters(), max_size=300) | st.sampled_from(
    ["]]>", "a]]>b]]]>", "&<>\"'", "\x0b", "\ud800", "😀" * 300, "一" * 900]
)


@given(ANY_TEXT)
def test_any_text_gives_valid_xml_with_the_same_text(text: str) -> None:
    reply = ElementTree.fromstring(render_reply(PLAIN, text, 1.0).decode())  # noqa: S314 - our own reply
    assert (reply.findtext("Content") or "") == fit(scrub(text))
    assert reply.findtext("ToUserName") == "oUser"
    assert reply.findtext("FromUserName") == "gh_me"


@given(ANY_TEXT)
def test_fit_never_passes_the_limit_or_cuts_a_character(text: str) -> None:
    text = scrub(text)
    cut = fit(text, 100)
    assert len(cut.encode()) <= 100
    assert text.startswith(cut)


@pytest.mark.parametrize("n", range(60, 130))
@pytest.mark.parametrize(
    "whole",
    [
        '<a href="weixin://bizmsgmenu?msgmenucontent=%E7%AC%AC&msgmenuid=a">第三条</a>',
        "https://www.12377.cn/very/long/address",
        "👨‍👩‍👧‍👦",
        "❤️",
        "👍🏽",
    ],
)
def test_fit_cuts_before_a_link_an_address_or_a_joined_character(whole: str, n: int) -> None:
    cut = fit("一" * 20 + whole + "。" * 40, n)
    assert len(cut.encode()) <= n
    assert whole in cut or cut == "一" * len(cut)


@given(st.text("一二三。", max_size=300))
def test_fit_keeps_all_that_fits(text: str) -> None:
    cut = fit(text, 100)
    assert cut == text or len(cut.encode()) > 96


def test_sealed_reply_opens_in_an_independent_implementation() -> None:
    sealed = ElementTree.fromstring(render_reply(SEALED, "第四条 ]]> 😀", 1790000000.0).decode())  # noqa: S314
    crypto = WeChatCrypto("token", KEY, "wxapp")
    xml = ElementTree.tostring(sealed, encoding="unicode")
    opened = crypto.decrypt_message(
        xml, sealed.findtext("MsgSignature"), sealed.findtext("TimeStamp"), sealed.findtext("Nonce")
    )
    opened = opened if isinstance(opened, str) else opened.decode()
    assert ElementTree.fromstring(opened).findtext("Content") == "第四条 ]]> 😀"  # noqa: S314
