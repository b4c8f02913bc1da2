#!/usr/bin/env bash
# libfaketime 0.9.10 (Debian 12) under CPython 3.11 or later.
#
# Guess:      FAKETIME_DONT_FAKE_MONOTONIC=1 moves the wall clock alone and leaves waiting as it is: the safer setting for
#             a program that sleeps and has timeouts.
# Behaviour:  with it time.sleep fails at once with EINVAL; without it sleeping works, and lasts as long as it should. Since
#             3.11 CPython sleeps with clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME), which the library answers so.
# Output seen: "slept" without the setting, "OSError: 22" with it, at +1h, -1h and a date.
# Why it matters: a test that sets a clock back under a server sees the server fail in ways that have nothing to do with the
#             clock. C programs that poll (Redis, Valkey) run well with the setting, which hides where the fault is.
set -euo pipefail
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "needs Python 3.11 or later"; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download libfaketime >/dev/null 2>&1
ls libfaketime_0.9.10-*.deb
dpkg -x libfaketime_*.deb .
library=$(find "$folder" -name libfaketime.so.1 | head -n 1)
cat >try.py <<'PY'
import time

try:
    time.sleep(0.1)
    print("slept")
except OSError as error:
    print("OSError:", error.errno)
PY
failed=0
for clock in "+1h" "-1h" "@2020-01-01 00:00:00"; do
    with=$(LD_PRELOAD=$library FAKETIME=$clock FAKETIME_DONT_FAKE_MONOTONIC=1 python3 try.py)
    without=$(LD_PRELOAD=$library FAKETIME=$clock FAKETIME_DONT_FAKE_MONOTONIC=0 python3 try.py)
    echo "$clock: with it $with, without it $without"
    [ "$with" = "OSError: 22" ] && [ "$without" = slept ] || failed=1
done
exit $failed
