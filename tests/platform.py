"""A small fake of the platform's own interface: checks every call as the platform does, and does what a test tells it."""

from __future__ import annotations

import contextlib
import json
import ssl
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.serving import APP_ID

APP_SECRET = "0123456789abcdef0123456789abcdef"
LIFE_S = 7200


class FakePlatform:
    """What the platform knows of one account; `refusals` maps a path to what it says instead of doing it.

    With `raw` it answers that, whatever it is asked; it takes `drip_s` for every byte; a mute one hangs up without a word.
    While `goes_on` is not set nothing is answered at all.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.forced = 0
        self.refusals: dict[str, tuple[int, str]] = {}
        self.raw: tuple[int, bytes] | None = None
        self.delay_s = 0.0
        self.drip_s = 0.0
        self.is_mute = False
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.clock_ahead_s = 0.0
        self.menu: list[dict[str, Any]] = []
        self.scenes: list[dict[str, Any]] = []
        self.media: dict[str, bytes] = {}
        self.sent: list[dict[str, Any]] = []
        self.left: dict[str, int] = {}
        self.url = ""
        self._n = 1
        self._is_stuck = False
        self._lock = threading.Lock()

    @property
    def token(self) -> str:
        return f"token-{self._n}"

    def expire(self, *, is_stuck: bool = False) -> None:
        """End the life of the token; a stuck platform gives it out again all the same until it is forced."""
        with self._lock:
            self._is_stuck = is_stuck
            self._n += not is_stuck

    def answer(self, method: str, path: str, query: dict[str, str], body: bytes) -> dict[str, Any]:
        with self._lock:
            self.calls[path] += 1
        if path in self.refusals:
            code, words = self.refusals[path]
            return {"errcode": code, "errmsg": words}
        if path == "/cgi-bin/media/upload" and query.get("access_token") == self.token:
            return self._keep(query, body)
        if b"\\u" in body:
            return {"errcode": 40033, "errmsg": "invalid charset"}
        if path == "/cgi-bin/stable_token":
            return self._give_token(method, json.loads(body))
        if query.get("access_token") != self.token or self._is_stuck:
            return {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid rid: 1"}
        return self._do(method, path, json.loads(body) if body else {})

    def _give_token(self, method: str, asked: dict[str, Any]) -> dict[str, Any]:
        if method != "POST" or asked.get("grant_type") != "client_credential":
            return {"errcode": 40002, "errmsg": "invalid grant_type"}
        if asked.get("appid") != APP_ID:
            return {"errcode": 40013, "errmsg": "invalid appid"}
        if asked.get("secret") != APP_SECRET:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        time.sleep(self.delay_s)
        if asked.get("force_refresh"):
            self.forced += 1
            self._n, self._is_stuck = self._n + 1, False
        return {"access_token": self.token, "expires_in": LIFE_S}

    def _do(self, method: str, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        match method, path:
            case "GET", "/cgi-bin/get_current_selfmenu_info":
                if not self.menu:
                    return {"errcode": 46003, "errmsg": "menu no exist"}
                return {"is_menu_open": 1, "selfmenu_info": {"button": [_nested(b) for b in self.menu]}}
            case "POST", "/cgi-bin/menu/create":
                self.menu = asked["button"]
                return {"errcode": 0, "errmsg": "ok"}
            case "POST", "/cgi-bin/qrcode/create":
                self.scenes.append(asked)
                return {
                    "ticket": "t",
                    "url": "http://weixin.qq.com/q/02" + asked["action_info"]["scene"]["scene_str"],
                }
            case "POST", "/cgi-bin/message/custom/send":
                return self._deliver(asked)
            case "GET", "/cgi-bin/get_api_domain_ip":
                return {"ip_list": ["203.0.113.1"]}
        return {"errcode": 40066, "errmsg": "invalid url"}

    def _keep(self, query: dict[str, str], body: bytes) -> dict[str, Any]:
        head, _, content = body.partition(b"\r\n\r\n")
        if query.get("type") != "image" or b'name="media"' not in head or b"filename=" not in head:
            return {"errcode": 41005, "errmsg": "media data missing"}
        if not content.startswith(b"\x89PNG") or len(content) > 2 << 20:
            return {"errcode": 40009, "errmsg": "invalid image size"}
        with self._lock:
            name = f"media-{self.calls['/cgi-bin/media/upload']}"
            self.media[name] = content
        return {"type": "image", "media_id": name, "created_at": int(time.time())}

    def _deliver(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Take a customer-service message; five of them after one of the user's."""
        if self.left.setdefault(asked["touser"], 5) <= 0:
            return {"errcode": 45047, "errmsg": "out of response count limit"}
        if asked["msgtype"] == "image" and asked["image"]["media_id"] not in self.media:
            return {"errcode": 40007, "errmsg": "invalid media_id"}
        with self._lock:
            self.left[asked["touser"]] -= 1
            self.sent.append(asked)
        return {"errcode": 0, "errmsg": "ok"}


def _nested(button: dict[str, Any]) -> dict[str, Any]:
    below = button.get("sub_button")
    return {**button, "sub_button": {"list": below}} if below else button


def self_signed(folder: Path) -> ssl.SSLContext:
    """Return what serves this machine with a certificate that nobody vouches for."""
    key, certificate = folder / "key", folder / "certificate"
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run(
        ["openssl", *request, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@contextmanager
def fake_platform(tls: ssl.SSLContext | None = None) -> Iterator[FakePlatform]:
    """Have one running at its `url`."""
    fake = FakePlatform()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, content = fake.raw or (
                200,
                json.dumps(
                    fake.answer(self.command, parts.path, dict(parse_qsl(parts.query)), body)
                ).encode(),
            )
            fake.goes_on.wait()
            if fake.is_mute:
                return
            self.send_response(status)
            self.end_headers()
            with contextlib.suppress(OSError):
                for byte in content if fake.drip_s else ():
                    self.wfile.write(bytes([byte]))
                    time.sleep(fake.drip_s)
                self.wfile.write(content)

        do_GET = do_POST  # noqa: N815 - the library's name

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(time.time() + fake.clock_ahead_s)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        fake.url = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield fake
    finally:
        fake.goes_on.set()
        server.shutdown()
        thread.join()
        server.server_close()
