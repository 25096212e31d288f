"""Privacy requests of a shop system: to erase a person's data, or to hand over a copy.

A request is stored before it is answered, then carried out soon, and repeated until it succeeds
(docs/decisions/0031-shopify-without-a-server.md).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import structlog

from bot.services.people.privacy import Privacy
from storage.clock import Clock
from storage.models import PrivacyRequest
from storage.privacy_requests import PrivacyRequests
from storage.sources import OrdersBySource
from storage.whose import account, single

GRACE = timedelta(days=7)
"""The delay before erasing everything that came from a system."""
TO_HAND_OVER = timedelta(days=30)
"""How long a request for a copy is kept."""
AT_ONCE = 100

log = structlog.get_logger()


class NoSuchRequest(Exception):
    """There is no such request, or it has ended or expired."""


@dataclass(frozen=True)
class PrivacyDemand:
    """A request as the system sent it. ``customer_id``: None if the system does not know one.

    ``reference``: the system's own id of the request, to recognise a repeat.
    """

    kind: Literal["erase", "copy", "erase_all"]
    customer_id: str | None = None
    order_ids: Sequence[str] = ()
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class PrivacyDuties:
    requests: PrivacyRequests
    privacy: Privacy
    orders: OrdersBySource
    clock: Clock = field(default_factory=Clock)

    async def take(self, asked: PrivacyDemand, source: str) -> bool:
        """Stores the request durably. False: the same request is waiting already.

        It is no error if nothing is stored about these people: the caller must not learn that.
        """
        now = self.clock()
        what = [source, asked.kind, asked.customer_id, sorted(asked.order_ids), asked.reference]
        request = PrivacyRequest(
            id=self.requests.id_of(json.dumps(what)),
            kind=asked.kind,
            source=source,
            customer_id=asked.customer_id,
            order_ids=list(asked.order_ids),
            at=now,
            due_at={"erase": now, "erase_all": now + GRACE, "copy": None}[asked.kind],
            until=now + TO_HAND_OVER if asked.kind == "copy" else None,
        )
        is_new = await self.requests.add(request)
        if is_new:
            log.warning("privacy_request", kind=asked.kind, source=source)
        return is_new

    async def carry_out_requests(self) -> None:
        """Carries out the due requests. Safe to repeat, after a crash or on several replicas."""
        for request in await self.requests.due(self.clock(), AT_ONCE):
            if request.kind == "erase_all":
                await self._erase_all(request)
            else:
                await self._erase(request)
            await self.requests.end(request)

    async def _erase(self, request: PrivacyRequest) -> None:
        """Erases the customer with all their orders, then the guests' orders."""
        if request.customer_id is not None:
            await self.privacy.erase(account(request.customer_id))
        for order_id in request.order_ids:
            await self.privacy.erase(single(order_id))

    async def _erase_all(self, request: PrivacyRequest) -> None:
        """Removes everything from a system, unless it still posts: then the shop still uses it.

        Nobody is marked as erased, because the shop may come back with the same customers. Chats
        keep their links if the customer has orders from other sources.
        """
        source, gone = request.source, set[str]()
        async for _, _, heard_at in self.orders.all_of(source):
            if heard_at > request.at:
                log.warning("privacy_request_dropped", source=source, why="orders keep coming")
                return
        async for order_id, customer_id, _ in self.orders.all_of(source):
            if customer_id in gone:
                continue
            if customer_id and await self.orders.has_all_of(source, customer_id):
                await self.privacy.remove(account(customer_id))
                gone.add(customer_id)
            else:
                await self.privacy.remove(single(order_id))
        log.warning("privacy_request_done", source=source)

    async def waiting(self) -> Sequence[PrivacyRequest]:
        """The requests that need the staff, oldest first: copies to hand over, and requests to
        erase everything, which they can still stop."""
        kept, now = await self.requests.of_kind("copy", "erase_all", limit=AT_ONCE), self.clock()
        return [request for request in kept if request.until is None or request.until > now]

    async def end(self, request_id: str) -> None:
        """Ends a request: the copy was handed over, or nothing is to be erased after all.

        Raises `NoSuchRequest`.
        """
        for request in await self.waiting():
            if request.id == request_id:
                return await self.requests.end(request)
        raise NoSuchRequest
