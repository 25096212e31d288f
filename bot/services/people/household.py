"""The household: the chats that are linked to one customer, and how one ends another's link."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.services.shop.shop_events import UNHEARD, ShopNews
from storage.chats import Chats
from storage.models import Chat

_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Member:
    """A chat, without a word on whose it is. ``key``: what a button calls it."""

    key: str
    since: datetime
    is_caller: bool


class Household:
    def __init__(self, chats: Chats, shop: ShopNews = UNHEARD) -> None:
        self._chats = chats
        self._shop = shop

    async def members(self, chat: Chat) -> list[Member]:
        """Those linked to the same customer: the chat itself, then the others, newest first."""
        others = [member_of(other) for other in await self._others(chat)]
        return [Member(_key(chat), chat.linked_at, is_caller=True), *others]

    async def member(self, chat: Chat, key: str) -> Member | None:
        """The other chat that a button means. None: there is no such, or no longer."""
        other = await self._other(chat, key)
        return member_of(other) if other else None

    async def end(self, chat: Chat, key: str) -> Chat | None:
        """Ends the other's link, and forgets what waits for it. None: there was none to end.

        Whoever is linked may end anybody else's link to the same customer, and nobody's besides.
        """
        other = await self._other(chat, key)
        if other is None:
            return None
        await self._shop.unlinked(other, "household")
        return other if await self._chats.end(other) else None

    async def _other(self, chat: Chat, key: str) -> Chat | None:
        found = [other for other in await self._others(chat) if _key(other) == key]
        return found[0] if len(found) == 1 else None

    async def _others(self, chat: Chat) -> list[Chat]:
        linked = await self._chats.of_customer(chat.customer_id)
        others = [other for other in linked if other.id != chat.id]
        return sorted(others, key=lambda other: other.linked_at, reverse=True)


def member_of(chat: Chat) -> Member:
    """The chat as others see it."""
    return Member(_key(chat), chat.linked_at, is_caller=False)


def _key(chat: Chat) -> str:
    """When it was linked, in milliseconds: it tells one chat from another, and not whose it is."""
    return str((chat.linked_at - _EPOCH) // timedelta(milliseconds=1))
