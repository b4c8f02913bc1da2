"""What a browser is told of every page of ours: nothing from elsewhere, in no frame, and no address goes on."""

from __future__ import annotations

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PAGE_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


class AssetFiles(StaticFiles):
    """Files that ship with the project; no browser takes one for something that its name does not say."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file with the header that forbids guessing."""
        response = await super().get_response(path, scope)
        response.headers["x-content-type-options"] = "nosniff"
        return response
