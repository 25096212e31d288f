"""`GET /assets/…`: the styles, scripts and images of our pages, which browsers cache for a year.

`Assets.path("AREA/name.css")` is the address of a file in ``handlers/web/AREA/static``. It includes
a fingerprint of the content, so that a new version has a new address.
"""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiohttp import web

WEB = Path(__file__).parents[1]
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
_WRITTEN = {"text/css", "text/javascript", "image/svg+xml"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",  # an SVG's
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}
_NAMED = re.compile(r"(?P<start>.+)\.(?P<mark>[0-9a-f]{12})(?P<end>\.\w+)", re.ASCII)

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Asset:
    """``packed``: the content compressed with gzip; empty for types that do not get smaller.

    ``mark``: the fingerprint.
    """

    content: bytes
    packed: bytes
    kind: str
    mark: str

    @classmethod
    def of(cls, content: bytes, suffix: str) -> "Asset":
        """Raises KeyError for a suffix that is not in `TYPES`."""
        kind = TYPES[suffix]
        packed = gzip.compress(content, mtime=0) if kind in _WRITTEN else b""
        return cls(content, packed, kind, hashlib.sha256(content).hexdigest()[:12])


class Assets:
    """All assets, in memory. ``made``: assets made at the start, by name."""

    def __init__(self, made: Mapping[str, Asset] | None = None) -> None:
        self._assets = {**_in_folders(), **(made or {})}

    def path(self, name: str) -> str:
        """Its path relative to the service's root: ``assets/tracking/page.0123456789ab.css``.

        Raises KeyError if there is no such file.
        """
        start, dot, end = name.rpartition(".")
        return f"assets/{start}.{self._assets[name].mark}{dot}{end}"

    def __contains__(self, name: str) -> bool:
        return name in self._assets

    def named(self, path: str) -> tuple[Asset, bool]:
        """The asset at a path below ``assets/``, and whether the path is of its current version.

        Raises KeyError.
        """
        if not (named := _NAMED.fullmatch(path)):
            raise KeyError(path)
        asset = self._assets[named["start"] + named["end"]]
        return asset, asset.mark == named["mark"]


ASSETS = web.AppKey("assets", Assets)


@cache
def _in_folders() -> Mapping[str, Asset]:
    """They are read and packed once in a process, however many services it starts."""
    return {
        f"{file.parents[1].name}/{file.name}": Asset.of(file.read_bytes(), file.suffix)
        for file in sorted(WEB.glob("*/static/*"))
    }


@routes.get("/assets/{path:[a-z0-9_./-]+}")
async def serve(request: web.Request) -> web.Response:
    """Serves a file. A path of another version, as from another replica during an upgrade, gets our
    version, not to be cached."""
    try:
        asset, is_this = request.app[ASSETS].named(request.match_info["path"])
    except KeyError:
        raise web.HTTPNotFound from None
    kept = "public, max-age=31536000, immutable" if is_this else "no-store"
    headers = _HEADERS | {"Cache-Control": kept}
    body = asset.content
    if asset.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = asset.packed, "gzip"
    charset = "utf-8" if asset.kind in _WRITTEN else None
    return web.Response(body=body, content_type=asset.kind, charset=charset, headers=headers)
