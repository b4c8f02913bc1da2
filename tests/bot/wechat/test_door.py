"""What the door lets in, and what it makes of it."""

from __future__ import annotations

import pytest

from bot.wechat.crypto import Cipher, signature_of
from bot.wechat.door import Door, Mode, Push, PushRefused, PushUnreadable
from bot.wechat.messages import MAX_TEXT_CHARS, to_message
from bot.wechat.xml import BadXml, parse_fields, parse_push

TOKEN, APP_ID = "doorToken", "wxdoor"
KEY, OLD = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "0123456789ABCDEFGabcdefghijklmnopqrstuvwxyz"
NOW = 1_790_000_000


def door(mode: Mode = "plain", window_s: int = 300) -> Door:
    return Door(TOKEN, APP_ID, (KEY, OLD), mode, window_s)


def query(sealed: str = "", at: int = NOW, **changes: str) -> list[tuple[str, str]]:
    signed = {"signature": signature_of(TOKEN, str(at), "n"), "timestamp": str(at), "nonce": "n"}
    if sealed:
        signed |= {"encrypt_type": "aes", "msg_signature": signature_of(TOKEN, str(at), "n", sealed)}
    return list((signed | changes).items())


def xml(**elements: str) -> str:
    common = {"ToUserName": "gh_me", "FromUserName": "oUser", "CreateTime": str(NOW), "MsgType": "text"}
    return (
        "<xml>"
        + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in (common | elements).items() if v)
        + "</xml>"
    )


def seal(text: str, key: str = KEY) -> str:
    return parse_fields(Cipher(TOKEN, APP_ID, key).seal(text, "1", "n").encode(), {"Encrypt"})["Encrypt"]


def open_plain(**elements: str) -> Push:
    return door().open_push(query(), xml(**elements).encode(), NOW)


def test_compat_uses_the_sealed_copy_and_never_the_plain_fields() -> None:
    sealed = seal(xml(Content="真的", MsgId="1"))
    body = xml(Content="假的", MsgId="2").replace("</xml>", f"<Encrypt>{sealed}</Encrypt></xml>").encode()
    assert door("compat").open_push(query(sealed), body, NOW).fields["Content"] == "真的"
    with pytest.raises(PushRefused):
        door("compat").open_push(query(), body, NOW)


def test_safe_mode_refuses_a_plain_push_and_plain_mode_a_sealed_one() -> None:
    with pytest.raises(PushRefused):
        door("safe").open_push(query(), xml(Content="x").encode(), NOW)
    sealed = seal(xml(Content="x"))
    with pytest.raises(PushRefused):
        door("plain").open_push(query(sealed), f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode(), NOW)


def test_push_under_the_previous_key_is_sealed_with_it_again() -> None:
    sealed = seal(xml(Content="x"), OLD)
    push = door("safe").open_push(query(sealed), f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode(), NOW)
    assert push.cipher
    assert push.cipher.encoding_aes_key == OLD


@pytest.mark.parametrize("offset", [-301, 301])
def test_timestamp_outside_the_window_is_refused(offset: int) -> None:
    with pytest.raises(PushRefused):
        door().open_push(query(at=NOW + offset), xml(Content="x").encode(), NOW)
    assert door(window_s=0).open_push(query(at=NOW + offset), xml(Content="x").encode(), NOW)


@pytest.mark.parametrize(
    "timestamp", ["", "soon", "-1", "+1", "1.79e9", "\uff11\uff17\uff19", " 1790000000", "1" * 21, "0x6ab1"]
)
def test_timestamp_that_is_no_number_is_refused_however_it_is_signed(timestamp: str) -> None:
    signed = query(timestamp=timestamp, signature=signature_of(TOKEN, timestamp, "n"))
    for window_s in (0, 300):
        with pytest.raises(PushRefused):
            door(window_s=window_s).open_push(signed, xml(Content="x").encode(), NOW)


