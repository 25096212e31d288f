"""People: who writes to us, and how they like to be written to."""

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

    async def has_joined(self, chat: Chat) -> None:
        """The chat has a new link."""
        await self._remind_again(chat)

    async def prefer(self, chat: Chat, **changes: object) -> Chat:
        """The chat with the changed `Preferences`, which count from the next message on."""
        preferences = Preferences.model_validate(chat.preferences.model_dump() | changes)
        await self._chats.prefer(chat.id, preferences)
        if changes.keys() & {"reminders", "hear"}:
            await self._remind_again(chat)
        return chat.model_copy(update={"preferences": preferences})

    # Where they are, to know their time zone: asked for once, and never kept

    async def expect_location(self, chat: Chat, screen: str, now: datetime) -> None:
        """``screen``: which comes once it is known."""
        await self._chats.expect_location(chat.id, now + LOCATION_LIFETIME, screen)

    async def has_answered(self, chat: Chat) -> None:
        """Sent a location, or does not want to."""
        await self._chats.expect_no_location(chat.id)

    # One order

    async def mute(self, chat: Chat, order_id: str) -> Chat:
        """Nothing is told of it any more."""
        await self._chats.mute(chat, order_id)
        return _marked(chat, order_id, muted=True)

    async def follow(self, chat: Chat, order_id: str) -> Chat:
        """Every change of it is told, whatever else the person wants to hear of."""
        await self._chats.follow(chat, order_id)
        await self._remind_again(chat)
        return _marked(chat, order_id, followed=True)

    async def treat_as_usual(self, chat: Chat, order_id: str) -> Chat:
        await self._chats.unmark(chat, order_id)
        await self._remind_again(chat)
        return _marked(chat, order_id)

    async def _remind_again(self, chat: Chat) -> None:
        """It may want more reminders than before; who has had theirs gets none twice."""
        await self._orders.remind_again(chat.whose, self._clock())


def is_location_expected(chat: Chat | None, now: datetime) -> bool:
    return bool(chat and chat.location_until and now < chat.location_until)


def _marked(chat: Chat, order_id: str, *, muted: bool = False, followed: bool = False) -> Chat:
    """As the chat stands now, without reading it again."""
    others = {
        "muted": [other for other in chat.muted if other != order_id],
        "followed": [other for other in chat.followed if other != order_id],
    }
    others["muted"] += [order_id] * muted
    others["followed"] += [order_id] * followed
    return chat.model_copy(update=others)
