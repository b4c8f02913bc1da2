"""What is wrong with a setting, in one Chinese line: where it was given, which it is, what it wants; never a secret's value."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

_WANTED = {
    "int_parsing": "要写整数",
    "int_type": "要写整数",
    "int_from_float": "要写整数",
    "float_parsing": "要写数字",
    "float_type": "要写数字",
    "bool_parsing": "只能写 true 或 false",
    "bool_type": "只能写 true 或 false",
    "string_type": "要写文字；只有数字时加上引号",
    "path_type": "要写文件夹的路径",
    "greater_than_equal": "不能小于 {ge:g}",
    "less_than_equal": "不能大于 {le:g}",
    "literal_error": "只能写 {expected}",
    "model_type": "应该是一组设置：下一行缩进，写“键: 值”",
    "dict_type": "应该是一组设置：下一行缩进，写“键: 值”",
    "missing": "少了这一项",
}
APP_ID = re.compile(r"wx[0-9a-f]{16}")
"""How the platform writes an AppID."""
APP_ID_WANTED = "AppID 是 wx 加 16 个小写字母或数字，照公众平台上的抄（不是 gh_ 开头的原始 ID）"
"""The same in words."""
AES_KEY = re.compile(r"[0-9A-Za-z+/]{43}")
"""How the platform writes an EncodingAESKey."""
KEY_WANTED = "要照公众平台上的抄，正好 43 个英文字母、数字、+ 或 /"
"""The same in words."""
_PATTERNS = {
    "server.public_url": "要像 https://wx.example.gov.cn，后面没有 /、? 和 #",
    "wechat.token": "只能是英文字母和数字，最多 64 个",
    "wechat.encoding_aes_key": KEY_WANTED,
    "wechat.previous_encoding_aes_key": KEY_WANTED,
    "wechat.api_base": "要像 https://api.weixin.qq.com，后面没有路径",
    "redis.url": "要以 redis:// rediss:// unix:// redis+sentinel:// 或 redis+cluster:// 开头；空 = 自带的",
    "redis.prefix": "只能是小写字母、数字和 -，最多 32 个",
    "telemetry.traces": "要像 http://127.0.0.1:4318/v1/traces；空 = 不发",
    "accounts.[key]": "公众号的名字只能是小写字母、数字和 -，字母开头，最多 32 个",
}


def fault(model: type[BaseModel], error: Any, origins: Mapping[tuple[str, ...], str], path: Path) -> str:
    """Return the line for one of pydantic's errors; `origins` tells which keys did not come from the file `path`."""
    keys = tuple(str(part) for part in error["loc"])
    name = ".".join(keys)
    where = next((o for k, o in origins.items() if k[: len(keys)] == keys or keys[: len(k)] == k), str(path))
    fields = dict(_fields(model, keys))
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, fields, n=1, cutoff=0.5)
        return f"{where}：没有 {name} 这个设置" + (f"，是不是 {near[0]}？" if near else "")
    field, given = fields.get(name), error["input"]
    shown = f"，现在是 {given!r}" if field and field.repr and isinstance(given, str | int | float) else ""
    return f"{where}：{name} 的值不对：{_wanted(error, name, given)}{shown}"


def _wanted(error: Any, name: str, given: object) -> str:
    if error["type"] == "string_pattern_mismatch":
        # Those of a further account are the first one's, but its own name.
        first = re.sub(r"^accounts\.[^.]*\.", "wechat.", name)
        wanted = _PATTERNS["accounts.[key]" if name.endswith("[key]") else first]
        # How long a wrong key is says what was forgotten, and nothing of the right one.
        return wanted + (f"（现在有 {len(str(given))} 个字符）" if wanted is KEY_WANTED else "")
    if error["type"] in ("no_path", "bad_address"):
        return str(error["msg"])
    wanted = _WANTED.get(error["type"], "这里不能这样写")
    return wanted.format_map(error.get("ctx", {})).replace(" or ", " 或 ")


def _fields(
    model: type[BaseModel], keys: tuple[str, ...], before: str = ""
) -> Iterator[tuple[str, FieldInfo]]:
    for key, field in model.model_fields.items():
        group, name = field.annotation, before + key
        if get_args(group) and keys[:1] == (key,) and len(keys) > 1:
            # A group of groups: what this one of them may hold.
            group, name = get_args(group)[-1], f"{name}.{keys[1]}"
        if isinstance(group, type) and issubclass(group, BaseModel):
            yield from _fields(group, (), f"{name}.")
        else:
            yield name, field


def file_fault(path: Path, error: OSError | UnicodeDecodeError | yaml.YAMLError) -> str:
    """Return the line for a settings file that can't be read; none of its words stand in it, they may be a secret."""
    if isinstance(error, OSError):
        return f"{path}：打不开（{error.strerror}）：检查文件和权限"
    if isinstance(error, UnicodeDecodeError):
        return f"{path}：不是 UTF-8 文字（可能是 GBK）：用编辑器另存为 UTF-8"
    mark = getattr(error, "problem_mark", None)
    place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
    return f"{path}{place}：不是正确的 YAML：看看这里和上一行的缩进、冒号后面的空格、引号"


def named(path: object) -> object:
    """Return a path as given; an empty one would silently mean the working directory."""
    if path == "":
        raise PydanticCustomError("no_path", "要写文件夹的路径，不能是空的")
    return path


def whole_address(url: str) -> str:
    """Return the address of a Redis; one whose password was not written as an address wants it is refused.

    >>> whole_address("redis://:p%23ss@redis.local:6379/0")
    'redis://:p%23ss@redis.local:6379/0'
    """
    try:
        parts = urlsplit(url)
        hosts = hosts_of(url)
        # A lone address without a host means this machine.
        is_whole = all(port > 0 and (host or len(hosts) == 1) for host, port in hosts)
        # Only those who name each other afterwards are several.
        is_whole &= len(hosts) == 1 or parts.scheme in ("redis+sentinel", "redis+cluster")
        is_whole &= not parts.fragment and "@" not in parts.path + parts.query
        if is_whole and parts.query and parts.scheme in ("redis", "rediss", "unix"):
            # The client's own reading of what stands behind the ?; without one the client is not imported.
            from redis.connection import parse_url

            parse_url(url)  # type: ignore[no-untyped-call]
    except ValueError:
        is_whole = False
    if not is_whole:
        raise PydanticCustomError(
            "bad_address",
            "要像 redis://:密码@主机:6379/0；密码里的 @ : / ? # % 写成 %40 %3A %2F %3F %23 %25",
        )
    return url


def hosts_of(url: str) -> list[tuple[str, int]]:
    """Return every host with its port in the address of a Redis; without a port it is the usual one of its kind.

    >>> hosts_of("redis+cluster://me:secret@a:7000,b,[::1]:7002")
    [('a', 7000), ('b', 6379), ('::1', 7002)]

    Raises:
        ValueError: a port is none.
    """
    parts = urlsplit(url)
    usual = 26379 if parts.scheme == "redis+sentinel" else 6379
    each = [urlsplit(f"//{host}") for host in parts.netloc.rpartition("@")[2].split(",")]
    return [(one.hostname or "", usual if one.port is None else one.port) for one in each]


def shown_address(url: str) -> str:
    """Return the address of a Redis without user and password.

    >>> shown_address("rediss://me:secret@redis.local:6380/1?x=1")
    'rediss://redis.local:6380/1'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
