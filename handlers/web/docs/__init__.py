"""`/openapi.json` and `/docs`: the description of the API, and a page to read and try it."""

import json
from functools import cached_property
from pathlib import Path

from aiohttp import web
from swagger_ui_bundle import swagger_ui_path

from handlers.web.api.openapi import document

routes = web.RouteTableDef()

_HERE, _SWAGGER = Path(__file__).parent, Path(str(swagger_ui_path))
_FILES = {
    "start.js": _HERE / "start.js",
    "style.css": _HERE / "style.css",
    "swagger-ui-bundle.js": _SWAGGER / "swagger-ui-bundle.js",
    "swagger-ui.css": _SWAGGER / "swagger-ui.css",
    "favicon-32x32.png": _SWAGGER / "favicon-32x32.png",
}
_PAGE = {
    "Cache-Control": "public, max-age=300",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Description:
    """Made on the first request, as it takes about twenty milliseconds."""

    def __init__(self, app: web.Application) -> None:
        self._app = app

    @cached_property
    def text(self) -> str:
        return json.dumps(document(self._app), ensure_ascii=False)


DESCRIPTION = web.AppKey("description", Description)


@routes.get("/openapi.json")
async def show_description(request: web.Request) -> web.Response:
    answer = web.json_response(text=request.app[DESCRIPTION].text, headers=_PAGE)
    answer.enable_compression()
    return answer


@routes.get("/docs")
async def show_page(_: web.Request) -> web.FileResponse:
    return web.FileResponse(_HERE / "page.html", headers=_PAGE)


@routes.get("/docs/{file}")
async def serve_file(request: web.Request) -> web.FileResponse:
    """Serves the files of the page, and no others."""
    file = _FILES.get(request.match_info["file"])
    if file is None:
        raise web.HTTPNotFound
    return web.FileResponse(file, headers=_PAGE | {"Cache-Control": "public, max-age=86400"})
