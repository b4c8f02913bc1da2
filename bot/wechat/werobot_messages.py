"""WeRoBot's message and event classes, with those it lacks.

WeRoBot 1.13.1 is frozen since 2021. From it come the classes of messages, events and replies and the
crypto primitives. Left unused: its server, views, sessions, XML parser and handler registry, whose
faults can't be closed from outside or which a table of skills does better (see docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werobot.messages.entries import StringEntry
from werobot.messages.events import EventMetaClass, UnknownEvent, WeChatEvent
from werobot.messages.messages import UnknownMessage, WeChatMessage
from werobot.parser import process_message

_EVENTS = (
    "view_miniprogram",
    "masssendjobfinish",
    "publishjobfinish",
    "subscribe_msg_popup_event",
    "subscribe_msg_change_event",
    "subscribe_msg_sent_event",
    "user_info_modified",
    "user_authorization_revoke",
    "user_authorization_cancellation",
    "kf_create_session",
    "kf_close_session",
    "kf_switch_session",
    "wxa_media_check",
    "qualification_verify_success",
    "qualification_verify_fail",
    "naming_verify_success",
    "naming_verify_fail",
    "annual_renew",
    "verify_expired",
    "guide_qrcode_scan_event",
    "merchant_order",
)


class FileMessage(WeChatMessage):  # type: ignore[misc]
    """A file that a user sent; the platform's guide does not list it, but it comes."""

    __type__ = "file"
    title = StringEntry("Title")


class MiniProgramPageMessage(WeChatMessage):  # type: ignore[misc]
    """A mini program's card."""

    __type__ = "miniprogrampage"
    title = StringEntry("Title")


# The classes register themselves with WeRoBot's metaclass; names are only for its own messages.
for _event in _EVENTS:
    EventMetaClass(f"{_event.title().replace('_', '')}Event", (WeChatEvent,), {"__type__": f"{_event}_event"})


def build_message(fields: Mapping[str, str]) -> Any:
    """Return WeRoBot's message or event object of a push's fields, which have MsgType and FromUserName.

    Its unknown kinds stand for a push whose class trips over what it holds: pic_weixin does, over the
    groups of elements that a flat push has not.
    """
    try:
        return process_message(dict(fields))
    except Exception:  # WeRoBot raises whatever it trips over
        return (UnknownEvent if fields["MsgType"].lower() == "event" else UnknownMessage)(dict(fields))
