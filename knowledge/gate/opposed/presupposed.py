"""What an open question takes to be so: 哪些网站可以不备案 takes it that some may, 什么时候能公开 that it may be.

The question word goes, what is left is a claim, if it says of a deed that it may, must or need not be done, or was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WHEN = r"(?:在)?(?:什么|啥|哪[些种样]|何种)(?:个|样)?的?(?:时候|情况|情形|条件|前提|场合|场景|日子)(?:下|里|之下)?|何时|啥时|几时"
_WHICH = r"哪(?:些|种|类|样|几[\u4e00-\u9fff]|一?[个家种类款条位项](?!里))(?:的)?|(?<!为)(?:什么|啥)样?的?|(?<!是)谁|几[条种类样个家天]|多(?:长时间|久|少)"
# When or how much of something is done: that it is done is taken to be so.
_WHEN_DONE = re.compile(rf"{_WHEN}|多(?:长时间|久|少)")
_QUESTION = re.compile(rf"{_WHEN}|{_WHICH}")
# What asks how, why, whether or where it is written has been read by then.
_OTHER = re.compile(
    r"怎么|怎样|咋|如何|为什么|为啥|为何|凭[什啥]|[吗么没]$|还是|哪一?[条款章份部段句](?!.{0,3}可以)|第几|谁(?:说|讲|写|提|规定|来?管|来?负责$)"
    r"|(?:说|讲|写|提|谈|规定|要求|介绍|指出|表示)了?(?:些|的是)?(?:什么|啥|哪)|[，,][^，,]*谁|[找问向跟归]谁"
)
# The deed that is let, asked for or done without, and how it is said behind it.
_MODAL = re.compile(
    r"(?<![不认只])(?:可以|能够?(?![力源量])|允许|准许|获准|敢|可(?=不)|许可|应该|应当|必须|才能|需要|该|要(?!求)|负责|批准|同意|值得)|用不着|不用|不必|不需要|无[需须]"
)
_BEHIND = re.compile(r"是?(?:可以|允许|准许|被允许|能行|合规|没问题)的?$")
_WAS = re.compile(r"[\u4e00-\u9fff]{2}(?:了|过)(?!$)")
# Who asks what it takes to do something, or how it is done well, takes it that it may be done.
_TAKES = re.compile(
    r"(?:需要?|得|要)?(?:先)?(?:具备|满足|符合|办理?|走|交|准备|提交|遵守)?(?:什么|啥|哪些|哪种|多少|几个)样?的?(?:手续|条件|资格|流程|材料|门槛|钱|费用?)"
    r"|(?:需要?|得|要)?(?:具备|满足|符合|遵守)(?:什么|啥|哪些)(?=就|才|$)"
    r"|(?:时候?)?(?:需要?|得|要|应该?|应当)?(?:注意|留意|留心|当心|小心)(?:些|点)?(?:什么|啥|哪些|哪几)(?:事项|事情?|问题|方面|点)?$"
    r"|有(?:什么|啥|哪些|没有)?(?:技巧|窍门|诀窍|妙招|高招|绝招|门道|捷径|好处|讲究|好办法|好方法)$"
    r"|(?:从哪里?|从何)(?:着手|入手|做起|开始)$|(?:要|分)?(?:分|有)(?:几|哪几|哪些)个?步骤?$"
)

# A verb with what it is done to is longer.
_LONG = 2


@dataclass(frozen=True, slots=True)
class Presupposed:
    """What an open question takes to be so, and the deed in it that may, must or need not be done, or was done.

    Where none is named, `deed` is "": 举报方式放在哪个角落 only says where.
    """

    claim: str
    deed: str


def presupposed(phrasing: str) -> Presupposed | None:
    """Return what an open question takes to be so; None where it asks something else.

    >>> presupposed("哪些网站可以不备案"), presupposed("怎么备案")
    (Presupposed(claim='网站可以不备案', deed='不备案'), None)
    """
    phrasing = phrasing.rstrip("?？。 呢啊呀")
    takes = _TAKES.search(phrasing)
    deed = phrasing[: takes.start()] + phrasing[takes.end() :] if takes else ""
    if _OTHER.search(deed or phrasing):
        return None
    if takes:
        return Presupposed(deed, deed) if deed else None
    if not _QUESTION.search(phrasing):
        return None
    claim = _QUESTION.sub("", phrasing)
    when = _WHEN_DONE.search(phrasing)
    if modal := _MODAL.search(claim):
        deed = claim[modal.end() :].rstrip("的")
        # 什么手段是可以用的: the deed is done to what stands before.
        return Presupposed(claim, deed if len(deed) > _LONG else claim)
    if behind := _BEHIND.search(claim):
        return Presupposed(claim, claim[: behind.start()])
    return Presupposed(claim, claim if when or _WAS.search(claim) else "")
