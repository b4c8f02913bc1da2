"""The pretend WeChat on a bare connection: the same pushes and the same replies at a fraction of its cost, which a long storm needs."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import requests
from requests.structures import CaseInsensitiveDict

from bot.conformance.pretend_wechat import PretendWechat


@dataclass(frozen=True, slots=True)
class _Answer:
    status_code: int
    headers: Mapping[str, str]
    content: bytes


class QuickWechat(PretendWechat):
    """One connection that is kept until either side hangs up; a connection that broke is an error of requests, as it is there."""

    __slots__ = ("_line",)

    _line: socket.socket | None

    def __post_init__(self) -> None:
        self._line = None

    def send(
        self, method: str, query: Mapping[str, str], body: bytes = b"", *, fresh: bool = False
    ) -> requests.Response:
        """Send a request as `PretendWechat` does; `fresh` hangs up before."""
        if fresh:
            self.hang_up()
        address = urlsplit(self.url)
        head = (
            f"{method} {address.path}?{urlencode(query)} HTTP/1.1\r\nHost: {address.netloc}\r\n"
            f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            line = self._connected(str(address.hostname), address.port or 80)
            line.sendall(head.encode() + body)
            return cast(requests.Response, self._answer(line, has_body=method != "HEAD"))
        except OSError as error:
            self.hang_up()
            raise requests.ConnectionError(error) from error

    def __del__(self) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection, with whatever may still come on it."""
        if self._line:
            self._line.close()
        self._line = None

    def _connected(self, host: str, port: int) -> socket.socket:
        if not self._line:
            self._line = socket.create_connection((host, port), self.timeout_s)
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._line.settimeout(self.timeout_s)
        return self._line

    def _answer(self, line: socket.socket, *, has_body: bool) -> _Answer:
        head, rest = b"", b""
        while b"\r\n\r\n" not in head:
            head += self._some(line)
        head, _, rest = head.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        pairs = (field.partition(":") for field in lines)
        headers = CaseInsensitiveDict[Any]({name: value.strip() for name, _, value in pairs})
        length = int(headers["content-length"]) if has_body else 0
        while len(rest) < length:
            rest += self._some(line)
        if headers.get("connection", "").lower() == "close":
            self.hang_up()
        return _Answer(int(status.split()[1]), headers, rest)

    @staticmethod
    def _some(line: socket.socket) -> bytes:
        data = line.recv(1 << 16)
        if not data:
            raise ConnectionError("hung up before the answer")
        return data


def quick(wechat: PretendWechat) -> QuickWechat:
    """Return the same WeChat on a bare connection."""
    return QuickWechat(
        wechat.url, wechat.token, wechat.mode, app_id=wechat.app_id, encoding_aes_key=wechat.encoding_aes_key
    )
