"""The chat page's API for opening a Mini App."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.page_api import body_of, problem, somebody
from sandbox.people import NotPossible

if TYPE_CHECKING:
    from sandbox.server import Sandbox


class AppsPage:
    """Errors are `{"error": a sentence}`."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [web.post(r"/sandbox/people/{id:-?\d+}/app", self._open)]

    async def _open(self, request: web.Request) -> web.Response:
        """`{message_id}` for a button under that message, `{}` for the one beside the input."""
        person = somebody(self._sandbox, int(request.match_info["id"]))
        wanted = (await body_of(request)).get("message_id")
        message = person.chat.messages.get(wanted) if isinstance(wanted, int) else None
        if wanted is not None and message is None:
            raise problem(web.HTTPNotFound, "There is no such message.")
        try:
            opened = person.open_app(message)
        except NotPossible as error:
            raise problem(web.HTTPConflict, str(error)) from None
        return web.json_response({"url": opened.url, "init_data": opened.init_data})
