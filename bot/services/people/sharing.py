"""Sharing: a link by which others see the progress of one order, and nothing else."""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.services.orders.expecting import Expected
from bot.services.orders.statuses import Status, closes, place
from bot.services.orders.steps import Step
from bot.services.orders.timeline import Progress, Timeline, timeline
from bot.services.orders.tracking import OrderNotFound
from bot.services.people.codes import hash_of
from storage.chats import Chats
from storage.models import Chat, Order, Share
from storage.orders import Orders
from storage.sealing import Seal
from storage.shares import Shares
from storage.waits import Waits

PREFIX = "s_"
"""The prefix of a deep link's payload, before `LENGTH` more characters."""
LENGTH = 32
LASTS = timedelta(days=60)
"""How long a link works if its order is never closed."""
AFTERWARDS = timedelta(days=1)
"""How long a link still works after its order is closed."""
MOST = 5
"""How many links of a chat to one order work at the same time. A new link does not end the others,
because people have been given them. Only hashes are stored, so no link can be shown again."""
MOST_VOIDED = 5
"""How many links in one message are ended."""

_SHARED = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{{LENGTH}}}", re.ASCII)


class ShareEnded(Exception):
    """The link is unknown, stopped or expired. The caller does not learn which."""


class NothingToShare(Exception):
    """The order was closed too long ago for a link to work."""


@dataclass(frozen=True)
class SharedView:
    """Everything that a link shows. It has no fields for what only the owner may see.

    ``expected``: the delivery window, also if ``is_late``. None after the order has arrived.
    """

    status: str
    is_pickup: bool
    progress: Progress | None
    expected: Expected | None
    is_late: bool

    @property
    def has_arrived(self) -> bool:
        return has_arrived(self.status)

    @classmethod
    def of(cls, order: Timeline, now: datetime, zone: tzinfo) -> "SharedView":
        is_late = order.is_late(now, zone)
        return cls(order.status, order.is_pickup, order.progress, order.awaited, is_late)


