"""People: linked chats and their preferences."""

from collections.abc import Callable
from datetime import datetime, timedelta

from storage.chats import Chats
from storage.models import Chat, Preferences
from storage.orders import Orders

LOCATION_LIFETIME = timedelta(minutes=15)
"""How long after our question a location is still taken as the answer."""


class People:
    def __init__(self, chats: Chats, orders: Orders, clock: Callable[[], datetime]) -> None:
        self._chats = chats
        self._orders = orders
        self._clock = clock

    async def find(self, chat_id: int) -> Chat | None:
        """None: the chat is not linked."""
        chat = await self._chats.get(chat_id)
        return chat if chat and chat.links else None

    async def prefer(self, chat: Chat, **changes: object) -> Chat:
        """Changes fields of `Preferences`, from the next message on. Returns the changed chat."""
        preferences = Preferences.model_validate(chat.preferences.model_dump() | changes)
        await self._chats.prefer(chat.id, preferences)
        if changes.keys() & {"reminders", "hear"}:
            await self.remind_again(chat)
        return chat.model_copy(update={"preferences": preferences})

    # Their location, to find the time zone: asked for once, and never stored

    async def expect_location(self, chat: Chat, screen: str, now: datetime) -> None:
        """Notes that we asked for a location. ``screen``: which one to show afterwards."""
        await self._chats.expect_location(chat.id, now + LOCATION_LIFETIME, screen)

    async def has_answered(self, chat: Chat) -> None:
        """Call this when the person has sent a location or declined."""
        await self._chats.expect_no_location(chat.id)

    # One order

    async def mute(self, chat: Chat, order_id: str) -> Chat:
        """Sends no news of this order to the chat any more."""
        await self._chats.mute(chat, order_id)
        return _marked(chat, order_id, muted=True)

    async def follow(self, chat: Chat, order_id: str) -> Chat:
        """Sends every change of this order to the chat, whatever its preferences."""
        await self._chats.follow(chat, order_id)
        await self.remind_again(chat)
        return _marked(chat, order_id, followed=True)

    async def treat_as_usual(self, chat: Chat, order_id: str) -> Chat:
        await self._chats.unmark(chat, order_id)
        await self.remind_again(chat)
        return _marked(chat, order_id)

    async def remind_again(self, chat: Chat) -> None:
        """Looks at reminders again: the chat may get more than before, but none twice."""
        await self._orders.remind_again(chat.whose, self._clock())


def is_location_expected(chat: Chat | None, now: datetime) -> bool:
    return bool(chat and chat.location_until and now < chat.location_until)


def _marked(chat: Chat, order_id: str, *, muted: bool = False, followed: bool = False) -> Chat:
    """The chat as it is stored now, without reading it again."""
    others = {
        "muted": [other for other in chat.muted if other != order_id],
        "followed": [other for other in chat.followed if other != order_id],
    }
    others["muted"] += [order_id] * muted
    others["followed"] += [order_id] * followed
    return chat.model_copy(update=others)
