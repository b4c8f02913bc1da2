"""Who speaks in a text: names, posts and organisations, as the text itself words them.

Found are people of whom the text says that they said something: 李志刚表示, ▲…李志刚讲话, 张三（某局局长）：, 局长王芳作报告. Their post is
what stands before the name there or in a list of those present, or behind it in brackets; an editor checks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.language.shapes import HAN, PARTED_NAME
from knowledge.language.tables import callings, posts, surnames, syllable_by_character
from knowledge.language.words import is_common
from knowledge.learning.facts.fact import LIKELY, SURE, UNSURE
from knowledge.learning.marks import ROLES, labels

VERBS = (
    r"(?:作[^，。“”]{0,10}?(?:报告|讲话|发言|说明|介绍)|讲话|发言|致辞|表示|指出|强调|介绍|认为|谈到|要求|提出|建议|坦言|透露|说道|解释|回应|补充|"
    r"告诉记者|呼吁|总结|汇报|通报|回答|提醒|说)"
)
_ADVERBS = r"(?:微?笑着|(?:高兴|激动|开心|自豪|感慨|欣慰|兴奋)地|还|也|又|最后|同时|随后|接着|则|进一步|着重|特别|首先|一再|在[^，,。“”]{2,20}?[上中时里后]|就[^，,。“”]{2,30}?|对[^，,。“”]{2,30}?)"
_AFTER = rf"(?=同志|{_ADVERBS}{{0,2}}{VERBS}|[，,、。；;：:（(）)\s　“”]|$)"
_NAME = rf"(?:{PARTED_NAME}|{HAN}{{2,4}})"
_TRANSCRIPT = re.compile(rf"({_NAME})[（(]([^（）()]{{2,40}})[）)][：:]")
_TURN = re.compile(rf"({_NAME})[：:]")
_BODY = r"[^，,。；;：:“”（）()\s　]{2,30}"
# 街道城管办　冉鹏飞：…: whom the minutes introduce by the body he speaks for, with a gap and without a post.
_INTRODUCED = re.compile(rf"({_BODY})[ 　]+({_NAME})[：:](?=.)")
_CAPTION = re.compile(r"▲(.+?)(?:作?总结)?(?:讲话|发言|致辞|致词)[。.]?")
_RANK_WORDS = "|".join((*posts(), *callings()))
_POST = re.compile(rf"(?:{_RANK_WORDS})$")
_ORGANISATION = re.compile(
    r"(?:厅|局|委|办|办公室|总工会|工会|妇联|联合会|协会|学会|分行|银行|公司|集团|中心|小学|中学|学校|大学|(?<![旧老大小])院|政府|街道|社区|村|宣传部|组织部|统战部|社会工作部|武装部|网信办|办事处|"
    r"派出所|小区|报社|电视台|法院|检察院|支队|大队|支部|党支部)$"
)
_RANK = re.compile(
    rf"(?:党|副|正|总|首席|数据|宣传|机关|办公室主任|常务|执行|分管|相关|有关|一级|二级|三级|四级|高级|[\u4e00-\u9fff]{{2,6}}(?:科|处|股)|{_RANK_WORDS})"
)
_LABELS = frozenset(
    {
        "时间",
        "地点",
        "主办",
        "承办",
        "来源",
        "编辑",
        "单位",
        "电话",
        "地址",
        "主持",
        "出席",
        "记录",
        "列席",
        "主题",
    }
)
_SPEAKING = frozenset({"主持人", "主持", "发言人", "讲话人", "主讲人", "报告人", "嘉宾"})
_BEFORE_POST = re.compile(
    r"^(?:[一二三四五六七八九十\d]{1,3}[、．.]|[（(][一二三四五六七八九十\d]{1,3}[）)])?\s*"
    r"(?:(?:会上|会议由|会议邀请|随后|最后|其中|同时|据|邀请|来自|由|记者从|当天|在场的|时任|现任|对此|就此|主持人|主持|出席|参加人员|发言人)[：:，,]?)*"
)

_INTERVIEWED = re.compile(r"^.*(?:采访|专访|对话|访谈)了?")


@dataclass(frozen=True, slots=True)
class Person:
    """A person whose words a text reports; `post` as the text words it, "" when it does not say."""

    id: str
    name: str
    post: str
    organisation: str
    confidence: str = SURE


def find_people(paragraphs: Sequence[str]) -> dict[str, Person]:
    """Return the people who say something in a text, by id, in the order of their first words."""
    posts = _posts(paragraphs)
    people: dict[str, Person] = {}
    for name in dict.fromkeys(_speaking(paragraphs, posts)):
        post = posts.get(name, "")
        person_id = id_of(name)
        if person_id in people:
            person_id = f"{person_id}-2"
        sure = SURE if post else UNSURE if is_common(name) else LIKELY
        people[person_id] = Person(person_id, name, post, organisation_of(post), sure)
    return people


def speaker_id_of(text: str, people: Mapping[str, Person]) -> str:
    """Return the id of who says a paragraph, "" when it does not tell: a caption, a transcript's turn, a reported remark."""
    head = text[:80]
    for person in people.values():
        name = re.escape(person.name)
        if re.match(rf"(?:{_BODY}[ 　]+)?{name}(?:[（(][^）)]*[）)])?[：:]", text) or (
            text.startswith("▲") and person.name in head
        ):
            return person.id
        if re.search(
            rf"(?:^|”)[^“”。]{{0,40}}{name}(?:同志)?(?:[（(][^）)]*[）)])?[^“”。，,]{{0,30}}?{VERBS}",
            text[:200],
        ):
            return person.id
    return ""


