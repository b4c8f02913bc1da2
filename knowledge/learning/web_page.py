"""What a web page prints around a text that was copied from it: where one is, the size of its letters, whom to share it with."""

from __future__ import annotations

import re

PAGE = "网页栏目"
"""What such a line is called. It answers nothing."""
_MAX_CHARS = 120
_STEP = r"[ 　]*[>＞»]{1,2}[ 　]*[^>＞»。；]{1,40}"
_PLACE = r"您?(?:现在|当前)?的?(?:所在)?位置(?:是)?[:：]"
_LINES = re.compile(
    rf"(?:{_PLACE})?(?:网站)?[首主]页(?:{_STEP}){{1,6}}|{_PLACE}.+|[^>＞»。；]{{1,20}}(?:{_STEP}){{2,6}}"
    r"|[上下]一[篇条页][:：].*|.*(?:ICP备|公网安备).*"
)
_BUTTON = (
    r"(?:首页|字[号体](?:大小)?|[大中小]|打印(?:本[页文稿]|此[页文])?|关闭(?:窗口|本页|页面)?|加入收藏|收藏本[页文]|分享(?:[到至]|本文)?"
    r"|微信(?:好友)?|朋友圈|(?:新浪|腾讯)?微博|QQ(?:空间|好友)?|返回(?:顶部|首页|上一?页|列表)|我要纠错|扫一扫.{0,14}|复制链接|无障碍(?:浏览|阅读)"
    r"|长者(?:模式|版)|语音播报)"
)
_SEPARATORS = r"[\s\[\]【】〔〕（）()|｜/·:：+＋-]*"
_BUTTONS = re.compile(rf"(?:{_SEPARATORS}{_BUTTON})+{_SEPARATORS}")


def is_of_the_page(text: str) -> bool:
    """Return whether a line is of the page and not of its text.

    >>> [is_of_the_page(t) for t in ("首页 > 政务公开 > 正文", "字号：[大 中 小] 打印本页", "【关闭】", "下一篇：敬老月", "中小学")]
    [True, True, True, True, False]
    """
    return len(text) <= _MAX_CHARS and bool(_LINES.fullmatch(text) or _BUTTONS.fullmatch(text))
