"""Newcomers: those who follow an account or an order are told of each chat that joins them."""

from dataclasses import dataclass
from datetime import timedelta

from bot.delivery.policy import Retry
from bot.delivery.sender import Sender
from storage.chats import Chats
from storage.models import Chat, Joined, Link
from storage.newcomers import WaitingNewcomers

AT_ONCE = 50
"""Newcomers that one run of the job takes. The next run takes the others."""
AGAIN = timedelta(minutes=1)
"""When a newcomer is due again: not all could be told, or the replica that took it died."""
WORTH_TELLING = timedelta(days=2)
"""Older newcomers are not announced any more."""


@dataclass(frozen=True)
class Newcomers:
    """Each newcomer is announced at least once; twice, if a process dies in between."""

    waiting: WaitingNewcomers
    chats: Chats
    sender: Sender

    async def tell_of_newcomers(self) -> None:
        """A job."""
        for newcomer in await self.waiting.due(self.sender.now(), AT_ONCE):
            until = self.sender.now() + AGAIN
            if await self.waiting.take(newcomer, until):
                results = [await self._announce(newcomer, joined) for joined in newcomer.joined]
                left = [each for each in results if each]
                await self.waiting.announced(newcomer, until, left)

    async def _announce(self, newcomer: Chat, joined: Joined) -> Joined | None:
        """Tells the others.

        Those to be told later; None: all are done. Who blocked the bot is left out.
        """
        link = newcomer.link_to([joined.whose])
        if link is None:
            return None
        others = await self._others(newcomer, link, joined)
        outcomes = [(other.id, await self.sender.announce(link, other)) for other in others]
        untold = [chat_id for chat_id, outcome in outcomes if isinstance(outcome, Retry)]
        if not untold or link.since + WORTH_TELLING < self.sender.now():
            return None
        return Joined(whose=joined.whose, untold=untold)

    async def _others(self, newcomer: Chat, link: Link, joined: Joined) -> list[Chat]:
        """The chats that followed before, and have not been told."""
        return [
            other
            for other in await self.chats.following(link.whose)
            if other.id != newcomer.id
            and (theirs := other.link_to([link.whose]))
            and theirs.since <= link.since
            and not other.paused
            and (joined.untold is None or other.id in joined.untold)
        ]
