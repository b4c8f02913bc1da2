"""A cluster of three masters on this machine, whose slots move while people are served."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import redis
from redis.crc import key_slot

from bot.store.keys import N_SHARDS
from tests.outside import OutsideRedis
from tests.serving import free_port, until

_N_SLOTS = 16384
SLOTS = tuple(key_slot(f"{{s{shard}}}".encode()) for shard in range(N_SHARDS))
"""The slots in which sessions lie."""


def _port() -> int:
    # Nodes talk to each other 10000 ports higher.
    while (port := free_port()) > 55_000:
        pass
    return port


class Cluster:
    """Three masters, a third of the slots each, known to everybody by an address of this machine."""

    def __init__(self, folder: Path, *options: str, address: str = "127.0.0.1") -> None:
        self.address = address
        listening = ["--bind", *dict.fromkeys(["127.0.0.1", address]), "--protected-mode", "no"]
        own = ["--cluster-enabled", "yes", "--cluster-announce-ip", address, *listening]
        self.nodes = [
            OutsideRedis(folder / f"node{number}", *own, *options, port=_port()) for number in range(3)
        ]

    @property
    def url(self) -> str:
        return f"redis+cluster://{self.address}:{self.nodes[0].port}"

    def start(self) -> Cluster:
        self._clients = [node.start().client() for node in self.nodes]
        self._ids = [client.cluster("MYID").decode() for client in self._clients]
        third = _N_SLOTS // 3
        firsts = [0, third, 2 * third, _N_SLOTS]
        for number, client in enumerate(self._clients):
            client.cluster("ADDSLOTSRANGE", firsts[number], firsts[number + 1] - 1)
            client.cluster("MEET", self.address, self.nodes[0].port)
        until(lambda: all(client.cluster("INFO")["cluster_state"] == "ok" for client in self._clients))
        self._owner = {slot: min(slot // third, 2) for slot in SLOTS}
        return self

    def client(self) -> Any:
        return redis.RedisCluster(host=self.address, port=self.nodes[0].port)

    def move(self, slot: int) -> None:
        """Move one slot with its keys to the next master, as resharding does."""
        here = self._owner[slot]
        there = (here + 1) % len(self.nodes)
        source, target = self._clients[here], self._clients[there]
        target.cluster("SETSLOT", slot, "IMPORTING", self._ids[here])
        source.cluster("SETSLOT", slot, "MIGRATING", self._ids[there])
        while keys := source.cluster("GETKEYSINSLOT", slot, 100):
            source.execute_command(
                "MIGRATE", self.address, self.nodes[there].port, "", 0, 5000, "KEYS", *keys
            )
        for client in (target, source, *self._clients):
            client.cluster("SETSLOT", slot, "NODE", self._ids[there])
        self._owner[slot] = there

    def keep_moving(self, stop: threading.Event, pause_s: float = 0.02) -> int:
        """Move slots of sessions one after the other until told to stop; return how many were moved."""
        n = 0
        while not stop.wait(pause_s):
            self.move(SLOTS[n % len(SLOTS)])
            n += 1
        return n

    def kill(self) -> None:
        for client in getattr(self, "_clients", ()):
            client.close()
        for node in self.nodes:
            node.kill()
