#!/usr/bin/env bash
# redis-py 8.1.0 beside opentelemetry-sdk 1.45.2: `import redis`, in a program that never asks it for metrics.
#
# Guess:      redis-py's OpenTelemetry support is off until it is initialised, so a program that has the SDK installed for
#             traces of its own pays nothing for it when it imports redis.
# Behaviour:  redis.observability.providers, which `import redis` reads, imports opentelemetry.sdk.metrics whenever that can
#             be imported, to know whether it could; nothing of it is used until somebody calls init().
# Output seen: 0 modules of opentelemetry, 112 ms; with the SDK installed 61 of them, opentelemetry.sdk.metrics among them,
#             155 ms of the processor.
# Why it matters: each worker and each command of a program pays for it at its start because of a package that was
#             installed for something else.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check redis==8.1.0 2>/dev/null
cat >try.py <<'PY'
import sys
import time

begun = time.process_time()
import redis  # noqa: E402,F401

took_ms = (time.process_time() - begun) * 1000
names = [name for name in sys.modules if name.startswith("opentelemetry")]
print(f"{len(names)} modules of opentelemetry, metrics {'opentelemetry.sdk.metrics' in names}, {took_ms:.0f} ms")
PY
venv/bin/python -c "import redis"
venv/bin/python try.py
venv/bin/pip install --quiet --disable-pip-version-check opentelemetry-sdk==1.45.2 2>/dev/null
venv/bin/python -c "import redis"
venv/bin/python try.py
