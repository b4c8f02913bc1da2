"""What an operator types: users, menu."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import segno

from tests.platform import APP_SECRET, FakePlatform, fake_platform
from tests.serving import APP_ID, CONTENT, Server


def test_export_has_everything_and_erase_leaves_nothing(shipped: Server) -> None:
    wechat = shipped.wechat()
    for said in ("答题", "A", "第五条", "承诺", "我承诺"):
        wechat.say("oExported", said)
    held = json.loads(shipped.call("users", "export", "oExported").stdout)
    assert held["session"]["attempt"]["responses"]
    assert held["session"]["cards"][0]["kind"] == "pledge"
    assert len(held["replies"]) == 5
    assert {event["name"] for event in held["events"]} >= {"started", "answered", "told", "pledged"}
    assert "oExported" not in json.dumps(held)
    code = held["session"]["cards"][0]["code"]
    assert "核对无误" in wechat.say("oVerifier", f"验证 {code}")
    assert shipped.call("users", "erase", "oExported").stdout == "已删除\n"
    assert shipped.call("users", "erase", "oExported").stdout == "没有这个用户的数据\n"
    assert json.loads(shipped.call("users", "export", "oExported").stdout)["session"] is None
    assert "没有查到" in wechat.say("oVerifier", f"验证 {code}")


def test_menu_is_shown_and_printed_as_the_platform_wants_it(shipped: Server) -> None:
    shown = shipped.call("menu", "show").stdout
    assert "M_QUIZ → 答题" in shown
    assert "二维码场景 quiz1 → 答题" in shown
    pushed = shipped.call("menu", "push", "--dry-run")
    assert pushed.exit_code == 0
    buttons = json.loads(pushed.stdout)["button"]
    assert len(buttons) <= 3
    assert {"type": "click", "name": "开始答题", "key": "M_QUIZ"} in buttons[1]["sub_button"]


def connected(server: Server, fake: FakePlatform) -> Server:
    own = {"APP_ID": APP_ID, "APP_SECRET": APP_SECRET, "API_BASE": fake.url}
    settings = {f"QINGLANG_WECHAT__{name}": value for name, value in own.items()}
    return replace(server, settings={**server.settings, **settings})


def test_menu_push_without_a_secret_names_what_is_missing(shipped: Server) -> None:
    pushed = shipped.call("menu", "push")
    assert pushed.exit_code == 2
    assert "没有推送：调用微信的接口要先填 wechat.app_id 和 wechat.app_secret" in pushed.output


def test_menu_push_shows_the_difference_and_pushes_it_once(shipped: Server) -> None:
    with fake_platform() as fake:
        fake.menu = [{"type": "click", "name": "旧的", "key": "OLD"}]
        server = connected(shipped, fake)
        dry = server.call("menu", "push", "--dry-run")
        assert dry.exit_code == 0, dry.output
        assert "- 旧的  click OLD" in dry.output
        assert "+   开始答题  click M_QUIZ" in dry.output
        assert fake.calls["/cgi-bin/menu/create"] == 0
        assert server.call("menu", "push").exit_code == 0
        assert fake.menu[1]["sub_button"][0] == {"type": "click", "name": "开始答题", "key": "M_QUIZ"}
        assert "已经是这样" in server.call("menu", "push").output
        assert "  开始答题  click M_QUIZ" in server.call("menu", "show", "--live").output
        assert fake.calls["/cgi-bin/menu/create"] == 1
        # The service's Redis holds it; only `--live` asks without.
        # Where another test left one there, the first command asks for none either.
        assert fake.calls["/cgi-bin/stable_token"] in (1, 2)


def test_button_that_live_does_not_answer_is_not_pushed(shipped: Server, tmp_path: Path) -> None:
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    menu = folder / "menu.yaml"
    text = menu.read_text(encoding="utf-8").replace("key: M_QUIZ,", "key: M_NEW,")
    menu.write_text(text.replace("say: 每日一答", "say: 每日"), encoding="utf-8")
    with fake_platform() as fake:
        server = connected(shipped, fake)
        server.settings["QINGLANG_CONTENT_DIR"] = str(folder)
        pushed = server.call("menu", "push")
        assert pushed.exit_code == 1
        assert "按钮 M_NEW（答题）：线上版本没有" in pushed.output
        assert "按钮 M_DAILY：草稿里等于说“每日”" in pushed.output
        assert not fake.calls


def test_refused_menu_is_told_in_both_words(shipped: Server) -> None:
    with fake_platform() as fake:
        fake.refusals["/cgi-bin/menu/create"] = 48001, "api unauthorized rid: 7"
        pushed = connected(shipped, fake).call("menu", "push")
    assert pushed.exit_code == 1
    assert "没有推送\n微信说：48001 api unauthorized rid: 7\n意思是：这个公众号没有这个接口" in pushed.output


def test_qrcode_of_a_scene_is_a_picture_that_says_its_address(shipped: Server, tmp_path: Path) -> None:
    out = tmp_path / "quiz1.png"
    with fake_platform() as fake:
        server = connected(shipped, fake)
        drawn = server.call("qrcode", "quiz1", "-o", str(out))
        assert drawn.exit_code == 0, drawn.output
        assert "扫了等于说“答题”，长期有效" in drawn.output
        assert server.call("qrcode", "quiz1", "-o", str(tmp_path / "a.svg"), "--days", "7").exit_code == 0
        assert fake.scenes[0] == {
            "action_name": "QR_LIMIT_STR_SCENE",
            "action_info": {"scene": {"scene_str": "quiz1"}},
        }
        assert fake.scenes[1]["action_name"] == "QR_STR_SCENE"
        assert fake.scenes[1]["expire_seconds"] == 7 * 86_400
    expected = io.BytesIO()
    segno.make("http://weixin.qq.com/q/02quiz1", error="q", micro=False).save(
        expected, kind="png", scale=20, border=4
    )
    assert out.read_bytes() == expected.getvalue()


def test_scene_that_the_menu_does_not_have_is_not_drawn(shipped: Server) -> None:
    drawn = shipped.call("qrcode", "nowhere")
    assert drawn.exit_code == 2
    assert "没有 nowhere 这个场景：menu.yaml 的 scenes 里有 quiz、quiz1" in drawn.output
