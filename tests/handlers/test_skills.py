"""Skills are functions: equal input gives equal turns, and the input stays as it was."""

from __future__ import annotations

import random
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from handlers import router
from handlers.answering.answer import mask
from handlers.answering.pages import paginate
from handlers.codec import dump_session, load_session
from handlers.model.attempts import Attempt, Response, Result, Try
from handlers.model.messages import Message
from handlers.model.session import Choice, LastAnswer, Session
from handlers.model.turn import Context, Limits, Skill, Turn
from handlers.router import SKILLS, route
from knowledge.matching.snapshot import Snapshot

NOW = 1_790_000_000_000


class Chat:
    """A user who talks to the router, remembering the session."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.session = Session(subject="s1")
        self.now_ms = NOW
        self.can_save = True
        self.effects: list[str] = []

    def send(self, **fields: object) -> str:
        self.now_ms += 1000
        message = Message(
            **{"push_key": "p", "user": "u", "kind": "text", "received_ms": self.now_ms, **fields}
        )  # type: ignore[arg-type]
        context = Context(self.snapshot, self.now_ms, f"seed{self.now_ms}", self.can_save)
        turn = route(message, self.session, context)
        assert route(message, self.session, context) == turn
        if self.can_save:
            self.session = load_session(dump_session(turn.session))
            assert self.session == turn.session
        self.effects += [effect.name for effect in turn.effects]
        assert len(turn.reply.text.encode()) <= context.limits.reply_bytes
        return turn.reply.text

    def say(self, text: str) -> str:
        return self.send(text=text)

    @property
    def key_letter(self) -> str:
        """The right letter of the open item, as shown."""
        from handlers.quiz.attempt import open_item, option_order

        item = open_item(self.session.attempt, self.snapshot.content)
        assert self.session.attempt
        assert item
        order = option_order(self.session.attempt, item)
        return "".join(sorted("ABCDEFGH"[order.index(i)] for i in item.key))


@pytest.fixture
def chat(snapshot: Snapshot) -> Chat:
    return Chat(snapshot)


def test_all_right_answers_score_ten_of_ten(chat: Chat) -> None:
    chat.say("答题")
    for _ in range(9):
        assert chat.say(chat.key_letter).startswith("答对了")
    card = chat.say(chat.key_letter)
    assert "10/10" in card
    assert "及格，" in card
    assert "10/10" in chat.say("我的成绩")
    assert chat.effects.count("answered") == 10
    assert chat.effects.count("finished") == 1


def test_wrong_answer_shows_key_proof_and_citation(chat: Chat) -> None:
    chat.say("答题")
    right = chat.key_letter
    wrong = next(letter for letter in "ABCD" if letter != right)
    text = chat.say(wrong)
    assert f"正确答案是 {right}. " in text
    assert "\n出处：" in text
    assert "\n第 2/10 题\n" in text


@pytest.mark.parametrize(
    "give",
    [
        str.lower,
        lambda c: f"选{c}",
        lambda c: f"{c}。",
        lambda c: str("ABCD".index(c) + 1),
        lambda c: "一二三四"["ABCD".index(c)],
        lambda c: f"第{'一二三四'['ABCD'.index(c)]}个",
        lambda c: "①②③④"["ABCD".index(c)],
        lambda c: chr(ord(c) + 0xFEE0),
    ],
)
def test_right_answer_counts_in_every_form(chat: Chat, give: Callable[[str], str]) -> None:
    chat.say("答题")
    assert chat.say(give(chat.key_letter)).startswith("答对了")


def test_options_own_words_count(chat: Chat) -> None:
    from handlers.quiz.attempt import open_item

    chat.say("答题")
    item = open_item(chat.session.attempt, chat.snapshot.content)
    assert chat.say(item.options[item.key[0]]).startswith("答对了")


@pytest.mark.parametrize("text", ["E", "AC", "5", "不知道啊", "😀", "。。。"])
def test_what_is_no_answer_changes_no_score(chat: Chat, text: str) -> None:
    chat.say("答题")
    before = chat.session.attempt
    reply = chat.say(text)
    assert reply
    assert chat.session.attempt == before
    assert "answered" not in chat.effects


def test_question_in_the_middle_is_answered_and_the_item_kept(chat: Chat) -> None:
    shown = chat.say("答题")
    reply = chat.say("自律倡议书第四条说了什么")
    assert "出处：" in reply
    assert "继续" in reply
    assert chat.say("继续") in shown


def test_leaving_and_coming_back_keeps_the_place(chat: Chat) -> None:
    chat.say("答题")
    shown = chat.say(chat.key_letter)
    assert "1/10" in chat.say("退出")
    chat.say("A")
    assert chat.effects.count("answered") == 1
    assert chat.say("继续") in shown
    assert "没答完" in chat.say("答题")


def test_answer_sent_before_the_item_was_shown_is_not_counted(chat: Chat) -> None:
    chat.say("答题")
    sent = chat.now_ms + 500
    chat.say(chat.key_letter)
    assert "本题已作答" in chat.send(text="A", received_ms=sent)
    assert chat.effects.count("answered") == 1


def test_store_away_answers_questions_and_makes_the_quiz_wait(chat: Chat) -> None:
    chat.say("答题")
    chat.can_save = False
    for word in ("A", "答题", "继续", "退出", "我的成绩"):
        assert "请稍后再来" in chat.say(word)
    assert "出处：" in chat.say("第五条")


def test_number_picks_from_a_clarification(chat: Chat) -> None:
    reply = chat.say("倡议书是谁签的")
    assert reply.startswith("您是不是想问")
    assert "\n1. " in reply
    assert "出处：" in chat.say("第二个")


def test_none_of_these_twice_ends_with_a_way_out(chat: Chat) -> None:
    chat.say("倡议书是谁签的")
    assert "换个说法" in chat.say("都不是")
    chat.say("倡议书是谁签的")
    assert "没有收录" in chat.say("都不是")


def test_long_answer_comes_in_pages_each_with_its_citation(chat: Chat, snapshot: Snapshot) -> None:
    pages = [chat.say("诚信宣言全文")]
    while "更多" in pages[-1]:
        pages.append(chat.say("更多"))
    assert all("出处：" in page for page in pages)
    joined = "".join(
        "\n".join(line for line in page.split("\n") if not line.startswith(("出处", "（第 ")))
        for page in pages
    )
    for passage in ("paragraph-1", "paragraph-2", "paragraph-3"):
        assert (
            snapshot.content.passages[f"integrity-declaration#{passage}"].text
            in joined.replace("\n", "") + joined
        )
    assert "没有下一页" in chat.say("更多")


@given(
    st.lists(
        st.sampled_from(["第一句话。", "没有句号的一段很长很长的话" * 9, "\n", "短，", "😀" * 50]),
        max_size=60,
    )
)
def test_pages_joined_are_the_original(parts: list[str]) -> None:
    body = "".join(parts)
    context = PAGING
    pages = paginate(context, body, "出处：某处")
    assert all(len(page.encode()) <= 400 for page in pages)
    stripped = [page[: page.rindex("\n出处：某处")] for page in pages]
    assert "".join(stripped) == body


_CONTENT = SimpleNamespace(replies={"page.more": "（{page}/{total}）"})


PAGING = Context(SimpleNamespace(content=_CONTENT), 0, "", limits=Limits(reply_bytes=400))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "kind",
    ["image", "voice", "video", "shortvideo", "location", "link", "file", "miniprogrampage", "whatever"],
)
def test_every_message_that_is_no_text_gets_guidance(chat: Chat, kind: str) -> None:
    assert "文字" in chat.send(kind=kind) or "打字" in chat.send(kind=kind)


def test_unsupported_placeholder_gets_guidance(chat: Chat) -> None:
    assert "看不懂" in chat.say("【收到不支持的消息类型，暂无法显示】")


def test_follower_is_welcomed_and_unknown_events_are_acknowledged(chat: Chat) -> None:
    assert "答题" in chat.send(kind="event", event="subscribe")
    for event in ("view", "location", "masssendjobfinish", "never_heard_of"):
        assert chat.send(kind="event", event=event) == ""


def test_menu_tap_is_the_words_it_stands_for(chat: Chat) -> None:
    assert chat.send(kind="event", event="click", event_key="M_QUIZ").startswith("第 1/10 题")
    assert chat.send(kind="event", event="click", event_key="NO_SUCH_KEY")


@pytest.mark.parametrize(
    "text",
    [
        "你好",
        "您好",
        "你好呀",
        "嗨",
        "Hi",
        "hello",
        "哈喽",
        "在吗",
        "在么",
        "有人吗",
        "早上好",
        "上午好",
        "下午好",
        "晚上好",
        "小编好",
        "小助手你好",
        "大家好",
        "亲",
        "喂",
        "您好！",
    ],
)
def test_greeting_gets_examples_and_no_citation(chat: Chat, text: str) -> None:
    reply = chat.say(text)
    assert "提问" in reply
    assert "出处" not in reply


def test_choice_offered_long_ago_is_no_longer_picked(chat: Chat) -> None:
    chat.say("倡议书是谁签的")
    chat.now_ms += 601_000
    assert "出处：" not in chat.say("1")
    chat.say("答题")
    chat.now_ms += 80 * 86_400_000
    assert chat.say("继续").startswith("第 1/10 题")


def test_attempt_whose_items_are_gone_does_not_hold_its_taker_up(chat: Chat) -> None:
    chat.say("答题")
    assert chat.session.attempt
    chat.session = replace(
        chat.session, attempt=replace(chat.session.attempt, item_ids=("gone",) * 10, open_id="")
    )
    assert "出处：" in chat.say("第五条")
    assert "重新开始" in chat.say("继续")
    chat.say("重新开始")
    assert chat.say("答题").startswith("第 1/10 题")


def test_restart_clears_context_and_attempt_but_keeps_results(chat: Chat) -> None:
    chat.session = replace(chat.session, results=(Result("default", 10, 7.0, 1, 2),))
    chat.say("答题")
    chat.say("重新开始")
    assert chat.session.attempt is None
    assert len(chat.session.results) == 1


def test_session_of_another_version_still_loads() -> None:
    assert load_session('{"subject": "s", "from_the_future": {"x": 1}}') == Session(subject="s")
    for text in ("null", "[]", "3", '{"attempt": 3}', "{}", "not json"):
        with pytest.raises(ValueError, match=r"session|Expecting"):
            load_session(text)


def test_session_of_todays_release_keeps_its_tries() -> None:
    session = load_session('{"subject": "s", "exam_starts": [5, 1790000000], "shelf": [], "streak": 2}')
    assert session == Session("s", tries=(Try("exam", 5), Try("exam", 1790000000)), streak=2)
    assert load_session(dump_session(session)) == session


def test_full_session_survives_its_round_trip() -> None:
    attempt = Attempt("a", "default", "r", "seed", ("q1", "q2"), (Response("q1", (2,), 1.0, 5),), 1, 2, True)
    session = Session(
        "s",
        attempt,
        (Result("default", 10, 9.5, 1, 2),),
        (Choice("e", "文字"),),
        ("页",),
        LastAnswer("e", "问", 3),
        1,
        4,
    )
    assert load_session(dump_session(session)) == session


@pytest.mark.parametrize("text", ["下一条", "目录", "会议什么时候召开的", "答题", "继续"])
def test_each_skill_is_asked_once_and_none_after_the_first_turn(
    chat: Chat, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, bool]] = []

    def counting(skill: Skill) -> Skill:
        def handle(message: Message, session: Session, context: Context) -> Turn | None:
            turn = skill.handle(message, session, context)
            asked.append((skill.name, turn is not None))
            return turn

        return replace(skill, handle=handle)

    chat.say("倡议书第三条")
    monkeypatch.setattr(router, "SKILLS", tuple(map(counting, SKILLS)))
    message = Message("p", "u", "text", text, received_ms=NOW)
    turn = route(message, chat.session, Context(chat.snapshot, NOW, "seed"))
    assert asked == [(skill.name, False) for skill in SKILLS[: len(asked) - 1]] + [(turn.skill, True)]


def test_phone_and_mail_are_masked_before_they_are_recorded() -> None:
    assert mask("打13812345678或写a.b@c.cn问2020年") == "打▢或写▢问2020年"


def test_turns_of_random_talk_stay_within_limits(snapshot: Snapshot) -> None:
    rng = random.Random(7)
    chat = Chat(snapshot)
    words = [
        "答题",
        "A",
        "b",
        "3",
        "继续",
        "退出",
        "更多",
        "你好",
        "第三条",
        "诚信",
        "都不是",
        "重新开始",
        "我的成绩",
        "好网民",
        "2",
        "随便说说",
    ]
    for _ in range(300):
        assert chat.say(rng.choice(words))
