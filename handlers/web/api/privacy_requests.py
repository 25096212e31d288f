"""`/api/v1/privacy-requests`: what shop systems ask about data, and the shop has to do with."""

from http import HTTPStatus
from typing import Literal

from aiohttp import web
from pydantic import AwareDatetime

from bot.services.people.privacy_requests import NoSuchRequest
from bot.services.shop.keys import Scope
from handlers.web.api.operation import Body, example, operation
from handlers.web.backend import Backend
from handlers.web.refusals import refusing
from storage.models import PrivacyRequest

routes = web.RouteTableDef()


class PrivacyRequestInfo(Body):
    """What a shop system has asked."""

    model_config = example(
        request_id="c3a1f00d",
        kind="copy",
        source="shopify",
        customer_id="7200000000000000021",
        order_ids=["6100000000000000013"],
        asked_at="2026-11-20T09:30:01Z",
        until="2026-12-20T09:30:01Z",
    )

    request_id: str
    kind: Literal["copy", "erase_all"]
    """`copy`: of what is held of a customer, for you to hand over. `erase_all`: of all that came
    from the system, as the shop has left it; it happens by itself."""
    source: str
    """The shop system that has asked."""
    customer_id: str | None
    """Whose data; null where the system knows no account."""
    order_ids: list[str]
    """Orders that they may have made without an account."""
    asked_at: AwareDatetime
    until: AwareDatetime
    """By then the customer should have the copy, and the request is forgotten; or then all is
    erased."""

    @classmethod
    def of(cls, request: PrivacyRequest) -> "PrivacyRequestInfo":
        return cls(
            request_id=request.id,
            kind="copy" if request.kind == "copy" else "erase_all",
            source=request.source,
            customer_id=request.customer_id,
            order_ids=request.order_ids,
            asked_at=request.at,
            until=request.until or request.due_at or request.at,
        )


class PrivacyRequestList(Body):
    """The oldest first."""

    privacy_requests: list[PrivacyRequestInfo]


@routes.get("/api/v1/privacy-requests")
@operation(Scope.READ)
async def list_privacy_requests(backend: Backend) -> PrivacyRequestList:
    """List what shop systems ask about people's data and you have to do with.

    For a copy: the export of the customer and the orders by themselves are what is held.
    """
    waiting = await backend.privacy_duties.waiting()
    return PrivacyRequestList(privacy_requests=[PrivacyRequestInfo.of(one) for one in waiting])


@routes.delete("/api/v1/privacy-requests/{request_id}")
@operation(Scope.WRITE, status=HTTPStatus.NO_CONTENT, refusals=refusing(NoSuchRequest))
async def end_privacy_request(backend: Backend, request_id: str) -> None:
    """End one: the copy was handed over, or the shop has not left its system after all."""
    await backend.privacy_duties.end(request_id)
