"""What a browser sends with a form: its fields, and the file of one that uploads, read within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import parse_qs

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from bot.web.admin.words import worded

MAX_FORM_BYTES = 256 * 1024
_BODY_TIMEOUT_S = 60.0
_UPLOAD_TIMEOUT_S = 600.0
_MAX_FIELDS = 5000
_MAX_FIELD_BYTES = 64 * 1024
_MAX_NAME_CHARS = 120
_MB = 1_000_000

Form = Mapping[str, Sequence[str]]


class Fault(Exception):
    """A request that comes to nothing; `status` and the sentence say why."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        super().__init__(key)
        self.status = status
        self.said = worded(f"fault.{key}", **values)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form; `name` is what its sender calls it, without a folder."""

    name: str
    data: bytes


async def read_form(request: Request, max_bytes: int = MAX_FORM_BYTES) -> Form:
    """Return the fields of a form, each with all its values.

    Raises:
        Fault: it is too large (told before it is read, where the browser says its size), cut off or no form.
    """
    body = b"".join([chunk async for chunk in _bounded(request, max_bytes, _BODY_TIMEOUT_S)])
    if _kind_of(request) != "application/x-www-form-urlencoded":
        raise Fault(400, "no_form")
    return _fields(body)


async def read_upload(request: Request, max_bytes: int) -> tuple[Form, Upload | None]:
    """Return the fields of a form and the file that came with it; no file when none was chosen.

    Raises:
        Fault: as `read_form`.
    """
    if _kind_of(request) != "multipart/form-data":
        return await read_form(request), None
    stream = _bounded(request, max_bytes + MAX_FORM_BYTES, _UPLOAD_TIMEOUT_S, told_bytes=max_bytes)
    parser = MultiPartParser(
        request.headers, stream, max_files=1, max_fields=_MAX_FIELDS, max_part_size=_MAX_FIELD_BYTES
    )
    try:
        parsed = await parser.parse()
    except (MultiPartException, UnicodeDecodeError, KeyError) as error:
        raise Fault(400, "no_form") from error
    try:
        return await _parted(parsed.multi_items())
    finally:
        await parsed.close()


async def _parted(items: Sequence[tuple[str, UploadFile | str]]) -> tuple[Form, Upload | None]:
    form: dict[str, list[str]] = {}
    upload = None
    for name, value in items:
        if isinstance(value, str):
            form.setdefault(name, []).append(value)
        elif value.filename:
            upload = Upload(_plain_name(value.filename), await value.read())
    return form, upload


def _plain_name(name: str) -> str:
    """Return a file's name as it may be shown: without a folder, and without what nobody can see."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(sign for sign in last if sign.isprintable())[-_MAX_NAME_CHARS:]


async def _bounded(
    request: Request, max_bytes: int, patience_s: float, *, told_bytes: int = 0
) -> AsyncGenerator[bytes, None]:
    mb = (told_bytes or max_bytes) // _MB or 1
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > max_bytes:
        raise Fault(413, "too_large", mb=mb)
    n = 0
    try:
        async with asyncio.timeout(patience_s):
            async for chunk in request.stream():
                n += len(chunk)
                if n > max_bytes:
                    raise Fault(413, "too_large", mb=mb)
                yield chunk
    except (ClientDisconnect, TimeoutError) as error:
        raise Fault(400, "cut_off") from error


def _kind_of(request: Request) -> str:
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


def _fields(body: bytes) -> Form:
    try:
        text = body.decode("ascii")
        return parse_qs(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise Fault(400, "no_form") from error
