"""What the shop is told back, if it listens: who is linked, what reached them, what they said.

An event is stored beside its cause and sent later (docs/decisions/0013-events-back.md). Its id
follows from the cause, so that a cause that is gone through twice makes one event.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from bot.services.notices import Item
from storage.models import Chat, Opinion, ShopEvent
from storage.sealing import Seal
from storage.shop_events import ShopEvents

Reason = Literal["customer", "household", "deleted", "replaced", "gone"]
"""Why a link ended: `/unlink`, somebody of the household, `/privacy`, a link to another account,
or the Telegram account is no more."""


@dataclass(frozen=True)
class Outbox:
    """``wake``: called when there is something to send."""

    events: ShopEvents
    seal: Seal
    wake: Callable[[], None]


class ShopNews:
    """Without an outbox nobody listens, and nothing costs anything."""

    def __init__(self, outbox: Outbox | None = None) -> None:
        self._outbox = outbox

    @property
    def is_heard(self) -> bool:
        return self._outbox is not None

    async def linked(self, chat: Chat, token_id: str) -> None:
        await self._say("customer.linked", chat.customer_id, chat.id, once=token_id)

    async def unlinked(self, chat: Chat, reason: Reason) -> None:
        """To be said before the link ends, for afterwards nobody knows whose it was."""
        once, customer_id = chat.linked_at.isoformat(), chat.customer_id
        await self._say("customer.unlinked", customer_id, chat.id, once=once, reason=reason)

    async def blocked(self, chat: Chat, at: datetime) -> None:
        once = at.isoformat()
        await self._say("customer.blocked", chat.customer_id, chat.id, once=once, at=at)

    async def unblocked(self, chat: Chat, at: datetime) -> None:
        once = at.isoformat()
        await self._say("customer.unblocked", chat.customer_id, chat.id, once=once, at=at)

    async def opinion(self, opinion: Opinion, *, once: str) -> None:
        await self._say(
            "feedback.given",
            opinion.customer_id,
            opinion.chat_id,
            once=f"{opinion.reference} {once}",
            at=opinion.at,
            order_id=opinion.order_id,
            feedback_id=opinion.reference,
            rating=opinion.rating,
            comment=opinion.comment,
        )

    async def delivered(self, chat: Chat, item: Item, at: datetime) -> None:
        """A message with the order's news, as it is now, has reached Telegram."""
        told = item.told
        await self._say(
            "message.delivered",
            chat.customer_id,
            chat.id,
            once=f"{told.order_id} {told.news}",
            at=at,
            order_id=told.order_id,
            status=item.timeline.status,
        )

    async def _say(
        self,
        kind: str,
        customer_id: str,
        chat_id: int,
        *,
        once: str,
        at: datetime | None = None,
        **more: str | None,
    ) -> None:
        """``once``: what tells the cause from others of its kind in the same chat."""
        if self._outbox is None:
            return
        at, seal = at or datetime.now(UTC), self._outbox.seal
        link = f"{chat_id} {customer_id}"
        data = {"customer_id": customer_id, "member": _mark(seal, f"member {link}")[:16], **more}
        event = ShopEvent(
            id=f"evt_{_mark(seal, f'{kind} {link} {once}')[:32]}",
            type=kind,
            customer_id=customer_id,
            chat_id=None if kind == "customer.unlinked" else chat_id,
            body=json.dumps({"type": kind, "timestamp": _iso(at), "data": data}),
            at=at,
            due_at=datetime.now(UTC),
        )
        await self._outbox.events.add(event)
        self._outbox.wake()


UNHEARD = ShopNews()


def _mark(seal: Seal, text: str) -> str:
    return seal.fingerprint(text).hex()


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
