"""Facts in our own words: numbers, days, names and bodies in a lead, an explanation or a fixed sentence.

The sources are quoted; what is written around a quote may only say what the quote, its place or the lexicon has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from knowledge.language.numerals import numeral
from knowledge.language.segment import Segmenter
from knowledge.language.tables import places
from knowledge.matching.snapshot import Snapshot
from knowledge.model import Content, Entry, Item, Quote
from knowledge.sources.cite import squeeze, written

_CHINESE = "零一二两三四五六七八九十百千万亿"
_NUMBER = re.compile(rf"\d+(?:[.-]\d+)*|[{_CHINESE}]+")
_DAY = re.compile(rf"(?:\d+|[{_CHINESE}]+)[年月日]")
_DATE_UNIT = re.compile(r"年|月|日|号(?!文|楼)")
_UNIT = re.compile(
    r"(?:多|余|来)?(?:个|位|名|家|人|条|项|份|种|次|天|周|小时|分钟|点|时|元|块|万|亿|所|篇|届|场|级|倍|成|%|章|节|页|批|省|市|县|字|岁|期"
    r"|米|公里|类|件|部|支|队|台|户|只|层|楼|季度|方面|轮|分|册|枚|张|套|款|座|辆)"
)
_TIME = re.compile(
    r"星期[一二三四五六日天]|周[一二三四五六末](?![\u4e00-\u9fff]{0,1}[制刊])|上午|下午|中午|傍晚|晚上|凌晨|早上|半(?:小时|天|年|个)|每(?:年|月|周|日|天|季度?|学期|星期)(?!度)|逐年|年底前|年初|年中|去年|明年|前年|后年|上周|下周|昨天|明天"
)
_BODY = re.compile(
    r"(?:局|厅|部|委|网信办|办公室|公司|集团|大学|学院|中学|小学|协会|学会|商会|中心|委员会|银行|法院|检察院|出版社|新华社|通讯社|杂志社|报社|电视台|日报|晚报|都市报|基金会|联合会|研究院"
    r"|研究所|医院|俱乐部|联盟|政府|电台|酒店|宾馆|会议中心|会展中心|体育馆|剧院|大厦|广场|礼堂|事务所)$"
)
_STOPS = frozenset("由在和与、是为向到等的了以及对被请跟同给于从，。：；“”《》（）()！？ \n") | {
    "以及", "联合", "会同", "邀请", "来自", "包括", "还有", "其中", "主办", "承办", "协办", "支持", "出席", "参加", "代表", "地点", "位于", "收录", "没有", "原文", "举办", "经", "只写",
    "想", "想要", "联系", "咨询", "了解", "询问", "找", "问", "看", "去", "来", "有", "说", "讲", "关于", "涉及", "对于", "这个", "那个", "该", "本", "各", "这", "那", "哪", "每"
}  # fmt: skip
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
_AFTER_NAME = re.compile(
    r"(?:主持|出席|说|讲|表示|指出|担任|任|介绍|宣布|宣读|撰写|起草|同志|先生|女士|教授|主任|副|书记|局长|厅长|部长|会长|主席|秘书长|老师|总|等|等人"
    r"|、|，|。|：|；|和|与|）|\)|的|代表|参加|作|签|在|负责|牵头|致辞|发言|分享|起草|带头|率|为|$)"
)
_QUOTED = re.compile(r"“([^“”]+)”|《([^《》]+)》")
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
_LATIN = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Made:
    """A text of ours with facts that nothing beside it holds; `key` names whose it is."""

    key: str
    text: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Held:
    """What a text may say: `beside` are the words it stands with, `whole` the documents of its quotes, and
    `known` all sources there are."""

    beside: str
    days: str
    whole: str
    known: str
    numbers: frozenset[int]
    names: frozenset[str]


def made_up(draft: Snapshot, live: Snapshot | None, *, full: bool = False) -> Iterator[Made]:
    """Yield what is made up in the leads, explanations and fixed sentences that are not on the live release (`full`: in all)."""
    content = draft.content
    old = live.content if live and not full else None
    for entry in content.entries.values():
        before = old.entries.get(entry.id) if old else None
        if before is None or (before.lead, before.quotes) != (entry.lead, entry.quotes):
            yield from filter(None, [made_in_lead(draft, entry)])
    for item in content.items.values():
        known = old.items.get(item.id) if old else None
        if known is None or (known.why, known.source) != (item.why, item.source):
            yield from filter(None, [made_in_why(draft, item)])
    # Without a live release nobody has written the fixed sentences: they came with the program.
    for key, text in content.replies.items() if live else ():
        if live and live.content.replies.get(key) != text:
            yield from filter(None, [made_in_reply(draft, key, live.content.replies.get(key, ""))])


def made_in_lead(snapshot: Snapshot, entry: Entry) -> Made | None:
    """Return the facts of an entry's lead that neither its quotes nor the lexicon has; None without any."""
    said = "\n".join(quote.text for quote in entry.quotes)
    return _made(snapshot, entry.id, _told(entry.lead), _held(snapshot.content, entry.quotes, said))


