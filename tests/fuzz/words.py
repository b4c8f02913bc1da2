"""What hostile input is drawn from: signs that mean something to whoever reads it, and anything else."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Draw = Callable[[random.Random], Any]
"""Makes something by lot: by the seed in a long run, by hypothesis, which also makes it small, in a short one."""
# Where something else goes on: ASCII and its control characters, letters, marks of direction, Chinese, full width, what needs four bytes.
_RANGES = (
    (0, 0x7F),
    (0x80, 0x24F),
    (0x300, 0x36F),
    (0x2000, 0x206F),
    (0x4E00, 0x9FFF),
    (0xE000, 0xFFFF),
    (0x10000, 0x10FFFF),
)
_P_ANYTHING = 0.3


def anything(rng: random.Random, max_size: int = 6) -> str:
    ranges = (rng.choice(_RANGES) for _ in range(rng.randint(0, max_size)))
    return "".join(chr(rng.randint(*one)) for one in ranges)


def of(*tokens: str, max_size: int = 14) -> Draw:
    """Return what draws texts that are made of what means something, and of anything."""

    def draw(rng: random.Random) -> str:
        parts = range(rng.randint(0, max_size))
        return "".join(anything(rng) if rng.random() < _P_ANYTHING else rng.choice(tokens) for _ in parts)

    return draw


def one_of(*values: Any) -> Draw:
    return lambda rng: rng.choice(values)


def number(least: int, most: int) -> Draw:
    return lambda rng: rng.randint(least, most)


def some(draw: Draw, max_size: int) -> Draw:
    return lambda rng: [draw(rng) for _ in range(rng.randint(0, max_size))]


def any_bytes(max_size: int) -> Draw:
    return lambda rng: bytes(rng.randint(0, 255) for _ in range(rng.randint(0, max_size)))


def whether(rng: random.Random) -> bool:
    return rng.random() < 0.5


XML_WORDS = of(
    *[
        "<xml>",
        "</xml>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<Content>",
        "</Content>",
        "<Encrypt>",
        "<MsgType>text</MsgType>",
        "<Title>",
        "&amp;",
        "&#0;",
        "&#x110000;",
    ],
    *[
        "<?xml version='1.0' encoding='GBK'?>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "&b;",
        "<a:b>",
        "</",
        "\x00",
        "\x1d",
        "\ufeff",
        "��",
    ],
)
QUIZ_WORDS = of(
    *[
        "A",
        "B",
        "c",
        "Ｄ",
        "ＡＢ",
        "①",
        "②",
        "10",
        "第一个",
        "第２个",
        "选",
        "不选",
        "都选",
        "全选",
        "都不",
        "前两个",
        "后一个",
        "对",
        "错",
        "√",
        "×",
        "是",
        "不是",
        "对吗",
        "我觉得",
        "应该",
        "或者",
        "还是",
        "和",
        "、",
        "，",
        " ",
        "\n",
        "？",
    ],
    *[
        "答题",
        "跳过",
        "上一题",
        "退出",
        "继续",
        "重新开始",
        "我的成绩",
        "错题",
        "考考你",
        "每日一答",
        "挑战",
        "正式测评",
        "专项",
        "验证",
        "承诺",
        "排行榜",
        "删除我的数据",
        "确认",
        "更多",
        "目录",
        "核对",
        "出处",
    ],
    *[
        "第五条",
        "好网民",
        "是什么",
        "谁说的",
        "下一条",
        "还有呢",
        "第二个展开说说",
        "都不是",
        "有用",
        "没用",
        "我不想活了",
        "举报",
        "人工",
        "隐私",
        "𠮷",
        "👨\u200d👩\u200d👧",
        "\u200b",
        "\u202e",
        "\x00",
    ],
)
YAML_WORDS = of(
    *[
        "- ",
        ": ",
        "\n",
        "  ",
        "id: ",
        "question: ",
        "phrasings:\n",
        "answer: ",
        "[",
        "]",
        "{",
        "}",
        "&a ",
        "*a",
        "!!python/object:os.system ",
        "'",
        '"',
        "",
        "",
        ">",
        "---\n",
        "...",
        "? ",
        "<<: *a",
        "#",
        "\t",
        "0x1",
        "1e999",
        ".nan",
        "2026-02-30",
        "~",
        "null",
    ],
    *[
        "sources/",
        "[[",
        "]]",
        "cite: ",
        "quote: ",
        "options:\n",
        "key: A\n",
        "kind: ",
        "track: ",
        "\ufeff",
        "��",
        "\x00",
        "\u2028",
    ],
    max_size=30,
)
BANK_WORDS = of(
    *[
        "{",
        "}",
        "=",
        "~",
        "%50%",
        "%-100%",
        "->",
        "#",
        "\\",
        "\\n",
        "::",
        "[html]",
        "[markdown]",
        "$CATEGORY: ",
        "//",
        "\n",
        "\n\n",
        "TRUE",
        "F",
        ":",
        "..",
        "A. ",
        "B) ",
        "ANSWER: A",
        "ANSWER: ",
        "甲",
        "乙",
        "<b>",
        "&lt;",
        "<img src=x>",
        "{=1:0.1}",
        "{#3:2}",
        "����",
    ],
    max_size=30,
)
MOODLE_WORDS = of(
    *[
        "<quiz>",
        "</quiz>",
        "<question type='multichoice'>",
        "<question type='truefalse'>",
        "</question>",
        "<questiontext format='html'>",
        "</questiontext>",
        "<text>",
        "</text>",
        "<answer fraction='100'>",
    ],
    *[
        "<answer fraction='x'>",
        "</answer>",
        "<![CDATA[",
        "]]>",
        "<p>",
        "&nbsp;",
        "<single>true</single>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "&b;",
        "甲",
        "<category><text>a/b</text></category>",
    ],
    max_size=30,
)
LINES = of(
    *[
        "第一章 总则",
        "第一条 ",
        "第二条",
        "一、",
        "（一）",
        "1. ",
        "2．",
        "# ",
        "## ",
        "**",
        "",
        " a ",
        " b ",
        "",
        "\n",
        "\n\n",
        "\t",
        "2026年11月28日",
        "发布机构：",
        "记者 张三 ",
        "问：",
        "答：",
        "——",
        "“",
        "”",
        "《",
        "》",
        "<!--",
        "-->",
        "\r",
        "\x0c",
        "\ufeff",
        "附件1",
    ],
    max_size=40,
)
