"""What a shop system asks about people's data: to erase it, or to hand over a copy.

A request is stored before it is answered, and carried out soon after, as often as it takes
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
"""Between being asked to erase all that came from a system, and doing it."""
TO_HAND_OVER = timedelta(days=30)
"""How long a request for a copy is kept."""
AT_ONCE = 100

log = structlog.get_logger()


class NoSuchRequest(Exception):
    """It was handed over, or it is too old; or there never was one."""


@dataclass(frozen=True)
class Asked:
    """As `PrivacyRequest` has it. ``customer_id``: None where the system knows none.

    ``reference``: what the system calls this request; asked twice, it is the same.
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

    async def take(self, asked: Asked, source: str) -> bool:
        """Stores the request durably. False: the same waits already.

        Whether anything is held of these people is nobody's business: it is no error.
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
        """What is due. Cut off, it is done again; by several at once, it is done once more."""
        for request in await self.requests.due(self.clock(), AT_ONCE):
            if request.kind == "erase_all":
                await self._erase_all(request)
            else:
                await self._erase(request)
            await self.requests.end(request)

    async def _erase(self, request: PrivacyRequest) -> None:
        """The customer first: their orders go with them. Then guests' orders."""
        if request.customer_id is not None:
            await self.privacy.erase(account(request.customer_id))
        for order_id in request.order_ids:
            await self.privacy.erase(single(order_id))

    async def _erase_all(self, request: PrivacyRequest) -> None:
        """Unless the system goes on telling of orders: then the shop has not left it.

        Nobody is marked as erased: the shop may come back, with the same customers. Whoever has
        orders from elsewhere goes on following these.
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
        """Those that the shop's people have to do with, the oldest first: to hand over a copy, and
        to erase all, which they may know better."""
        kept, now = await self.requests.of_kind("copy", "erase_all", limit=AT_ONCE), self.clock()
        return [request for request in kept if request.until is None or request.until > now]

    async def end(self, request_id: str) -> None:
        """The copy was handed over, or not all is to be erased. Raises `NoSuchRequest`."""
        for request in await self.waiting():
            if request.id == request_id:
                return await self.requests.end(request)
        raise NoSuchRequest
