"""Following: the accounts and orders that a chat follows, and how its person ends one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.orders.timeline import timeline
from bot.services.people.household import key_of
from bot.services.people.linking import Linking
from storage.models import Chat
from storage.orders import Orders
from storage.whose import order_of, single, singles


@dataclass(frozen=True)
class Followed:
    """An account or a single order. ``key``: names it on a button.

    ``whose``: as in `storage.whose`. ``number``: the order's number, if the order is stored.
    """

    key: str
    whose: str
    since: datetime
    account_hint: str | None = None
    number: str | None = None

    @property
    def is_order(self) -> bool:
        return order_of(self.whose) is not None


class Following:
    def __init__(self, orders: Orders, linking: Linking) -> None:
        self._orders = orders
        self._linking = linking

    async def of(self, chat: Chat) -> Sequence[Followed]:
        """Everything that the chat follows, latest first. One read if there are single orders."""
        ids = singles(chat.whose)
        orders = await self._orders.get_all(ids) if ids else []
        numbers = {single(order.id): timeline(order).order_number for order in orders}
        return [
            Followed(
                key_of(link), link.whose, link.since, link.account_hint, numbers.get(link.whose)
            )
            for link in reversed(chat.links)
        ]

    async def named(self, chat: Chat, key: str) -> Followed | None:
        """The one that a button means. None: it has ended."""
        return next((each for each in await self.of(chat) if each.key == key), None)

    async def end(self, chat: Chat, key: str) -> bool:
        """Stops following it. False: it had ended already."""
        link = next((link for link in chat.links if key_of(link) == key), None)
        return link is not None and await self._linking.leave(chat, link, "customer")
