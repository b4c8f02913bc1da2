"""What only the right person may do at the console, and what goes live."""

from __future__ import annotations

from bench.guards.mutant import Mutant

CONSOLE = (
    Mutant(
        "发布不互相盖掉",
        "bot/releases",
        "if ARGV[1] ~= '*' and live ~= ARGV[1] then return {'conflict', live} end",
        "",
        "tests/bot/releases/test_releases.py",
    ),
    Mutant(
        "审批的状态",
        "bot/releases",
        "if state ~= ARGV[7] then return {'state', state} end",
        "",
        "tests/bot/releases/test_releases.py",
    ),
    Mutant(
        "第二个人",
        "bot/editing",
        "if same_person(asked.by, by):",
        "if False:",
        "tests/door/test_review.py::test_name_that_looks_the_same_is_no_second_person",
    ),
    Mutant(
        "磁盘上的版本坏了",
        "bot/releases",
        "return files if version_of(files) == version else None",
        "return files",
        "tests/bot/releases/test_releases.py",
    ),
    Mutant(
        "清空的 Redis 不退回内容",
        "bot/releases",
        "        if await self._ledger.record(version):\n            return False",
        "        return False",
        "tests/door/test_emptied_redis.py",
    ),
)