class Sharing:
    """``waits``: of people who want to be told of the arrival. They end with the link.

    ``seal``: makes the shop's own links.
    """

    def __init__(
        self, shares: Shares, waits: Waits, chats: Chats, orders: Orders, *, seal: Seal
    ) -> None:
        self._shares = shares
        self._waits = waits
        self._chats = chats
        self._orders = orders
        self._seal = seal

    async def share(self, chat: Chat, order: Timeline, now: datetime) -> str:
        """The payload of a new deep link to the chat's own order. Raises `NothingToShare`.

        The oldest links beyond `MOST` end. Two concurrent calls may leave one too many, which is
        harmless.
        """
        link = chat.link_to(order.whose)
        if link is None or is_over(order, now):
            raise NothingToShare
        before = await self._shares.of_order(chat.id, order.order_id)
        await self._end([share.id for share in before[MOST - 1 :]])
        token = PREFIX + secrets.token_urlsafe(LENGTH * 3 // 4)
        await self._shares.add(
            Share(
                id=hash_of(token),
                chat_id=chat.id,
                order_id=order.order_id,
                whose=link.whose,
                created_at=now,
                expires_at=now + LASTS,
            )
        )
        return token

    async def share_for_shop(self, order_id: str, now: datetime) -> tuple[str, datetime]:
        """The token of the shop's own link to the order, and its end.

        Always the same token for an order, because the shop may ask more than once and only a hash
        is stored. Raises `OrderNotFound` or `NothingToShare`.
        """
        order = await self._orders.get(order_id)
        if order is None:
            raise OrderNotFound
        if is_over(timeline(order), now):
            raise NothingToShare
        digest = self._seal.digest(hashlib.sha256(f"share {order_id}".encode()).digest())
        token = PREFIX + base64.urlsafe_b64encode(digest)[:LENGTH].decode()
        end = now + LASTS
        await self._shares.renew(
            Share(
                id=hash_of(token),
                order_id=order_id,
                whose=order.whose[0],
                created_at=now,
                expires_at=end,
            )
        )
        return token, end

    async def is_shared(self, chat: Chat, order: Timeline) -> bool:
        """Whether the chat has a link to the order, including links that were only offered."""
        return bool(await self._shares.of_order(chat.id, order.order_id))

    async def stop(self, chat: Chat, order: Timeline) -> bool:
        """Ends the chat's links to the order. False: there was none."""
        shares = await self._shares.of_order(chat.id, order.order_id)
        await self._end([share.id for share in shares])
        return bool(shares)

    async def void(self, words: Sequence[str]) -> None:
        """Ends links that the wrong people may have seen: the first `MOST_VOIDED` in ``words``."""
        shown = [hash_of(word) for word in words if _SHARED.fullmatch(word)]
        await self._end(shown[:MOST_VOIDED])

    async def view(self, token: str, now: datetime, zone: tzinfo) -> SharedView:
        """What the link shows, in the viewer's time zone. Raises `ShareEnded`."""
        _, order = await self.opened(token, now)
        return SharedView.of(order, now, zone)

    async def opened(self, token: str, now: datetime) -> tuple[Share, Timeline]:
        """The share and its order. A token cannot be guessed: no throttle. Raises `ShareEnded`."""
        if not is_shared(token):
            raise ShareEnded
        return await self.found(hash_of(token), now)

    async def found(self, share_id: str, now: datetime) -> tuple[Share, Timeline]:
        """The share with this id, and its order. Raises `ShareEnded`."""
        share = await self._shares.find(share_id, now)
        order = await self._orders.get(share.order_id) if share else None
        if share is None or order is None or not await self._is_owner_s(share, order):
            raise ShareEnded
        shown = timeline(order)
        if is_over(shown, now):
            await self._end([share.id])  # for good, even if the order is opened again
            raise ShareEnded
        return share, shown

    async def stands(self, share_id: str, order: Order, now: datetime) -> bool:
        """Whether this is still a link to the order."""
        share = await self._shares.find(share_id, now)
        return share is not None and await self._is_owner_s(share, order)

    async def _end(self, shares: Sequence[str]) -> None:
        await self._shares.remove(shares)
        await self._waits.end_of_shares(shares)

    async def _is_owner_s(self, share: Share, order: Order) -> bool:
        """Whether the owner still has the link to the order with which they made the share.

        A new link to the same order does not bring old shares back. The shop's links need none.
        """
        if share.chat_id is None:
            return True
        chat = await self._chats.get(share.chat_id)
        link = chat.link_to([share.whose]) if chat else None
        return link is not None and link.since <= share.created_at and share.whose in order.whose


def is_shared(payload: str) -> bool:
    """Whether a deep link's payload has the form of a share, valid or not.

    A link token may begin with the same two characters, but is longer.
    """
    return payload.startswith(PREFIX) and len(payload) <= len(PREFIX) + LENGTH


def is_whole(token: str) -> bool:
    """Whether the token is complete, valid or not."""
    return _SHARED.fullmatch(token) is not None


def is_over(order: Timeline, now: datetime) -> bool:
    """Whether links to the order have ended."""
    return not order.is_open and closed_at(order) + AFTERWARDS <= now


def closed_at(order: Timeline) -> datetime:
    """When the last parcel was closed, or the order if it has none."""
    names: list[str | None] = [parcel.name for parcel in order.parcels] or [None]
    own = ([s for s in order.steps if s.parcel in {None, name}] for name in names)
    return max((at for steps in own if (at := _end_of(steps))), default=order.steps[-1].at)


def _end_of(steps: Iterable[Step]) -> datetime | None:
    """The start of the closing states at the end of ``steps``. None: the last state is open."""
    end = None
    for step in steps:
        if not closes(step.status):
            end = None
        elif end is None:
            end = step.at
    return end


def has_arrived(status: str) -> bool:
    """Whether waiting is over: the order is closed, or ready for pickup."""
    return closes(status) or place(status) == Status.READY_FOR_PICKUP