def _told(lead: str) -> str:
    """Return a lead without what it says is not there: 原文没有收录公安备案号."""
    return re.sub(r"[^，。：]*没有收录[^，。：]*", "", lead)


def made_in_why(snapshot: Snapshot, item: Item) -> Made | None:
    """The same of a quiz item's explanation: its passage, stem and options stand beside it."""
    passage = snapshot.content.passages.get(item.source.passage_id)
    beside = "\n".join(
        (passage.text if passage else "", item.source.text, item.stem, *item.options, *item.accepted)
    )
    held = _held(snapshot.content, (item.source,), beside)
    # An explanation may count a part of a list.
    counts = held.numbers | set(range(2, max(_lengths(beside)) + 1))
    return _made(snapshot, item.id, item.why, replace(held, numbers=counts))


def made_in_reply(snapshot: Snapshot, key: str, before: str) -> Made | None:
    """The same of a fixed sentence, beside what stood there before and every source."""
    content = snapshot.content
    beside = before + "\n" + "\n".join(source.text for source in content.sources.values())
    text = re.sub(r"\{\w+\}", "", content.replies[key])
    return _made(snapshot, key, text, replace(_held(content, (), beside), numbers=frozenset()))


def _held(content: Content, quotes: tuple[Quote, ...], beside: str) -> _Held:
    lexicon = content.lexicon
    around, days, whole = [beside], [beside], [beside]
    numbers: set[int] = set()
    for quote in quotes:
        passage = content.passages.get(quote.passage_id)
        if passage is None:
            continue
        source = content.sources[passage.source_id]
        whole.append(source.text)
        speaker = source.speakers.get(passage.speaker)
        around += [source.title, source.publisher, passage.heading, source.kind, passage.article]
        around += [speaker.name, speaker.post, speaker.organisation] if speaker else []
        days += [source.title, written(source.date)]
        numbers |= _counted(content, passage.source_id, source.text)
    numbers |= {len(quotes), *_lengths(beside)}
    numbers |= {len(re.findall("《", beside)), len(re.findall(r"[一二三四五六七八九]是", beside))}
    numbers |= {sum(name in beside for name in lexicon.aliases if lexicon.kinds[name] == kind) for kind in ("person", "organisation")}  # fmt: skip
    text = "\n".join(around)
    sources = "\n".join(f"{s.title}\n{s.publisher}\n{s.text}" for s in content.sources.values())
    names = {squeeze(name) for main, others in lexicon.aliases.items() for name in (main, *others)}
    return _Held(
        text,
        "\n".join(days),
        "\n".join(whole),
        sources,
        frozenset(numbers) | _values(_DAY.sub("", text)),
        frozenset(names | set(lexicon.words)),
    )


def _lengths(text: str) -> Iterator[int]:
    """Yield how many parts the lists of a text have: 校园、职工、青年和巾帼 has four."""
    for sentence in re.split(r"[。；;\n]", text):
        clauses = re.split(r"[,，：:]", sentence)
        yield len(clauses)
        for clause in clauses:
            yield clause.count("、") + 1
            yield len(re.findall("[、和与]", clause)) + 1


def _counted(content: Content, source_id: str, text: str) -> set[int]:
    """Return what can be counted in a source: its numbered parts, and the parts of each of these."""
    articles = {p.article for p in content.passages.values() if p.source_id == source_id and p.article}
    whole = [article for article in articles if "." not in article]
    parts = [sum(a.startswith(f"{one}.") and not a.endswith(".0") for a in articles) for one in whole]
    people = len({p.speaker for p in content.passages.values() if p.source_id == source_id and p.speaker})
    return {len(whole), *parts, people}


def _values(text: str) -> frozenset[int]:
    return frozenset(_value(match.group()) for match in _NUMBER.finditer(text)) - {-1}


def _value(number: str) -> int:
    if number.isdecimal():
        return int(number)
    return -1 if set(number) & set("零百千万亿.-") else numeral(number.replace("两", "二"))


