"""Customers who were erased: whatever comes for one is refused in the same words."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.services.people.privacy import CustomerErased
from handlers.web.problems import WrongFields


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
