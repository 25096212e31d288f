"""What the shop is told back, if it listens: who is linked, what reached them, what they said.

An event is stored beside its cause and sent later (docs/decisions/0013-events-back.md). Its id
follows from the cause, so that a cause that is gone through twice makes one event.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from bot.services.news.notices import Item
from storage.clock import Clock
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
    clock: Clock = field(default_factory=Clock)


class ShopNews:
    """Without an outbox nobody listens, and nothing costs anything."""

    def __init__(self, outbox: Outbox | None = None) -> None:
        self._outbox = outbox

    @property
    def is_heard(self) -> bool:
        return self._outbox is not None

    async def linked(self, chat: Chat, token_id: str) -> None:
        await self._say("customer.linked", chat, once=token_id)

    async def unlinked(self, chat: Chat, reason: Reason) -> None:
        """To be said before the link ends, for afterwards nobody knows whose it was."""
        once = chat.linked_at.isoformat()
        await self._say("customer.unlinked", chat, once=once, reason=reason)

    async def blocked(self, chat: Chat, at: datetime) -> None:
        once = at.isoformat()
        await self._say("customer.blocked", chat, once=once, at=at)

    async def unblocked(self, chat: Chat, at: datetime) -> None:
        once = at.isoformat()
        await self._say("customer.unblocked", chat, once=once, at=at)

    async def opinion(self, chat: Chat, opinion: Opinion, *, once: str) -> None:
        await self._say(
            "feedback.given",
            chat,
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
            chat,
            once=f"{told.order_id} {told.news}",
            at=at,
            order_id=told.order_id,
            status=item.timeline.status,
        )

    async def forget(self, chat: Chat) -> None:
        """The chat is held no more: what was to be told of it is not."""
        if self._outbox:
            await self._outbox.events.remove_of(chat.id)

    async def _say(
        self,
        kind: str,
        chat: Chat,
        *,
        once: str,
        at: datetime | None = None,
        **more: str | None,
    ) -> None:
        """``once``: what tells the cause from others of its kind in the same chat."""
        if self._outbox is None:
            return
        now, seal = self._outbox.clock(), self._outbox.seal
        at = at or now
        cause = f"{kind} {chat.id} {chat.customer_id} {once}"
        data = {"customer_id": chat.customer_id, "link_id": chat.link_id, **more}
        event = ShopEvent(
            id=f"evt_{seal.fingerprint(cause).hex()[:32]}",
            type=kind,
            customer_id=chat.customer_id,
            chat_id=None if kind == "customer.unlinked" else chat.id,
            body=json.dumps({"type": kind, "timestamp": _iso(at), "data": data}),
            at=at,
            due_at=now,
        )
        await self._outbox.events.add(event)
        self._outbox.wake()


UNHEARD = ShopNews()


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
