"""What an operator types: users, menu."""

from __future__ import annotations

import json

from tests.serving import Server


def test_export_has_everything_and_erase_leaves_nothing(shipped: Server) -> None:
    wechat = shipped.wechat()
    for said in ("答题", "A", "第五条", "承诺", "我承诺"):
        wechat.say("oExported", said)
    held = json.loads(shipped.run("users", "export", "oExported").stdout)
    assert held["session"]["attempt"]["responses"]
    assert held["session"]["cards"][0]["kind"] == "pledge"
    assert len(held["replies"]) == 5
    assert {event["name"] for event in held["events"]} >= {"started", "answered", "told", "pledged"}
    assert "oExported" not in json.dumps(held)
    code = held["session"]["cards"][0]["code"]
    assert "核对无误" in wechat.say("oVerifier", f"验证 {code}")
    assert shipped.run("users", "erase", "oExported").stdout == "已删除\n"
    assert shipped.run("users", "erase", "oExported").stdout == "没有这个用户的数据\n"
    assert json.loads(shipped.run("users", "export", "oExported").stdout)["session"] is None
    assert "没有查到" in wechat.say("oVerifier", f"验证 {code}")


def test_menu_is_shown_and_printed_as_the_platform_wants_it(shipped: Server) -> None:
    shown = shipped.run("menu", "show").stdout
    assert "M_QUIZ → 答题" in shown
    assert "二维码场景 quiz1 → 答题" in shown
    pushed = shipped.run("menu", "push", "--dry-run")
    assert pushed.returncode == 0
    buttons = json.loads(pushed.stdout)["button"]
    assert len(buttons) <= 3
    assert {"type": "click", "name": "开始答题", "key": "M_QUIZ"} in buttons[1]["sub_button"]


def test_menu_push_says_that_it_can_not_yet(shipped: Server) -> None:
    pushed = shipped.run("menu", "push")
    assert pushed.returncode == 1
    assert "没有推送" in pushed.stderr
