#!/usr/bin/env bash
# uvicorn 0.54.0 with two workers, told by SIGHUP to renew them.
#
# Guess:      SIGHUP replaces each worker, however long a start takes: timeout_worker_healthcheck (5 s) says when a worker that runs
#             already and no longer answers is given up.
# Behaviour:  the same 5 s are all that a new worker has from its start until it serves. An application that needs 7 s to load starts without
#             trouble, and answers; its renewal is given up at the first worker, with a line in the log, and the old ones serve on with
#             what they had loaded. The process does not end, and nothing but that line tells. A longer timeout renews both.
# Output seen: default: 0 of 2 renewed, "was not ready in time"; --timeout-worker-healthcheck 30: 2 of 2.
# Why it matters: a deployment that renews by SIGHUP works on a quiet machine and silently does nothing on a busy one, where the same start
#             takes three times as long.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check uvicorn==0.54.0 2>/dev/null
cat >slow.py <<'PY'
import time

time.sleep(7)


async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"here"})
PY
cat >try.py <<'PY'
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request


def workers(pid):
    found = set()
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            command = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == pid and b"spawn_main" in command:
            found.add(stat.parent.name)
    return found


def renewed(*options):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = open("log", "w+")
    command = [sys.executable, "-m", "uvicorn", "slow:app", "--workers", "2", "--port", str(port), *options]
    server = subprocess.Popen(command, stdout=log, stderr=log)
    for _ in range(120):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/").read()
            break
        except OSError:
            time.sleep(0.5)
    time.sleep(3)
    before = workers(server.pid)
    server.send_signal(signal.SIGHUP)
    time.sleep(25)
    kept = before & workers(server.pid)
    server.terminate()
    server.wait()
    log.seek(0)
    return len(before) - len(kept), "not ready in time" in log.read()


usual, longer = renewed(), renewed("--timeout-worker-healthcheck", "30")
print("renewed by default:", *usual, "| with 30 s:", *longer)
sys.exit(0 if usual == (0, True) and longer == (2, False) else 1)
PY
venv/bin/python try.py
