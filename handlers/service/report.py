"""举报: fixed, curated words, above every match.

A report is a *wish to report*; a question about reporting (网站怎么公布举报方式) is a question like any other.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.model.messages import Message, Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text, say
from knowledge.language.asked_facts import given_kinds
from knowledge.language.tables import papers
from knowledge.language.tidy import plain
from knowledge.matching.decide import decide
from knowledge.matching.snapshot import Snapshot
from knowledge.sources.cite import cite

_VERB = r"(?:举报|投诉|检举|揭发|告发)"
_POLITE = r"(?:您好|你好|请问|麻烦|请|劳烦|老师|小编|那|就|哎|我们?|俺|咱们?|本人|帮我|帮忙)*"
# Atomic: 想要 is also 想 and 要, and a text of a hundred of them must not be tried in every way.
_WANT = r"(?>想要?|要|需要|得|打算|准备|申请|可以|才能|能不能|能|可不可以|应该|该|实名|匿名|来|去|再|马上)*"
_WHOM = r"(?:[向跟给找]\w{1,8}?)?"
_HOW = (
    r"(?:怎么|如何|怎样|咋个?|啷个|哪里|哪儿|哪点|哪个?(?:部门|平台|单位|地方)|向谁|找谁|跟谁|给谁|找哪个|上哪|去哪|到哪|往哪|在哪|"
    r"哪个电话|什么电话|啥电话|这里|这儿)"
)
_CHANNEL = r"(?:电话|热线|网址|邮箱|平台|中心|号码|地址|渠道|途径|入口|方式|链接)"
_WHAT = r"(?:有害信息|网络|网上|谣言|诈骗)?"
_WISHES = tuple(
    re.compile(pattern)
    for pattern in (
        # 举报 · 我要举报 · 举报一个诈骗网站 · 投诉这家公司
        rf"^{_POLITE}{_WANT}{_VERB}"
        rf"(?!{_CHANNEL}|的|了|过|由|制度|机制|奖|会|有|是|能|后|者|人|什么|啥|信息|怎|如何|跟|和|与)",
        # 怎么举报 · 哪里可以举报 · 怎么向12377举报
        rf"{_HOW}{_WANT}{_WHOM}{_VERB}(?!{_CHANNEL}|的)",
        # 看到谣言想举报 · 帮我举报他 · 有人传谣我能举报他吗
        rf"(?:想要?|我要|我们要|我能|我可以|打算|准备|帮我|替我|求助){_WANT}\w{{0,3}}{_VERB}(?!{_CHANNEL}放|的)",
        # 举报电话是多少 · 举报中心电话 · 举报网址
        rf"^{_POLITE}{_WHAT}{_VERB}的?{_CHANNEL}{{1,2}}(?:号码?)?(?:是|有)?(?:多少|几|哪些|什么|啥子?|几多)?(?:号|个)?[呢啊呀嘛吗]*$",
        # 举报入口在哪里 · 给我举报链接 · 有没有举报渠道
        rf"^{_POLITE}(?:有没有|有|求|给我|发我|告诉我)?{_WHAT}{_VERB}的?{_CHANNEL}"
        rf"(?:在哪[里儿]?|有没有|发我|给我|发一下)?[呢啊呀嘛吗]*$",
    )
)
_ASKED = re.compile(rf"{_HOW}|{_CHANNEL}|[吗呢?？]|多少|几|[哪什啥]")
_ADDRESS = re.compile(r"https?:|www\.|\w@\w")
# 自律书 is how people shorten the title of a paper.
_PAPER = "|".join(
    (*(kind for kind in papers() if kind.endswith(("书", "言", "约"))), r"[\u4e00-\u9fff]书(?![记店院籍馆])")
)
# About reporting, not to report: what a document or a site says or does, or somebody who was reported.
_ABOUT = re.compile(
    rf"{_PAPER}|题目|[这那]道?题|答案|判错|评分|第.{{1,3}}条|哪一?条|规定|原文|文件|会上|讲话|提到|怎么说|咋说|怎么讲|公布|设置|设立|显著|放在|放哪|"
    rf"受理|处理|整改|对待|回应|处置|[被遭让]\w{{0,4}}{_VERB}|{_VERB}了?我|不(?:想|要|会|敢|用)?{_VERB}|别{_VERB}|没{_VERB}|{_VERB}(?:有用|有奖|有什么用)"
)


_TALK = "report"
"""What the session's `talk` is while the channels were named last."""
# Atomic, as people string such words together: 那电话号码是多少呀.
_OF_CHANNELS = re.compile(
    r"(?>那么?|它们?|他们?|这个|这些|请问|打|拨|给我|发我|我|要|想|的|是|在|有|没有|什么|啥子?|哪个|哪里|哪儿|多少|好多|几|个|号码?|电话|热线|网址|网站|链接|邮箱|地址|平台"
    r"|打得通|打不通|打通|接通|接听|接|人|晚上|半夜|周末|节假日|白天|现在|时候|时间|点|上班|下班|值班|24小时|二十四小时|全天|都|会|能|可以|要不要|需要|不|没|得|吗|么|呢|嘛|吧|啊|呀|哈|哦"
    r"|实名|匿名|留名|名字|身份证|收费|要钱|免费|保密|泄露|真的|管用|有用|多久|好久|几天|回复|处理|受理|结果|怎么|咋个?|如何|报名)+"
)
_ASKS_OF_CHANNELS = re.compile(
    r"电话|号码|热线|网址|网站|链接|邮箱|打[得不]?通|接|实名|匿名|留名|保密|收费|要钱|免费|多久|好久|几天|几点|上班|值班|小时|受理|处理|回复|怎么打|咋打"
)


def wants_to_report(text: str) -> bool:
    """Return whether the words are a wish to report something, in whatever way people put it.

    >>> [wants_to_report(t) for t in ("举报", "看到谣言去哪里举报", "网站怎么公布举报方式", "第八条说的举报")]
    [True, True, False, False]
    """
    said = plain(text)
    return said == "jubao" or (not _ABOUT.search(said) and any(pattern.search(said) for pattern in _WISHES))


def _asks_of_channels(text: str) -> bool:
    said = plain(text)
    return bool(_OF_CHANNELS.fullmatch(said) and _ASKS_OF_CHANNELS.search(said))


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Give the official channels with what the document says of them; record nothing.

    What is asked of the channels right after (电话是多少, 晚上有人接吗) is asked of no other body.
    """
    if message.kind != "text":
        return None
    if session.talk == _TALK and _asks_of_channels(message.text):
        return say(context, session, "report_again")
    if not wants_to_report(message.text):
        return None
    if _has_own_channel(context.snapshot, message.text):
        return None
    content = context.snapshot.content
    said = [quote.text for quote in content.care.quotes]
    cited = dict.fromkeys(cite(content, content.passages[q.passage_id]) for q in content.care.quotes)
    text = "\n".join((reply_text(context, "report"), *said, *cited))
    return Turn(Reply("text", text), replace(session, talk=_TALK, n_talk=0))


def _has_own_channel(snapshot: Snapshot, text: str) -> bool:
    """Return whether a question where to report finds words of the base that say so: a number, an address beside the verb.

    An office's own number is nearer than the nation's. Who only says that there is something to report (我要举报) asks nothing.
    """
    if not _ASKED.search(plain(text)):
        return False
    said = (
        "\n".join(quote.text for quote in hit.quotes) for hit in decide(snapshot, text).hits if not hit.held
    )
    return any(
        re.search(_VERB, words) and ("phone" in given_kinds(words) or _ADDRESS.search(words))
        for words in said
    )
