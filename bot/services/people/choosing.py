"""Choosing: a customer presses one of the shop's own buttons, and the shop is told once."""

from dataclasses import dataclass

from bot.services.orders.choices import chosen
from bot.services.orders.offers import ShopButton
from bot.services.orders.recording import Recording, UnknownOrder
from bot.services.orders.timeline import Timeline
from bot.services.shop.shop_events import ShopNews
from storage.models import Chat, Order


class NobodyHears(Exception):
    """No address for events back is set, so the shop cannot be told."""


class ChoiceOver(Exception):
    """The order has no such button now."""


@dataclass
class AlreadyChosen(Exception):
    """The button was pressed before, in this chat or in another one that follows the order."""

    action: ShopButton


@dataclass(frozen=True)
class Choosing:
    recording: Recording
    shop: ShopNews

    def meant(self, order: Timeline, key: str) -> ShopButton:
        """The button with this key. Raises `NobodyHears`, `ChoiceOver`, `AlreadyChosen`."""
        if not self.shop.is_heard:
            raise NobodyHears
        action = order.offers.action(key)
        if action is None:
            raise ChoiceOver
        if action.is_chosen:
            raise AlreadyChosen(action)
        return action

    async def pass_on(self, chat: Chat, order: Timeline, key: str) -> ShopButton:
        """Tells the shop, then marks the order. A crash in between still gives only one event.

        The caller has checked that the order is the chat's own. Raises the same as `meant`.
        """
        action, now = self.meant(order, key), self.recording.clock()
        await self.shop.chosen(chat, order, action, now)

        def marked(order: Order | None) -> Order:
            if order is None:
                raise UnknownOrder
            return chosen(order, action, now)

        try:
            recorded = await self.recording.write(order.order_id, marked)
        except UnknownOrder:
            raise ChoiceOver from None  # erased meanwhile
        if not recorded.is_new:
            raise AlreadyChosen(action)  # another chat was faster
        return action
