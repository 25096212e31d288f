"""Events back: what the shop is told about links, delivered messages, feedback and choices.

An event is stored with its cause and sent later (docs/decisions/0013-events-back.md). Its id is
computed from the cause, so that repeating the cause does not make a second event.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from bot.services.news.notices import Item
from bot.services.orders.offers import ShopButton
from bot.services.orders.timeline import Timeline
from storage.clock import Clock
from storage.models import Chat, Link, Opinion, Order, ShopEvent
from storage.sealing import Seal
from storage.shop_events import ShopEvents
from storage.whose import customer_of, order_of

Reason = Literal["customer", "household", "deleted", "gone"]
"""Why a link ended: by `/unlink` or `/settings`, by a member of the household, by `/privacy`, or
because the Telegram account is gone."""


@dataclass(frozen=True)
class Outbox:
    """``wake``: called when there is something to send."""

    events: ShopEvents
    seal: Seal
    wake: Callable[[], None]
    clock: Clock = field(default_factory=Clock)


class ShopNews:
    """Stores events back. Without an outbox it does nothing."""

    def __init__(self, outbox: Outbox | None = None) -> None:
        self._outbox = outbox

    @property
    def is_heard(self) -> bool:
        return self._outbox is not None

    async def linked(self, chat: Chat, link: Link, token_id: str) -> None:
        await self._say_of_link("customer.linked", chat, link, once=token_id)

    async def unlinked(self, chat: Chat, reason: Reason, *links: Link) -> None:
        """Call this before the links end: afterwards nobody knows whose they were.

        ``links``: all links of the chat if none is given.
        """
        for link in links or chat.links:
            once = link.since.isoformat()
            await self._say_of_link("customer.unlinked", chat, link, once=once, reason=reason)

    async def blocked(self, chat: Chat, at: datetime) -> None:
        """One event for each link of the chat."""
        for link in chat.links:
            await self._say_of_link("customer.blocked", chat, link, once=at.isoformat(), at=at)

    async def unblocked(self, chat: Chat, at: datetime) -> None:
        """One event for each link of the chat."""
        for link in chat.links:
            await self._say_of_link("customer.unblocked", chat, link, once=at.isoformat(), at=at)

    async def opinion(self, chat: Chat, opinion: Opinion, *, once: str) -> None:
        await self._say_of_order(
            "feedback.given",
            chat,
            opinion,
            once=f"{opinion.reference} {once}",
            at=opinion.at,
            feedback_id=opinion.reference,
            rating=opinion.rating,
            comment=opinion.comment,
        )

    async def chosen(self, chat: Chat, order: Timeline, action: ShopButton, at: datetime) -> None:
        """A customer pressed one of the shop's own buttons. One event, whoever presses it."""
        if link := chat.link_to(order.whose):
            data = _named(link, order.customer_id, order.order_id) | {
                "action_id": action.action_id,
                "label": action.label,
                **({"parcel": action.parcel} if action.parcel else {}),
                "event_id": action.event_id,
            }
            once = f"order.action_chosen {order.order_id} {action.key}"
            await self._say("order.action_chosen", chat.id, once, at, data)

    async def delivered(self, chat: Chat, item: Item, at: datetime) -> None:
        """Telegram has accepted a message with the order's news."""
        sent = item.as_sent
        await self._say_of_order(
            "message.delivered",
            chat,
            item.timeline,
            once=f"{sent.order_id} {sent.news}",
            at=at,
            status=item.timeline.status,
        )

    async def code_requested(self, order: Order, code: str, expires_at: datetime) -> None:
        """A person has given an order and its contact. The shop mails the code to the contact."""
        data = {"order_id": order.id, "code": code, "expires_at": _iso(expires_at)}
        if order.customer_id is not None:
            data = {"customer_id": order.customer_id} | data
        await self._say("order.code_requested", None, f"code {code} {order.id}", None, data)

    async def forget(self, chat: Chat) -> None:
        """Removes unsent events about a chat that is deleted."""
        if self._outbox:
            await self._outbox.events.remove_of(chat.id)

    async def _say_of_link(
        self,
        kind: str,
        chat: Chat,
        link: Link,
        *,
        once: str,
        at: datetime | None = None,
        **more: str | None,
    ) -> None:
        """``once``: distinguishes the cause from others of its kind for the same link."""
        cause = f"{kind} {chat.id} {link.whose} {once}"
        data = _named(link, customer_of(link.whose), order_of(link.whose)) | more
        chat_id = None if kind == "customer.unlinked" else chat.id
        await self._say(kind, chat_id, cause, at, data)

    async def _say_of_order(
        self,
        kind: str,
        chat: Chat,
        order: Timeline | Opinion,
        *,
        once: str,
        at: datetime,
        **more: str | None,
    ) -> None:
        """``once``: distinguishes the cause from others of its kind in the same chat."""
        if link := chat.link_to(order.whose):
            data = _named(link, order.customer_id, order.order_id) | more
            await self._say(kind, chat.id, f"{kind} {chat.id} {once}", at, data)

    async def _say(
        self,
        kind: str,
        chat_id: int | None,
        cause: str,
        at: datetime | None,
        data: Mapping[str, str | None],
    ) -> None:
        """``chat_id``: the chat whose deletion also removes this event, if any."""
        if self._outbox is None:
            return
        now, seal = self._outbox.clock(), self._outbox.seal
        at = at or now
        event = ShopEvent(
            id=f"evt_{seal.fingerprint(cause).hex()[:32]}",
            type=kind,
            customer_id=data.get("customer_id"),
            order_id=data.get("order_id"),
            chat_id=chat_id,
            body=json.dumps({"type": kind, "timestamp": _iso(at), "data": dict(data)}),
            at=at,
            due_at=now,
        )
        await self._outbox.events.add(event)
        self._outbox.wake()


UNHEARD = ShopNews()


def _named(link: Link, customer_id: str | None, order_id: str | None) -> dict[str, str | None]:
    """The ids in an event's data, without those that are None."""
    named = {"customer_id": customer_id, "link_id": link.reference, "order_id": order_id}
    return {name: value for name, value in named.items() if value is not None}


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
