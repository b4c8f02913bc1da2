"""Work in a process of its own, as a command's is: the worker's processor stays with the pushes.

`python -m bot.web.admin.background.apart` reads a line of JSON for each piece of work, and writes one for each step and for what came
of it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from functools import partial
from typing import Any

from redis.exceptions import RedisError

from bot.config import Settings
from bot.config_accounts import settings_of
from bot.editing.refused import Refused
from bot.process import open_parts
from bot.store.server.faults import ServerUnavailable
from bot.store.wire.away import why_away
from bot.store.wire.runner import StoreDown
from bot.web.admin.background.jobs import Result, Told
from bot.web.admin.words import worded
from knowledge.model.problems import KnowledgeError

log = logging.getLogger(__name__)
_NICE = 10
_IDLE_S = 600.0
_MAX_LINE_BYTES = 256 * 1024 * 1024


def unheard(done: int, n: int) -> None:
    """Hear of progress, and tell nobody."""


class Apart:
    """A process beside a worker: begun when it is first needed, one piece of work at a time, gone with the worker or when idle.

    Args:
        settings: Those of the deployment: the process works for each of its accounts.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.model_dump(mode="json")
        self._process: asyncio.subprocess.Process | None = None
        self._one = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def do(self, account: str, name: str, arguments: Mapping[str, Any], told: Told = unheard) -> Result:
        """Do a piece of `WORK` for an account; return what came of it, with the `state` "broken" when the process died of it."""
        asked = {"settings": self._settings, "account": account, "name": name, "arguments": arguments}
        async with self._one:
            if self._idle:
                self._idle.cancel()
            process = self._process
            try:
                if process is None or process.returncode is not None:
                    process = self._process = await _begin()
                return await _asked(process, asked, told)
            except (OSError, ValueError):
                log.exception("the process beside this worker failed")
                self._give_up()
                return {"state": "broken"}
            except asyncio.CancelledError:
                # It may be in the middle of an answer that nobody reads any more.
                self._give_up()
                raise
            finally:
                self._idle = asyncio.get_running_loop().call_later(_IDLE_S, self._give_up)

    def _give_up(self) -> None:
        """Let go of the process: it ends with its work when it reads no more."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
        self._process = None


async def _begin() -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "bot.web.admin.background.apart")
    return await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=_MAX_LINE_BYTES)


async def _asked(process: asyncio.subprocess.Process, asked: Mapping[str, Any], told: Told) -> Result:
    if process.stdin is None or process.stdout is None:
        raise OSError("no pipes")
    process.stdin.write(json.dumps(asked).encode() + b"\n")
    await process.stdin.drain()
    while line := await process.stdout.readline():
        said = json.loads(line)
        if "result" in said:
            result: Result = said["result"]
            return result
        told(*said["so_far"])
    raise OSError("ended in the middle of its work")


async def _do(settings: Settings, name: str, arguments: Mapping[str, Any]) -> Result:
    """Do a piece of work; a refusal, wrong content and a lost store are results like any other."""
    # Here alone: the worker beside this process needs none of what the work needs.
    from bot.web.admin.background.work import WORK, findings_of

    try:
        async with open_parts(settings) as parts:
            return await partial(WORK[name], settings, parts, _tell_progress, **arguments)()
    except Refused as refused:
        return {"state": "refused", "why": refused.why, **findings_of(refused.report)}
    except KnowledgeError as faulty:
        return {"state": "refused", "why": worded("draft.has_errors", n=len(faulty.problems))}
    except (RedisError, StoreDown, ServerUnavailable) as away:
        return {"state": "refused", "why": worded("fault.no_store", why=why_away(away))}
    except Exception:
        traceback.print_exc()
        return {"state": "broken"}


def _tell_progress(done: int, n: int) -> None:
    _write({"so_far": [done, n]})


def _write(said: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Do what is asked, a line each, after everybody else on the machine; end when nobody can ask any more."""
    os.nice(_NICE)
    # The terminal's Ctrl-C is for the server; what is being published is brought to its end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        asked = json.loads(line)
        settings = settings_of(Settings.model_validate(asked["settings"]), asked["account"])
        _write({"result": asyncio.run(_do(settings, asked["name"], asked["arguments"]))})


if __name__ == "__main__":
    main()
