"""How a state is called, and how news of it is told."""

import re

from bot.services.statuses import Status
from bot.texts.message import foreign

NAMES = {
    Status.PAYMENT_DUE: ("💳", "Waiting for payment"),
    Status.PLACED: ("📝", "Order placed"),
    Status.CONFIRMED: ("👍", "Confirmed"),
    Status.PROCESSING: ("🛠️", "Being prepared"),
    Status.PACKED: ("📦", "Packed"),
    Status.SHIPPED: ("🚚", "Shipped"),
    Status.IN_TRANSIT: ("🚚", "On its way"),
    Status.OUT_FOR_DELIVERY: ("🛵", "Out for delivery"),
    Status.READY_FOR_PICKUP: ("🏪", "Ready for pick-up"),
    Status.ATTEMPT_FAILED: ("🚪", "Delivery attempted"),
    Status.DELAYED: ("⏳", "Delayed"),
    Status.ON_HOLD: ("⏸️", "On hold"),
    Status.PROBLEM: ("⚠️", "There is a problem"),
    Status.DELIVERED: ("✅", "Delivered"),
    Status.RETURNED: ("↩️", "Returned"),
    Status.REFUNDED: ("💸", "Refunded"),
    Status.CANCELLED: ("❌", "Cancelled"),
}

NEWS = {
    Status.PAYMENT_DUE: "{order} is waiting for your payment.",
    Status.PLACED: "Thank you! We have {order}.",
    Status.CONFIRMED: "{order} is confirmed.",
    Status.PROCESSING: "{order} is being prepared.",
    Status.PACKED: "{order} is packed and ready to go.",
    Status.SHIPPED: "{order} has been shipped.",
    Status.IN_TRANSIT: "{order} is on its way to you.",
    Status.OUT_FOR_DELIVERY: "{order} is out for delivery.",
    Status.READY_FOR_PICKUP: "{order} is ready for you to pick up.",
    Status.ATTEMPT_FAILED: "{order} could not be handed over this time.",
    Status.DELAYED: "{order} is delayed. Sorry for the wait.",
    Status.ON_HOLD: "{order} is on hold for the moment.",
    Status.PROBLEM: "There is a problem with {order}, and {shop} is looking into it.",
    Status.DELIVERED: "{order} has been delivered. Enjoy!",
    Status.RETURNED: "{order} has come back to {shop}.",
    Status.REFUNDED: "{order} has been refunded.",
    Status.CANCELLED: "{order} has been cancelled.",
}


def emoji(status: str) -> str:
    return NAMES[Status(status)][0] if status in NAMES else "📌"


def name(status: str) -> str:
    """A state in plain words. A shop's own words are made readable; escape them before HTML."""
    if status in NAMES:
        return NAMES[Status(status)][1]
    words = " ".join(re.split(r"[\s_-]+", status)).strip() or status
    return words[:1].upper() + words[1:]


def news(status: str, *, order: str, shop: str) -> str:
    """A sentence that tells of the change, as HTML. ``order``, ``shop``: safe in HTML."""
    if status not in NEWS:
        return f"News of {order}: {foreign(name(status), 64)}."
    sentence = NEWS[Status(status)].format(order=order, shop=shop)
    return sentence[0].upper() + sentence[1:]
