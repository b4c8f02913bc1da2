"""Every kind of push there is, by its elements: messages, events, and bodies that are none."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

_MEDIA = {"MediaId": "m", "ThumbMediaId": "t"}
MESSAGES: dict[str, dict[str, Any]] = {
    "图片": {"MsgType": "image", "PicUrl": "http://mmbiz.qpic.cn/x/0", **_MEDIA},
    "语音（没有识别）": {"MsgType": "voice", "Format": "amr", "MediaId16K": "k", **_MEDIA},
    "语音（识别为空）": {"MsgType": "voice", "Format": "amr", "Recognition": "", **_MEDIA},
    "语音（有识别）": {"MsgType": "voice", "Format": "amr", "Recognition": "你好", **_MEDIA},
    "视频": {"MsgType": "video", **_MEDIA},
    "小视频": {"MsgType": "shortvideo", **_MEDIA},
    "位置": {
        "MsgType": "location",
        "Location_X": "30.5",
        "Location_Y": "104.0",
        "Scale": "15",
        "Label": "成都",
    },
    "链接": {"MsgType": "link", "Title": "标题", "Description": "摘要", "Url": "https://example.cn"},
    "文件": {"MsgType": "file", "Title": "文件", "FileKey": "k", "FileMd5": "m", "FileTotalLen": "9"},
    "没见过的类型": {"MsgType": "never_heard_of"},
    "只有表情": {"MsgType": "text", "Content": "😀😀"},
    "收不到的表情": {"MsgType": "text", "Content": "【收到不支持的消息类型，暂无法显示】"},
    "64 KiB 的文字": {"MsgType": "text", "Content": "好" * 21_845},
    "一万个表情": {"MsgType": "text", "Content": "😀" * 10_000},
    "从右往左的字符": {"MsgType": "text", "Content": "\u202e\u2067你好\u2069\u202c"},
    "菜单里点的一行": {"MsgType": "text", "Content": "你好", "bizmsgmenuid": "a:1"},
}
BREAKING: dict[str, dict[str, Any]] = {
    "带 ]]> 的文字": {"MsgType": "text", "Content": "你好]]></a>"},
    "标题带 ]]> 的链接": {
        "MsgType": "link",
        "Title": "题]]>",
        "Description": "",
        "Url": "https://example.cn",
    },
}
"""Messages whose words end their own CDATA section; a bot may well not survive them."""
EVENTS: dict[str, dict[str, Any]] = {
    "关注": {"Event": "subscribe", "EventKey": ""},
    "扫码关注": {"Event": "subscribe", "EventKey": "qrscene_quiz1", "Ticket": "t"},
    "扫码": {"Event": "SCAN", "EventKey": "quiz1", "Ticket": "t"},
    "点菜单": {"Event": "CLICK", "EventKey": "M_HELP"},
    "点没有的菜单": {"Event": "CLICK", "EventKey": "M_NEVER_HEARD_OF"},
    "扫码等结果": {
        "Event": "scancode_waitmsg",
        "EventKey": "M_SCAN",
        "ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "1"},
    },
}
SILENT_EVENTS: dict[str, dict[str, Any]] = {
    "打开网页": {"Event": "VIEW", "EventKey": "https://example.cn", "MenuId": "1"},
    "打开小程序": {"Event": "view_miniprogram", "EventKey": "pages/index", "MenuId": "1"},
    "上报位置": {"Event": "LOCATION", "Latitude": "30.5", "Longitude": "104.0", "Precision": "9"},
    "发图": {
        "Event": "pic_weixin",
        "EventKey": "M_PIC",
        "SendPicsInfo": {"Count": "1", "PicList": {"item": {"PicMd5Sum": "a"}}},
    },
    "模板消息发完": {"Event": "TEMPLATESENDJOBFINISH", "MsgID": "1", "Status": "success"},
    "群发完": {"Event": "MASSSENDJOBFINISH", "MsgID": "1", "Status": "send success"},
    "发布完": {"Event": "PUBLISHJOBFINISH", "PublishEventInfo": {"publish_id": "1"}},
    "订阅通知": {
        "Event": "subscribe_msg_popup_event",
        "SubscribeMsgPopupEvent": {"List": {"TemplateId": "t", "SubscribeStatusString": "accept"}},
    },
    "客服接入": {"Event": "kf_create_session", "KfAccount": "a@b"},
    "资料变更": {
        "Event": "user_info_modified",
        "OpenID": "oSimulatedOther",
        "AppID": "wx",
        "RevokeInfo": "1",
    },
    "撤回授权": {
        "Event": "user_authorization_revoke",
        "OpenID": "oSimulatedOther",
        "AppID": "wx",
        "RevokeInfo": "205",
    },
    "注销": {"Event": "user_authorization_cancellation", "OpenID": "oSimulatedOther", "AppID": "wx"},
    "认证": {"Event": "annual_renew", "ExpiredTime": "1790000000"},
    "没见过的事件": {"Event": "never_heard_of"},
    "取消关注": {"Event": "unsubscribe", "EventKey": ""},
}


def hostile_bodies(n_random: int = 60) -> Iterator[bytes]:
    """Give bodies that a bot trips over: broken, nested, entities, wrong types, and random bytes (always the same)."""
    yield from (b"", b"<xml>", b"<xml></xml>", b"{}", b"\xff\xfe\x00", b"\x00" * 100, b"not xml at all")
    yield b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><Content>&b;</Content></xml>'
    yield b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><xml><Content>&a;</Content></xml>"
    yield b"<xml>" + b"<a>" * 3000 + b"</a>" * 3000 + b"</xml>"
    yield b"<xml><MsgType>text</MsgType></xml>"
    yield b"<xml><MsgType>event</MsgType><FromUserName>o</FromUserName><ToUserName>g</ToUserName><CreateTime>x</CreateTime></xml>"
    yield b"<xml><Encrypt>not base64</Encrypt></xml>"
    rng = random.Random(2026)
    for _ in range(n_random):
        yield rng.randbytes(rng.randint(1, 400))
