"""The household: the chats that follow the same, and how one ends another's link."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.services.people.linking import Linking
from storage.chats import Chats
from storage.models import Chat, Link

_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Member:
    """A chat, without a word on whose it is. ``key``: what a button calls it.

    ``whose``: what it follows that the caller follows as well.
    """

    key: str
    since: datetime
    is_caller: bool
    whose: str


class Household:
    def __init__(self, chats: Chats, linking: Linking) -> None:
        self._chats = chats
        self._linking = linking

    async def members(self, chat: Chat) -> list[Member]:
        """For each link of the chat itself, then of others to the same, newest first."""
        own = [member_of(link, is_caller=True) for link in chat.links]
        return own + [member_of(link) for _, link in await self._others(chat)]

    async def member(self, chat: Chat, key: str) -> Member | None:
        """The other chat that a button means. None: there is no such, or no longer."""
        found = await self._other(chat, key)
        return member_of(found[1]) if found else None

    async def end(self, chat: Chat, key: str) -> Chat | None:
        """Ends the other's link, and forgets what waits for it. None: there was none to end.

        Whoever is linked may end anybody else's link to the same, and nobody's besides.
        """
        found = await self._other(chat, key)
        if found and await self._linking.leave(*found, "household"):
            return found[0]
        return None

    async def _other(self, chat: Chat, key: str) -> tuple[Chat, Link] | None:
        found = [each for each in await self._others(chat) if key_of(each[1]) == key]
        return found[0] if len(found) == 1 else None

    async def _others(self, chat: Chat) -> list[tuple[Chat, Link]]:
        shared = [
            (other, link)
            for other in await self._chats.following(*chat.whose)
            for link in other.links
            if other.id != chat.id and link.whose in chat.whose
        ]
        return sorted(shared, key=lambda each: each[1].since, reverse=True)


def member_of(link: Link, *, is_caller: bool = False) -> Member:
    """The chat that has the link, as others see it."""
    return Member(key_of(link), link.since, is_caller, link.whose)


def key_of(link: Link) -> str:
    """When it was made, in milliseconds: it tells one from another, and not whose it is."""
    return str((link.since - _EPOCH) // timedelta(milliseconds=1))
