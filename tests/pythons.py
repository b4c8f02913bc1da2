"""`make run`, a signed push and `make test` on every Python of this machine from 3.11 on, without its Redis.

Each gets a fresh copy of the tracked files, and a PATH on which no Redis or Valkey is found. Prints the rows of the
table in docs/operators.md. Run it as `make test-pythons`; it ends with 1 when one of them failed.

    PYTHONS="python3.12 /opt/python3.13/bin/python3"   only these
    TESTS="tests/bot tests/door/test_command.py"       these tests instead of all
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
_SERVERS = ("redis-server", "valkey-server")
_MINORS = (11, 12, 13, 14)
_START_PATIENCE_S = 900
_QUESTION, _ANSWERED = "第四条说了什么\n", "不为未备案网站提供接入"
_UP = "可以聊天了"


def pythons() -> Iterator[tuple[str, str]]:
    """Yield version and program of each Python: those of PYTHONS, or all on PATH and in pyenv, a version once."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named = os.environ.get("PYTHONS", "").split()
    found = [str(path) for minor in _MINORS for path in sorted(pyenv.glob(f"3.{minor}.*/bin/python"))]
    seen = set()
    for program in named or [*(f"python3.{minor}" for minor in _MINORS), *found]:
        # A shim of pyenv is on PATH for versions that it then refuses to run.
        asked = [program, "-c", "import platform, sys; print(platform.python_version(), sys.executable)"]
        run = subprocess.run(asked, capture_output=True, text=True) if shutil.which(program) else None
        if run is None or run.returncode:
            continue
        version, executable = run.stdout.split(maxsplit=1)
        if version not in seen:
            seen.add(version)
            yield version, executable.strip()


def path_without_servers(work: Path) -> str:
    """Return PATH with each folder that holds a server replaced by one of links to everything else in it."""
    folders = []
    for i, folder in enumerate(os.environ["PATH"].split(os.pathsep)):
        if any((Path(folder) / server).exists() for server in _SERVERS):
            links = work / f"path{i}"
            links.mkdir()
            for program in Path(folder).iterdir():
                if program.name not in _SERVERS:
                    (links / program.name).symlink_to(program)
            folder = str(links)  # noqa: PLW2901
        folders.append(folder)
    return os.pathsep.join(folders)


def copy_tracked(folder: Path) -> None:
    """Put the tracked files, as they are now, into a folder."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, os.fsdecode(listed).split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)


def run_and_push(folder: Path, python: str, environment: dict[str, str]) -> str:
    """Return what became of `make run` and of a push to it; a fault begins with 失败."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        environment = environment | {"QINGLANG_SERVER__PORT": str(probe.getsockname()[1])}
    log, started = folder / "run.log", time.monotonic()
    with log.open("w") as output:
        make = subprocess.Popen(
            ["make", f"PYTHON={python}", "run"],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        while _UP not in log.read_text(encoding="utf-8"):
            if make.poll() is not None or time.monotonic() - started > _START_PATIENCE_S:
                return "失败：" + log.read_text(encoding="utf-8").strip().replace("\n", " ")[-300:]
            time.sleep(0.2)
        took_s = time.monotonic() - started
        chat = [folder / ".venv/bin/qinglang", "chat"]
        said = subprocess.run(
            chat, cwd=folder, env=environment, input=_QUESTION, capture_output=True, text=True
        )
        if _ANSWERED not in said.stdout:
            return f"失败：推送没有答对 {(said.stdout + said.stderr)[-300:]}"
        return f"{took_s:.0f} 秒，推送有回答"
    finally:
        if make.poll() is None:
            os.killpg(make.pid, signal.SIGTERM)
            make.wait()


def run_tests(folder: Path, python: str, environment: dict[str, str]) -> str:
    """Return the last line of `make test`; a fault begins with 失败."""
    environment = environment | {"PYTEST_ADDOPTS": f"-q {os.environ.get('TESTS', '')}"}
    run = subprocess.run(
        ["make", f"PYTHON={python}", "test"], cwd=folder, env=environment, capture_output=True, text=True
    )
    (folder / "test.log").write_text(run.stdout + run.stderr, encoding="utf-8")
    ends = re.findall(r"^=*\s*(\d+ \w+.* in [\d.]+s.*?)\s*=*$", run.stdout, re.MULTILINE)
    told = ends[-1] if ends else (run.stdout + run.stderr).strip()[-300:].replace("\n", " ")
    failed = re.findall(r"^(?:FAILED|ERROR) .*$", run.stdout, re.MULTILINE)
    return "；".join(["失败：" + told, *failed]) if run.returncode else told


def main() -> int:
    """Try every Python and print a row for each."""
    n_wrong, tried = 0, []
    with tempfile.TemporaryDirectory(prefix="qinglang-pythons-") as name:
        work = Path(name)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("QINGLANG_", "MAKE", "MFLAGS"))}
        environment = clean | {"PATH": path_without_servers(work)}
        print("| Python | make run | make test |\n|---|---|---|", flush=True)
        for version, program in pythons():
            folder = work / version
            copy_tracked(folder)
            ran = run_and_push(folder, program, environment)
            tested = run_tests(folder, program, environment)
            print(f"| {version} | {ran} | {tested} |", flush=True)
            tried.append(version)
            n_wrong += "失败" in ran + tested
            shutil.rmtree(folder)
    absent = [f"3.{minor}" for minor in _MINORS if not any(v.startswith(f"3.{minor}.") for v in tried)]
    if absent and not os.environ.get("PYTHONS"):
        print(f"这台机器上没有 Python {'、'.join(absent)}，没有试")
    return 1 if n_wrong or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
