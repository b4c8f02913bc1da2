"""Names in our own words: bodies, people, posts, places and products that nothing beside them has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.gate.own_words.ground import Ground
from knowledge.language.segment import Segmenter
from knowledge.language.tables import places, products, surnames
from knowledge.model.content import Content
from knowledge.sources.cite import squeeze

_BODY = re.compile(
    r"(?:局|厅|部|委|网信办|办公室|公司|集团|大学|学院|中学|小学|协会|学会|商会|中心|委员会|银行|法院|检察院|出版社|新华社|通讯社|杂志社|报社|电视台|日报|晚报|都市报|基金会|联合会|研究院"
    r"|研究所|医院|俱乐部|联盟|政府|电台|酒店|宾馆|会议中心|会展中心|体育馆|剧院|大厦|广场|礼堂|事务所|[工化电药钢纸]厂|派出所)$"
)
_STOPS = frozenset("由在和与、是为向到等的了以及对被请跟同给于从，。：；“”《》（）()！？ \n") | {
    "以及", "联合", "会同", "邀请", "来自", "包括", "还有", "其中", "主办", "承办", "协办", "支持", "出席", "参加", "代表", "地点", "位于", "收录", "没有", "原文", "举办", "经", "只写",
    "想", "想要", "联系", "咨询", "了解", "询问", "找", "问", "看", "去", "来", "有", "说", "讲", "关于", "涉及", "对于", "这个", "那个", "该", "本", "各", "这", "那", "哪", "每"
}  # fmt: skip

# 第（一）项写明, 都反对 and 谈今后 name nobody.
_SURNAMES = surnames() - frozenset("项都谈")
_AFTER_NAME = re.compile(
    r"(?:主持|出席|说|讲|表示|指出|担任|任|介绍|宣布|宣读|撰写|起草|同志|先生|女士|教授|主任|副|书记|局长|厅长|部长|会长|主席|秘书长|老师|总|等|等人"
    r"|、|，|。|：|；|和|与|）|\)|的|代表|参加|作|签|在|负责|牵头|发起|组织|倡议|提出|致辞|发言|分享|起草|带头|率|为|$)"
)
_QUOTED = re.compile(r"“([^“”]+)”|《([^《》]+)》")
_POST_BEFORE = re.compile(
    r"(?:会长|主席|书记|[局厅处科部校院市省县镇所社台站]长|主任|秘书长|经理|教授|老师)$"
)
_DIGITS = re.compile(r"[零一二两三四五六七八九十百千万]")
_SHORT_CHARS = 2
_POST = re.compile(
    r"(?:副)?(?:会长|主席|书记|局长|厅长|处长|科长|部长|行长|校长|院长|市长|省长|县长|所长|社长|台长|站长|主任|秘书长|理事长|董事长|总裁|总经理|经理|教授|院士|博士|巡视员|科学家|发言人)"
)
# 青羊区 is a place, 社区 and 园区 are none.
_DISTRICT = re.compile(
    r"(?<=[在到于往和、])([\u4e00-\u9fff]{2,3}(?:区|县|镇|乡|村|街道))(?![\u4e00-\u9fff]?[域])"
)
_NO_DISTRICT = re.compile(
    r"(?:社|园|地|小|景|校|城|山|辖|片|郊|农|牧|灾|特|禁|专|误|时|雷|盲|各|全|乡|本|外)(?:区|县|镇|乡|村|街道)$"
)
# 成都 and 高校 are no people: what is a surname there is a part of a word.
_TITLED = re.compile(
    rf"(?P<surname>[{''.join(sorted(_SURNAMES - set('和时成任为于应高全明')))}])(?:老师|师傅|女士|先生|经理|主任|科长|局长|处长|厅长|部长|书记|市长|省长|县长|镇长|校长|院长|所长|会长|主席|教授|警官|医生|大夫|阿姨|同志|编辑|记者)"
)
_CALLED = re.compile(
    rf"(?:找|联系|问|请|由|跟|是)(?P<name>[小老][{''.join(sorted(_SURNAMES - set('时和成明')))}])(?![\u4e00-\u9fff]{{0,1}}[区学校师板])"
)
_LATIN = re.compile(r"[A-Za-z]{2,}")


def unheld_names(content: Content, segmenter: Segmenter, text: str, held: Ground) -> Iterator[str]:
    """Yield the names of a text that nothing it may say holds."""
    yield from _posts(text, held)
    yield from _titled(segmenter, text, held)
    yield from _districts(text, held)
    yield from _bodies(segmenter, text, held)
    yield from _people(segmenter, text, held)
    yield from _names(content, text, held)


def _titled(segmenter: Segmenter, text: str, held: Ground) -> Iterator[str]:
    """Yield who is named by a surname alone, 王老师 or 小李, where nobody of that name stands beside."""
    ends = {0}
    for word in segmenter.cut(text):
        ends.add(max(ends) + len(word))
    for match in _TITLED.finditer(text):
        known = any(
            name[0] == match["surname"] and len(name) in (2, 3)
            for name in held.names
            if name and name in held.beside
        )
        if match.start() in ends and not known and match.group() not in held.beside:
            yield match.group()
    for match in _CALLED.finditer(text):
        if match["name"] not in held.beside:
            yield match["name"]


def _posts(text: str, held: Ground) -> Iterator[str]:
    """Yield the posts that stand right beside a known name, and not in what the text stands beside."""
    known = {match.group() for match in _POST.finditer(held.beside)}
    for match in _POST.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        named = any(before.endswith(name) or after.startswith(name) for name in held.names if len(name) > 1)
        if named and match.group() not in known:
            yield match.group()


def _districts(text: str, held: Ground) -> Iterator[str]:
    for place in _DISTRICT.findall(text):
        if not _NO_DISTRICT.search(place) and place not in held.beside and place not in held.known:
            yield place


def _bodies(segmenter: Segmenter, text: str, held: Ground) -> Iterator[str]:
    words = segmenter.cut(text)
    for number, word in enumerate(words):
        if not _BODY.search(word):
            continue
        start = number
        while start and words[start - 1] not in _STOPS and number - start < 6:
            start -= 1
        body = "".join(words[start : number + 1])
        if len(body) > 2 and not _stands(body, held):
            yield body


def _stands(body: str, held: Ground) -> bool:
    """Return whether a body is one that is known, or ends with one that is."""
    return (
        body in held.beside
        or any(body.endswith(name) or body in name for name in held.names if len(name) > 2)
        or any(body[i:] in held.beside for i in range(len(body) - 2))
    )


def _people(segmenter: Segmenter, text: str, held: Ground) -> Iterator[str]:
    for known in sorted(held.names, key=len, reverse=True):
        text = text.replace(known, "，" * len(known)) if known[:1] in _SURNAMES else text
    at, ends = 0, {0}
    for word in segmenter.cut(text):
        at += len(word)
        ends.add(at)
    for start in sorted(ends):
        if text[start : start + 1] not in _SURNAMES:
            continue
        for length in (3, 2):
            name, rest = text[start : start + length], text[start + length :]
            if (
                {start + 1, start + length} <= ends
                and (_AFTER_NAME.match(rest) or _POST_BEFORE.search(text[:start]))
                and _is_unheld(segmenter, name, held)
            ):
                yield name
                break


def _is_unheld(segmenter: Segmenter, name: str, held: Ground) -> bool:
    """Return whether what stands as a name can be one, and is nobody that the ground names."""
    return (
        all("\u4e00" <= sign <= "\u9fff" for sign in name)
        and name[-1] not in "说讲谈任主出提表介时点"
        and not segmenter.knows(name)
        and not _DIGITS.search(name)
        and name not in held.beside
        and name not in held.known
        and not any(name in known for known in held.names)
        and not _is_words(segmenter, name)
    )


def _is_words(segmenter: Segmenter, name: str) -> bool:
    """Return whether what looks like a name is a common turn of signs: 和大家, 时要."""
    return (
        any(sign in "的了是在有不和与及等也都就要会能可以这那上下里中" for sign in name[1:])
        or name[0] in "和时成任为"
    )


def _names(content: Content, text: str, held: Ground) -> Iterator[str]:
    for words in (first or second for first, second in _QUOTED.findall(text)):
        if (
            len(words) > _SHORT_CHARS
            and squeeze(words) not in squeeze(held.known)
            and squeeze(words) not in held.names
            and words not in held.beside
        ):
            yield words
    everything = held.beside + held.known
    yield from (word for word in content.lexicon.unknown if word in text and word not in everything)
    yield from (place for place in places() if place in text and place not in everything)
    yield from (name for name in products() if name in text and name not in held.beside + held.whole)
    yield from (word for word in _LATIN.findall(text) if word.lower() not in everything.lower())
