"""Machines apart on this one: network namespaces, each joined by one wire to the centre and to nobody else.

Everything is inside a namespace that we make first, so that this machine's own network sees nothing of it; it ends with us.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.serving import until

CENTRE = "10.77.0.1"
"""Where every machine finds what stands in the middle."""


def may_part_machines() -> bool:
    """Return whether this user and this kernel make network namespaces."""
    return os.getuid() == 0 and _run("unshare", "--net", "true", must=False)


def is_alone() -> bool:
    """Return whether this network is a bare one, as a new namespace is: nothing of the machine can be hurt in it."""
    links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout
    return len(links.splitlines()) == 1


@dataclass
class Machine:
    """A machine of its own, by the process that holds its namespace."""

    number: int
    holder: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"10.77.{self.number}.2"

    @property
    def within(self) -> tuple[str, ...]:
        """The command that runs another one there."""
        return ("nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "--")

    def plug(self) -> None:
        near, wire = f"10.77.{self.number}.1", f"wire{self.number}"
        until(lambda: _namespace(self.holder.pid) != _namespace(os.getpid()))
        _run("ip", "link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", str(self.holder.pid))
        _run("ip", "address", "add", f"{near}/30", "dev", wire)
        _run("ip", "link", "set", wire, "up")
        _run(*self.within, "ip", "link", "set", "lo", "up")
        _run(*self.within, "ip", "address", "add", f"{self.address}/30", "dev", "eth0")
        _run(*self.within, "ip", "link", "set", "eth0", "up")
        _run(*self.within, "ip", "route", "add", "default", "via", near)

    def cut(self) -> None:
        """Let whatever comes to the machine or leaves it vanish without a word, as a pulled cable does."""
        _run(*self.within, "ip", "link", "set", "eth0", "down")

    def mend(self) -> None:
        """Plug the cable in again; what hung on it has not noticed, or has given up."""
        _run(*self.within, "ip", "link", "set", "eth0", "up")
        _run(*self.within, "ip", "route", "replace", "default", "via", f"10.77.{self.number}.1")


@contextmanager
def machines_apart(n: int) -> Iterator[list[Machine]]:
    """Have some machines, each alone with a wire to here; only inside a network namespace of our own."""
    assert is_alone(), "this would change the network of the machine itself"
    _run("ip", "link", "set", "lo", "up")
    _run("ip", "address", "add", f"{CENTRE}/32", "dev", "lo")
    with ExitStack() as stack:
        found = []
        for number in range(1, n + 1):
            holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
            stack.callback(holder.wait)
            stack.callback(holder.kill)
            found.append(Machine(number, holder))
            found[-1].plug()
        yield found


def _namespace(pid: int) -> str:
    return os.readlink(Path(f"/proc/{pid}/ns/net"))


def _run(*command: str, must: bool = True) -> bool:
    done = subprocess.run(command, capture_output=True, text=True)
    assert not must or done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.returncode == 0
