"""Finds the order that a button or a person means, among their own orders only."""

from dataclasses import dataclass

from bot.services.orders.timeline import Timeline
from bot.services.orders.tracking import OrderNotFound, SeveralOrders
from bot.services.people.throttle import TooManyTries
from bot.texts import privacy
from bot.texts.lists import not_found, several_orders
from bot.texts.message import Message
from handlers.chat.context import Caller, Services, how_to_link
from storage.models import Chat


@dataclass
class NotTheirs(Exception):
    """The reference does not lead to exactly one order of theirs. ``answer``: what to say."""

    answer: Message


class NoSuchOrder(NotTheirs):
    """None of their orders has this name. It may be somebody else's, or nobody's."""


async def own_order(services: Services, who: Caller, reference: str) -> tuple[Chat, Timeline]:
    """The order, and the caller's chat, which is linked. Raises `NotTheirs`."""
    if who.chat is None:
        raise NotTheirs(await how_to_link(services, who, reference))
    try:
        order = await services.tracking.timeline(who.chat, reference)
    except OrderNotFound:
        raise NoSuchOrder(not_found(who.reader)) from None
    except SeveralOrders as several:
        raise NotTheirs(several_orders(several.orders, who.reader)) from None
    except TooManyTries as tries:
        raise NotTheirs(privacy.too_many_tries(tries.wait, who.reader)) from None
    return who.chat, order
