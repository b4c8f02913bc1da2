"""The data folder as the disk gives it to this user."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.store.server.faults import DataRefused


@contextmanager
def in_one_line(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses us into one line.

    Raises:
        DataRefused: instead of OSError.
    """
    try:
        yield
    except OSError as error:
        raise DataRefused(
            f"自带的 Redis 用不了数据目录 {folder}（{error.strerror or error}：{error.filename or folder}）："
            "请改好权限、清出空间，或者用 data_dir 指定别的目录"
        ) from error


def own(folder: Path) -> None:
    """Make sure that a folder is one, and this user's.

    Raises:
        DataRefused: it is not.
    """
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
        raise DataRefused(
            f"{folder} 是另一个用户的（用户号 {about.st_uid}，现在是 {os.getuid()}），所以没有启动：请换成那个用户，"
            f"或者用 chown -R 把整个数据目录交给现在的用户"
        )