@pytest.mark.parametrize("changed", [1, -1])
def test_signature_is_of_this_very_time_and_nonce(changed: int) -> None:
    for other in ({"timestamp": str(NOW + changed)}, {"nonce": "m"}, {"nonce": ""}, {"signature": ""}):
        with pytest.raises(PushRefused):
            door().open_push(query(**other), xml(Content="x").encode(), NOW)


def test_sealed_body_put_in_the_place_of_another_is_refused() -> None:
    sealed, other = seal(xml(Content="真的", MsgId="1")), seal(xml(Content="假的", MsgId="1"))
    with pytest.raises(PushRefused):
        door("safe").open_push(query(sealed), f"<xml><Encrypt>{other}</Encrypt></xml>".encode(), NOW)


def test_words_beyond_what_is_read_are_cut() -> None:
    push = open_plain(Content="李" * (MAX_TEXT_CHARS + 1), MsgId="1")
    assert len(to_message(push, str, 0).text) == MAX_TEXT_CHARS


def test_a_parameter_given_twice_is_refused() -> None:
    with pytest.raises(PushRefused):
        door().open_push([*query(), ("nonce", "n")], xml(Content="x").encode(), NOW)


@pytest.mark.parametrize("echo", ["", "<script>", "1 2", "a" * 129, "李", "1\n"])
def test_address_check_echoes_nothing_but_letters_and_digits(echo: str) -> None:
    assert door().verify_url(query(echostr="5838-a_B"), NOW) == "5838-a_B"
    with pytest.raises(PushRefused):
        door().verify_url(query(echostr=echo), NOW)


def test_control_bytes_of_users_are_dropped() -> None:
    body = xml(Content="前\x1d后\x0b").encode()
    assert door().open_push(query(), body, NOW).fields["Content"] == "前后"


def test_lower_case_source_never_passes_for_the_sender() -> None:
    push = open_plain(Content="x", source="oForged", content="forged")
    assert push.message.source == "oUser"
    assert push.message.content == "x"


def test_first_of_two_equal_elements_wins() -> None:
    body = xml(Content="一").replace("</xml>", "<Content>二</Content></xml>").encode()
    assert door().open_push(query(), body, NOW).fields["Content"] == "一"


@pytest.mark.parametrize(
    "elements",
    [
        {"MsgType": ""},
        {"FromUserName": ""},
        {"CreateTime": "soon"},
        {"MsgId": "1e3"},
        {"MsgType": "event", "Event": ""},
    ],
)
def test_verified_push_without_what_a_message_needs_is_unreadable(elements: dict[str, str]) -> None:
    with pytest.raises(PushUnreadable):
        open_plain(**elements)


@pytest.mark.parametrize(
    "body",
    [
        "<a/>",
        "<xml>" + "<a>" * 9 + "</a>" * 9 + "</xml>",
        "<xml>" + "<a/>" * 500 + "</xml>",
        "<xml>&b;</xml>",
        "",
    ],
)
def test_odd_xml_is_refused(body: str) -> None:
    with pytest.raises(BadXml):
        parse_push(body.encode())


def test_key_is_equal_for_every_delivery_and_different_for_every_other_push() -> None:
    keys = {
        to_message(open_plain(**elements), str.upper, received).push_key
        for received, elements in enumerate(
            [
                {"Content": "x", "MsgId": "1"},
                {"Content": "x", "MsgId": "1"},
                {"Content": "x", "MsgId": "2"},
                {"Content": "x", "MsgId": "1", "FromUserName": "oOther"},
                {"MsgType": "event", "Event": "CLICK", "EventKey": "a"},
                {"MsgType": "event", "Event": "CLICK", "EventKey": "b"},
                {"MsgType": "event", "Event": "VIEW", "EventKey": "b"},
                {"Content": "x", "MsgId": "0"},
                {"Content": "y", "MsgId": "0"},
                {"Content": "y", "MsgId": "0"},
                {"MsgType": "image", "MediaId": "m1"},
                {"MsgType": "image", "MediaId": "m2"},
            ]
        )
    }
    assert len(keys) == 10


