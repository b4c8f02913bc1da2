"""What a way to ask takes for granted, and what it merely asks.

没备案也能接吧 says that it is so; 没备案能不能接 says nothing. What stands before 第几条 or 是不是这样写的 is said too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge.gate.opposed.turns import any_of, turns
from knowledge.language.tables import papers

# What a phrasing ends with that takes its words for granted, and what may also ask in earnest.
_TAKEN = re.compile(
    r"(?:吧|[哈咯嘛呗噻啵哇])[啊呀]?[?？!！。]*$|^(?:听说|据说|听讲|听人说|我记得|记得|原来|难道|也就是说|意思是|等于说)|是不是(?=说|也|就|可以|都|只|先|要|能)"
)
# Who is said to say, ask for or allow it.
_SAYS = r"(?:里|上|里头|里面|是不是|也|都)?(?:说|讲|要求|不?让|叫|允许|准许|许可|支持|鼓励|提倡|倡导|号召|认为|主张|反对|禁止|阻止|阻挠|不[许准])(?![了的过话])"
# 自律书 is how people shorten the title of a paper.
_PAPERS = "|".join(
    (
        r"[\u4e00-\u9fff]书(?![记店院籍馆])",
        "倡议",
        "文件",
        "协会",
        "领导",
        *(kind for kind in papers() if len(kind) > 1),
    )
)
_TAG = re.compile(
    r"(?:(?<!反)对(?:不对|不|吧|吗)|是吧|是吗|是不是|没错吧|吧|[哈咯嘛呗噻啵哇])[啊呀嘛哦]?[?？!！。]*$"
)
_CLAIMS = re.compile(
    r"[也就都]|越\w+越好|照样|可以|可(?![靠能])|能|允许|应该|应当|必须|[需得]要|要|不|没|只|随便|支持|鼓励|光荣|可耻"
)
_FIRM = re.compile(r"[就也都要只]|可以|应该|应当|必须|照样|鼓励|支持|提倡|欢迎|号召")
# Whether something is so is asked in either direction.
_WHETHER = re.compile(
    r"吗|么$|(\w)[不没]\1|是不是|有没有|能否|是否|可否|会不会|要不要|可不可以|可以不$|[不没]$|还是(?![不没])"
)
# 能不能…嘛 asks in earnest, however it ends.
_ASKED = re.compile(r"([能会要该让许准])不\1|可不可以|可以不可以|有没有|能否|是否|可否|(?<!还)行不行")
# Where or why something stands so: what is before it is said to be so.
_ABOUT = re.compile(
    r"[，,、]?(?:这|那)?(?:是|就)?(?:不是|是不是)?[^，,]{0,8}?(?:是|也)?(?:不是)?(?:这|那)[么样](?:说|写|讲|规定|要求)的?(?:[嘛吧吗么]|是吧|对吧)?[?？]?$"
    r"|[，,][^，,]{0,6}?(?:第几|哪)[一]?(?:[条句段款项章份个里儿])[^，,]{0,5}[?？]?$"
    r"|[，,](?:这|那)[一]?[条句段点][^，,]{0,3}(?:在哪|哪|怎么[说写讲])[^，,]{0,3}[?？]?$"
    r"|[，,](?:这|那)?(?:是)?(?:谁|哪个|[^，,]{2,6})(?:说|写|讲|规定|要求)的[吧嘛吗]?[?？]?$"
    r"|[，,](?:这|是|就是)+(?:这|那)?个?(?:意思|要求|规定)[吧嘛吗]?[?？]?$"
    r"|的是(?:谁|哪[一个家位份条]{0,2})[?？]?$"
    r"|[，,](?:为什么|为啥子?|为何|凭什么|凭啥)[?？]?$"
)
_NAMED = re.compile(r"的[^不没可能要会应得就都也，,]{1,5}$")
_WHY = re.compile(
    r"(?:怎么样?|怎样|咋个?|如何)(?=[^，,]*[不没][^，,]{1,10}[也还照]样?[能可行])|(?:怎么|咋)[也都照]样?[能可行]|咋个?还|怎么还|干嘛|哪一?[条份项款个](?:倡议|文件|规定|宣言)?书?里?(?:说|写|讲|规定|要求|让|叫)"
    r"|(?:哪一?[条份项款个](?:倡议|文件|规定|宣言|要求)?)$"
)
_SOUGHT = re.compile(
    r"^(?:哪一?[条份项款个段]|第几条|谁|为什么|为啥子?|为何)(?:倡议|文件|规定)?书?里?(?:说|写|讲|规定|要求|允许|准许|让|叫|提出|要)(?:了|过|要)?(?![么样的])(.{3,}?)[?？]?$"
    r"|^(.{3,}?)[，,、]?(?:这|那)?是(?:哪一?[条份项款个段]|谁|第几条)(?:里)?(?:说|写|讲|规定|要求|允许|提)?的?[?？]?$"
)
_LETTING = re.compile(r"^(?:哪一?[条份项款个段]|第几条|谁)(?:倡议|文件|规定)?书?里?(?:允许|准许|同意)")
# 平台泄露信息，哪条管 asks what is against it.
_GOVERNS = re.compile(r"[，,][^，,]{0,4}哪一?[条款项章][^，,]{0,3}(?:管|查|罚|治|处理|追究|禁止)[^，,]{0,2}$")
# 不用查验，谁来负责 says that it need not be; 没查验，谁来负责 asks what follows when it is not.
_WHOSE = re.compile(r"[，,][^，,谁]{0,5}谁[^，,]{0,6}[?？]?$")
_NEED_NOT = re.compile(r"不用|不必|不需要|用不着|没必要|无[需须]|可以|随便|随意|任意|允许|照样")
# Whoever asks for the reason of something takes it to be so; 为什么会 asks how it can come about.
_REASON = re.compile(
    r"(?:(?<!行)为什么|为啥子?|为何|凭什么|凭啥)(?!还?[总老]?会(?![议场员]))|的(?:理由|道理|缘由|原因|依据|好处)(?:是什么|是啥|何在|在哪)?[?？]?$"
)
# 看到错误言论为什么要站出来: what is met is the case, not what is claimed.
_MET = re.compile(r"^(?:看[到见]|听[到见]|遇[到见上]|碰[到见上]|发现|面对|收到)")
# What a paper says of something, or what to do then, is asked; the something is told of, not taken for granted.
_ASKED_OF = re.compile(
    r"[，,][^，,]{0,8}(?:怎么|咋个?|如何|怎样)(?:看|说|讲|办|规定|要求|处理|评价)的?[?？]?$"
)
_OPEN = re.compile(r"怎么|怎样|咋|如何|哪[些边样种]|(?<!为)什么|(?<!为)啥")
# 没有作者许可, 拿到许可证: there 许可 is a thing.
_LETS = re.compile(
    r"鼓励|支持|提倡|倡导|允许|准许|(?<![的得到经无])(?<![没未][有经获]\w\w)(?<![没未][有经获])许可(?!证)|默许|号召|主张|赞成|欢迎|动员|带头|大力|尽管|(?<![太很])随[便意]|任意|照样|只管|优先|想(\w)就\1"
)
_MUST = re.compile(
    r"可以|应该|应当|必须|一定要|务必|该(?!怎|如何|咋)|多多|就要|(?<![不需主重])要(?=大家|我们|网站|企业|多(?![快久少长大])|去|以)"
)


def granted(phrasing: str, speakers: Iterable[str] = ()) -> tuple[str, bool]:
    """Return a way to ask without what asks in it, and whether it takes the rest for granted.

    What it says one of `speakers` said, it takes for granted.
    """
    said = _ABOUT.sub("", phrasing).rstrip("，,")
    if _GOVERNS.search(phrasing):
        return said, False
    if said != phrasing and said:
        return said, _says(said)
    said = _WHOSE.sub("", phrasing)
    if said != phrasing and _NEED_NOT.search(said) and not asks_whether(said):
        return said, True
    claim = _TAG.sub("", phrasing).rstrip("，,")
    return claim, _is_claimed(phrasing, claim, speakers)


def sought(phrasing: str) -> str:
    """Return what a phrasing looks for as if it stood somewhere, in 哪条要求…, …是谁说的 and 为什么要…; "" for nothing."""
    found = _SOUGHT.search(phrasing)
    return next(filter(None, found.groups()), "") if found else ""


def is_let(phrasing: str) -> bool:
    """Return whether a way to ask looks for who or what allows something."""
    return _LETTING.search(phrasing) is not None


def asks_whether(phrasing: str) -> bool:
    """Return whether a way to ask wants to know if something is so."""
    return _WHETHER.search(phrasing) is not None


def asks_what(phrasing: str) -> bool:
    """Return whether a way to ask wants to know something, not whether something is so."""
    return _OPEN.search(phrasing) is not None or re.search("谁|几|多[少久长大高远]", phrasing) is not None


def _says(claim: str) -> bool:
    """Return whether words that stand by themselves say that something is so, and ask nothing."""
    if _WHETHER.search(claim) or _OPEN.search(claim) or _ASKED.search(claim):
        return False
    # 没备案的网站 only says which; 就是个人的事 says something.
    if (named := _NAMED.search(claim)) and not _FIRM.search(claim[: named.start()]):
        return False
    return bool(_CLAIMS.search(claim) or _LETS.search(claim) or turns(claim))


def _is_claimed(phrasing: str, claim: str, speakers: Iterable[str]) -> bool:
    """Return whether a phrasing takes something for granted, rather than ask for it."""
    if _ASKED.search(claim) or _ASKED_OF.search(claim) or _MET.search(claim):
        return False
    if _TAKEN.search(phrasing):
        return True
    if claim != phrasing:
        return bool(_CLAIMS.search(claim) or turns(claim)) and not _WHETHER.search(claim)
    if re.search(rf"(?:{_PAPERS}|{any_of(speakers) or '(?!)'}){_SAYS}", claim) and not _OPEN.search(claim):
        return True
    if _WHETHER.search(claim):
        return False
    if _LETS.search(claim) or (_MUST.search(claim) and not _OPEN.search(claim)):
        return True
    return bool(_REASON.search(claim) or (_WHY.search(claim) and turns(claim)))
