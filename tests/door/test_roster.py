"""The opt-in roster: an examiner's list in, numbers entered by signed pushes, results by unit and person out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import xlsxwriter

from bot.store.server.embedded import Embedded
from knowledge.matching.snapshot import Snapshot
from knowledge.model.bank import Item
from tests.door.test_examiner import open_item
from tests.serving import Server

LIST = "单位,编号\n第一中学,A-017\n第一中学,a018\n东湖社区,\uff42001\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("roster")
    server = Server(folder / "server").start()
    try:
        (folder / "list.csv").write_text(LIST, encoding="utf-8-sig")
        taken = server.call("quiz", "roster", str(folder / "list.csv"))
        assert taken.exit_code == 0, taken.stdout + taken.stderr
        assert "3 个编号，2 个单位" in taken.stdout
        yield server
        assert server.stop() == 0
    finally:
        server.end()


def exam(server: Server, user: str, items: dict[str, Item], n_wrong: int) -> str:
    """Take a 正式测评 with the first answers wrong; return the last reply."""
    wechat = server.wechat()
    reply = wechat.say(user, "正式测评")
    for place in range(10):
        item, options = open_item(reply, items)
        key = {item.options[i] for i in item.key}
        right = [letter for letter, text in options.items() if text in key]
        others = [letter for letter, text in options.items() if text not in key]
        if item.kind == "fill":
            said = "完全不对" if place < n_wrong else item.accepted[0]
        else:
            said = "".join(others[:1] if place < n_wrong else right)
        reply = wechat.say(user, said)
    return reply


def rows(server: Server, *options: str) -> list[dict[str, str]]:
    run = server.call("quiz", "results", *options)
    assert run.exit_code == 0, run.stdout + run.stderr
    return list(csv.DictReader(io.StringIO(run.stdout)))


def stored(server: Server) -> str:
    """Return all that lies in Redis, but for sessions, replies to repeated pushes and the list itself."""

    base = redis.Redis(unix_socket_path=str(Embedded(server.folder / "data").socket))
    kept = [name for name in base.scan_iter(match="*") if b":session:" not in name and b":reply:" not in name]
    parts = []
    for name in kept:
        if base.type(name) == b"stream":
            parts += [str([v.decode() for v in fields.values()]) for _, fields in base.xrange(name)]
    return "\n".join(parts)


def test_results_by_unit_and_person_and_nothing_of_it_in_streams_and_logs(
    server: Server, snapshot: Snapshot
) -> None:
    items = dict(snapshot.content.items)
    wechat = server.wechat()
    assert "名单里没有这个编号" in wechat.say("oNobody", "报到 Z999")
    assert "已报到：第一中学，编号 A017" in wechat.say("oFirst", "报到 a 017")
    assert "已报到：东湖社区，编号 B001" in wechat.say("oSecond", "报到B001")
    assert "第一中学" in wechat.say("oThird", "报到：A018。")
    exam(server, "oFirst", items, 1)
    exam(server, "oSecond", items, 5)
    exam(server, "oStranger", items, 0)

    by_unit = {row["单位"]: row for row in rows(server)}
    assert by_unit.keys() == {"第一中学", "东湖社区"}
    first = by_unit["第一中学"]
    assert (first["名单人数"], first["报到人数"], first["交卷人数"], first["及格人数"]) == (
        "2",
        "2",
        "1",
        "1",
    )
    assert (first["平均得分率"], by_unit["东湖社区"]["平均得分率"]) == ("0.9000", "0.5000")
    by_person = {row["编号"]: row for row in rows(server, "--by", "person")}
    assert (by_person["A017"]["得分"], by_person["A017"]["及格"]) == ("9", "是")
    assert (by_person["B001"]["得分"], by_person["B001"]["及格"]) == ("5", "否")
    assert by_person["A018"]["得分"] == ""

    kept = stored(server) + (server.folder / "log").read_text(encoding="utf-8")
    assert "finished" in kept
    for word in ("A017", "a017", "a 017", "第一中学", "B001", "A018", "Z999"):
        assert word not in kept, word

    # Somebody else's number is taken, but it shows.
    wechat.say("oThief", "报到 A017")
    assert "A017：这个编号有 2 个人用" in {row["单位"]: row for row in rows(server)}["第一中学"]["提醒"]
    assert "报到：第一中学，编号 A017" in wechat.say("oThief", "我的数据")
    assert "已取消报到" in wechat.say("oThief", "取消报到")
    assert all("2 个人" not in row["提醒"] for row in rows(server))

    # Erased with the user.
    wechat.say("oFirst", "删除我的数据")
    wechat.say("oFirst", "确认删除")
    assert "A017" not in {row["编号"] for row in rows(server, "--by", "person")}


def test_list_in_excel_is_taken_and_every_fault_is_told_at_once(server: Server, tmp_path: Path) -> None:
    def workbook(*cells: tuple[object, object]) -> Path:
        path = tmp_path / "list.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("名单")
            for row, (unit, number) in enumerate((("单位", "编号"), *cells)):
                sheet.write(row, 0, unit)
                sheet.write(row, 1, number)
        return path

    before = server.call("quiz", "roster").stdout
    faulty = server.call(
        "quiz", "roster", str(workbook(("甲", "X1"), ("乙", "x-1"), ("", "X2"), ("丙", "!")))
    )
    assert faulty.exit_code == 1
    for cell, word in (("B3", "X1 在“名单”第 2 行已经有了"), ("A4", "没有单位"), ("B5", "编号只能是")):
        assert any(cell in line and word in line for line in faulty.stdout.splitlines()), faulty.stdout
    (tmp_path / "none.csv").write_text("姓名,电话\n张三,1\n", encoding="utf-8")
    no_heading = server.call("quiz", "roster", str(tmp_path / "none.csv"))
    assert (no_heading.exit_code, "“单位”和“编号”" in no_heading.stdout) == (1, True)
    assert server.call("quiz", "roster").stdout == before

    taken = server.call("quiz", "roster", str(workbook(("甲", 1001), ("乙", "X2"))))
    assert taken.exit_code == 0, taken.stdout
    assert "甲，编号 1001" in server.wechat().say("oExcel", "报到 1001")
    assert server.call("quiz", "roster", "--clear").exit_code == 0
    assert "现在没有报到名单" in server.call("quiz", "roster").stdout
    assert "名单里没有这个编号" in server.wechat().say("oLate", "报到 1001")
    (row,) = [r for r in rows(server, "--by", "person") if r["编号"] == "1001"]
    assert row["提醒"] == "编号已不在名单里"


def test_item_is_shown_as_takers_see_it(server: Server, snapshot: Snapshot) -> None:
    item = next(item for item in snapshot.content.items.values() if item.kind == "single")
    shown = server.call("quiz", "try", item.id)
    assert shown.exit_code == 0, shown.stderr
    assert "第 1/1 题" in shown.stdout
    assert item.stem in shown.stdout
    assert "答对了" in shown.stdout
    assert "答错了，正确答案是" in shown.stdout
    assert "出处：" in shown.stdout
    asked = server.call("quiz", "try", item.id, "不知道")
    assert "不知道不算错" in asked.stdout
    assert "答对了" not in asked.stdout
    gone = server.call("quiz", "try", "nobody")
    assert (gone.exit_code, "题库里没有 nobody" in gone.stderr) == (2, True)


@pytest.mark.parametrize("text", ["报到时间是什么时候", "怎么报到", "报到流程"])
def test_question_about_registering_elsewhere_is_a_question(snapshot: Snapshot, text: str) -> None:
    from tests.handlers.conversation import Conversation

    talk = Conversation(snapshot)
    talk.say(text)
    assert talk.turn
    assert talk.turn.skill != "roster"


def test_who_may_not_be_saved_is_told(snapshot: Snapshot) -> None:
    from tests.handlers.conversation import Conversation

    talk = Conversation(snapshot)
    talk.can_save = False
    assert "稍后" in talk.say("报到 A017")
    talk.can_save = True
    assert "报到 A017" in talk.say("报到")
    assert "没有报到过" in talk.say("取消报到")
