"""Reads a content folder from disk: the one module of this package that opens content files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from knowledge.model.problems import Files, Problem

SUFFIXES = frozenset({".md", ".yaml", ".yml"})
MAX_FILE_BYTES = 5_000_000
# x.yaml.txt as Notepad saves it, x.YAML, x.yaml~, x.yaml (1).
_MEANT = re.compile(r"(\.(?:yaml|yml|md))(?![a-z]).*$", re.IGNORECASE)


def read_folder(folder: Path) -> tuple[Files, tuple[Problem, ...]]:
    """Return the text of every content file below `folder`, and a Problem for each that can't be read.

    Keys are relative POSIX paths, sorted; line ends are LF, a byte order mark is dropped. Files of other kinds
    are named, as errors when their name says that they were meant to be read (x.yaml.txt), and so are hidden
    ones, as warnings. A folder that does not exist gives one Problem.
    """
    if not folder.is_dir():
        return {}, (Problem(str(folder), 0, 0, "no-folder", "没有这个内容目录", "检查 content_dir 设置"),)
    files: dict[str, str] = {}
    problems: list[Problem] = []
    before = _states(folder)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not _is_content(path, folder):
            problems += _unread(path, folder)
            continue
        if not _is_text(name):
            problems.append(_strange_name(name))
            continue
        text = _read(path, name, folder)
        if isinstance(text, Problem):
            problems.append(text)
        elif text is not None:
            files[name] = text
    problems += _saved_meanwhile(folder, files, before)
    return files, tuple(sorted(set(problems)))


def last_saved(folder: Path) -> Mapping[str, int]:
    """Return the second in which each content file below `folder` was last saved."""
    return {name: at // 1_000_000_000 for name, (at, _) in _states(folder).items()}


def _is_content(path: Path, folder: Path) -> bool:
    return path.suffix in SUFFIXES and not _hidden_part(path, folder)


def _hidden_part(path: Path, folder: Path) -> str:
    """Return the first part of a path that begins with a dot, with the folders above it; "" for none."""
    parts = path.relative_to(folder).parts
    number = next((i for i, part in enumerate(parts) if part.startswith(".")), None)
    return "" if number is None else "/".join(parts[: number + 1])


def _unread(path: Path, folder: Path) -> Iterator[Problem]:
    """Yield a Problem for a file that is not read; what is below a hidden folder is named by it, once."""
    name = path.relative_to(folder).as_posix()
    hidden = _hidden_part(path, folder)
    if hidden or not path.is_file():
        if hidden:
            hint = "不是要用的内容就不用管，或移到别处"
            yield Problem(hidden, 0, 0, "unknown-file", "以点开头，不会被读", hint, "warning")
    elif meant := _MEANT.search(path.name):
        cure = path.name[: meant.start()] + meant.group(1).lower()
        message = "文件名不是以 .yaml 或 .md 结尾，里面的内容没有读进来"
        yield Problem(name, 0, 0, "unread-file", message, f"改名为 {cure}；不要的内容移到别处")
    else:
        message = f"内容文件夹只读 {'、'.join(sorted(SUFFIXES))}，这个文件没有读进来"
        hint = "文字另存为 .yaml 或 .md，其他文件移到别处"
        yield Problem(name, 0, 0, "unknown-file", message, hint, "warning")


def _is_text(name: str) -> bool:
    return name.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in name)


def _strange_name(name: str) -> Problem:
    shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return Problem(shown, 0, 0, "not-utf8", "文件名不是 UTF-8 文字（可能是 GBK）", "把文件改名")


def _states(folder: Path) -> dict[str, tuple[int, int]]:
    """Return when each content file was last written, and its size."""
    found = {}
    for path in folder.rglob("*"):
        if path.suffix in SUFFIXES and path.is_file() and _is_text(path.name):
            state = path.stat()
            found[path.relative_to(folder).as_posix()] = (state.st_mtime_ns, state.st_size)
    return found


def _saved_meanwhile(folder: Path, files: Files, before: dict[str, tuple[int, int]]) -> Iterator[Problem]:
    """Yield a Problem for each file that was written while we read: we may hold the half of it, or of the folder."""
    after = _states(folder)
    for name in sorted(files.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield Problem(name, 0, 0, "being-saved", "读的时候文件正在保存", "等保存完，再运行一次")


def _read(path: Path, name: str, folder: Path) -> str | Problem | None:
    if not path.resolve().is_relative_to(folder.resolve()):
        return Problem(name, 0, 0, "outside-folder", "这个链接指到了内容目录外面", "把文件本身放进来")
    if path.is_symlink() and not path.exists():
        return Problem(name, 0, 0, "not-readable", "这个链接指到的文件不在", "把文件本身放进来，或者删掉链接")
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return Problem(name, 0, 0, "too-large", "文件超过 5 MB", "拆成几个文件")
        data = path.read_bytes()
    except OSError as error:
        return Problem(name, 0, 0, "not-readable", f"文件打不开（{error.strerror}）", "检查文件权限")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = len(data[: error.start].rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        return Problem(
            name, line, column, "not-utf8", "这里不是 UTF-8 文字（可能是 GBK）", "用编辑器另存为 UTF-8"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")
