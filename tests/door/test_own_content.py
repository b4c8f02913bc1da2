"""An account of somebody else: other documents, another kind of source, other tracks, no word of the shipped base."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from knowledge.reading.load import read_folder
from knowledge.release.build import parse_files
from knowledge.sources.cite import cite
from tests.serving import CONTENT, ROOT, Server

# What the shipped fixed sentences and menu say of their own documents, in the words of this account.
OURS = {
    "好网民": "好家长",
    "四川省": "本镇",
    "四川": "本镇",
    "推进会": "家长会",
    "倡议书": "须知",
    "网信": "学校",
}
FOREIGN = re.compile("网民|四川|推进会|倡议|校园|职工|青年|巾帼|金融")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    shutil.copytree(ROOT / "tests/data/own-content", folder)
    for name in ("replies.yaml", "menu.yaml"):
        text = (CONTENT / name).read_text(encoding="utf-8")
        for theirs, ours in OURS.items():
            text = text.replace(theirs, ours)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_bank_with_tracks_of_its_own_is_checked_asked_and_practised(
    make_server: Callable[..., Server], folder: Path
) -> None:
    server = make_server(CONTENT_DIR=str(folder))
    for command in (("kb", "check"), ("quiz", "check")):
        run = server.call(*command)
        assert run.exit_code == 0, run.output
        assert "没有错误" in run.output
    assert "学前：2 道" in server.call("quiz", "check").output
    items = parse_files(read_folder(folder)[0])[0].items

    wechat = server.wechat()
    replies = [wechat.say("oParent", text) for text in ("幼儿园几点开门", "下一条", "第四条", "专项")]
    assert "早上七点半开门" in replies[0]
    assert "出处：" in replies[0]
    assert "八月底以前到小学报到" in replies[1]
    assert "专项 学前\n专项 小学" in replies[3]
    for word in ("专项 学前", "幼儿园专项"):
        replies.append(wechat.say("oParent", word))
        assert "第 1/2 题" in replies[-1]
        stem = replies[-1]
        assert [i.track for i in items.values() if i.stem in stem] == ["学前"]
        replies.append(wechat.say("oParent", "重新开始"))
    replies.append(wechat.say("oParent", "答题"))
    for _ in range(4):
        shown = re.split(r"第 \d/4 题", replies[-1])[-1]
        item = next(item for item in items.values() if item.stem in shown)
        right = item.accepted[0] if item.kind == "fill" else item.options[item.key[0]]
        replies.append(wechat.say("oParent", right))
        assert replies[-1].startswith("答对了")
    assert "4/4" in replies[-1]
    assert "家长测一测 4/4" in wechat.say("oParent", "我的成绩").replace("：", " ")
    assert not [reply for reply in replies if FOREIGN.search(reply)]


def test_kind_of_source_of_its_own_is_cited_as_its_folder_says(
    make_server: Callable[..., Server], folder: Path
) -> None:
    wechat = make_server(CONTENT_DIR=str(folder)).wechat()
    assert "出处：2026年春季新生见面家长会记录 · 开场，2026年3月5日" in wechat.say(
        "oParent", "新生见面在哪里举行"
    )
    speech = wechat.say("oParent", "孩子哭闹怎么办")
    assert "出处：田小禾（园长）在2026年春季新生见面上的讲话，2026年3月5日" in speech
    (folder / "lexicon/source_kinds.yaml").unlink()
    content, problems = parse_files(read_folder(folder)[0])
    assert not [problem for problem in problems if problem.severity == "error"]
    assert cite(content, content.passages["parents#opening"]).startswith("出处：《2026年春季新生见面》开场")


def test_post_of_its_own_is_protected(folder: Path) -> None:
    faq = folder / "faq/faq.yaml"
    text = faq.read_text(encoding="utf-8")
    faq.write_text(
        text.replace(
            "  quote: [parents#opening]", "  answer: 小班带班许小米主持：\n  quote: [parents#opening]"
        )
    )
    settings = {"QINGLANG_CONTENT_DIR": str(folder), "QINGLANG_DATA_DIR": str(folder.parent)}
    check = CliRunner().invoke(main, ["kb", "check"], env=settings)
    assert check.exit_code == 1
    assert "“小班带班许小米”应该是“大班带班”" in check.output


def test_release_from_before_kinds_were_described_is_cited_as_it_was() -> None:
    files = read_folder(CONTENT)[0]
    assert "lexicon/source_kinds.yaml" not in files
    content = parse_files(files)[0]
    assert cite(content, content.passages["meeting-2020#attendance"]) == (
        "出处：2020年争做四川好网民工程推进会会议报道 · 出席人员，2020年10月12日"
    )


def test_paper_of_the_examiners_guide_is_an_entry_and_nothing_else(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    guide = (ROOT / "docs/examiners.md").read_text(encoding="utf-8")
    entry = re.search(r"```yaml\n(  - id: youth-day\n.*?)```", guide, re.DOTALL)
    assert entry
    shutil.copytree(CONTENT, tmp_path / "content")
    papers = tmp_path / "content/quiz/papers.yaml"
    text = re.sub(r"^    (?:opens|closes)_on: .*\n", "", entry.group(1), flags=re.MULTILINE)
    papers.write_text(papers.read_text(encoding="utf-8") + text, encoding="utf-8")
    server = make_server(CONTENT_DIR=str(tmp_path / "content"))
    assert "试卷 8 份" in server.call("quiz", "check").output
    wechat = server.wechat()
    rules = wechat.say("oYoung", "五四测评")
    assert "【五四专场】共 10 题" in rules
    assert "每天 1 次" in rules
    assert wechat.say("oYoung", "A" if "\nA. " in rules else "网络").startswith("已记录")
    assert wechat.say("oYoung", "第五条").startswith("五四专场还没结束")
    assert "五四专场" in wechat.say("oYoung", "我的成绩")


def test_bank_of_own_tracks_goes_out_and_comes_back(
    make_server: Callable[..., Server], folder: Path, tmp_path: Path
) -> None:
    server = make_server(CONTENT_DIR=str(folder))
    for name in ("bank.gift", "bank.xlsx"):
        assert server.call("quiz", "export", str(tmp_path / name)).exit_code == 0
        back = server.call("quiz", "import", str(tmp_path / name))
        assert "新增 0 道，修改 0 道，不变 4 道" in back.output, back.output
