"""`/api/v1/privacy-requests`: requests of shop systems about people's data, for the shop."""

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
    """A request of a shop system about people's data."""

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
    """`copy`: hand the customer a copy of their data. `erase_all`: everything that came from the
    system is erased, as the shop has left it; this happens by itself."""
    source: str
    """The shop system that made the request."""
    customer_id: str | None
    """The customer concerned; null if the system knows no account."""
    order_ids: list[str]
    """Orders that the customer may have made without an account."""
    asked_at: AwareDatetime
    until: AwareDatetime
    """For a copy: when the customer should have it, and the request is deleted. For `erase_all`:
    when everything is erased."""

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
    """All open requests, oldest first."""

    privacy_requests: list[PrivacyRequestInfo]


@routes.get("/api/v1/privacy-requests")
@operation(Scope.READ)
async def list_privacy_requests(backend: Backend) -> PrivacyRequestList:
    """List the requests of shop systems that need your attention.

    For a copy, use the export of the customer and of each order.
    """
    waiting = await backend.privacy_duties.waiting()
    return PrivacyRequestList(privacy_requests=[PrivacyRequestInfo.of(one) for one in waiting])


@routes.delete("/api/v1/privacy-requests/{request_id}")
@operation(Scope.WRITE, status=HTTPStatus.NO_CONTENT, refusals=refusing(NoSuchRequest))
async def end_privacy_request(backend: Backend, request_id: str) -> None:
    """End a request: the copy was handed over, or the shop has not left its system after all."""
    await backend.privacy_duties.end(request_id)
