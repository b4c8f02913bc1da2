"""Two authors and a reviewer: what waits, what is sent back, what meets, what is rolled back; and every text is true."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.serving import Server, copy_small_content, until


def change(folder: Path, before: str, after: str, file: str = "faq/faq.yaml") -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, (before, text.count(before))
    path.write_text(text.replace(before, after), encoding="utf-8")


def last_word(run: Result) -> str:
    assert run.exit_code == 0, run.stdout + run.stderr
    return run.stdout.split()[-1]


@pytest.fixture
def editors(make_server: Callable[..., Server], tmp_path: Path) -> tuple[Server, Server, Path, Path]:
    """Two authors at folders of their own, before a service that wants a second person."""
    mine, theirs = (copy_small_content(tmp_path / name, answers=False) for name in ("zhang", "wang"))
    server = make_server(CONTENT_DIR=str(mine), REVIEW__REQUIRED="true")
    other = Server(server.folder, server.settings | {"QINGLANG_CONTENT_DIR": str(theirs)}, server.port)
    assert "没有改动" in other.call("kb", "publish").stdout
    return server, other, mine, theirs


def test_three_submissions_one_sent_back_one_rolled_back(
    editors: tuple[Server, Server, Path, Path],
) -> None:
    zhang, wang, mine, theirs = editors
    first = zhang.ready()["release"]
    assert "没有在等批准的" in zhang.call("kb", "waiting").stdout

    # Two authors propose, each from what is live.
    change(mine, "会议在成都召开：", "推进会在成都召开：")
    one = last_word(zhang.call("kb", "publish", "--by", "小张", "-m", "写明是推进会"))
    change(theirs, "第四条管的是互联网接入服务提供者", "全国的网站都归这一条管")
    two = last_word(wang.call("kb", "publish", "--by", "小王", "-m", "好懂一些"))
    listed = zhang.call("kb", "waiting").stdout
    # Both were proposed within a second or two.
    assert sorted(line.split()[0] for line in listed.splitlines() if "提交" in line) == sorted([one, two])
    assert "小张提交  写明是推进会" in listed
    assert "小王提交  好懂一些" in listed
    assert listed.endswith("2 个在等批准\n")

    # The reviewer reads just what each would change, and tries it.
    shown = zhang.call("kb", "diff", "--release", two).stdout
    assert shown.splitlines()[:4] == [
        "条目 +0 -0 ~1",
        "~ article-4 引导语",
        "    - 第四条管的是互联网接入服务提供者：",
        "    + 全国的网站都归这一条管：",
    ]
    tried = zhang.call("kb", "try", "--release", two, "自律倡议书第四条说了什么").stdout
    assert f"【版本 {two}】回答" in tried
    assert tried.index("全国的网站都归这一条管") < tried.index("【线上") < tried.rindex("第四条 互联网接入")

    # The second is sent back, with the reason, and told to its author only.
    assert "写上为什么" in zhang.call("kb", "reject", two, "--by", "老李").stderr
    sent_back = zhang.call("kb", "reject", two, "--by", "老李", "-m", "原文只说接入服务提供者")
    assert sent_back.stdout == f"已打回 {two}，小王会看到原因；线上不变\n"
    assert zhang.ready()["release"] == first
    told = f"老李打回了小王提交的 {two}：原文只说接入服务提供者"
    assert told in wang.call("kb", "releases").stderr
    assert told in wang.call("kb", "diff").stderr
    assert "打回" not in zhang.call("kb", "diff").stderr
    again = zhang.call("kb", "approve", two, "--by", "老李")
    assert (again.exit_code, "老李打回了它（原文只说接入服务提供者）" in again.stderr) == (1, True)

    # The first goes live; then the third, made from what was live before, keeps it.
    assert last_word(zhang.call("kb", "approve", one, "--by", "老李", "-m", "看过")) == one
    change(theirs, "全国的网站都归这一条管", "请看写给接入商的这一条")
    overtaken = wang.call("kb", "publish", "--by", "小王", "-m", "照原文改")
    assert overtaken.exit_code == 1
    assert f"老李批准了 {one}（看过），您的草稿不是改自它" in overtaken.stderr
    assert "您自己" not in overtaken.stderr
    change(theirs, "会议在成都召开：", "推进会在成都召开：")
    three = last_word(wang.call("kb", "publish", "--by", "小王", "-m", "照原文改", "--over", one))
    assert "打回" not in wang.call("kb", "releases").stderr
    assert last_word(zhang.call("kb", "approve", three, "--by", "老李")) == three
    until(lambda: zhang.ready()["release"] == three)
    said = zhang.wechat().say("oThree", "第四条") or ""
    assert said.startswith("请看写给接入商的这一条：")

    # Going back needs the second person too; it is told as what it is.
    asked = wang.call("kb", "rollback", one, "--by", "小王", "-m", "先用旧的")
    assert asked.stdout.startswith(f"已申请退回到 {one}，等另一个人批准")
    assert zhang.ready()["release"] == three
    assert "小王申请退回到这个版本  先用旧的" in zhang.call("kb", "waiting").stdout
    assert "已经申请退回到" in wang.call("kb", "rollback", one, "--by", "小王").stderr
    own = wang.call("kb", "approve", one, "--by", "小王 ")
    assert (own.exit_code, "自己申请退回的" in own.stderr) == (1, True)
    agreed = zhang.call("kb", "approve", one, "--by", "老李", "-m", "同意")
    assert agreed.stdout == f"已批准，线上退回到了 {one}\n"
    until(lambda: zhang.ready()["release"] == one)
    blocked = wang.call("kb", "publish", "--by", "老李")
    assert f"，您自己退回到了 {one}（同意）" in blocked.stderr
    blocked = wang.call("kb", "publish", "--by", "小王")
    assert f"老李退回到了 {one}（同意），您的草稿不是改自它" in blocked.stderr

    actions = [
        line.split("  ")[1].split()[0]
        for line in zhang.call("kb", "log").stdout.splitlines()
        if "（之前" in line
    ]
    assert actions[::-1] == ["发布", "提交", "提交", "打回", "批准", "提交", "批准", "申请退回到", "退回到"]
    assert zhang.call("kb", "waiting").stdout == "没有在等批准的\n"


def test_two_that_wait_do_not_lock_each_other_out(editors: tuple[Server, Server, Path, Path]) -> None:
    zhang, wang, mine, theirs = editors
    change(mine, "会议在成都召开：", "推进会在成都召开：")
    one = last_word(zhang.call("kb", "publish", "--by", "小张"))
    change(theirs, "第四条管的是互联网接入服务提供者", "请看写给接入商的这一条")
    two = last_word(wang.call("kb", "publish", "--by", "小王", "-m", "改四"))
    assert last_word(zhang.call("kb", "approve", one, "--by", "老李")) == one
    # What the approval changes is what the second author changed, no more.
    assert "条目 +0 -0 ~1\n~ article-4" in zhang.call("kb", "diff", "--release", two).stdout
    run = zhang.call("kb", "approve", two, "--by", "老李")
    both = last_word(run)
    assert f"{two} 提交以后线上换成了 {one}：两边的改动合在一起了" in run.stdout
    assert both not in (one, two)
    until(lambda: zhang.ready()["release"] == both)
    wechat = zhang.wechat()
    assert (wechat.say("oA", "第四条") or "").startswith("请看写给接入商的这一条")
    assert (wechat.say("oB", "会议在哪里召开") or "").startswith("推进会在成都召开")
    releases = zhang.call("kb", "releases").stdout.splitlines()
    assert any(two in line and f"合成了 {both}" in line for line in releases)
    assert any(
        line.startswith(f"* {both}") and "小王，老李 批准" in line and "改四" in line for line in releases
    )
    assert "上线的是" in zhang.call("kb", "approve", two, "--by", "老李").stderr


def test_two_that_clash_are_told_apart_and_nothing_goes_live(
    editors: tuple[Server, Server, Path, Path],
) -> None:
    zhang, wang, mine, theirs = editors
    change(mine, "会议在成都召开：", "推进会在成都召开：")
    one = last_word(zhang.call("kb", "publish", "--by", "小张"))
    change(theirs, "    - 开会地点\n", "    - 开会地点\n    - 推进会在哪开的\n")
    two = last_word(wang.call("kb", "publish", "--by", "小王"))
    assert last_word(zhang.call("kb", "approve", one, "--by", "老李")) == one
    run = zhang.call("kb", "approve", two, "--by", "老李")
    assert run.exit_code == 1
    assert f"小王提交 {two} 以后，线上换成了 {one}，两边都改了 place" in run.stderr
    assert "kb reject" in run.stderr
    until(lambda: zhang.ready()["release"] == one)


def test_a_changed_key_is_shown_before_and_after_with_its_proof(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    content = copy_small_content(tmp_path / "content", answers=False)
    server = make_server(CONTENT_DIR=str(content))
    bank = next(path for path in sorted((content / "quiz").glob("*.yaml")) if path.name != "papers.yaml")
    text = bank.read_text(encoding="utf-8")
    bank.write_text(text.replace("\n  why: ", "\n  why: 请看原文。", 1), encoding="utf-8")
    shown = server.call("kb", "diff").stdout
    assert "题目 ~ " in shown
    before, after = shown.split("改后：")
    assert "√ " in before
    assert "出处 " in before
    assert "请看原文。" in after
    version = last_word(server.call("kb", "publish", "-m", "解析"))
    (line,) = [line for line in server.call("kb", "releases").stdout.splitlines() if version in line]
    assert "改了题目 1 道  解析" in line


@pytest.mark.parametrize("name", ["小\u200b张", "\u3164小张", "小 张", "小\ufeff张\u2060"])
def test_name_that_looks_the_same_is_no_second_person(
    editors: tuple[Server, Server, Path, Path], name: str
) -> None:
    zhang, _, mine, _ = editors
    change(mine, "会议在成都召开：", "推进会在成都召开：")
    version = last_word(zhang.call("kb", "publish", "--by", "小张"))
    refused = zhang.call("kb", "approve", version, "--by", name)
    assert refused.exit_code == 1
    assert "自己提交的" in refused.stderr


def test_shell_of_a_publisher_lifts_no_rule_of_the_service(
    editors: tuple[Server, Server, Path, Path],
) -> None:
    zhang, _, mine, _ = editors
    first = zhang.ready()["release"]
    lax = {"QINGLANG_REVIEW__REQUIRED": "false", "QINGLANG_REVIEW__MIN_PRECISION": "0"}
    shell = Server(zhang.folder, zhang.settings | lax, zhang.port)
    change(mine, "会议在成都召开：", "推进会在成都召开：")
    version = last_word(shell.call("kb", "publish", "--by", "小张"))
    assert "kb approve" in zhang.call("kb", "waiting").stdout
    assert zhang.ready()["release"] == first
    assert zhang.call("kb", "approve", version, "--by", "小王").exit_code == 0
    until(lambda: zhang.ready()["release"] == version)
    waits = shell.call("kb", "rollback", first, "--by", "小张")
    assert "已申请退回" in waits.stdout
