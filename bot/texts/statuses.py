"""The names of states, and the sentences that tell of them."""

import re

from bot.services.orders.statuses import Status, place
from bot.services.orders.timeline import Progress
from bot.texts.message import N_, Reader, foreign
from bot.texts.own_states import said

NAMES = {
    Status.PAYMENT_DUE: ("💳", N_("Waiting for payment")),
    Status.PLACED: ("📝", N_("Order placed")),
    Status.CONFIRMED: ("👍", N_("Confirmed")),
    Status.PROCESSING: ("🛠️", N_("Being prepared")),
    Status.PACKED: ("📦", N_("Packed")),
    Status.SHIPPED: ("🚚", N_("Shipped")),
    Status.IN_TRANSIT: ("🚚", N_("On its way")),
    Status.OUT_FOR_DELIVERY: ("🛵", N_("Out for delivery")),
    Status.READY_FOR_PICKUP: ("🏪", N_("Ready for pick-up")),
    Status.ATTEMPT_FAILED: ("🚪", N_("Delivery missed")),
    Status.DELAYED: ("⏳", N_("Delayed")),
    Status.NO_NEWS: ("🔎", N_("No news for a long time")),
    Status.ON_HOLD: ("⏸️", N_("On hold")),
    Status.PROBLEM: ("⚠️", N_("Problem with delivery")),
    Status.DELIVERED: ("✅", N_("Delivered")),
    Status.RETURNED: ("↩️", N_("Returned")),
    Status.REFUNDED: ("💸", N_("Refunded")),
    Status.CANCELLED: ("❌", N_("Cancelled")),
}

NEWS = {
    Status.PAYMENT_DUE: N_("Your order {order} is waiting for your payment."),
    Status.PLACED: N_("Thank you for your order {order}!"),
    Status.CONFIRMED: N_("Your order {order} is confirmed."),
    Status.PROCESSING: N_("Your order {order} is being prepared."),
    Status.PACKED: N_("Your order {order} is packed and ready to go."),
    Status.SHIPPED: N_("Your order {order} has been shipped."),
    Status.IN_TRANSIT: N_("Your order {order} is on its way to you."),
    Status.OUT_FOR_DELIVERY: N_("Your order {order} is out for delivery."),
    Status.READY_FOR_PICKUP: N_("Your order {order} is ready for you to pick up."),
    Status.ATTEMPT_FAILED: N_("Your order {order} could not be delivered this time."),
    Status.DELAYED: N_("Your order {order} is delayed. Sorry for the wait."),
    Status.NO_NEWS: N_("There has been no news of your order {order} for a long time."),
    Status.ON_HOLD: N_("Your order {order} is on hold for the moment."),
    Status.PROBLEM: N_(
        "There is a problem with your order {order}, and {shop} is looking into it."
    ),
    Status.DELIVERED: N_("Your order {order} has been delivered. Enjoy!"),
    Status.RETURNED: N_("Your order {order} has come back to {shop}."),
    Status.REFUNDED: N_("Your order {order} has been refunded."),
    Status.CANCELLED: N_("Your order {order} has been cancelled."),
}

NEXT = {
    Status.PAYMENT_DUE: N_(
        "Once it is paid, {shop} gets started. Already paid? Then there is nothing more to do."
    ),
    Status.READY_FOR_PICKUP: N_("Bring your order number: {order}"),
    Status.ATTEMPT_FAILED: N_("Couriers usually try again. Need another time? Contact {shop}."),
    Status.DELAYED: N_("Nothing for you to do: it is still coming, only later."),
    Status.NO_NEWS: N_("Not there yet? Please ask {shop} where it is."),
    Status.ON_HOLD: N_("{shop} may need something from you. Please check with them."),
    Status.PROBLEM: N_("Nothing for you to do right now. Questions? Ask {shop}."),
    Status.RETURNED: N_("Ask {shop} about your refund or replacement."),
    Status.REFUNDED: N_("Your bank may need a few days to show the money."),
    Status.CANCELLED: N_("Already paid, or did not expect this? Please ask {shop}."),
}
"""What to do, or what comes next, where there is something to say. None of it is a promise of the
shop."""

FETCHED = (N_("Collected"), N_("Your order {order} has been collected. Enjoy!"))
"""The name and the sentence of *delivered*, if customers collect the order themselves."""