def _made(snapshot: Snapshot, key: str, text: str, held: _Held) -> Made | None:
    found = [
        *_numbers(text, held),
        *(time for time in _TIME.findall(text) if time not in held.days),
        *_posts(text, held),
        *_districts(text, held),
        *_bodies(snapshot.segmenter, text, held),
        *_people(snapshot.segmenter, text, held),
        *_names(snapshot.content, text, held),
    ]
    # 王小明 of 由王小明: the longest form is told once.
    told = [
        fact for fact in dict.fromkeys(found) if not any(fact in other and fact != other for other in found)
    ]
    return Made(key, text, tuple(told)) if told else None


def _numbers(text: str, held: _Held) -> Iterator[str]:
    for match in _NUMBER.finditer(text):
        number, rest = match.group(), text[match.end() :]
        before = text[match.start() - 1 : match.start()]
        date, unit = _DATE_UNIT.match(rest), _UNIT.match(rest)
        if not number[0].isdigit() and not (date or unit) and before != "第":
            continue
        value = _value(number)
        told = number + (date.group() if date else unit.group() if unit else "")
        if value == 1 and not date and before != "第":
            continue
        if date and value in _values(held.days):
            continue
        if (
            _counts(number, held.beside)
            or told in held.whole
            or _repeats(rest, held, value)
            or (
                not date
                and value in held.numbers
                and value >= 0
                and not _is_told_otherwise(rest, held, value)
            )
        ):
            continue
        yield ("第" if before == "第" else "") + told


def _is_told_otherwise(rest: str, held: _Held, value: int) -> bool:
    """Return whether the words themselves count the same thing, and count another number: 五方面 for 三方面."""
    # How long something takes is no number of parts.
    if re.match("个?(?:工作日|小时|分钟|月|星期|周|天|季度)", rest):
        return True
    unit = re.match(r"(?:个)?(?P<unit>方面)", rest)
    if unit is None:
        return False
    counted = re.findall(rf"({_NUMBER.pattern})个?{unit['unit']}", held.beside) or re.findall(
        rf"({_NUMBER.pattern})个?{unit['unit']}", held.whole
    )
    return bool(counted) and value not in {_value(number) for number in counted}


def _posts(text: str, held: _Held) -> Iterator[str]:
    """Yield the posts that stand right beside a known name, and not in what the text stands beside."""
    known = {match.group() for match in _POST.finditer(held.beside)}
    for match in _POST.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        named = any(before.endswith(name) or after.startswith(name) for name in held.names if len(name) > 1)
        if named and match.group() not in known:
            yield match.group()


def _districts(text: str, held: _Held) -> Iterator[str]:
    for place in _DISTRICT.findall(text):
        if not _NO_DISTRICT.search(place) and place not in held.beside and place not in held.known:
            yield place


def _counts(number: str, text: str) -> bool:
    """Return whether a number stands in a text as something else than a part of a day."""
    return re.search(rf"(?<!\d){re.escape(number)}(?![\d年月日])", text) is not None


def _repeats(rest: str, held: _Held, value: int) -> bool:
    """Return whether what is counted stands so many times beside: 三进 of 进教材、进校园、进课堂."""
    words = re.match(r"[个次]?[“]?(\w{1,4})", rest)
    return (
        words is not None and value > 1 and any(held.beside.count(words[1][:n]) >= value for n in range(1, 4))
    )


def _bodies(segmenter: Segmenter, text: str, held: _Held) -> Iterator[str]:
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


def _stands(body: str, held: _Held) -> bool:
    """Return whether a body is one that is known, or ends with one that is."""
    return (
        body in held.beside
        or any(body.endswith(name) or body in name for name in held.names if len(name) > 2)
        or any(body[i:] in held.beside for i in range(len(body) - 2))
    )


def _people(segmenter: Segmenter, text: str, held: _Held) -> Iterator[str]:
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
                len(name) == length
                and all("\u4e00" <= sign <= "\u9fff" for sign in name)
                and start + length in ends
                and start + 1 in ends
                and name[-1] not in "说讲谈任主出提表介时点"
                and not segmenter.knows(name)
                and _AFTER_NAME.match(rest)
                and name not in held.beside
                and name not in held.known
                and not any(name in known for known in held.names)
                and not _is_words(segmenter, name)
            ):
                yield name
                break


def _is_words(segmenter: Segmenter, name: str) -> bool:
    """Return whether what looks like a name is a common turn of signs: 和大家, 时要."""
    return (
        any(sign in "的了是在有不和与及等也都就要会能可以这那上下里中" for sign in name[1:])
        or name[0] in "和时成任为"
    )


def _names(content: Content, text: str, held: _Held) -> Iterator[str]:
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
    yield from (word for word in _LATIN.findall(text) if word.lower() not in everything.lower())
