"""Where a command works: found by the installation, named, never made by looking, and told in a line when it is no good."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from bot.store.server.program import find_binary
from tests.serving import AES_KEY, ROOT, Server, copy_small_content, free_port

ELSEWHERE = {"QINGLANG_WECHAT__TOKEN": "", "QINGLANG_PRIVACY__KEY": ""}
# That there is nothing yet is an answer to who asks what there is; to anybody else it is a refusal.
ASKING = ["kb releases", "kb log", "kb misses", "kb hits", "kb said --date 2026-01-01", "quiz stats"]
WANTING = [
    "kb diff", "kb show x", "kb misses --ignore x", "kb approve x", "kb rollback x", "kb publish -m x",
    "kb adopt x --phrasing-of y", "quiz regrade", "users export oNobody", "users erase oNobody",
]  # fmt: skip
PASSWORD = "Zq7x9password"


@pytest.mark.parametrize("line", ASKING + WANTING)
def test_command_on_a_place_that_nothing_was_served_from_names_it_and_makes_nothing(
    line: str, tmp_path: Path
) -> None:
    place = Server(tmp_path, ELSEWHERE | {"QINGLANG_DATA_DIR": str(tmp_path / "none")})
    run = place.call(*line.split())
    assert run.exit_code == (0 if line in ASKING else 1), run.output
    assert run.stdout == ""
    assert f"数据目录 {tmp_path / 'none'}" in run.stderr
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    "line", ["ask 第四条", "kb try 第四条", "kb test", "kb check", "quiz check", "menu show"]
)
def test_draft_is_tried_before_anything_was_served_and_nothing_is_made(line: str, tmp_path: Path) -> None:
    content = copy_small_content(tmp_path / "content")
    place = Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(content)})
    run = place.call(*line.split())
    assert run.exit_code in (0, 1), run.output
    assert "Traceback" not in run.output
    assert [path.name for path in tmp_path.iterdir()] == ["content"]


def test_first_publication_needs_to_be_meant_and_names_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = copy_small_content(tmp_path / "content")
    place = Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(content)})
    assert place.call("kb", "publish").exit_code == 1
    first = place.call("kb", "publish", "-m", "开始", "--new")
    assert first.exit_code == 0, first.output
    assert str(tmp_path / "data") in first.stderr
    version = first.stdout.split()[-1]
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    answered = place.call("ask", "自律书第四条")
    assert "第四条" in answered.stdout
    assert "数据目录" not in answered.stderr
    assert f"* {version}" in place.call("kb", "releases").stdout
    assert "没有改动" in place.call("kb", "publish").stdout
    assert [*(tmp_path / "other").iterdir()] == []


def test_base_of_another_office_is_not_put_over_one_that_is_published(tmp_path: Path) -> None:
    place = Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(copy_small_content(tmp_path / "content"))})
    assert place.call("kb", "publish", "--new").exit_code == 0
    assert place.call("kb", "new", str(tmp_path / "ours"), "--title", "临江区教育局").exit_code == 0
    ours = Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(tmp_path / "ours")})
    first = ours.call("kb", "publish", "--new")
    assert first.exit_code == 1
    assert "换一个新的数据目录" in first.output
    live = re.findall(r"--over (\w+)", first.output)[0]
    over = ours.call("kb", "publish", "--new", "--over", live)
    assert over.exit_code == 1
    assert over.output.count("entry-removed") == 1
    assert "换一个新的数据目录" in over.output
    meant = re.findall(r"--accept \S+", over.output)
    assert ours.call("kb", "publish", "--over", live, *" ".join(meant).split()).exit_code == 0
    elsewhere = Server(tmp_path / "else", ours.settings).call("kb", "publish", "--new")
    assert elsewhere.exit_code == 0
    assert "还没有标注问题" in elsewhere.output


def install(folder: Path) -> dict[str, str]:
    """Put the program into a folder of its own; return the environment of a shell that has no settings."""
    for name in ("bot", "handlers", "knowledge"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "config.yaml", folder)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("QINGLANG_")}
    return clean | {"PYTHONPATH": str(folder)}


def test_commands_from_other_folders_without_the_environment_find_the_installation(tmp_path: Path) -> None:
    environment = install(tmp_path / "app")
    (tmp_path / "app/config.yaml").write_text("data_dir: kept\ncontent_dir: ../content\n")
    copy_small_content(tmp_path / "content")

    def run(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        cwd.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "bot.cli", *arguments]
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)

    published = run(tmp_path / "one", "kb", "publish", "--new")
    assert published.returncode == 0, published.stderr
    assert str(tmp_path / "app/kept") in published.stderr
    version = published.stdout.split()[-1]
    for name in ("one", "two", "three"):
        assert f"* {version}" in run(tmp_path / name, "kb", "releases").stdout
        assert [*(tmp_path / name).iterdir()] == []


def test_chat_with_a_server_of_another_data_folder_says_that_its_token_is_not_here(
    shipped: Server, tmp_path: Path
) -> None:
    place = Server(tmp_path, ELSEWHERE, port=shipped.port)
    run = place.call("chat")
    assert run.exit_code == 1
    assert "没有它的 token" in run.stderr
    assert [*tmp_path.iterdir()] == []


def test_chat_with_another_token_is_one_line(shipped: Server, tmp_path: Path) -> None:
    place = Server(tmp_path, {"QINGLANG_WECHAT__TOKEN": "another"}, port=shipped.port)
    run = place.run("chat", stdin="第四条\n")
    assert run.returncode == 1
    assert run.stderr.startswith("服务不认这个签名")
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize("option", ["--aes-key", "--previous-aes-key"])
def test_key_of_another_length_is_told_and_not_printed(option: str, tmp_path: Path) -> None:
    given = {"--aes-key": AES_KEY, option: PASSWORD}
    keys = [part for pair in given.items() for part in pair]
    line = ["simulate", "--url", "http://127.0.0.1:1/", "--mode", "safe", "--app-id", "wx", *keys]
    run = Server(tmp_path).call(*line)
    assert run.exit_code == 2
    assert f"{option} 要照公众平台上的抄，正好 43 个" in run.output
    assert PASSWORD not in run.output


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[int]:
    """A Redis with a password, by its port."""
    port = free_port()
    process = subprocess.Popen(
        [find_binary(), "--port", str(port), "--requirepass", PASSWORD, "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    client = redis.Redis(port=port, password=PASSWORD)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            client.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.05)
    client.close()
    yield port
    process.terminate()
    process.wait()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_wrong_password_is_one_line_at_the_start_and_is_not_printed(
    locked: int, tmp_path: Path, workers: str
) -> None:
    url = f"redis://:{PASSWORD}wrong@127.0.0.1:{locked}/0"
    content = copy_small_content(tmp_path / "content")
    own = {
        "QINGLANG_REDIS__URL": url,
        "QINGLANG_CONTENT_DIR": str(content),
        "QINGLANG_SERVER__WORKERS": workers,
    }
    place = Server(tmp_path, own)
    for line, code in (("serve", 2), ("kb diff", 1), ("kb publish", 1), ("kb releases", 1)):
        run = place.run(*line.split())
        assert run.returncode == code, (line, run.stderr)
        assert "密码不对" in run.stderr
        assert PASSWORD not in run.stdout + run.stderr
        assert "Traceback" not in run.stderr
        assert len([told for told in run.stderr.splitlines() if not told.startswith(("用的是", "{"))]) == 1


def test_redis_away_at_the_first_start_is_one_line(tmp_path: Path) -> None:
    place = Server(tmp_path, {"QINGLANG_REDIS__URL": f"redis://127.0.0.1:{free_port()}/0"})
    run = place.run("serve")
    assert run.returncode == 2
    assert "Redis 连不上，没有启动" in run.stderr
    assert "Traceback" not in run.stderr


def test_service_with_a_release_starts_without_its_redis_and_says_so(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = make_server(CONTENT_DIR=str(copy_small_content(tmp_path / "content")))
    assert server.stop() == 0
    server.settings["QINGLANG_REDIS__URL"] = f"redis://127.0.0.1:{free_port()}/0"
    server.start()
    assert "先只回答提问" in server.log
    assert "第四条" in server.wechat().say("oAway", "自律书第四条")


@pytest.mark.parametrize("name", ["a-file", "a-file/data"])
def test_data_folder_that_can_not_be_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "a-file").touch()
    content = copy_small_content(tmp_path / "content")
    place = Server(
        tmp_path, {"QINGLANG_DATA_DIR": str(tmp_path / name), "QINGLANG_CONTENT_DIR": str(content)}
    )
    for line, code in (("serve", 2), ("kb publish --new", 1), ("kb diff", 1)):
        run = place.run(*line.split())
        assert run.returncode == code, (line, run.stderr)
        assert "Traceback" not in run.stderr
        assert str(tmp_path / name) in run.stderr


@pytest.mark.parametrize(
    ("host", "told"), [("192.0.2.1", "自己的地址"), ("no-such-host.invalid", "自己的地址")]
)
def test_address_that_is_not_ours_is_one_line(tmp_path: Path, host: str, told: str) -> None:
    run = Server(tmp_path, {"QINGLANG_SERVER__HOST": host}).run("serve")
    assert run.returncode == 2
    assert told in run.stderr
    assert run.stderr.count("\n") == 1


# Every command, every broken folder

BREAKS: dict[str, Callable[[Path], object]] = {
    "missing": shutil.rmtree,
    "file": lambda folder: (shutil.rmtree(folder), folder.touch()),
    "empty": lambda folder: (shutil.rmtree(folder), folder.mkdir()),
    "syntax": lambda folder: (folder / "faq/faq.yaml").write_text("- id: [a\n"),
    "scalar": lambda folder: (folder / "faq/faq.yaml").write_text("words\n"),
    "alias": lambda folder: (folder / "faq/faq.yaml").write_text("&a [*a]\n"),
    "nul": lambda folder: (folder / "faq/faq.yaml").write_bytes(b"- id: a\0\n"),
    "deep": lambda folder: (folder / "faq/faq.yaml").write_text("[" * 5000),
    "gbk": lambda folder: (folder / "faq/faq.yaml").write_bytes("- id: 甲".encode("gbk")),
    "key": lambda folder: (folder / "faq/faq.yaml").write_text("- id: a\n  qestion: x\n"),
    "front": lambda folder: next((folder / "sources").glob("*.md")).write_text("没有头\n"),
    "quiz": lambda folder: (folder / "quiz/bank.yaml").write_text("- {id: a, kind: nothing}\n"),
    "replies": lambda folder: (folder / "replies.yaml").write_text("welcome: '{x'\n"),
    "no-replies": lambda folder: (folder / "replies.yaml").unlink(),
    "menu": lambda folder: (folder / "menu.yaml").write_text("- 1\n"),
    "outside": lambda folder: (folder / "faq/link.yaml").symlink_to("/etc/hostname"),
    "dangling": lambda folder: (folder / "faq/link.yaml").symlink_to("nowhere.yaml"),
    "name": lambda folder: (folder / os.fsdecode(b"faq/\xc4\xe3.yaml")).write_text("- 1\n"),
}
DRAFT = [
    "kb check", "kb check --coverage", "kb test", "kb try 第四条", "kb tune", "kb publish --new", "ask 第四条",
    "kb show a --draft", "kb export out.xlsx", "kb import book.xlsx", "kb ingest new.txt --id new --date 2026-01-01",
    "quiz check", "quiz export out.gift", "quiz import bank.gift", "menu show", "menu push --dry-run",
]  # fmt: skip
BESIDE_LIVE = ["kb test", "kb try 第四条", "kb publish", "kb diff", "kb adopt x --quote a#b", "kb misses"]


@pytest.fixture(scope="module")
def workbook(shipped: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "book.xlsx"
    assert shipped.call("kb", "export", str(path)).exit_code == 0
    return path


@pytest.mark.parametrize("how", BREAKS)
def test_every_command_tells_what_is_wrong_with_a_broken_folder(
    how: str, shipped: Server, workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = copy_small_content(tmp_path / "content")
    BREAKS[how](content)
    monkeypatch.chdir(tmp_path)
    shutil.copy(workbook, tmp_path)
    (tmp_path / "new.txt").write_text("标题\n\n一句话。\n")
    (tmp_path / "bank.gift").write_text("推进会在成都开。{T}\n")
    broken = {"QINGLANG_CONTENT_DIR": str(content)}
    new, served = Server(tmp_path, broken), Server(shipped.folder, broken)
    for place, lines in ((new, DRAFT), (served, BESIDE_LIVE)):
        for line in lines:
            run = place.call(*line.split())
            assert run.exception is None or isinstance(run.exception, SystemExit), (line, run.exc_info)
            assert run.exit_code in (0, 1, 2), line
            assert not re.search("Traceback|Error", run.output), (line, run.output)
    told = new.call("kb", "check").stdout.splitlines()[0]
    for line in ("kb check", "ask 第四条", "kb publish --new"):
        run = new.call(*line.split())
        assert run.exit_code == 1
        assert run.stdout.splitlines()[0] == told
    assert not (tmp_path / "data").exists()


def test_service_on_a_broken_folder_lists_its_problems_and_does_not_start(tmp_path: Path) -> None:
    content = copy_small_content(tmp_path / "content")
    BREAKS["key"](content)
    run = Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(content)}).run("serve")
    assert run.returncode == 1
    assert "faq/faq.yaml:2:3: unknown-key: " in run.stdout
    assert "Traceback" not in run.stderr
