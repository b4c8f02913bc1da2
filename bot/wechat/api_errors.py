"""What the platform says when it refuses a call, in its words and ours, and what to do about it."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"invalid ip ([0-9a-fA-F.:]+)")
_IP_LIST = "在微信开发者平台的“API IP 白名单”里加上这台服务器出口的地址，几分钟后生效"
_ANEW = "重新抄一遍 wechat.app_secret（重置过就只有新的能用）"
_QUOTA = "今天的次数用完了：明天再试，不要反复重试；常用完就在公众平台申请提高额度"
_MENU = "按 menu.yaml 开头写的规矩改菜单"
STALE_TOKEN = frozenset({40001, 40014, 42001})
"""The access token is wrong, whoever made it so; a new one heals that."""
BUSY = -1
NOT_ALLOWED = frozenset({48001, 40200})
"""Accounts of this kind have no such call."""
NO_MENU = 46003
LOST_MEDIA = 40007
"""What was uploaded is not there any more."""
OF_ONE_USER = frozenset({45015, 45047})
"""Refused for whom it was meant for, not for the account."""
_MEANINGS: dict[int, tuple[str, str]] = {
    BUSY: ("微信系统繁忙", "过一会儿再试"),
    40001: ("access_token 或 AppSecret 不对", _ANEW),
    LOST_MEDIA: ("图片的 media_id 不对或者过期了", "重新上传"),
    40013: ("AppID 不对", "核对 wechat.app_id，不要写成原始 ID（gh_ 开头的）"),
    40014: ("access_token 不对", "再试一次；总是这样就看看有没有别的程序在用旧的接口取 token"),
    40018: ("菜单的名字太长或太短", _MENU),
    40019: ("菜单的 key 太长或太短", _MENU),
    40020: ("菜单的网址太长或太短", _MENU),
    40033: ("内容里有 \\u 这样的转义", "这是程序的问题，请报告"),
    40054: ("菜单的网址不对", "url 要写完整的 https:// 地址"),
    40055: ("菜单的网址不对", "url 要写完整的 https:// 地址"),
    40125: ("AppSecret 不对", _ANEW),
    40164: ("这台服务器的地址不在 IP 白名单里", _IP_LIST),
    40200: ("这类公众号没有这个接口", "测试号和未认证的账号有的接口不能用"),
    40243: ("AppSecret 被冻结了", "在微信开发者平台上解冻"),
    41002: ("没有带 AppID", "填 wechat.app_id"),
    41004: ("没有带 AppSecret", "填 wechat.app_secret"),
    42001: ("access_token 过期了", "再试一次"),
    45009: ("接口的次数用完了", _QUOTA),
    45015: ("这个人 48 小时里没有说过话，或者没有关注", "等他再说话"),
    45047: ("给这个人的客服消息发完了", "等他再说话"),
    45011: ("调用得太快", "过一分钟再试"),
    45035: ("这台服务器的地址不在 IP 白名单里", _IP_LIST),
    46003: ("公众号还没有自定义菜单", "推送一次就有了"),
    48001: ("这个公众号没有这个接口", "没有认证的订阅号没有菜单、二维码、客服接口；问答和答题不需要它们"),
    48004: ("这个接口被封禁了", "登录公众平台看通知"),
    50002: ("公众号受到限制", "登录公众平台看通知"),
    61004: ("这台服务器的地址不在 IP 白名单里", _IP_LIST),
    65318: ("菜单里有公众号不能用的内容", _MENU),
}
_OTHERS = ("微信不肯做", "按错误码查公众平台的“全局返回码”")


class CallFailed(Exception):
    """A call of the platform came to nothing: `what` went wrong and its `cure`, both put in `lines`; none holds a secret."""

    def __init__(self, what: str, cure: str, *lines: str) -> None:
        self.what, self.cure, self.lines = what, cure, lines or (f"{what}：{cure}",)
        super().__init__("\n".join(self.lines))


class CallRefused(CallFailed):
    """The platform answered, and refused; `code` is its number for why."""

    def __init__(self, code: int, words: str) -> None:
        meaning, cure = _MEANINGS.get(code, _OTHERS)
        where = _ADDRESS.search(words)
        told = f"（它看到的地址是 {where[1]}）" if where else ""
        said = f"微信说：{code} {words}"
        super().__init__(f"{said}（{meaning}{told}）", cure, said, f"意思是：{meaning}{told}。怎么办：{cure}")
        self.code = code


class Unreachable(CallFailed):
    """No answer that could be the platform's came back."""
