"""Two hosts with a data folder each, one Redis of three masters, and a real nginx with our configuration before them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pytest
import requests

from bot.conformance.pretend_wechat import PretendWechat
from tests.cluster import Cluster
from tests.deploy.machines import CENTRE, Machine
from tests.serving import AES_KEY, APP_ID, ROOT, TOKEN, Server, free_port, until

DEPLOY = ROOT / "deploy"
PRIVACY_KEY = "A" * 48


def program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if not found:
        assert not os.environ.get("QINGLANG_TEST_FULL"), f"{name} is needed for the full suite"
        pytest.skip(f"needs {name}")
    return found


@dataclass
class Front:
    """An nginx with our configuration, on ports and with files of this test's own."""

    folder: Path
    upstreams: list[str]
    http: int
    https: int
    process: subprocess.Popen[bytes] | None = None

    def write(self) -> Front:
        certificate = [
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=localhost",
        ]
        names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", "privkey.pem", "-out", "fullchain.pem"]
        subprocess.run(["openssl", *certificate, *names], cwd=self.folder, check=True, capture_output=True)
        for name in ("qinglang.conf", "qinglang-push.inc", "qinglang-proxy.inc"):
            (self.folder / name).write_text(self._ours((DEPLOY / "nginx" / name).read_text(encoding="utf-8")))
        (self.folder / "nginx.conf").write_text(
            f"pid {self.folder}/pid;\nerror_log {self.folder}/errors;\ndaemon off;\nevents {{}}\n"
            f"http {{ client_body_temp_path {self.folder}/a; proxy_temp_path {self.folder}/b;\n"
            f"fastcgi_temp_path {self.folder}/c; uwsgi_temp_path {self.folder}/d; scgi_temp_path {self.folder}/e;\n"
            f"include {self.folder}/qinglang.conf; }}\n"
        )
        return self

    def _ours(self, text: str) -> str:
        servers = "\n".join(f"server {host} max_fails=2 fail_timeout=5s;" for host in self.upstreams)
        text = re.sub(r"server 127\.0\.0\.1:8000 .*;", servers, text)
        text = text.replace("listen 80;", f"listen 127.0.0.1:{self.http};")
        text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{self.https} ssl;")
        text = text.replace("/var/log/nginx/", f"{self.folder}/").replace(
            "/etc/nginx/certs/", f"{self.folder}/"
        )
        return text.replace("/etc/nginx/", f"{self.folder}/")

    def start(self) -> Front:
        command = [program("nginx"), "-c", str(self.folder / "nginx.conf")]
        tested = subprocess.run([*command, "-t"], capture_output=True, text=True)
        assert tested.returncode == 0, tested.stderr
        assert "[warn]" not in tested.stderr
        self.process = subprocess.Popen(command)
        until(lambda: requests.get(self.url("/healthz"), timeout=1, allow_redirects=False).status_code)
        return self

    def stop(self) -> None:
        assert self.process
        self.process.terminate()
        self.process.wait()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.http}{path}"

    def wechat(self) -> PretendWechat:
        return PretendWechat(self.url("/wechat"), TOKEN, "safe", APP_ID, AES_KEY)


@dataclass
class Site:
    """Two hosts with a data folder each, one Redis, and the nginx before them."""

    cluster: Cluster
    hosts: list[Server]
    front: Front


@contextmanager
def two_hosts(folder: Path, content: Path, machines: Sequence[Machine] = ()) -> Iterator[Site]:
    """Have the whole site running, in safe mode: the hosts on machines of their own where some are given."""
    program("nginx")
    with ExitStack() as stack:
        address = CENTRE if machines else "127.0.0.1"
        cluster = Cluster(folder / "cluster", address=address).start()
        stack.callback(cluster.kill)
        settings = {
            # Any seed will do; the first is nobody.
            "QINGLANG_REDIS__URL": f"redis+cluster://{address}:{free_port()},{address}:{cluster.nodes[1].port}",
            "QINGLANG_PRIVACY__KEY": PRIVACY_KEY,
            "QINGLANG_CONTENT_DIR": str(content),
            "QINGLANG_WECHAT__APP_ID": APP_ID,
            "QINGLANG_WECHAT__ENCODING_AES_KEY": AES_KEY,
        }
        hosts = []
        for name, machine in zip_longest(("one", "other"), machines):
            own = {"host": machine.address, "within": machine.within} if machine else {}
            hosts.append(Server(folder / name, dict(settings), **own).start())
            stack.callback(hosts[-1].stop)
        (folder / "nginx").mkdir()
        upstreams = [f"{host.host}:{host.port}" for host in hosts]
        front = Front(folder / "nginx", upstreams, free_port(), free_port()).write().start()
        stack.callback(front.stop)
        yield Site(cluster, hosts, front)


def answered_by(host: Server) -> int:
    """Return how many pushes a host has answered since its start."""
    found = re.search(
        r'^qinglang_pushes_total\{account="main",outcome="answered"\} (\S+)', host.get("/metrics").text, re.M
    )
    return int(float(found[1])) if found else 0