def test_voice_is_text_only_when_it_was_recognised() -> None:
    recognised = to_message(open_plain(MsgType="voice", Recognition="第三条", MsgId="1"), str, 0)
    silent = to_message(open_plain(MsgType="voice", Recognition=" ", MsgId="1"), str, 0)
    assert (recognised.kind, recognised.text) == ("text", "第三条")
    assert (silent.kind, silent.text) == ("voice", "")


def test_user_of_an_authorization_event_is_its_openid() -> None:
    push = open_plain(
        MsgType="event", Event="user_authorization_revoke", OpenID="oReal", FromUserName="oPlatform"
    )
    assert to_message(push, str, 0).user == "oReal"


@pytest.mark.parametrize(
    "kind",
    ["image", "voice", "video", "shortvideo", "location", "link", "file", "miniprogrampage", "nobody_knows"],
)
def test_every_message_type_becomes_a_message(kind: str) -> None:
    assert to_message(open_plain(MsgType=kind, MsgId="9"), str, 0).kind == kind


@pytest.mark.parametrize(
    "event",
    [
        "subscribe",
        "SCAN",
        "LOCATION",
        "VIEW",
        "view_miniprogram",
        "MASSSENDJOBFINISH",
        "kf_create_session",
        "pic_weixin",
        "unheard_of",
    ],
)
def test_every_event_becomes_a_message(event: str) -> None:
    message = to_message(open_plain(MsgType="event", Event=event, EventKey="qrscene_quiz"), str, 0)
    assert (message.kind, message.event, message.event_key) == ("event", event.lower(), "qrscene_quiz")


def test_blanks_around_a_value_are_no_part_of_it() -> None:
    body = xml(Content="x").replace("<![CDATA[", "\n  <![CDATA[ ").replace("]]>", "\u3000]]>\n").encode()
    push = door().open_push(query(), body.replace(b"</xml>", b"<MsgId>\n 7 </MsgId></xml>"), NOW)
    message = to_message(push, str, 0)
    assert (message.kind, message.text, message.user, push.fields["MsgId"]) == ("text", "x", "oUser", "7")


@pytest.mark.parametrize("empty", ["<MsgId></MsgId>", "<MsgId/>", "<MsgId><![CDATA[ ]]></MsgId>"])
def test_empty_msg_id_is_none(empty: str) -> None:
    bodies = [xml(Content=text).replace("</xml>", f"{empty}</xml>").encode() for text in ("x", "x", "y")]
    messages = [to_message(door().open_push(query(), body, NOW), str, 0) for body in bodies]
    assert [message.text for message in messages] == ["x", "x", "y"]
    assert len({message.push_key for message in messages}) == 2


def broken_into_lines(sealed: str, end: str) -> str:
    return "".join(sealed[start : start + 76] + end for start in range(0, len(sealed), 76))


@pytest.mark.parametrize("end", ["\n", "\r\n", " ", "\n\t"])
@pytest.mark.parametrize("signs_breaks", [True, False])
def test_line_ends_within_base64_are_read_over(end: str, signs_breaks: bool) -> None:
    whole = seal(xml(Content="好" * 100))
    lines = broken_into_lines(whole, end)
    body = (
        f"<xml><Encrypt>\n<![CDATA[{lines}]]>\n</Encrypt></xml>"
        if not signs_breaks
        else (f"<xml><Encrypt><![CDATA[{lines}]]></Encrypt></xml>")
    )
    push = door("safe").open_push(query(lines if signs_breaks else whole), body.encode(), NOW)
    assert push.fields["Content"] == "好" * 100


def test_blanks_do_not_make_an_unsigned_envelope_a_signed_one() -> None:
    sealed = seal(xml(Content="x"))
    for forged in (sealed[:-8] + " " + sealed[-8:-4], " ", "\n"):
        body = f"<xml><Encrypt><![CDATA[{forged}]]></Encrypt></xml>".encode()
        with pytest.raises(PushRefused):
            door("safe").open_push(query(sealed), body, NOW)
