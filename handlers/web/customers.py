"""`DELETE /api/v1/customers/{customer_id}`: erases all that is held of a customer."""

from http import HTTPStatus

from aiohttp import web

from handlers.web.backend import BACKEND
from handlers.web.keys import require_key

routes = web.RouteTableDef()


@routes.delete("/api/v1/customers/{customer_id}")
async def erase_customer(request: web.Request) -> web.Response:
    """Answers when nothing can leave any more: usually at once, a minute after a crash at most."""
    require_key(request)
    await request.app[BACKEND].privacy.erase(request.match_info["customer_id"])
    return web.Response(status=HTTPStatus.NO_CONTENT)
