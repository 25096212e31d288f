"""Sharing: somebody whom the customer trusts sees where one order is, and nothing else of it."""

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
from storage.chats import Chats
from storage.models import Chat, Order, Share
from storage.orders import Orders
from storage.shares import Shares
from storage.waits import Waits

PREFIX = "s_"
"""What a deep link's payload begins with, followed by `LENGTH` more characters."""
LENGTH = 32
LASTS = timedelta(days=60)
"""How long a link works at most, should its order never come to an end."""
AFTERWARDS = timedelta(days=1)
"""How long it goes on once the order was delivered, or ended otherwise."""
MOST = 5
"""How many links of a chat to one order work at once. A new one leaves the others alone: whoever
was given one keeps it, and as only hashes are kept, none can be shown again."""
MOST_VOIDED = 5
"""How many links one message may show that are ended."""

_SHARED = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{{LENGTH}}}", re.ASCII)


class ShareEnded(Exception):
    """The link is unknown, was stopped or is over; which of these is nobody's business."""


class NothingToShare(Exception):
    """The order came to its end too long ago for a link to work."""


@dataclass(frozen=True)
class Shared:
    """All that a link shows. There is no room for what is the owner's alone.

    ``expected``: when it is or, if ``is_late``, was expected, unless it has come.
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
    def of(cls, order: Timeline, now: datetime, zone: tzinfo) -> "Shared":
        is_late = order.is_late(now, zone)
        return cls(order.status, order.is_pickup, order.progress, order.awaited, is_late)


class Sharing:
    """``waits``: of those who want to be told by a link, which end with it."""

    def __init__(self, shares: Shares, waits: Waits, chats: Chats, orders: Orders) -> None:
        self._shares = shares
        self._waits = waits
        self._chats = chats
        self._orders = orders

    async def share(self, chat: Chat, order: Timeline, now: datetime) -> str:
        """A new link to the chat's own order: a deep link's payload. Raises `NothingToShare`.

        The oldest of more than `MOST` ends. Of two that are asked for at once, one too many may
        stay; `stop` ends it with the others.
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

    async def is_shared(self, chat: Chat, order: Timeline) -> bool:
        """Whether the chat has made a link to the order, be it offered only."""
        return bool(await self._shares.of_order(chat.id, order.order_id))

    async def stop(self, chat: Chat, order: Timeline) -> bool:
        """Ends the chat's links to the order. False: there was none."""
        shares = await self._shares.of_order(chat.id, order.order_id)
        await self._end([share.id for share in shares])
        return bool(shares)

    async def void(self, words: Sequence[str]) -> None:
        """Ends links that others have seen than they were meant for; of many, the first few."""
        shown = [hash_of(word) for word in words if _SHARED.fullmatch(word)]
        await self._end(shown[:MOST_VOIDED])

    async def view(self, token: str, now: datetime, zone: tzinfo) -> Shared:
        """What the link shows to whoever has it, in their zone. Raises `ShareEnded`."""
        _, order = await self.opened(token, now)
        return Shared.of(order, now, zone)

    async def opened(self, token: str, now: datetime) -> tuple[Share, Timeline]:
        """The link and its order. No throttle: nobody guesses one. Raises `ShareEnded`."""
        if not is_shared(token):
            raise ShareEnded
        return await self.found(hash_of(token), now)

    async def found(self, share_id: str, now: datetime) -> tuple[Share, Timeline]:
        """The same by the link's id, which nobody guesses. Raises `ShareEnded`."""
        share = await self._shares.find(share_id, now)
        order = await self._orders.get(share.order_id) if share else None
        if share is None or order is None or not await self._is_owner_s(share, order):
            raise ShareEnded
        shown = timeline(order)
        if is_over(shown, now):
            await self._end([share.id])  # for good, whatever happens to the order yet
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
        """Whether who made it is still linked as then, and to the order: no link from before is
        brought back."""
        chat = await self._chats.get(share.chat_id)
        link = chat.link_to([share.whose]) if chat else None
        return link is not None and link.since <= share.created_at and share.whose in order.whose


def is_shared(payload: str) -> bool:
    """Whether a deep link's payload is a share's, be it right or not.

    A token to connect with may begin with the same two characters, but is longer.
    """
    return payload.startswith(PREFIX) and len(payload) <= len(PREFIX) + LENGTH


def is_whole(token: str) -> bool:
    """Whether it may be a share's, be it right or not: nothing of it is missing."""
    return _SHARED.fullmatch(token) is not None


def is_over(order: Timeline, now: datetime) -> bool:
    """Whether nobody needs to follow the order any more."""
    return not order.is_open and closed_at(order) + AFTERWARDS <= now


def closed_at(order: Timeline) -> datetime:
    """When the last of the parcels came to its end, of which nothing has woken it since."""
    names: list[str | None] = [parcel.name for parcel in order.parcels] or [None]
    own = ([s for s in order.steps if s.parcel in {None, name}] for name in names)
    return max((at for steps in own if (at := _end_of(steps))), default=order.steps[-1].at)


def _end_of(steps: Iterable[Step]) -> datetime | None:
    """When the closed states begin with which the steps end; None if they end otherwise."""
    end = None
    for step in steps:
        if not closes(step.status):
            end = None
        elif end is None:
            end = step.at
    return end


def has_arrived(status: str) -> bool:
    """Whether who waits for the order has it, can fetch it, or will not get it."""
    return closes(status) or place(status) == Status.READY_FOR_PICKUP


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
