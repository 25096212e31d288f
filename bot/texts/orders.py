"""An order in words: its timeline, news of it, and lists of orders."""

from collections.abc import Sequence
from datetime import datetime

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.services.references import button_key
from bot.services.timeline import Progress, Step, Timeline
from bot.texts import statuses
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
    refresh = InlineKeyboardButton("🔄 Refresh", callback_data=REFRESH + button_key(order.order_id))
    others = InlineKeyboardButton("My orders", callback_data=LIST)
    return Message(html, buttons([refresh, others], _carrier_button(order.carrier)))


def _timeline(order: Timeline, reader: Reader, now: datetime, shown: int) -> list[str]:
    newest, *older = reversed(order.steps)
    hidden = len(older) - (shown - 1)
    items = f" · {_count(order.items, 'item')}" if order.items else ""
    return [
        f"{statuses.emoji(order.status)} <b>{foreign(statuses.name(order.status), 64)}</b>",
        f"Order {_number(order)}{items}",
        *_progress(order.progress),
        *_expected(order.expected(now), reader),
        "",
        *_step(newest, order, reader, is_newest=True),
        *(line for step in older[: shown - 1] for line in _step(step, order, reader)),
        *([f"… and {_count(hidden, 'earlier step')}"] if hidden > 0 else []),
        *_carrier(order.carrier),
    ]


def order_news(order: Timeline, reader: Reader, now: datetime) -> Message:
    """A short message of the state as it is now, with the way to the whole timeline."""
    newest = order.steps[-1]
    called = f"your order <b>{_number(order)}</b>"
    if newest.parcel and len(order.parcels) > 1:
        called = f"parcel {foreign(newest.parcel, 64)} of {called}"
    sentence = statuses.news(newest.status, order=called, shop=foreign(reader.shop))
    lines = [
        f"{statuses.emoji(newest.status)} {sentence}",
        *_words(newest),
        *_expected(order.expected(now), reader),
    ]
    show = InlineKeyboardButton("Show timeline", callback_data=SHOW + button_key(order.order_id))
    return Message("\n".join(lines), buttons([show], _carrier_button(order.carrier)))


def order_list(orders: Sequence[Timeline], reader: Reader) -> Message:
    if not orders:
        return Message(
            f"No orders here yet. As soon as {foreign(reader.shop)} has one for you, "
            "you will hear of it."
        )
    return Message("<b>Your latest orders</b>\nTap one to see where it is.", order_buttons(orders))


def several_orders(orders: Sequence[Timeline]) -> Message:
    return Message("More than one of your orders fits. Which one is it?", order_buttons(orders))


def not_found() -> Message:
    """The one answer for an order of somebody else and for one that does not exist."""
    mine = InlineKeyboardButton("My orders", callback_data=LIST)
    return Message(
        "I can't find that one among your orders. Is the number right? "
        "It is in the shop's confirmation, like <b>#1001</b>.",
        buttons([mine]),
    )


def order_buttons(orders: Sequence[Timeline]) -> InlineKeyboardMarkup:
    """A button an order: its state at a glance, its timeline at a tap."""
    return buttons(*([_order_button(order)] for order in orders))


def _order_button(order: Timeline) -> InlineKeyboardButton:
    called, state = plain(_called(order), 32), plain(statuses.name(order.status), 24)
    label = f"{statuses.emoji(order.status)} {called} · {state}"
    return InlineKeyboardButton(label, callback_data=SHOW + button_key(order.order_id))


def _called(order: Timeline) -> str:
    """``1001`` is called #1001; a number that starts otherwise stands as the shop writes it."""
    name = order.order_number
    return f"#{name}" if name[:1].isdigit() else name


def _number(order: Timeline) -> str:
    return foreign(_called(order), 64)


def _count(how_many: int | None, what: str) -> str:
    return f"{how_many} {what}{'' if how_many == 1 else 's'}"


def _progress(progress: Progress | None) -> list[str]:
    if progress is None:
        return []
    bar = "▰" * progress.done + "▱" * (progress.total - progress.done)
    return [f"{bar} stage {progress.done} of {progress.total}"]


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
    by = "by " if window.latest and not window.earliest else ""
    after = "from " if window.earliest and not window.latest else ""
    return [f"Expected {by}{after}{' – '.join(ends)}"]


def _step(step: Step, order: Timeline, reader: Reader, *, is_newest: bool = False) -> list[str]:
    name = foreign(statuses.name(step.status), 64)
    if step.parcel and len(order.parcels) > 1:
        name += f" (parcel {foreign(step.parcel, 64)})"
    line = f"{'●' if is_newest else '○'} {name} · {moment(step.at, reader)}"
    return [f"<b>{line}</b>" if is_newest else line, *_words(step)]


def _words(step: Step) -> list[str]:
    """Where it is and what the shop said, if it said so."""
    words = [step.location and foreign(step.location, 100), step.note and foreign(step.note)]
    said = " · ".join(word for word in words if word)
    return [f"<i>{said}</i>"] if said else []


def _carrier(carrier: Carrier | None) -> list[str]:
    if carrier is None:
        return []
    number = carrier.tracking_number
    parts = [
        carrier.name and foreign(carrier.name, 100),
        number and f"<code>{foreign(number, 100)}</code>",
    ]
    line = " · ".join(part for part in parts if part)
    return ["", f"With {line}" if carrier.name else line] if line else []


def _carrier_button(carrier: Carrier | None) -> list[InlineKeyboardButton]:
    if carrier is None or carrier.tracking_url is None:
        return []
    label = f"Track with {plain(carrier.name, 40)}" if carrier.name else "Track the parcel"
    return [InlineKeyboardButton(label, url=carrier.tracking_url)]
