#!/usr/bin/env bash
# CPython 3.11.7 and 3.12.1 (not 3.13.0): asyncio.run() of a coroutine that returns something large.
#
# Guess:      asyncio.run(load()) hands back what load() returns; what that looks like in words is nobody's business.
# Behaviour:  its repr() is made, twice, and thrown away. In the main thread run() puts the handler of SIGINT back; signal.signal()
#             returns the one before, tries whether it is a member of an enum, and the enum's error quotes it: a partial, which
#             holds the task, whose repr holds its result. Whoever runs the same in another thread, or on 3.13, does not pay.
# Output seen: 3.11.7 and 3.12.1: repr() made 2 times, of a list of a million numbers too (7.9 MB of text each); 3.13.0: 0 times.
# Why it matters: a command that loads a snapshot, a table or a model by asyncio.run(load()) spends a part of its start on text
#             that nobody sees, and a __repr__ that is slow, asks a server or raises is run where no line of the program names it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >try.py <<'PY'
import asyncio
import sys
import threading


class Numbers(list):
    n_reprs = n_chars = 0

    def __repr__(self):
        words = super().__repr__()
        Numbers.n_reprs += 1
        Numbers.n_chars += len(words)
        return words


async def load():
    return Numbers(range(1_000_000))


asyncio.run(load())
in_main = Numbers.n_reprs
thread = threading.Thread(target=lambda: asyncio.run(load()))
thread.start()
thread.join()
in_thread = Numbers.n_reprs - in_main
print(f"{sys.version.split()[0]}: repr() made {in_main} times, {Numbers.n_chars} characters; in a thread {in_thread} times")
sys.exit((in_main, in_thread) != ((2, 0) if sys.version_info < (3, 13) else (0, 0)))
PY
found=0
for python in python3 python3.11 python3.12 python3.13; do
    command -v "$python" >/dev/null && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    "$python" try.py
    found=1
done
[ "$found" = 1 ]
