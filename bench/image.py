"""What the image is, without Docker: the very steps of deploy/Dockerfile in a clean Debian root, then run as compose runs it.

    debootstrap --variant=minbase --include=ca-certificates,python3,python3-venv bookworm /tmp/debian
    python -m bench.image /tmp/debian

The root stands for the base image: Debian's Python 3.11 for the image's own. Needs root, and changes nothing outside a
folder of its own. Prints size, time of a first and a later start, and memory; ends with 1 where the service isn't as it should be.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.dockerfile import Image, build
from tests.serving import AES_KEY, APP_ID, ROOT, TOKEN

_PATIENCE_S = 120
_SERVICE = {
    "QINGLANG_WECHAT__TOKEN": TOKEN,
    "QINGLANG_WECHAT__APP_ID": APP_ID,
    "QINGLANG_WECHAT__ENCODING_AES_KEY": AES_KEY,
    "QINGLANG_PRIVACY__KEY": "A" * 48,
}
# As compose and Kubernetes have it: nothing may be written but /data and /tmp, no right is left, no device is there but these.
_ENTER = """
set -e
root=$1 data=$2 owner=$3 folder=$4; shift 4
ip link set lo up
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t tmpfs tmpfs "$root/tmp"
mount --bind "$data" "$root/data"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/dev"
for name in null zero random urandom; do touch "$root/dev/$name"; mount --bind "/dev/$name" "$root/dev/$name"; done
exec setpriv --no-new-privs --bounding-set=-all,+setuid,+setgid,+sys_chroot \
    chroot --userspec="$owner" --groups= "$root" /usr/bin/env --chdir="$folder" "$@"
"""


class Container:
    """One process of the image's entry point, in namespaces of its own, and others beside it."""

    def __init__(self, image: Image, data: Path) -> None:
        self._image = image
        self._environment = {**image.environment, **_SERVICE}
        command = [*json.loads(image.said["ENTRYPOINT"]), *json.loads(image.said["CMD"])]
        place = [str(image.root), str(data), image.user, image.folder]
        # The programs that lead in are this machine's: they are found by its PATH, the image's own by the image's.
        own = [f"{name}={value}" for name, value in self._environment.items()]
        # Process 1 of its own, as in a container: it inherits whatever is orphaned there, and no signal has a default.
        self._outer = subprocess.Popen(
            [
                "unshare",
                "--mount",
                "--net",
                "--pid",
                "--fork",
                "--kill-child",
                "sh",
                "-c",
                _ENTER,
                "enter",
                *place,
                "-i",
                *own,
                *command,
            ],
            stdout=subprocess.DEVNULL,
            stderr=(data.parent / "log").open("a"),
        )
        while not (children := _children(self._outer.pid)):
            time.sleep(0.01)
        self._pid = children[0]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run another program of the image beside the service, as its user."""
        uid, gid = self._image.user.split(":")
        inside = ["--mount", "--net", "--pid", "--root", f"--wd=/proc/{self._pid}/cwd", "-S", uid, "-G", gid]
        own = [f"{name}={value}" for name, value in self._environment.items()]
        return subprocess.run(
            ["nsenter", "-t", str(self._pid), *inside, "/usr/bin/env", "-i", *own, *command],
            capture_output=True,
            text=True,
            check=False,
        )

    def is_healthy(self) -> bool:
        """Return what the image's own HEALTHCHECK says."""
        check = self._image.said["HEALTHCHECK"]
        return self.run(*json.loads(check[check.index("[") :])).returncode == 0

    def memory(self) -> Iterator[tuple[str, float]]:
        """Give each process with what it has of the memory, in MB: its own, and its share of what several have."""
        waiting = [self._pid]
        while waiting:
            pid = waiting.pop()
            waiting += _children(pid)
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            kb = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            yield Path(f"/proc/{pid}/comm").read_text().strip(), kb / 1024

    def ended(self) -> int | None:
        """Return the exit code, None while it runs."""
        return self._outer.poll()

    def stop(self) -> int:
        """Stop it as its orchestrator does, and return its exit code."""
        os.kill(self._pid, signal.SIGTERM)
        return self._outer.wait(30)

    def kill(self) -> None:
        """Leave nothing of it running."""
        self._outer.kill()
        self._outer.wait()


def _children(pid: int) -> list[int]:
    # Each thread has its own.
    return [
        int(child)
        for path in Path(f"/proc/{pid}/task").glob("*/children")
        for child in path.read_text().split()
    ]


@contextmanager
def started(image: Image, data: Path) -> Iterator[tuple[Container, float]]:
    """Have it running and healthy, with the seconds that took."""
    began = time.monotonic()
    container = Container(image, data)
    try:
        while not container.is_healthy():
            is_late = time.monotonic() - began > _PATIENCE_S
            if container.ended() is not None or is_late:
                sys.exit(f"not healthy (exit code {container.ended()}):\n{(data.parent / 'log').read_text()}")
            time.sleep(0.1)
        yield container, time.monotonic() - began
    finally:
        if container.ended() is None:
            container.kill()


def size_mb(folder: Path) -> float:
    """Return what a folder takes on the disk."""
    told = subprocess.run(["du", "-s", "--block-size=1", str(folder)], capture_output=True, check=True)
    return int(told.stdout.split()[0]) / 1e6


def main() -> None:
    """Build, start twice, look, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path, help="a clean Debian root, left as it is")
    base = parser.parse_args().root
    print("load of the machine:", *(f"{load:.1f}" for load in os.getloadavg()))
    with tempfile.TemporaryDirectory(prefix="qinglang-image-") as folder:
        work, data = Path(folder), Path(folder) / "volume"
        began = time.monotonic()
        image = build(ROOT, base, work)
        print(
            f"built in {time.monotonic() - began:.0f} s: {size_mb(image.root) - size_mb(base):.0f} MB above the base"
        )
        # An empty volume begins as what the image has there.
        subprocess.run(["cp", "-a", str(image.root / "data"), str(data)], check=True)
        with started(image, data) as (container, took_s):
            print(f"first start: {took_s:.1f} s until healthy")
            code = container.stop()
        with started(image, data) as (container, took_s):
            print(f"later start: {took_s:.1f} s until healthy")
            judged = container.run("qinglang", "simulate").stdout.splitlines()[-1]
            doctor = container.run("qinglang", "doctor").stdout.splitlines()[-1]
            written = container.run("python", "-c", "open('/app/x', 'w')").stderr.splitlines()[-1]
            print(f"simulate: {judged}", f"doctor: {doctor}", f"writing into /app: {written}", sep="\n")
            for name, mb in container.memory():
                print(f"memory: {name} {mb:.0f} MB")
            codes = (code, container.stop())
        print(f"exit codes: {codes}")
        is_well = codes == (0, 0) and "不合格 0" in judged and "问题 0" in doctor and "Read-only" in written
    sys.exit(0 if is_well else 1)


if __name__ == "__main__":
    main()
