"""`GET /assets/…`: the styles, scripts and images of our pages, kept by browsers for a year.

A file in a folder ``handlers/web/AREA/static`` is `Assets.path("AREA/name.css")`: its address holds
a fingerprint of what is in it, so that a new version is another address.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    """``packed``: the same by gzip; empty where that would not make it smaller."""

    content: bytes
    packed: bytes
    kind: str
    mark: str

    @classmethod
    def of(cls, content: bytes, suffix: str) -> "Asset":
        """Raises KeyError for a kind of file that `TYPES` does not know."""
        kind = TYPES[suffix]
        packed = gzip.compress(content, mtime=0) if kind in _WRITTEN else b""
        return cls(content, packed, kind, hashlib.sha256(content).hexdigest()[:12])


class Assets:
    """Those of all areas, in memory. ``made``: others by name, made at the start."""

    def __init__(self, made: Mapping[str, Asset] | None = None) -> None:
        self._assets = dict(_in_folders()) | dict(made or {})

    def path(self, name: str) -> str:
        """Where it is, seen from the service's root: ``assets/tracking/page.0123456789ab.css``.

        Raises KeyError: there is no such file.
        """
        start, dot, end = name.rpartition(".")
        return f"assets/{start}.{self._assets[name].mark}{dot}{end}"

    def __contains__(self, name: str) -> bool:
        return name in self._assets

    def named(self, path: str) -> tuple[Asset, bool]:
        """What a path below ``assets/`` names, and whether it is of just this version.

        Raises KeyError.
        """
        if not (named := _NAMED.fullmatch(path)):
            raise KeyError(path)
        asset = self._assets[named["start"] + named["end"]]
        return asset, asset.mark == named["mark"]


ASSETS = web.AppKey("assets", Assets)


def _in_folders() -> Iterator[tuple[str, Asset]]:
    for file in sorted(WEB.glob("*/static/*")):
        yield f"{file.parents[1].name}/{file.name}", Asset.of(file.read_bytes(), file.suffix)


@routes.get("/assets/{path:[a-z0-9_./-]+}")
async def give(request: web.Request) -> web.Response:
    """Of another version, while replicas are being replaced: ours, which nobody is to keep."""
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