def named_in_heading(text: str, people: Mapping[str, Person]) -> str:
    """Return the id of the person whose words stand under a heading, "" when it names none.

    Such a heading is the name with nothing but a post, a number, and 讲话 or the like around it.
    """
    for person in people.values():
        if person.name in text:
            rest = re.sub(r"[\s　]", "", text.replace(person.name, "", 1))
            rest = re.sub(
                rf"^(?:{re.escape(person.post)})?" if person.post else "", "", _BEFORE_POST.sub("", rest)
            )
            if re.fullmatch(
                rf"[（(：:]*(?:{re.escape(person.post) or '(?!)'})?(?:同志)?的?{VERBS}?(?:摘要|摘登|全文)?[）)：:]*",
                rest,
            ):
                return person.id
    return ""


def id_of(name: str) -> str:
    """Return the id of a person: surname and given name in pinyin.

    >>> id_of("李志刚")
    'li-zhigang'
    """
    syllables = [
        syllable_by_character().get(character, "x") for character in name if re.match(HAN, character)
    ]
    return f"{syllables[0]}-{''.join(syllables[1:])}" if len(syllables) > 1 else syllables[0]


def organisation_of(post: str) -> str:
    """Return the organisation that a post begins with; the post itself when it names none.

    >>> organisation_of("省教育厅党组成员、机关党委书记")
    '省教育厅'
    """
    first = post.split("、", maxsplit=1)[0]
    for end in range(len(first), 1, -1):
        if _ORGANISATION.search(first[:end]) and (end == len(first) or _RANK.match(first[end:])):
            return first[:end]
    return first


def _speaking(paragraphs: Sequence[str], posts: Mapping[str, str]) -> Iterator[str]:
    for text in paragraphs:
        if introduced := _introduced(text):
            yield introduced[0]
        elif (found := _TURN.match(text)) and len(text) > found.end():
            yield from {found.group(1)} & posts.keys() - ROLES - _LABELS
        elif text.startswith("▲"):
            yield from (name for name in posts if _CAPTION.fullmatch(text) and name in text)
        else:
            yield from (name for name in posts if name in text and _says(text, name))


def _turns(paragraphs: Sequence[str]) -> set[str]:
    """Return the names that take the floor as minutes write it, 雷震：…; a label before a colon is none of them.

    A word is a name where it takes the floor again, where the text has it elsewhere too (who is present), or among others that do.
    """
    heads = [
        found.group(1) for text in paragraphs if (found := _TURN.match(text)) and len(text) > found.end()
    ]
    names = {name for name in heads if name not in ROLES | _LABELS and _is_name(name)}
    return {
        name for name in names if len(names) >= _N_TURNS or sum(text.count(name) for text in paragraphs) > 1
    }


def _introduced(text: str) -> tuple[str, str] | None:
    """Return who begins to speak, and as what the text introduces him; None where a label stands there, or no name."""
    if (found := _TRANSCRIPT.match(text)) and found.group(1) not in ROLES | _LABELS:
        return found.group(1), found.group(2)
    if (
        (found := _INTRODUCED.match(text))
        and _is_name(found.group(2))
        and found.group(1) not in ROLES | _LABELS
    ):
        return found.group(2), found.group(1)
    return None


def _says(text: str, name: str) -> bool:
    if re.search(rf"{re.escape(name)}(?:同志)?(?:[（(][^）)]*[）)])?{_ADVERBS}{{0,2}}{VERBS}", text):
        return True
    # 列席：某村支书李四 tells who is there.
    told = set(labels(text)) - _SPEAKING
    return not told and len(text) <= _MAX_HEADING and bool(_HEADED.fullmatch(text))


