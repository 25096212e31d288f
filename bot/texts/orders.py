"""An order in words: its timeline, news of it, and lists of orders."""

from collections.abc import Sequence
from datetime import datetime

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.services.references import button_key
from bot.services.timeline import Progress, Step, Timeline
from bot.texts import feedback, statuses
from bot.texts.message import LONGEST, Message, Reader, buttons, foreign, length, moment, plain
from storage.models import Carrier, Window

SHOW = "show:"
REFRESH = "refresh:"
LIST = "orders"

STEPS = 12
"""How many steps of a long history are shown."""


def order_timeline(order: Timeline, reader: Reader, now: datetime) -> Message:
    """The whole timeline, newest state first; of a long one as much as a message holds."""
    for shown in range(STEPS, 0, -1):
        html = "\n".join(_timeline(order, reader, now, shown))
        if length(html) <= LONGEST:
            break
    refresh = InlineKeyboardButton(
        "🔄 " + reader.say("Refresh"), callback_data=REFRESH + button_key(order.order_id)
    )
    keyboard = buttons([refresh, _my_orders(reader)], _carrier_button(order.carrier, reader))
    return Message(html, keyboard)


def up_to_date(reader: Reader) -> str:
    return reader.say("Up to date")


def _timeline(order: Timeline, reader: Reader, now: datetime, shown: int) -> list[str]:
    newest, *older = reversed(order.steps)
    hidden = len(older) - (shown - 1)
    state = foreign(statuses.name(order.status, reader), 64)
    return [
        f"{statuses.emoji(order.status)} <b>{state}</b>",
        _title(order, reader),
        *_progress(order.progress, reader),
        *_expected(order.expected(now), reader),
        "",
        *_step(newest, order, reader, is_newest=True),
        *(line for step in older[: shown - 1] for line in _step(step, order, reader)),
        *(
            [reader.count("… and {count} earlier step", "… and {count} earlier steps", hidden)]
            if hidden > 0
            else []
        ),
        *_carrier(order.carrier, reader),
    ]


def _title(order: Timeline, reader: Reader) -> str:
    title = reader.say("Order {order}", order=_number(order))
    if not order.items:
        return title
    return f"{title} · {reader.count('{count} item', '{count} items', order.items)}"


def order_news(order: Timeline, reader: Reader, now: datetime) -> Message:
    """A short message of the state as it is now, with the way to the whole timeline."""
    newest = order.steps[-1]
    called = f"<b>{_number(order)}</b>"
    if newest.parcel and len(order.parcels) > 1:
        parcel = foreign(newest.parcel, 64)
        sentence = statuses.parcel_news(newest.status, reader, parcel=parcel, order=called)
    else:
        sentence = statuses.news(newest.status, reader, order=called)
    lines = [
        f"{statuses.emoji(newest.status)} {sentence}",
        *_words(newest),
        *_expected(order.expected(now), reader),
    ]
    show = InlineKeyboardButton(
        reader.say("Show timeline"), callback_data=SHOW + button_key(order.order_id)
    )
    news = Message("\n".join(lines), buttons([show], _carrier_button(order.carrier, reader)))
    return feedback.asking(news, order, reader)


def order_list(orders: Sequence[Timeline], reader: Reader) -> Message:
    if not orders:
        return Message(
            reader.say(
                "No orders here yet. As soon as {shop} has one for you, you will hear of it.",
                shop=foreign(reader.shop),
            )
        )
    title = f"<b>{reader.say('Your latest orders')}</b>"
    hint = reader.say("Tap one to see where it is.")
    return Message(f"{title}\n{hint}", order_buttons(orders, reader))


def several_orders(orders: Sequence[Timeline], reader: Reader) -> Message:
    return Message(
        reader.say("More than one of your orders fits. Which one is it?"),
        order_buttons(orders, reader),
    )


def not_found(reader: Reader) -> Message:
    """The one answer for an order of somebody else and for one that does not exist."""
    return Message(
        reader.say(
            "I can't find that one among your orders. Is the number right? It is in the shop's "
            "confirmation, like <b>#1001</b>."
        ),
        buttons([_my_orders(reader)]),
    )


def _my_orders(reader: Reader) -> InlineKeyboardButton:
    return InlineKeyboardButton(reader.say("My orders"), callback_data=LIST)


def order_buttons(orders: Sequence[Timeline], reader: Reader) -> InlineKeyboardMarkup:
    """A button an order: its state at a glance, its timeline at a tap."""
    return buttons(*([_order_button(order, reader)] for order in orders))


def _order_button(order: Timeline, reader: Reader) -> InlineKeyboardButton:
    called, state = plain(_called(order), 32), plain(statuses.name(order.status, reader), 24)
    label = f"{statuses.emoji(order.status)} {called} · {state}"
    return InlineKeyboardButton(label, callback_data=SHOW + button_key(order.order_id))


def _called(order: Timeline) -> str:
    """``1001`` is called #1001; a number that starts otherwise stands as the shop writes it."""
    name = order.order_number
    return f"#{name}" if name[:1].isdigit() else name


def _number(order: Timeline) -> str:
    return foreign(_called(order), 64)


def _progress(progress: Progress | None, reader: Reader) -> list[str]:
    if progress is None:
        return []
    bar = "▰" * progress.done + "▱" * (progress.total - progress.done)
    stage = reader.say("stage {done} of {total}", done=progress.done, total=progress.total)
    return [f"{bar} {stage}"]


def _expected(window: Window | None, reader: Reader) -> list[str]:
    if window is None:
        return []
    ends = [moment(end, reader) for end in (window.earliest, window.latest) if end]
    same_day = (
        window.earliest
        and window.latest
        and window.earliest.astimezone(reader.timezone).date()
        == window.latest.astimezone(reader.timezone).date()
    )
    if window.latest and same_day:
        ends[1] = moment(window.latest, reader, style="t")
    when = " – ".join(ends)
    if not window.earliest:
        return [reader.say("Expected by {when}", when=when)]
    if not window.latest:
        return [reader.say("Expected from {when}", when=when)]
    return [reader.say("Expected {when}", when=when)]


def _step(step: Step, order: Timeline, reader: Reader, *, is_newest: bool = False) -> list[str]:
    name = foreign(statuses.name(step.status, reader), 64)
    if step.parcel and len(order.parcels) > 1:
        name += f" ({reader.say('parcel {parcel}', parcel=foreign(step.parcel, 64))})"
    line = f"{'●' if is_newest else '○'} {name} · {moment(step.at, reader)}"
    return [f"<b>{line}</b>" if is_newest else line, *_words(step)]


def _words(step: Step) -> list[str]:
    """Where it is and what the shop said, if it said so."""
    words = [step.location and foreign(step.location, 100), step.note and foreign(step.note)]
    said = " · ".join(word for word in words if word)
    return [f"<i>{said}</i>"] if said else []


def _carrier(carrier: Carrier | None, reader: Reader) -> list[str]:
    if carrier is None:
        return []
    number = carrier.tracking_number
    parts = [
        carrier.name and reader.say("With {carrier}", carrier=foreign(carrier.name, 100)),
        number and f"<code>{foreign(number, 100)}</code>",
    ]
    line = " · ".join(part for part in parts if part)
    return ["", line] if line else []


def _carrier_button(carrier: Carrier | None, reader: Reader) -> list[InlineKeyboardButton]:
    if carrier is None or carrier.tracking_url is None:
        return []
    if carrier.name:
        label = reader.say("Track with {carrier}", carrier=plain(carrier.name, 40))
    else:
        label = reader.say("Track the parcel")
    return [InlineKeyboardButton(label, url=carrier.tracking_url)]
