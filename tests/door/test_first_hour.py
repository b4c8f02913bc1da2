"""The editors' handbook: an editor's first hour, every command as it is printed there."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from knowledge.matching.decide import decide
from knowledge.matching.snapshot import Snapshot
from tests.serving import CONTENT, ROOT, Server, until

_COMMAND = ".venv/bin/qinglang "
_SECTION = re.compile(r"^## (.*)$", re.MULTILINE)
_BLOCK = re.compile(r"^```(sh|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps() -> Iterator[tuple[str, str, str]]:
    """Yield the section, kind and text of each block of the handbook, in order."""
    handbook = (ROOT / "docs/editors.md").read_text(encoding="utf-8")
    starts = [*_SECTION.finditer(handbook)]
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        for block in _BLOCK.finditer(handbook, start.end(), end.start() if end else len(handbook)):
            yield start.group(1), block.group(1), block.group(2)


def test_what_the_handbook_adds_is_not_answered_by_what_is_shipped(snapshot: Snapshot) -> None:
    (entry,) = next(yaml.safe_load(text) for _, kind, text in steps() if kind == "yaml")
    for question in (entry["question"], *entry["phrasings"]):
        assert decide(snapshot, question).band == "decline", question


def part_of_shipped(folder: Path) -> Path:
    """Make `folder` the shipped content with the entries on the meeting alone, which are built in no time."""
    shutil.copytree(CONTENT, folder, ignore=shutil.ignore_patterns("faq"))
    entries = yaml.load((CONTENT / "faq/meeting.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    ids = {entry["id"] for entry in entries}
    for entry in entries:
        entry["related"] = [other for other in entry.get("related", ()) if other in ids]
    (folder / "faq").mkdir()
    (folder / "faq/meeting.yaml").write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    labelled = "- {question: 会议在哪个城市开的, says: 成都}\n- {question: 今天天气怎么样, entry: decline}\n"
    shutil.rmtree(folder / "tests")
    (folder / "tests").mkdir()
    (folder / "tests/labelled.yaml").write_text(labelled, encoding="utf-8")
    return folder


def test_every_command_of_the_handbook_works_in_its_order(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    content = part_of_shipped(tmp_path / "content")
    server = make_server(CONTENT_DIR=str(content), MATCHING__MEANING="auto")
    shipped = server.ready()["release"]
    output: dict[str, str] = {}
    first: dict[str, str] = {}
    for section, kind, text in steps():
        if kind == "yaml":
            name = text.splitlines()[0].removeprefix("# knowledge/content/")
            (content / name).write_text(text, encoding="utf-8")
            continue
        if section == "第二个人批准":
            server.settings["QINGLANG_REVIEW__REQUIRED"] = "true"
            path = content / "faq/first-hour.yaml"
            path.write_text(path.read_text(encoding="utf-8").replace("只写了", "只写明"), encoding="utf-8")
        for line in text.splitlines():
            command = line.partition("#")[0].strip() if " #" in line else line
            arguments = shlex.split(command.removeprefix(_COMMAND))
            if arguments[0] not in ("kb", "ask") or arguments[1] in ("import", "export"):
                continue
            version = _meant(arguments, server, shipped, output.get("kb releases", ""))
            run = server.call(*(version if part == "版本" else part for part in arguments))
            assert run.exit_code == 0, (line, run.output)
            output[" ".join(arguments)] = output[" ".join(arguments[:2])] = run.output
            first.setdefault(" ".join(arguments[:2]), run.output)
    assert "只写了时间和地点" not in output["ask 会场可以停车吗"]
    draft, live = output["kb try 开会有停车场吗"].split("【线上")
    assert "】没有收录，条目 m-parking，" in draft
    assert "】没有收录，" in live or "】反问，" in live
    assert "提醒" not in output["kb check"]
    assert "草稿（发布以后回答），内容组" in output["kb show m-parking --draft"]
    assert "没有收录会场能不能停车" in draft
    assert "没有收录会场能不能停车" not in live
    assert "+ m-parking\n    标准问：会场能停车吗？\n    问法：会场可以停车吗" in first["kb diff"]
    assert "~ m-parking 引导语" in output["kb diff"]
    assert "没有收录会场能不能停车" in output["ask 开会有停车场吗"]
    approved = output["kb approve"].split()[-1]
    until(lambda: server.ready()["release"] == approved)
    assert "只写明时间和地点" in (server.wechat().say("oHour", "会场停车收费吗") or "")


def _meant(arguments: list[str], server: Server, shipped: str, releases: str) -> str:
    """Return the version that an editor would put in: to go back to, to replace, or to approve."""
    if "--over" in arguments or "rollback" in arguments:
        return shipped
    return (
        releases.split()[1] if releases.startswith("*") else releases.split(maxsplit=1)[0] if releases else ""
    )
