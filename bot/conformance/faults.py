"""What is wrong with what a bot sent, or with the way to it: in words for its owner, and what to change."""

from __future__ import annotations

import re

import requests

_CDATA_BROKEN = re.compile(rb"\]\]>(?!\s*<)")
_SHOWN = 40
_OF_STATUS = {
    401: "签名对的推送也被拒绝：Token 和公众平台上的一样吗，机器的时钟准吗",
    403: "签名对的推送也被拒绝：Token 和公众平台上的一样吗，机器的时钟准吗，前面的防火墙挡不挡 POST",
    404: "这个地址上没有机器人：地址的路径要和它监听的一样",
    405: "同一个地址 GET 和 POST 都要收",
    413: "前面的 nginx 不收这么大的正文：client_max_body_size 至少 256k",
    415: "要收 Content-Type 是 text/xml 的 POST",
}


class BadReply(Exception):
    """The bot's answer is none that WeChat would take: what is wrong with it, and what its owner has to change."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what)
        self.cure = cure


def bad_status(status: int) -> BadReply:
    """Return what a status other than 200 tells."""
    if 300 <= status < 400:
        return BadReply(
            f"HTTP {status}，跳转到别处",
            "微信不跟随跳转：公众平台上要填跳转以后的地址（注意 https 和末尾的 /）",
        )
    if status >= 500:
        cure = "看它这一刻的日志；出了错也要回 success 或空的正文，用户才不会看到“暂时无法提供服务”"
        return BadReply(f"HTTP {status}，程序出错", cure)
    return BadReply(f"HTTP {status}", _OF_STATUS.get(status, "能处理的推送都要回 200"))


def bad_body(body: bytes) -> BadReply:
    """Return why a body is no reply: another format, another encoding, or XML that something in it broke."""
    head = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if head.startswith((b"{", b"[", b'"')):
        return BadReply("回的是 JSON", "公众号只收 XML；没有话说就回 success")
    if head.startswith((b"<!doctype html", b"<html")):
        return BadReply("回的是网页", "公众号只收 XML；出了错也不要回网页")
    try:
        body.decode()
    except UnicodeDecodeError:
        return BadReply("回复不是 UTF-8", "回复按 UTF-8 编码，声明也写 UTF-8；GBK 的微信不认")
    if b"<" not in head:
        return BadReply(
            f"回的是普通文字：{body.decode()[:_SHOWN]}", "要包成 <xml>…</xml>；没有话说就回 success"
        )
    if _CDATA_BROKEN.search(body):
        cure = "文字放进 CDATA 以前，把 ]]> 换成 ]]]]><![CDATA[>（也可以不用 CDATA，转义 & < >）"
        return BadReply("回复里有没拆开的 ]]>，后面的字跑到了 CDATA 外面，XML 断了", cure)
    return BadReply("回复不是完整的 XML", "文字放进 CDATA，去掉 \\x00 这样的控制字符；标签要成对")


def bad_connection(error: requests.RequestException) -> BadReply:
    """Return in words why no answer came."""
    if isinstance(error, requests.exceptions.SSLError):
        return BadReply("HTTPS 的证书不对", "证书要没过期、域名一致、带上中间证书；微信不收自签的")
    if isinstance(error, requests.Timeout):
        return BadReply("没有按时回答", "5 秒以内回；来不及就先回 success，再用客服消息发")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema):
        return BadReply("地址写得不对", "要像 https://bot.example.cn/wechat")
    if "refused" in str(error).lower() or "Errno 111" in str(error):
        return BadReply("连不上，没有程序在监听", "启动机器人，核对地址和端口")
    if "resolve" in str(error).lower() or "Name or service" in str(error):
        return BadReply("找不到这台主机", "核对域名和它的解析")
    return BadReply("没有回答，连接就断了", "看它这一刻的日志；出了错也要回 success 或空的正文")
