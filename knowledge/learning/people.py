"""Who speaks in a text: names, posts and organisations, as the text itself words them.

Found are people of whom the text says that they said something: 李志刚表示, ▲…李志刚讲话, 张三（某局局长）：. Their post is what stands
before the name in a caption, a list of those present, or brackets; an editor checks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.language.tables import syllable_by_character

_NAME = r"[\u4e00-\u9fff]{2,4}"
VERBS = r"(?:表示|指出|强调|介绍|认为|谈到|要求|提出|建议|坦言|透露|说道|说|呼吁|总结)"
_TRANSCRIPT = re.compile(rf"({_NAME})[（(]([^（）()]{{2,40}})[）)][：:]")
_TURN = re.compile(rf"({_NAME})[：:]")
_CAPTION = re.compile(r"▲(.+?)(?:作?总结)?(?:讲话|发言|致辞|致词)[。.]?")
_POST = re.compile(
    r"(?:党组成员|党委委员|副?主任|副?书记|副?部长|副?局长|副?主席|副?厅长|副?行长|副?院长|副?校长|副?会长|副?处长|副?科长|秘书长|理事长|"
    r"副?巡视员|副?总裁|副?总经理|总经理|董事长|科学家|教授|研究员|工程师|站长|社长|主编|总编辑|代表|负责人|民警|村民|居民|同学|老师|律师|医生)$"
)
_ORGANISATION = re.compile(
    r"(?:厅|局|委|办|办公室|总工会|工会|妇联|联合会|协会|学会|分行|银行|公司|集团|中心|学校|大学|学院|医院|政府|街道|社区|村|网信办|办事处|派出所|小区|报社|电视台|法院|检察院)$"
)
_RANK = re.compile(
    r"(?:党|副|主任|书记|部长|局长|主席|厅长|行长|院长|校长|会长|处长|科长|秘书|理事|巡视|总|董事|数据|首席|教授|研究|工程|宣传|机关|办公室主任|常务|执行|站长|社长|代表|负责|村民|居民|民警|律师|医生)"
)
ROLES = frozenset({"主持人", "记者", "嘉宾", "问", "答"})
"""Who speaks in a transcript without being named."""
_LABELS = frozenset({"时间", "地点", "主办", "承办", "来源", "编辑", "单位", "电话", "地址"})


@dataclass(frozen=True, slots=True)
class Person:
    """A person whose words a text reports; `post` as the text words it, "" when it does not say."""

    id: str
    name: str
    post: str
    organisation: str


def find_people(paragraphs: Sequence[str]) -> dict[str, Person]:
    """Return the people who say something in a text, by id, in the order of their first words."""
    posts = _posts(paragraphs)
    people: dict[str, Person] = {}
    for name in dict.fromkeys(_speaking(paragraphs, posts)):
        post = posts.get(name, "")
        person_id = id_of(name)
        if person_id in people:
            person_id = f"{person_id}-2"
        people[person_id] = Person(person_id, name, post, organisation_of(post))
    return people


def speaker_of(text: str, people: Mapping[str, Person]) -> str:
    """Return the id of who says a paragraph, "" when it does not tell: a caption, a transcript's turn, a reported remark."""
    head = text[:60]
    for person in people.values():
        name = re.escape(person.name)
        if re.match(rf"{name}(?:[（(][^）)]*[）)])?[：:]", text) or (
            text.startswith("▲") and person.name in head
        ):
            return person.id
        if re.search(rf"(?:^|”)[^“”。]{{0,30}}{name}[^“”。，,]{{0,18}}{VERBS}", text):
            return person.id
    return ""


def id_of(name: str) -> str:
    """Return the id of a person: surname and given name in pinyin.

    >>> id_of("李志刚")
    'li-zhigang'
    """
    syllables = [syllable_by_character().get(character, "x") for character in name]
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


def _speaking(paragraphs: Iterable[str], posts: Mapping[str, str]) -> Iterable[str]:
    turns: dict[str, int] = {}
    for text in paragraphs:
        if found := _TRANSCRIPT.match(text):
            yield found.group(1)
        elif found := _TURN.match(text):
            turns[found.group(1)] = turns.get(found.group(1), 0) + 1
        elif text.startswith("▲"):
            yield from (name for name in posts if _CAPTION.fullmatch(text) and name in text)
        else:
            yield from (name for name in posts if re.search(rf"{name}[^“”。，,]{{0,18}}{VERBS}", text))
    yield from (name for name, n in turns.items() if n > 1 and name not in ROLES | _LABELS)


def _posts(paragraphs: Sequence[str]) -> dict[str, str]:
    """Return the posts of people, by name: from captions, lists of those present, brackets, and before a verb."""
    posts: dict[str, str] = {}
    reported = _reported_names(paragraphs)
    for text in paragraphs:
        caption = _CAPTION.fullmatch(text)
        for name in reported:
            if caption and name in caption.group(1):
                posts.setdefault(name, caption.group(1).replace(name, "", 1))
        if found := _TRANSCRIPT.match(text):
            posts.setdefault(found.group(1), found.group(2))
    for text in paragraphs:
        for name in reported:
            before = re.search(rf"(?:^|[,，。；;”和]|▲)([^,，。；;“”▲]{{3,40}}?){name}", text)
            if before and _POST.search(before.group(1)):
                posts.setdefault(name, before.group(1))
    return {**dict.fromkeys(reported, ""), **posts}


def _reported_names(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """Return names of people reported to say something: a paragraph begins with the bare name, or it follows a post."""
    names: dict[str, None] = {}
    for text in paragraphs:
        bare = re.match(rf"([\u4e00-\u9fff]{{2,3}}?)(?:还|也|最后|同时)?{VERBS}[,，:：“]", text)
        if bare and bare.group(1)[0] in _SURNAMES:
            names[bare.group(1)] = None
        for found in re.finditer(
            rf"([^“”。，,]{{2,30}}?)([\u4e00-\u9fff]{{2,3}})(?:在[^，,。]{{2,16}}[上中时])?{VERBS}[,，:：“]",
            text,
        ):
            post, name = found.groups()
            if _POST.search(post) and name[0] in _SURNAMES:
                names[name] = None
    return tuple(names)


_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛"
    "伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘"
    "景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏"
    "栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
)
