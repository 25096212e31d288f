"""Choosing: what a customer tells the shop by a button of its own, at most once."""

from dataclasses import dataclass

from bot.services.orders.choices import chosen
from bot.services.orders.offers import Offered
from bot.services.orders.recording import Recording, UnknownOrder
from bot.services.orders.timeline import Timeline
from bot.services.shop.shop_events import ShopNews
from storage.models import Chat, Order


class NobodyHears(Exception):
    """No address is set to which the shop could be told."""


class ChoiceOver(Exception):
    """The order has no such button now, or never had."""


@dataclass
class ToldBefore(Exception):
    """By this chat or by another that follows the order."""

    action: Offered


@dataclass(frozen=True)
class Choosing:
    recording: Recording
    shop: ShopNews

    def meant(self, order: Timeline, key: str) -> Offered:
        """The button that the key names. Raises `NobodyHears`, `ChoiceOver`, `ToldBefore`."""
        if not self.shop.is_heard:
            raise NobodyHears
        action = order.offers.action(key)
        if action is None:
            raise ChoiceOver
        if action.is_told:
            raise ToldBefore(action)
        return action

    async def tell(self, chat: Chat, order: Timeline, key: str) -> Offered:
        """Tells the shop, and marks that on the order: a crash in between comes to one event.

        The order is the chat's own: whoever calls has found it so. Raises as `meant` does.
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
            raise ToldBefore(action)  # by somebody who was quicker
        return action
