"""Newcomers: whoever follows an account or an order hears of each chat that joins them."""

from dataclasses import dataclass
from datetime import timedelta

from bot.delivery.policy import Retry
from bot.delivery.sender import Sender
from storage.chats import Chats
from storage.models import Chat, Joined, Link
from storage.newcomers import WaitingNewcomers

AT_ONCE = 50
"""How many one look takes up; the rest is the next one's."""
AGAIN = timedelta(minutes=1)
"""When somebody looks again, if not all could be told, or whoever was to tell them is gone."""
WORTH_TELLING = timedelta(days=2)


@dataclass(frozen=True)
class Newcomers:
    """Each is told at least once; twice, if a process dies in between."""

    waiting: WaitingNewcomers
    chats: Chats
    sender: Sender

    async def tell_of_newcomers(self) -> None:
        """A job."""
        for newcomer in await self.waiting.due(self.sender.now(), AT_ONCE):
            until = self.sender.now() + AGAIN
            if await self.waiting.take(newcomer, until):
                results = [await self._tell_of(newcomer, joined) for joined in newcomer.joined]
                left = [each for each in results if each]
                await self.waiting.announced(newcomer, until, left)

    async def _tell_of(self, newcomer: Chat, joined: Joined) -> Joined | None:
        """What is to be told later. Who has blocked us is not told."""
        link = newcomer.link_to([joined.whose])
        if link is None:
            return None
        others = await self._others(newcomer, link, joined)
        outcomes = [(other.id, await self.sender.tell_of(link, other)) for other in others]
        untold = [chat_id for chat_id, outcome in outcomes if isinstance(outcome, Retry)]
        if not untold or link.since + WORTH_TELLING < self.sender.now():
            return None
        return Joined(whose=joined.whose, untold=untold)

    async def _others(self, newcomer: Chat, link: Link, joined: Joined) -> list[Chat]:
        """Those that were there before, and have not been told."""
        return [
            other
            for other in await self.chats.following(link.whose)
            if other.id != newcomer.id
            and (theirs := other.link_to([link.whose]))
            and theirs.since <= link.since
            and not other.paused
            and (joined.untold is None or other.id in joined.untold)
        ]
