"""`DELETE /api/v1/customers/{customer_id}`: erases all that is held of a customer."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web
from pydantic import BaseModel, ValidationError

from bot.services.events import Identifier
from bot.services.privacy import CustomerErased
from handlers.web.backend import BACKEND
from handlers.web.keys import require_key
from handlers.web.problems import WrongFields

routes = web.RouteTableDef()


class Customer(BaseModel):
    customer_id: Identifier


@routes.delete("/api/v1/customers/{customer_id}")
async def erase_customer(request: web.Request) -> web.Response:
    """Answers when nothing can leave any more: usually at once, a minute after a crash at most."""
    require_key(request)
    try:
        customer = Customer.model_validate(dict(request.match_info))
    except ValidationError as error:
        raise WrongFields.from_pydantic(error) from None
    await request.app[BACKEND].privacy.erase(customer.customer_id)
    return web.Response(status=HTTPStatus.NO_CONTENT)


@web.middleware
async def refuse_erased(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Whatever comes for an erased customer is refused in the same words."""
    try:
        return await handler(request)
    except CustomerErased:
        field = "data.customer_id" if request.path.startswith("/webhooks/") else "customer_id"
        raise WrongFields([(field, "This customer was erased.")]) from None
