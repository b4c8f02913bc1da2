"""The checks of a bot, run one after the other, for as long as there is a bot."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass

import requests

from bot.conformance.checks import checks_of
from bot.conformance.faults import BadReply, bad_connection
from bot.conformance.judgement import Examinee, Judgement, fault_of
from bot.conformance.pretend_wechat import PretendWechat

_COMES_BACK_S = 3.0
"""How long a supervisor may take to start a bot again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the table."""

    group: str
    name: str
    found: Judgement
    seconds: float

    @property
    def wrong(self) -> str:
        """What the platform would not take, "" when there is nothing."""
        return "" if self.found.is_remark else self.found.what

    @property
    def remark(self) -> str:
        """What might be better, "" when there is nothing."""
        return self.found.what if self.found.is_remark else ""


def examine(wechat: PretendWechat, previous_aes_key: str = "") -> Iterator[Verdict]:
    """Run every check that fits the mode of `wechat`, in order, each as it is done.

    Every check has a user of its own, who leaves at the end, so that nothing of them stays. Where nobody answers, at
    the beginning or from some check on, that is the last verdict: what was not tried is neither right nor wrong.
    """
    if why := _why_gone(wechat):
        yield Verdict("接入", "有程序在回答", why, 0.0)
        return
    checks = list(checks_of(wechat.mode, previous_aes_key))
    for n, (group, name, check) in enumerate(checks, 1):
        case = Examinee(wechat, f"oSimulated{secrets.token_hex(8)}", previous_aes_key)
        started = time.monotonic()
        try:
            found = check(case)
        except (BadReply, requests.RequestException) as error:
            found = fault_of(error)
        yield Verdict(group, name, found, time.monotonic() - started)
        if found.is_broken_line and (why := _why_gone(wechat, _COMES_BACK_S)):
            cure = "看它的日志，它在这一项里停了；让一条推送出错时不带走整个程序"
            gone = Judgement(f"{why.what}；后面 {len(checks) - n} 项没有检查", cure)
            yield Verdict("中断", f"“{name}”以后还在回答", gone, 0.0)
            return
        if not found.is_broken_line:
            case.push({"MsgType": "event", "Event": "unsubscribe", "EventKey": ""})


def _why_gone(wechat: PretendWechat, patience_s: float = 0.0) -> Judgement | None:
    """Return why not even a GET gets any answer, None when one does within the patience."""
    until = time.monotonic() + patience_s
    while True:
        try:
            wechat.send("GET", wechat.signed(str(int(time.time())), "alive"), fresh=True)
            return None
        except requests.RequestException as error:
            if time.monotonic() > until:
                bad = bad_connection(error)
                return Judgement(str(bad), bad.cure)
        time.sleep(0.2)
