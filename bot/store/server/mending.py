"""A log that a power cut or a copy left with a torn end: mended on a copy by the server's own tool.

The tool cuts everything from the first fault on, be it in the middle. We let it only where what it cuts is
the one record that was under way, and blank bytes after it; anything else is for a person to decide.
"""

from __future__ import annotations

import io
import logging
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.store.server.faults import DataDamaged
from bot.store.server.origin import FOLDER, MANIFEST, Data, inspect, keep_copy, reads
from bot.store.server.program import Program

log = logging.getLogger(__name__)
# What is under way when the power goes is one turn; its reply and session are far below this.
_MAX_CUT_BYTES = 64 << 20


def mend(folder: Path, program: Program) -> bool:
    """Cut a torn end off the log; return whether something was cut and the server may be tried again.

    What was cut is told, and the files as they were are kept beside the folder.

    Raises:
        DataDamaged: the log is broken elsewhere than at its end, or what its base holds can't be read.
        DataRefused: there is no room for the copy.
    """
    data = inspect(folder)
    if not data.kind:
        return False
    last = _last_log(folder, data)
    said = program.check("check-aof", str(last))
    if said.returncode == 0:
        if data.base and not reads(program, data.base):
            raise _damaged(folder, data.base)
        # Nothing wrong with the files: the server ended for another reason.
        return False
    cut = _cut_off(last, _n_good_bytes(said.stdout))
    if cut is None:
        raise _damaged(folder, last)
    kept = keep_copy(folder, data, "torn")
    _fix_copy(folder, program, last)
    log.warning(
        "%s 的末尾不完整（断电，或者是运行中复制的），已用 %s 自己的工具修好：去掉了%s，其余都在；原件留在 %s",
        last,
        program.release,
        cut,
        kept,
    )
    return True


def _damaged(folder: Path, file: Path) -> DataDamaged:
    return DataDamaged(
        f"自带 Redis 的数据读不了：{file} 坏了，不是末尾不完整，不能自动修。提问照常，答题暂停。"
        f"请 ① 从备份换回 {folder}，或 ② 把它移到别处、从头开始；什么都没有改"
    )


def _n_good_bytes(said: bytes) -> int:
    """Return up to where the tool found the log good; -1 when it does not say."""
    found = re.findall(rb"ok_up_to=(\d+)", said)
    return int(found[-1]) if found else -1


def _fix_copy(folder: Path, program: Program, last: Path) -> None:
    copy = folder / f"{last.name}.mending"
    try:
        shutil.copy2(last, copy)
        if program.check("check-aof", "--fix", str(copy)).returncode:
            raise _damaged(folder, last)
        copy.replace(last)
    finally:
        copy.unlink(missing_ok=True)


def _last_log(folder: Path, data: Data) -> Path:
    if data.kind != FOLDER:
        return folder / data.kind
    # Not the manifest: Valkey 9.1's tool does not know its own base by it.
    lines = (folder / FOLDER / MANIFEST).read_text(encoding="utf-8", errors="replace")
    names: list[str] = re.findall(r"^file \"?(.*?)\"? seq \d+ type [bi]", lines, re.MULTILINE)
    return folder / FOLDER / names[-1]


@dataclass(frozen=True, slots=True)
class _Cut:
    n_record_bytes: int
    n_blank_bytes: int
    first: str

    def __str__(self) -> str:
        parts = []
        if self.n_record_bytes:
            parts.append(f"没有写完的最后一条记录（{self.n_record_bytes} 字节，{self.first or '只有开头'}）")
        if self.n_blank_bytes:
            parts.append(f"{self.n_blank_bytes} 个空字节")
        return "和".join(parts)


def _cut_off(path: Path, keep_bytes: int) -> _Cut | None:
    """Return what lies behind the first `keep_bytes` of a log; None when it is more than a torn end."""
    if keep_bytes < 0 or not 0 < path.stat().st_size - keep_bytes <= _MAX_CUT_BYTES:
        return None
    with path.open("rb") as file:
        file.seek(keep_bytes)
        cut = file.read()
    record = cut.rstrip(b"\0")
    words = []
    stream = io.BytesIO(record)
    try:
        while (command := _read_command(stream)) is not None:
            words.append(b" ".join(command[:2]).decode("utf-8", "replace")[:80])
            if command[0].upper() == b"EXEC":
                return None
    except _Torn:
        pass
    except ValueError:
        return None
    else:
        # All of it whole: a transaction that lacks its end, or else nothing that should have been cut.
        if words and words[0].upper() != "MULTI":
            return None
    named = [word for word in words if word.upper() != "MULTI"]
    return _Cut(len(record), len(cut) - len(record), "、".join(named[:3]))


class _Torn(Exception):
    """The log ends within a command."""


def _read_command(stream: io.BufferedIOBase) -> list[bytes] | None:
    """Return the next command of a log, None at its end.

    Raises:
        ValueError: what is there is no command.
    """
    line = stream.readline()
    if not line:
        return None
    if line.startswith(b"#") and line.endswith(b"\n"):
        return [b"#"]
    return [_read_part(stream) for _ in range(_number(line, b"*"))]


def _read_part(stream: io.BufferedIOBase) -> bytes:
    size = _number(stream.readline(), b"$")
    part = stream.read(size + 2)
    if len(part) < size + 2:
        raise _Torn
    if not part.endswith(b"\r\n"):
        raise ValueError("no end of part")
    return part[:-2]


def _number(line: bytes, sign: bytes) -> int:
    if not line.endswith(b"\r\n"):
        if re.fullmatch(rb"(?:\%b\d*\r?)?" % sign, line):
            raise _Torn
        raise ValueError("no number")
    if not re.fullmatch(rb"\%b\d+\r\n" % sign, line):
        raise ValueError("no number")
    return int(line[1:-2])
