"""Newcomers: whoever is connected to an account hears of each chat that joins it."""

from dataclasses import dataclass
from datetime import timedelta

from bot.delivery.policy import Retry
from bot.delivery.sender import Sender
from storage.chats import Chats
from storage.models import Chat

AT_ONCE = 50
"""How many one look takes up; the rest is the next one's."""
AGAIN = timedelta(minutes=1)
"""When somebody looks again, if not all could be told, or whoever was to tell them is gone."""
WORTH_TELLING = timedelta(days=2)


@dataclass(frozen=True)
class Newcomers:
    """Each is told at least once; twice, if a process dies in between."""

    chats: Chats
    sender: Sender

    async def tell_of_newcomers(self) -> None:
        """A job."""
        for newcomer in await self.chats.newcomers(self.sender.now(), AT_ONCE):
            until = self.sender.now() + AGAIN
            if await self.chats.take_newcomer(newcomer, until):
                untold = await self._tell_of(newcomer)
                await self.chats.told_of_newcomer(newcomer, until, untold)

    async def _tell_of(self, newcomer: Chat) -> list[int]:
        """Ids of the chats that are to be told later. Who has blocked us is not told."""
        others = await self._others(newcomer)
        outcomes = [(other.id, await self.sender.tell_of(newcomer, other)) for other in others]
        if newcomer.linked_at + WORTH_TELLING < self.sender.now():
            return []
        return [chat_id for chat_id, outcome in outcomes if isinstance(outcome, Retry)]

    async def _others(self, newcomer: Chat) -> list[Chat]:
        """Those that were there before, and have not been told."""
        linked = await self.chats.of_customer(newcomer.customer_id)
        return [
            other
            for other in linked
            if other.id != newcomer.id
            and other.linked_at <= newcomer.linked_at
            and not other.paused
            and (newcomer.untold is None or other.id in newcomer.untold)
        ]
