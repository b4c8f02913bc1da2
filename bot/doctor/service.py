"""The service itself: on this machine, and at the address that the platform knows."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import requests
from prometheus_client.parser import text_string_to_metric_families

from bot.config import Settings
from bot.conformance.checks import echoes
from bot.conformance.faults import bad_connection
from bot.conformance.judgement import Examinee
from bot.conformance.own_server import NoToken, base_url, pretend_wechat
from bot.doctor.diagnosis import Diagnosis, broken, note, ok, skipped

_PORTS = {"http": 80, "https": 443}
_SLOW_S = 1.0
_FEW = 3


def here(settings: Settings) -> Iterator[Diagnosis]:
    """Say whether it runs on this machine, with these settings, and what it says of itself."""
    base = base_url(settings)
    session = requests.Session()
    session.trust_env = False
    try:
        answer = session.get(f"{base}/readyz", timeout=2)
        told = answer.json() if answer.ok else {}
    except requests.ConnectionError:
        yield note("service", f"{base} 上没有服务在运行", "qinglang serve，或者 systemctl start qinglang")
        return
    except requests.RequestException:
        told = {}
    if not isinstance(told, dict) or "release" not in told:
        cure = "换一个 server.port，或先停掉那个程序"
        yield broken("service", f"{base} 上是别的程序", cure)
        return
    if told.get("status") == "ready":
        yield ok("service", f"服务在运行，版本 {told['release'][:12]}")
    else:
        what, _, cure = str(told.get("why", "")).partition("：")
        yield broken("service", f"服务在运行，但是 {told.get('status')}：{what}", cure)
    yield _same_token(settings)
    yield from _turns_away(session, base)


def _same_token(settings: Settings) -> Diagnosis:
    try:
        found = echoes(Examinee(pretend_wechat(settings), ""))
    except NoToken:
        cure = "在这个终端里也设好服务的 QINGLANG_DATA_DIR 或 QINGLANG_WECHAT__TOKEN"
        return broken("service-token", f"数据目录 {settings.data_dir} 里没有服务的 token", cure)
    except requests.RequestException as error:
        return broken("service-token", str(bad_connection(error)), "看服务的日志")
    if found.what:
        return broken(
            "service-token", "运行中的服务不认这里的 Token", "改过设置就重启服务；核对两边的环境变量"
        )
    return ok("service-token", "服务认这里的 Token")


def _turns_away(session: requests.Session, base: str) -> Iterator[Diagnosis]:
    """Say that most pushes since the start were refused: token, key or AppID are another account's."""
    try:
        page = session.get(f"{base}/metrics", timeout=2).text
    except requests.RequestException:
        return
    counts = {
        sample.labels["outcome"]: int(sample.value)
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name == "qinglang_pushes_total"
    }
    refused, n = counts.get("refused", 0), sum(counts.values())
    if refused >= _FEW and refused > n / 2:
        cure = (
            "看日志里 push refused 的 why：signature 是 Token 不一样，msg_signature 或 envelope 是密钥、AppID 不一样（别的公众号的？），"
            "timestamp 是时钟不准，plain push in safe mode 是公众平台上没有选安全模式"
        )
        yield broken("service-refuses", f"启动以来收到 {n} 条推送，拒绝了 {refused} 条", cure)


def outside(settings: Settings, url: str) -> Iterator[Diagnosis]:
    """Say whether the address that was typed into the platform leads to this service, as the platform would come."""
    if not url:
        yield skipped("address", "没有写 --url，没有从外面试；公众平台上填的地址写在 --url 后面")
        return
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme, 0)
    if parts.scheme not in _PORTS or port != _PORTS[parts.scheme]:
        cure = "前面放 nginx 或 caddy，用 https://域名/wechat（例子在 deploy/）"
        yield broken(
            "address-port", f"{url} 用的是 {port} 端口，微信只推送到 80（http）和 443（https）", cure
        )
    yield from _inner(parts.hostname or "")
    try:
        wechat = replace(pretend_wechat(settings), url=url)
        started = time.monotonic()
        found = echoes(Examinee(wechat, ""))
    except NoToken:
        yield skipped("address", "还没有 Token，没有从外面试")
        return
    except requests.RequestException as error:
        bad = bad_connection(error)
        yield broken("address", f"{url}：{bad}", bad.cure)
        return
    if found.what:
        yield broken("address", f"{url}：{found.what}", found.cure)
    elif (took_s := time.monotonic() - started) > _SLOW_S:
        yield note("address", f"{url} 能用，验证一次要 {took_s:.1f} 秒", "微信只等 5 秒：看看反向代理和网络")
    else:
        yield ok("address", f"{url} 能用，验证一次 {took_s * 1000:.0f} 毫秒")


def _inner(host: str) -> Iterator[Diagnosis]:
    try:
        found = {ipaddress.ip_address(row[4][0]) for row in socket.getaddrinfo(host, None)}
    except (OSError, ValueError):
        # The request that follows tells it better.
        return
    if all(address.is_private for address in found):
        shown = "、".join(sorted(map(str, found)))
        yield broken(
            "address-inner", f"{host} 是内网的地址（{shown}），微信到不了", "用外面能到的域名，备过案的"
        )
