"""Answers as people give them: the table. Options are shown in the order of the letters here."""

from __future__ import annotations

import pytest

from handlers.quiz.reading.answers import Given, NoAnswer, read
from knowledge.model.bank import Item
from knowledge.model.problems import Mark
from knowledge.model.sources import Quote

PLACE = 3


def forms(text: str) -> list[str]:
    return text.split()


def item_of(kind: str, options: tuple[str, ...] = (), accepted: tuple[str, ...] = ()) -> Item:
    mark = Mark("", 0, 0)
    return Item("q", kind, "题干", options, (0,), "", Quote("", ""), "共同", (), 1, mark, accepted=accepted)


SINGLE = item_of("single", ("成都", "绵阳", "内江", "德阳"))
MULTIPLE = item_of("multiple", ("低俗", "庸俗", "媚俗", "世俗"))
TRUE_FALSE = item_of("truefalse", ("正确", "错误"))
FILL = item_of("fill", accepted=("2016年", "2016", "二〇一六年"))
# Shown as A 内江, B 成都, C 德阳, D 绵阳.
ORDER = (2, 0, 3, 1)


def meaning(item: Item, text: str) -> Given | NoAnswer | None:
    order = ORDER if len(item.options) == 4 else tuple(range(len(item.options)))
    return read(text, item, order, PLACE)


B_FORMS = forms(
    "B b Ｂ Ⓑ 🅱️ 2 ２ ② ⒉ ㊁ 二 2️⃣ 选B 选择B 我选B B吧 B。 (B) 【B】 B选项 答案B 答案：B 答案是B 应该是B 我觉得是B "
    "第二个 第2个 第二项 选第二个 乙 成都 是成都 选成都 成都吧 B.成都 B、成都 3B 3.B 第3题选B 第3题：B bb B! B~~ "
    "成都。 我选第二个吧 就B 那就B 肯定是B 要B 选2 选② b选项吧 B？ B?? B[微笑] b/:rose B😊 😊B [强]B 选B[微笑] B吧我猜 我猜B "
    "B？我猜 B，瞎猜的 成都[微笑] 成都？ [B] [成都] 2[微笑] B/::)"
)


@pytest.mark.parametrize("text", B_FORMS)
def test_single_choice_is_understood_in_every_form(text: str) -> None:
    assert meaning(SINGLE, text) == Given((0,))


def test_there_are_at_least_sixty_forms() -> None:
    assert len(set(B_FORMS)) + len(AC_FORMS) + len(TRUE_FORMS) + len(FALSE_FORMS) >= 60


AC_FORMS = [
    "A、C",
    "AC",
    "ac",
    "ＡＣ",
    "A,C",
    "A，C",
    "A C",
    "A和C",
    "A/C",
    "A+C",
    "CA",
    "选AC",
    "我选A和C",
    "13",
    "1、3",
    "①③",
    "第一和第三个",
    "第一个和第三个",
    "媚俗、世俗",
    "媚俗和世俗",
    "AC吧",
]


@pytest.mark.parametrize("text", AC_FORMS)
def test_several_choices_are_understood_in_every_form(text: str) -> None:
    assert meaning(MULTIPLE, text) == Given((2, 3))


@pytest.mark.parametrize("text", ["全选", "都选", "以上都是", "ABCD", "全部"])
def test_all_of_them_is_an_answer(text: str) -> None:
    assert meaning(MULTIPLE, text) == Given((0, 1, 2, 3))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        *(
            (text, "ABC")
            for text in ("A-C", "A到C", "A至C", "A～C", "A—C", "1-3", "第一到第三", "前三个", "前3项")
        ),
        *(
            (text, "ABC")
            for text in ("除了D都选", "除D以外全选", "D以外都选", "都选，除了D", "D不选，其他都选")
        ),
        ("后两个", "CD"),
        ("A-B-D", "ABD"),
        ("A到C[微笑]", "ABC"),
        ("除了A和B都选", "CD"),
        ("除了低俗都选", "ACD"),
    ],
)
def test_ranges_and_all_but_some_are_several_choices(text: str, places: str) -> None:
    assert meaning(MULTIPLE, text) == Given(tuple(sorted(ORDER["ABCD".index(sign)] for sign in places)))