_MAX_HEADING = 50
_N_TURNS = 3
_HEADED = re.compile(rf"(.{{3,40}}?)({_NAME})(?:同志)?[：:]?")


def _posts(paragraphs: Sequence[str]) -> dict[str, str]:
    """Return the posts of people, by name: from captions, lists of those present, brackets, and before a verb."""
    posts: dict[str, str] = {}
    reported = _reported_names(paragraphs)
    for text in paragraphs:
        caption = _CAPTION.fullmatch(text)
        for name in reported:
            if caption and name in caption.group(1):
                posts.setdefault(name, caption.group(1).replace(name, "", 1))
        if introduced := _introduced(text):
            posts.setdefault(*introduced)
    for text in paragraphs:
        for name in reported:
            if post := _post_beside(text, name):
                posts.setdefault(name, post)
    return {**dict.fromkeys(reported, ""), **posts}


def _post_beside(text: str, name: str) -> str:
    """Return the post that stands right before a name, or behind it in brackets."""
    behind = re.search(rf"{re.escape(name)}[（(]([^（）()]{{2,40}})[）)]", text)
    if behind and (_POST.search(behind.group(1)) or organisation_of(behind.group(1)) != behind.group(1)):
        return behind.group(1)
    before = re.search(
        rf"(?:^|[,，。；;：:”“（(\s　▲和及])([^,，。；;：:“”（）()▲]{{2,60}}?)[ 　]?{re.escape(name)}", text
    )
    post = _OTHERS.sub("", before.group(1)) if before else ""
    post = _BEFORE_POST.sub("", _INTERVIEWED.sub("", post)).strip()
    return post if _POST.search(post) else ""


def _reported_names(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """Return names of people reported to say something: a bare name begins a sentence, or it follows a post."""
    named = (name for text in paragraphs for name in _names_in(text))
    return tuple(dict.fromkeys((*named, *sorted(_turns(paragraphs)))))


def _names_in(text: str) -> Iterator[str]:
    # A caption names the post before or behind the name; the text around it names it again.
    for found in _BARE.finditer(text):
        if _is_name(found.group(1)):
            yield found.group(1)
    for found in _POSTED.finditer(text):
        said = text[found.end() :]
        headed = len(text) <= _MAX_HEADING and re.fullmatch(rf"(?:同志)?(?:的?{VERBS})?[：:]?", said)
        turn = re.match(r"[：:]", said)
        reported = re.match(rf"(?:同志)?(?:[（(][^）)]*[）)])?{_ADVERBS}{{0,2}}{VERBS}", said)
        if (headed or turn or reported) and _may_follow_post(found.group(1)):
            yield found.group(1)
    signed = _POST_AND_NAME.fullmatch(text)
    if signed and _POST.search(signed.group(1)) and not re.search(_RANK_WORDS, signed.group(2)):
        yield signed.group(2)
    bracketed = _BRACKETED.match(text)
    if bracketed and _POST.search(bracketed.group(2)) and _may_follow_post(bracketed.group(1)):
        yield bracketed.group(1)


_BRACKETED = re.compile(rf"({_NAME})[（(]([^（）()]{{2,40}})[）)]$")
# A line of its own with a gap tells a name of any length: 县委副书记、县长　木果阿支.
_POST_AND_NAME = re.compile(rf"([^，。：:]{{3,40}}?)[ 　]+((?:{HAN}[ 　]?){{1,4}}{HAN})")
_OTHERS = re.compile(rf"^.*(?:{_RANK_WORDS})(?:{PARTED_NAME}|{HAN}{{2,3}})[、和及]")
_BARE = re.compile(rf"(?:^|[。”])({PARTED_NAME}|{HAN}{{2,4}}?){_ADVERBS}{{0,2}}{VERBS}(?=[,，:：“])")
_POSTED = re.compile(
    rf"(?:{_RANK_WORDS})[ 　]?({PARTED_NAME}|(?:欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|{HAN}){HAN}{{1,2}}?){_AFTER}"
)


def _may_follow_post(word: str) -> bool:
    """Return whether what stands behind a post may be a name: 王芳 may, 群众代表 may not."""
    return (_is_parted(word) or word[0] in surnames()) and not re.search(_RANK_WORDS, word)


def _is_name(word: str) -> bool:
    """Return whether a word may be a name: it begins with a family name, and is no common word of the language."""
    if _is_parted(word):
        return not re.search(_RANK_WORDS, word) and not all(map(is_common, re.findall(rf"{HAN}+", word)))
    return word[0] in surnames() and len(word) <= 3 and not is_common(word)


def _is_parted(word: str) -> bool:
    return re.fullmatch(PARTED_NAME, word) is not None
