"""Blocking: a person blocks the bot, and is back."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.services.console.lately import LATELY
from bot.services.shop.shop_events import UNHEARD, ShopNews
from storage.chats import Chats
from storage.clock import Clock
from storage.mailbox import BLOCKED
from storage.models import Chat
from storage.waits import Waits


@dataclass(frozen=True, kw_only=True)
class Blocking:
    """``shop``: is told who blocks the bot."""

    chats: Chats
    waits: Waits
    shop: ShopNews = UNHEARD
    clock: Clock = field(default_factory=Clock)

    async def block(self, chat_id: int, at: datetime) -> None:
        """Call this when the person has blocked the bot, at that time.

        News is kept in the mailbox, and nothing is sent. Waits for shared orders end.
        """
        await self.waits.end_of_chat(chat_id)
        paused = await self.chats.pause(chat_id, BLOCKED)
        for order_id in {entry.order_id for entry in paused.entries} if paused else ():
            LATELY.became("paused", order_id)
        if self.shop.is_heard and (chat := await self.chats.get(chat_id)):
            await self.shop.blocked(chat, at)

    async def unblock(self, chat_id: int, at: datetime) -> None:
        """Call this when the person has unblocked the bot, at that time. Kept news is sent."""
        await self.chats.resume(chat_id, self.clock())
        if self.shop.is_heard and (chat := await self.chats.get(chat_id)):
            await self.shop.unblocked(chat, at)

    async def heard_from(self, chat: Chat) -> None:
        """Call this when the person writes or presses a button: they do not block the bot.

        Telegram does not always report an unblock, for example not after a long outage.
        """
        now = self.clock()
        if chat.paused == BLOCKED:
            await self.shop.unblocked(chat, now)  # first: after the write a crash would lose it
        await self.chats.heard_from(chat, now)
