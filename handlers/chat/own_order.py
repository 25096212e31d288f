"""The order that a button stands for: the presser's own, whatever the button says."""

from dataclasses import dataclass

from bot.services.throttle import TooManyTries
from bot.services.timeline import Timeline
from bot.services.tracking import OrderNotFound, SeveralOrders
from bot.texts import orders, privacy
from bot.texts.message import Message
from handlers.chat.context import Caller, Services, how_to_link
from storage.models import Chat


@dataclass
class NotTheirs(Exception):
    """There is no such order of theirs. ``answer``: what to say."""

    answer: Message


async def own_order(services: Services, who: Caller, reference: str) -> tuple[Chat, Timeline]:
    """The order, and the caller's chat, which is linked. Raises `NotTheirs`."""
    if who.chat is None:
        raise NotTheirs(await how_to_link(services, who))
    try:
        order = await services.tracking.timeline(who.chat, reference)
    except OrderNotFound:
        raise NotTheirs(orders.not_found(who.reader)) from None
    except SeveralOrders as several:
        raise NotTheirs(orders.several_orders(several.orders, who.reader)) from None
    except TooManyTries as tries:
        raise NotTheirs(privacy.too_many_tries(tries.wait, who.reader)) from None
    return who.chat, order
