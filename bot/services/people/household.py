"""The household: the chats that follow the same account or order, and how to end their links."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.services.people.linking import Linking
from storage.chats import Chats
from storage.models import Chat, Link

_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Member:
    """A chat of the household, without the person's identity. ``key``: names it on a button.

    ``whose``: the account or order that both this chat and the caller follow.
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
        """One for each link of the chat itself, then one for each link of others, newest first."""
        own = [member_of(link, is_caller=True) for link in chat.links]
        return own + [member_of(link) for _, link in await self._others(chat)]

    async def member(self, chat: Chat, key: str) -> Member | None:
        """The other chat that a button means. None: there is no such chat any more."""
        found = await self._other(chat, key)
        return member_of(found[1]) if found else None

    async def end(self, chat: Chat, key: str) -> Chat | None:
        """Ends the other chat's link and its mailbox entries. None: there was no such link.

        Each member may end the link of any other member to the same account or order.
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
    """The chat of this link, as the others see it."""
    return Member(key_of(link), link.since, is_caller, link.whose)


def key_of(link: Link) -> str:
    """The link's time in milliseconds: unique in a household, and says nothing about the person."""
    return str((link.since - _EPOCH) // timedelta(milliseconds=1))
