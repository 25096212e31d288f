"""Offering: lets people share their own orders from any chat, by typing the bot's name."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.orders import parcels, references
from bot.services.orders.timeline import Timeline, timeline
from bot.services.people.codes import hash_of
from bot.services.people.sharing import LASTS, LENGTH, PREFIX, is_over
from storage.models import Chat, Share
from storage.orders import Orders
from storage.sealing import Seal
from storage.shares import Shares

MOST = 10
"""How many orders are offered at once. Each gets a link when it is offered for the first time."""
SEARCHED = 50
"""How many of a person's orders are searched, open ones first."""


@dataclass(frozen=True)
class ShareOffer:
    """An order, and the payload of the deep link that shows it."""

    order: Timeline
    token: str


class Offering:
    """``seal``: makes the tokens of offered links."""

    def __init__(self, orders: Orders, shares: Shares, seal: Seal) -> None:
        self._orders = orders
        self._shares = shares
        self._seal = seal

    async def offers(self, chat: Chat, typed: str, now: datetime) -> Sequence[ShareOffer]:
        """The chat's own orders that can be shared and match ``typed``, open ones first.

        Writes only for orders that were not offered before, not for each key pressed. There is no
        throttle, as it finds own orders only.
        """
        meant = references.keys_of_name(typed) or [""]
        orders = map(timeline, await self._orders.of(chat.whose, SEARCHED))
        fitting = [o for o in orders if not is_over(o, now) and _fits(o, meant)]
        tokens = await self._links(chat, fitting[:MOST], now)
        return [ShareOffer(o, tokens[o.order_id]) for o in fitting if o.order_id in tokens]

    async def _links(
        self, chat: Chat, orders: Sequence[Timeline], now: datetime
    ) -> Mapping[str, str]:
        """The payload of a deep link for each of the chat's own orders, by order id.

        A link that is less than half of `LASTS` old is used again. Its token is not stored, but
        computed from the stored share, so that offering it again needs no write
        (docs/decisions/0038-shared-from-any-chat.md).
        """
        links = {o.order_id: chat.link_to(o.whose) for o in orders}
        since = now - LASTS / 2
        kept = await self._shares.offered(chat.id, list(links), since) if links else ()
        shares = {
            share.order_id: share
            for share in kept
            if (link := links[share.order_id])
            and link.since <= share.created_at
            and hash_of(self._token(share)) == share.id
        }
        at = now.replace(microsecond=now.microsecond // 1000 * 1000)  # as the database keeps it
        new = [
            self._offered(chat, order_id, link.whose, at)
            for order_id, link in links.items()
            if link and order_id not in shares
        ]
        await self._shares.add_all(new)
        shares |= {share.order_id: share for share in new}
        return {order_id: self._token(share) for order_id, share in shares.items()}

    def _offered(self, chat: Chat, order_id: str, whose: str, at: datetime) -> Share:
        share = Share(
            id="",
            chat_id=chat.id,
            order_id=order_id,
            whose=whose,
            created_at=at,
            expires_at=at + LASTS,
            offered=True,
        )
        return share.model_copy(update={"id": hash_of(self._token(share))})

    def _token(self, share: Share) -> str:
        """The token of an offered share. Nobody can compute it without our key."""
        of = f"share {share.chat_id} {share.created_at.isoformat()} {share.order_id}"
        mark = self._seal.fingerprint(of)[: LENGTH * 3 // 4]
        return PREFIX + base64.urlsafe_b64encode(mark).decode()


def _fits(order: Timeline, meant: Sequence[str]) -> bool:
    """Whether one of the keys ``meant`` is part of the order's number, id or a parcel's name."""
    names = {references.key(name) for name in (order.order_number, order.order_id)}
    names |= {parcels.key(parcel.name) for parcel in order.parcels}
    return any(key in name for key in meant for name in names)