PHASES = (Status.PLACED, Status.PACKED, Status.SHIPPED, Status.OUT_FOR_DELIVERY, Status.DELIVERED)
FETCHED_PHASES = (Status.PLACED, Status.PACKED, Status.READY_FOR_PICKUP, Status.DELIVERED)
"""The names of the phases that lie ahead: of a delivery, and of a pick-up."""

PARCELS = {
    Status.PAYMENT_DUE: N_("waiting for payment"),
    Status.PLACED: N_("ordered"),
    Status.CONFIRMED: N_("confirmed"),
    Status.PROCESSING: N_("being prepared"),
    Status.PACKED: N_("packed"),
    Status.SHIPPED: N_("shipped"),
    Status.IN_TRANSIT: N_("on its way"),
    Status.OUT_FOR_DELIVERY: N_("out for delivery"),
    Status.READY_FOR_PICKUP: N_("ready for pick-up"),
    Status.ATTEMPT_FAILED: N_("delivery missed"),
    Status.DELAYED: N_("delayed"),
    Status.NO_NEWS: N_("no news for a long time"),
    Status.ON_HOLD: N_("on hold"),
    Status.PROBLEM: N_("problem with delivery"),
    Status.DELIVERED: N_("delivered"),
    Status.RETURNED: N_("returned"),
    Status.REFUNDED: N_("refunded"),
    Status.CANCELLED: N_("cancelled"),
}
"""The same states for a parcel: in many languages its gender or class is another than that of an
order. They begin with a capital letter, too."""
PARCEL_FETCHED = N_("collected")


def emoji(status: str, reader: Reader) -> str:
    """The shop's emoji, else ours; a state of the shop's own has that of the state it follows."""
    known = place(status)
    ours = NAMES[Status(known)][0] if known in NAMES else "📌"
    own = reader.states.emoji
    return own.get(status) or own.get(known) or ours


def name(status: str, reader: Reader, *, is_pickup: bool = False) -> str:
    """A state in plain words, not escaped. A shop's own state has the operator's translation, else
    its readable form."""
    if status == Status.DELIVERED and is_pickup:
        return reader.say(FETCHED[0])
    if status in NAMES:
        return reader.say(NAMES[Status(status)][1])
    if own := said(reader.states.names, status, reader.language):
        return own
    words = " ".join(re.split(r"[\s_-]+", status)).strip() or status
    return words[:1].upper() + words[1:]


def of_parcel(status: str, reader: Reader, *, is_pickup: bool = False) -> str:
    """`name`, for a parcel."""
    if status == Status.DELIVERED and is_pickup:
        words = reader.say(PARCEL_FETCHED)
    elif status in PARCELS:
        words = reader.say(PARCELS[Status(status)])
    else:
        return name(status, reader)
    return words[:1].upper() + words[1:]


def news(status: str, reader: Reader, *, order: str, is_pickup: bool = False) -> str:
    """A sentence about the change, as HTML. ``order``: as HTML."""
    if status == Status.DELIVERED and is_pickup:
        return reader.say(FETCHED[1], order=order)
    if own := said(reader.states.news, status, reader.language):
        return reader.say(own, order=order, shop=foreign(reader.shop))
    if status not in NEWS:
        state = foreign(name(status, reader), 64)
        return reader.say("News of your order {order}: {state}.", order=order, state=state)
    return reader.say(NEWS[Status(status)], order=order, shop=foreign(reader.shop))


def parcel_news(
    status: str, reader: Reader, *, parcel: str, order: str, is_pickup: bool = False
) -> str:
    """The same for one parcel of several. ``parcel``, ``order``: as HTML."""
    state = foreign(of_parcel(status, reader, is_pickup=is_pickup), 64)
    return reader.say(
        "Parcel {parcel} of your order {order}: {state}.", parcel=parcel, order=order, state=state
    )


def next_step(status: str, reader: Reader, *, order: str) -> str | None:
    """What the customer can do, or what comes next, as HTML. None: they can only wait."""
    if status not in NEXT:
        return None
    return reader.say(NEXT[Status(status)], order=order, shop=foreign(reader.shop))


def next_phase(progress: Progress, reader: Reader, *, is_pickup: bool) -> str | None:
    """What comes next, as HTML. None: nothing, as it is at its end."""
    phases = FETCHED_PHASES if is_pickup else PHASES
    if progress.done >= len(phases):
        return None
    return foreign(name(phases[progress.done], reader, is_pickup=is_pickup), 64)
