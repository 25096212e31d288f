"""Dead letters: news that could not be sent, and how to send it again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from bot.services.orders.timeline import timeline
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.models import DeadLetter, Entry, Order
from storage.orders import Orders
from storage.paging import Place


class NoSuchLetter(Exception):
    """There is no such letter, or it was sent again or removed."""


def numbers(orders: Iterable[Order]) -> Mapping[str, str]:
    """The orders' numbers, by their ids."""
    return {order.id: timeline(order).order_number for order in orders}


class Undelivered:
    def __init__(
        self, letters: DeadLetters, chats: Chats, orders: Orders, clock: Callable[[], datetime]
    ) -> None:
        self._letters = letters
        self._chats = chats
        self._orders = orders
        self._clock = clock

    async def page(self, after: Place | None, limit: int) -> Sequence[DeadLetter]:
        """Oldest first, after the cursor ``after`` (time, reference)."""
        return await self._letters.page(after, limit)

    async def numbers(self, letters: Sequence[DeadLetter]) -> Mapping[str, str]:
        """The numbers of the letters' orders, by their ids, as far as they still exist."""
        return numbers(await self._orders.get_all(list({letter.order_id for letter in letters})))

    async def named(self, reference: str) -> DeadLetter:
        """Raises `NoSuchLetter`."""
        letter = await self._letters.get(reference)
        if letter is None:
            raise NoSuchLetter
        return letter

    async def send_again(self, letter: DeadLetter) -> bool:
        """Puts the news back into its mailbox, unless newer news of the order is there.

        False: the chat no longer follows the order. The letter is removed in both cases.
        """
        chat, order = await self._chats.get(letter.chat_id), await self._orders.get(letter.order_id)
        follows = chat is not None and order is not None and chat.follows(order.whose)
        if chat and order and follows:
            entry = Entry(
                order_id=letter.order_id,
                news=letter.news,
                since=self._clock(),
                after=letter.news - 1,
            )
            await self._chats.post_again(chat, entry, order.whose)
        await self._letters.remove(letter)
        return follows

    async def remove(self, letter: DeadLetter) -> None:
        await self._letters.remove(letter)