TRUE_FORMS = forms(
    "对[强] 对？ √[强] 对 √ ✓ ✔️ ✅ 正确 是 是的 对的 没错 T true A 1 第一个 我觉得对 对! 说得对 y"
)
FALSE_FORMS = forms("错[微笑] ×？ 错 × ✗ ❌ x 错误 不对 不正确 否 不是 F false B 2 第二个 错！ 是错的 n")


@pytest.mark.parametrize(("texts", "index"), [(TRUE_FORMS, 0), (FALSE_FORMS, 1)])
def test_true_and_false_are_understood_in_every_form(texts: list[str], index: int) -> None:
    assert {text: meaning(TRUE_FALSE, text) for text in texts} == {text: Given((index,)) for text in texts}


@pytest.mark.parametrize(
    "text",
    [
        "2016年",
        "2016年[微笑]",
        "2016/:rose",
        "2016年？",
        "[强]2016",
        "2016",
        "２０１６年",
        "2016 年。",
        "是2016年",
        "答案是2016",
        "填2016年吧",
    ],
)
def test_accepted_words_fill_the_blank(text: str) -> None:
    given = meaning(FILL, text)
    assert isinstance(given, Given)
    assert given.text in ("2016年", "2016")


def test_other_words_in_the_blank_are_an_answer_too() -> None:
    assert meaning(FILL, "2018年") == Given(text="2018年")


@pytest.mark.parametrize(
    ("item", "text", "reason"),
    [
        (SINGLE, "E", "beyond"),
        (SINGLE, "Z", "beyond"),
        (SINGLE, "9", "beyond"),
        (SINGLE, "第五个", "beyond"),
        (TRUE_FALSE, "C", "beyond"),
        (MULTIPLE, "AE", "beyond"),
        (SINGLE, "AC", "several"),
        (SINGLE, "A、C", "several"),
        (SINGLE, "12", "several"),
        (SINGLE, "全选", "several"),
        (SINGLE, "A\nB\nC", "several"),
        (SINGLE, "2A", "other"),
        (SINGLE, "第4题选A", "other"),
        (SINGLE, "1A2B3C", "many"),
        (SINGLE, "1.A 2.B 3.C", "many"),
        (MULTIPLE, "1A，2B，3C", "many"),
        (SINGLE, "不知道", "unsure"),
        (SINGLE, "不知道啊", "unsure"),
        (SINGLE, "不会", "unsure"),
        (SINGLE, "随便", "unsure"),
        (SINGLE, "选A或B", "unsure"),
        (MULTIPLE, "A或者C", "unsure"),
        (SINGLE, "以上都不对", "none"),
        (SINGLE, "没有正确答案", "none"),
        (SINGLE, "都不对", "none"),
        (MULTIPLE, "都不选", "none"),
        (FILL, "都不对", "none"),
        (FILL, "[微笑]", "empty"),
        (SINGLE, "[微笑]", "empty"),
        (SINGLE, "前三个", "several"),
        (MULTIPLE, "除了E都选", "beyond"),
        (MULTIPLE, "前五个", "beyond"),
        (FILL, "忘了", "unsure"),
        (SINGLE, "😀", "empty"),
        (FILL, "😀😀", "empty"),
        (SINGLE, "……", "empty"),
        (SINGLE, "？", "empty"),
        (FILL, "A", "letter"),
    ],
)
def test_what_is_no_answer_says_why(item: Item, text: str, reason: str) -> None:
    assert meaning(item, text) == NoAnswer(reason)


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (SINGLE, "会议在哪里召开"),
        (SINGLE, "第五条"),
        (SINGLE, "第二条说了什么"),
        (SINGLE, "两个人"),
        (SINGLE, "B还是C"),
        (SINGLE, "A不对吗"),
        (SINGLE, "不是A"),
        (SINGLE, "2016年"),
        (SINGLE, "都不是"),
        (SINGLE, "A吗"),
        (TRUE_FALSE, "对吗"),
        (MULTIPLE, "除了D"),
        (SINGLE, "❌A"),
        (SINGLE, "成都市委网信办"),
        (TRUE_FALSE, "有用"),
        (TRUE_FALSE, "你说的对吗"),
        (FILL, "会议在哪里召开？"),
        (FILL, "目录"),
        (FILL, "第五条"),
        (FILL, "下一条"),
        (FILL, "那职工呢"),
        (FILL, "原文 清朗"),
        (FILL, "我想了解一下省教育厅下一步到底有哪些打算和安排"),
    ],
)
def test_what_is_about_something_else_is_left_alone(item: Item, text: str) -> None:
    assert meaning(item, text) is None
