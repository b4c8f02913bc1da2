"""Compound questions: the ways to read a text as two or three questions, in the order asked; judges no answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from knowledge.language.grammar import ASKING

_NUMERAL = r"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]|\d{1,2})"
_CLAUSE = (
    rf"第{_NUMERAL}[条款](?:的?第?[（(]{_NUMERAL}[）)][项款点]?|第?{_NUMERAL}[项款点])?|第[（(]?{_NUMERAL}[）)]?[项段点]"
    rf"|[（(]{_NUMERAL}[）)][项款点]?|最后一?[条项段点]"
)
_JOINT = r"\s*(?:和|与|跟|同|以及|还有|及|、|,|，|/|对比|比较|vs)\s*(?:它的|的)?"
# 许静、唐敏两位女同志分别在哪里任职
_TOGETHER_ARE = re.compile(
    r"^(?:这|那)?(?:[两二三四几]|俩)(?:个|位|名|家|份)?(?:[\u4e00-\u9fff]{0,3}?(?:同志|领导|代表|企业|公司|单位|老师|媒体|文件|部门|人))?"
)
_NTH = rf"(?:第{_NUMERAL}|头一|最后一?)(?:个?方面|部分|[条项点个款件份段])"
# 三方面工作的头一条和最后一条
_OF_ONE_COUNT = re.compile(
    rf"(?P<of>.{{2,20}}?)的?(?P<nth>{_NTH}(?:{_JOINT}{_NTH})+)(?:分别|各自?|都)?(?P<rest>.{{0,14}})"
)
# 一是算法推荐那个要求,二是谁去挖: what a text numbers itself, with what leads in to it.
_NUMBERED = re.compile(
    r"(?:^|[\s,，。;；:：])(?:[一二三四][是来]|其[一二三四]|第[一二三四](?:个(?:问题)?|件事?|点|问)?(?:是|呢)?(?=[,，:：])"
    r"|[1-4][.．、:：)）]|[一二三四][、:：])[,，:：\s]*"
)
_EACH = re.compile(r"(?:分别|各自|各|都|这两[条个位份]|两[条个位份]|三[条个位份]|之间)")
_COMPARED = re.compile(
    r"[\s,，]*(?:到底|究竟)?(?:有|是|在)?(?:什么|啥子?|哪些|何|哪里)?(?:的)?(?:区别|不同(?:之处|点)?|不一样|差别|差异|异同|两样|差(?=在))(?:在哪里?|是什么|有哪些)?(?:吗|呢|没有|么|啊)?[?？]?$|[\s,，]*(?:对比|比较|比)(?:一下|一比|看看)?$"
)
_COMPARING = re.compile(r"^(?:请|帮我|给我|我想|想)*(?:对比|比较|比一比|区分)(?:一下)?")
_TOGETHER = re.compile(r"联合|一起|共同|合作|关系|哪个更|谁更|先后")
_ASKS_BY_ITSELF = re.compile(rf"{ASKING}|好多|干嘛|干吗|(?<![这那近前好过])几|为何|如何|何时")
_STOPS = re.compile(r"[，,。？?；;！!+\n]+")
_LINKS = re.compile(r"(?:以及|还有|另外|并且|同时|然后|顺便|又|和|与|跟)|、|\s+")
# What leads in to a question and is none of it: 顺便讲哈来了好多人.
_LEADS_IN = re.compile(
    r"^(?:顺便|另外(?:一?个)?|还有|以及|再|也|请问|麻烦|我想(?:知道|问|了解)|想(?:知道|问|了解)|想问问|帮我|给我)*"
    r"(?:(?:说|讲|问|看|查|介绍)(?:一下|下|哈|说|讲|看)|(?<=顺便)(?:说|讲|问))?(?:就是|那)?[,，、\s]*"
)
_WHEN = r"(?:是?什么时候|啥时候|何时|哪一?天|哪年|几号|什么时间)"
_WHERE = r"(?:是?在)?(?:哪里|哪儿|什么地方|啥地方|哪个地方|哪个城市|哪(?![个家些位天年]))"
_WHEN_WHERE = re.compile(rf"(?P<first>{_WHEN}|{_WHERE})[\s,，、和与]*(?P<second>{_WHERE}|{_WHEN})")
_FACT = r"(?:时间|日期|地点|地址|人数|目的|名称|主题|主办单位|参会人员|参会单位|出席领导|联系电话|电话|[qQ]{2}号?|备案号|邮箱|法律顾问|职务|单位)"
FACT_NAME = re.compile(_FACT)
"""What names a kind of fact and nothing that has it: 时间, 地点, 电话."""
_FACTS = re.compile(rf"{_FACT}(?:(?:和|与|跟|以及|还有|及|、|,|，|\s)*{_FACT})+")
_NAMES_A_FACT = re.compile(rf"的?(?:{_FACT}|打算|计划|安排|名单|身份)[\s。!！]*$")
_GOES_ON = re.compile(r"(?:那|还有|另外)*(?P<what>.{2,20}?)(?:那个|那份|的)?[呢嘞咧喃][\s。!！]*")
# What wants to see something and asks nothing of it: 念一下, 都发给我.
_SHOWN = re.compile(r"(?:念|读|发|给|看|列|说|讲|拿|来|出来?|我|听|一?[下哈]|的|内容|原文|吧|嘛|都|全)*")
_GENERIC = re.compile(
    r"^(?:分别|各|都|是|有|什么|啥|哪些|多少|在|哪里?|说|讲|告诉|发|给|我|一下|呢|吗|啊|的|\s|[?？])*$"
)
_PRONOUN = re.compile(r"^(?:他们|她们|他|她|它|这个人|这位|其)")
_YES_NO = re.compile(
    r"([\u4e00-\u9fff])[不没]\1|可以不可以|是否|能否|(?:吗|[\u4e00-\u9fff](?:不|没|没得|没有))[\s。!！]*$"
)
_ASIDE_CHARS = 5
# 谣言这件事,网站咋个做、普通网民咋个做
_TOPIC = re.compile(
    r".{2,12}?(?:[这那](?:件|个|种|类|一)*(?:事情?|问题|块|方面|东西)|方面|(?:的)?问题上?|上面)"
)
_YES_OR_NO = re.compile(r"吗|吧|对不对|是不是")
_OF_EACH = re.compile(
    r"(?P<a>[^，,。？?]{2,24}?)(?:和|与|跟|、)(?P<b>[^，,。？?和与跟、]{2,12}?)(?:那?两[条个位份段])?(?:分别|各自?)(?:是|的)?(?P<rest>.{2,20})"
)
_OF_BOTH = re.compile(
    r"(?P<a>[^，,。？?]{2,16}?)(?:和|与|跟|、|以及)(?P<b>[^，,。？?和与跟、]{2,14}?)"
    r"(?:(?:这|那)?两(?:块|方面|样|类|点|者|种|个方面|件事)(?:分别|都|各自?)?|(?=都(?:发|给|说|讲|列|看)))(?P<rest>.{2,20})"
)
_MOST = 6
_LEAST_NUMBERED = 3
_STORY_CHARS = 40
# A gap parts questions only: 亲红是哪里的 什么职务 is one.
_LEAST_BESIDE_A_GAP = 7


@dataclass(frozen=True)
class Named:
    """What may be set side by side beside clauses: every way to write a name, with what it is (person, organisation, document …)."""

    kinds: Mapping[str, str]

    @cached_property
    def item(self) -> re.Pattern[str]:
        """What finds a clause or a name, a topic aside; the longest way to write it."""
        names = (name for name, kind in self.kinds.items() if kind != "topic")
        written = sorted(names, key=lambda name: (-len(name), name))
        return re.compile("|".join((_CLAUSE, *map(re.escape, written))))


_NOBODY = Named({})


def read_parts(text: str, names: Named) -> Iterator[tuple[str, ...]]:
    """Yield the ways to read a tidied text as several questions, the likeliest first.

    >>> names = Named({"韩晗": "person", "曾薇": "person"})
    >>> list(read_parts("韩晗和曾薇分别是谁", names)), list(read_parts("第五条和第四条有什么区别", names))
    ([('韩晗是谁', '曾薇是谁')], [('第五条说了什么', '第四条说了什么')])
    """
    ways = (
        _by_numbers(text),
        _by_items(text, names),
        _by_places(text),
        _by_facts(text),
        _by_time_and_place(text),
        _by_topic(text, names),
        _by_stretches(text, names),
        _by_stretches(text, _NOBODY),
        *_by_each(text),
        _by_clauses(text),
    )
    for way in dict.fromkeys(ways):
        if 1 < len(way) <= _MOST:
            yield way


def items_in(text: str, names: Named) -> tuple[str, ...]:
    """Return the clauses or names that a text sets side by side, in order; () when it sets none."""
    return tuple(match.group() for match in _side_by_side(text, names))


def wants_each(text: str) -> bool:
    """Return whether a text says itself that it asks of each by itself: 分别, 有什么区别."""
    return bool(re.search("分别|各自", text) or _COMPARED.search(text) or _COMPARING.match(text))


def are_parted(text: str, parts: tuple[str, ...]) -> bool:
    """Return whether a text of the length of a question asks its parts in stretches of their own.

    >>> are_parted("会在哪开的？发了什么", ("会在哪开的", "发了什么")), are_parted("在哪和何时开的", ("在哪开的", "何时开的"))
    (True, False)
    """
    stretches = [stretch.strip() for stretch in _STOPS.split(text)]
    return len(text) <= _STORY_CHARS and all(part in stretches for part in parts)


def _side_by_side(text: str, names: Named) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    for match in names.item.finditer(text):
        between = text[found[-1].end() : match.start()] if found else ""
        # 团省委妇联谁讲的 names two bodies, 省教育厅李志刚 one man.
        kind = names.kinds.get(match.group())
        is_next = (
            bool(found) and not between and kind is not None and names.kinds.get(found[-1].group()) == kind
        )
        if found and not is_next and not re.fullmatch(_JOINT, between):
            if len(found) > 1:
                break
            found = []
        found.append(match)
    return found if len(found) > 1 else []


def _by_items(text: str, names: Named) -> tuple[str, ...]:
    found = _side_by_side(text, names)
    if not found or _TOGETHER.search(text):
        return ()
    before, after = text[: found[0].start()], text[found[-1].end() :]
    plain = _COMPARING.sub("", before)
    compared = plain != before or bool(_COMPARED.search(after))
    rest = _EACH.sub("", _TOGETHER_ARE.sub("", _COMPARED.sub("", after))).strip(" ,，。?？的")
    if _YES_OR_NO.search(rest) and not _ASKS_BY_ITSELF.search(rest):
        return ()
    items = _with_articles([match.group() for match in found])
    kinds = [names.kinds.get(item, "clause") for item in items]
    if compared or _SHOWN.fullmatch(rest):
        said = ["讲了什么" if kind in {"person", "organisation"} else "说了什么" for kind in kinds]
    else:
        said = [rest] * len(items)
    return tuple(f"{plain}{item}{predicate}" for item, predicate in zip(items, said, strict=True))


def _with_articles(items: list[str]) -> list[str]:
    """Return clauses in full: 第三条第一项, 第二项 is 第三条第一项, 第三条第二项."""
    article, full = "", []
    for item in items:
        match = re.match(rf"第{_NUMERAL}条", item)
        if match:
            article = match.group() if len(item) > match.end() else ""
        full.append(f"{article}{item}" if article and not match and item[0] in "第（(" else item)
    return full


def _by_numbers(text: str) -> tuple[str, ...]:
    """Return what a text numbers itself: 问两个事,一是在哪开的,二是谁主持."""
    _, *parts = _NUMBERED.split(text)
    parts = [part.strip(" ,，。;；") for part in parts]
    return tuple(parts) if all(len(part) >= _LEAST_NUMBERED for part in parts) else ()


def _by_places(text: str) -> tuple[str, ...]:
    """Return a question about each of the places in a count that are set side by side: 三方面工作的头一条和最后一条."""
    match = _OF_ONE_COUNT.fullmatch(text)
    if match is None or re.search(_CLAUSE, match["of"]):
        return ()
    rest = "" if _GENERIC.match(match["rest"]) else match["rest"]
    return tuple(f"{match['of']}的{nth}{rest}" for nth in re.findall(_NTH, match["nth"]))


def _by_facts(text: str) -> tuple[str, ...]:
    match = _FACTS.search(text)
    if not match or not _GENERIC.match(text[match.end() :]):
        return ()
    return tuple(text[: match.start()] + fact for fact in re.findall(_FACT, match.group()))


def _by_time_and_place(text: str) -> tuple[str, ...]:
    match = _WHEN_WHERE.search(text)
    if not match:
        return ()
    before, after = text[: match.start()], text[match.end() :]
    return (f"{before}{match['first']}{after}", f"{before}{match['second']}{after}")


def _by_topic(text: str, names: Named) -> tuple[str, ...]:
    """Return what is asked of a topic that stands before it all: 谣言这件事,网站咋个做、普通网民咋个做."""
    stop = _STOPS.search(text)
    topic = text[: stop.start()] if stop else ""
    if stop is None or not _TOPIC.fullmatch(topic):
        return ()
    return tuple(f"{topic}{part}" for part in _by_stretches(text[stop.end() :], names))


def _by_stretches(text: str, names: Named) -> tuple[str, ...]:
    """Return the stretches that ask, each with the name that only the first one has; 理性上网呢 as it stands."""
    cut = [part.strip() for whole in _STOPS.split(text) for part in _linked(whole)]
    stretches = [_LEADS_IN.sub("", part) or part for part in cut]
    asking = [part for part in stretches if _asks(part)]
    named = names.item.search(asking[0]) if asking else None
    subject = named.group() if named else ""
    parts: list[str] = []
    for part in stretches:
        other = _GOES_ON.fullmatch(part) if parts else None
        if other and subject and names.item.fullmatch(other["what"]):
            # 第二条讲什么？第七条呢？
            parts.append(asking[0].replace(subject, other["what"], 1))
        elif other and not _asks(other["what"]):
            parts.append(part)
        elif part in asking:
            alone = not parts or not subject or names.item.search(part)
            parts.append(part if alone else subject + _PRONOUN.sub("", part))
    return tuple(parts)


def _asks(part: str) -> bool:
    """Return whether a stretch asks for something by itself, be it for a yes or no: 要不要实名, 失信只是自己的事吗."""
    is_whole = len(part) > _ASIDE_CHARS
    return bool(
        _ASKS_BY_ITSELF.search(part) or _NAMES_A_FACT.search(part) or (is_whole and _YES_NO.search(part))
    )


def _by_each(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the ways to ask of each of two things by itself: 网络谣言和知识产权分别怎么规定的, 水彩和合唱学费分别多少."""
    match = _OF_EACH.fullmatch(text) or _OF_BOTH.fullmatch(text)
    if match is None:
        return
    a, b, rest = match["a"], match["b"], match["rest"]
    yield f"{a}{rest}", f"{b}{rest}"
    for cut in range(2, len(b) - 1) if _GENERIC.match(rest) else ():
        # What is asked of both may stand after the second alone.
        yield f"{a}{b[cut:]}{rest}", f"{b[:cut]}{b[cut:]}{rest}"


def _by_clauses(text: str) -> tuple[str, ...]:
    """Return a question about each of the clauses that a text wants to see: 第五条管实名,第六条管病毒,都发下原话."""
    found = tuple(dict.fromkeys(re.findall(_CLAUSE, text)))
    wanted = _EACH.search(text) and not _ASKS_BY_ITSELF.search(text)
    return tuple(f"{clause}说了什么" for clause in found) if wanted else ()


def _linked(stretch: str) -> list[str]:
    """Return a stretch cut at its links between two question words: 在哪开的和多少人参加; a story is left whole."""
    if len(stretch) > _STORY_CHARS:
        return [stretch]
    parts: list[str] = []
    start = 0
    for link in _LINKS.finditer(stretch):
        least = _LEAST_BESIDE_A_GAP if link.group().isspace() else 0
        if min(link.start() - start, len(stretch) - link.end()) < least:
            continue
        if _asks(stretch[start : link.start()]) and (
            _asks(stretch[link.end() :]) or _GOES_ON.fullmatch(stretch[link.end() :])
        ):
            parts.append(stretch[start : link.start()])
            start = link.end()
    return [*parts, stretch[start:]]
