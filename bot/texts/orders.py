"""An order's timeline: its state, what to do, and all its steps."""

from collections.abc import Sequence
from datetime import datetime

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.services.orders.pictures import Picture
from bot.services.orders.references import button_key
from bot.services.orders.statuses import Status
from bot.services.orders.timeline import Progress, Timeline
from bot.services.people.sharing import SharedView
from bot.texts import (
    carriers,
    courier,
    goods,
    history,
    live_page,
    offers,
    parcels,
    photos,
    pictures,
    statuses,
    support,
    windows,
)
from bot.texts.message import (
    LONGEST,
    Message,
    Reader,
    few_rows,
    foreign,
    length,
    moment,
)
from bot.texts.numbers import number, title
from storage.models import Carrier

Row = Sequence[InlineKeyboardButton]

SHOW = "show:"
REFRESH = "refresh:"
OPTIONS = "options:"

LINE = 34
"""Characters of a line on a phone."""


def order_timeline(
    order: Timeline, reader: Reader, now: datetime, *, is_live: bool = False
) -> Message:
    """The state, and below it all steps, folded. Of a very long history, as much as fits.

    ``is_live``: the message is kept up to date, and needs no button for that.
    """
    head = "\n".join(_head(order, reader, now, is_live=is_live))
    foot = "" if parcels.are_several(order) else carriers.line(_carrier(order), reader)
    asking, ask = support.of_timeline(order, reader, now)
    room = LONGEST - length(head + foot + ask) - 6
    quote = history.folded(order, reader, room=room, marks=head.count("</"))
    text = "\n".join(filter(None, [head, quote, foot]))
    picture = pictures.of_order(order, reader, now)
    return Message(f"{text}{ask}", _keyboard(order, asking, reader, is_live=is_live), picture)


def _carrier(order: Timeline) -> Carrier | None:
    """None once the order has arrived: the carrier no longer matters."""
    return order.carrier if order.is_open else None


def _keyboard(
    order: Timeline, asking: Sequence[Row], reader: Reader, *, is_live: bool
) -> InlineKeyboardMarkup | None:
    key = button_key(order.order_id)
    refresh = InlineKeyboardButton("🔄 " + reader.say("Refresh"), callback_data=REFRESH + key)
    options = InlineKeyboardButton("⚙️ " + reader.say("Options"), callback_data=OPTIONS + key)
    usual = carriers.copy_row(order, reader) if is_live else [refresh]
    first = (
        live_page.row(order, reader) or usual
    )  # the page keeps itself up to date, and shows the number
    return few_rows(
        [*urgent_rows(order, asking, reader), photos.row(order, reader)], [*first, options]
    )


def urgent_rows(order: Timeline, asking: Sequence[Row], reader: Reader) -> list[Row]:
    """What can be done now, the most urgent first: pay or fetch it, see the courier, ask the shop,
    choose, follow the carrier."""
    return [
        *offers.pressing_rows(order, reader),
        courier.row(order, reader),
        *asking,
        *offers.own_rows(order, reader),
        *carriers.link_rows(order, reader),
    ]


def all_rows(order: Timeline, reader: Reader) -> list[Row]:
    """Everything that can be done with the order, for its options."""
    asking = support.rows(reader, order.order_id) if reader.door.is_open else []
    copying = carriers.copy_rows(order, reader)
    return [*urgent_rows(order, asking, reader), *copying, photos.row(order, reader)]


def show_button(order: Timeline, reader: Reader) -> InlineKeyboardButton:
    """From the news of an order to its timeline."""
    key = button_key(order.order_id)
    return InlineKeyboardButton(reader.say("Show timeline"), callback_data=SHOW + key)


def updated(reader: Reader) -> str:
    return reader.say("This is how it stands now.")


def nothing_new(reader: Reader) -> str:
    return reader.say("Nothing new yet.")


def _head(order: Timeline, reader: Reader, now: datetime, *, is_live: bool) -> list[str]:
    """What, when, what to do; then which order it is, its progress, and its parcels.

    A locked phone shows three lines. In a message that comes by itself, they say what is new.
    """
    lines = [headline(order, reader), *when(order, reader, now)]
    if is_live and order.news.step.is_answer:
        lines += history.answer(order.news.step)
    fetching = offers.pickup_lines(order, reader)
    next_step = what_to_do(order, reader, now)
    lines += fetching or ([next_step] if next_step else [])
    which = [_title(order, reader), *_way_back(order, reader), *stage(order, reader)]
    if not parcels.are_several(order):
        return [*lines, *which]
    each = parcels.lines(order, number(order), reader, now, news_first=is_live)
    is_first = is_live or parcels.are_expected_apart(order)
    return [*lines, *each, *which] if is_first else [*lines, *which, *each]


def headline(order: Timeline, reader: Reader, *more: str) -> str:
    """``🚚 On its way``, followed by ``more`` on the same line; as HTML."""
    state = foreign(statuses.name(order.status, reader, is_pickup=order.is_pickup), 64)
    told = f"<b>{state}</b>"
    line = reader.side_by_side(told, *more) if more else told
    return f"{statuses.emoji(order.status, reader)} {line}"


def _title(order: Timeline, reader: Reader) -> str:
    """``Order #1001 · Coffee beans and 2 more``, or the number of things."""
    head = title(order.order_number, reader)
    things = goods.recognised_by(order, reader, room=LINE - length(head) - len(" · "))
    if things:
        return reader.side_by_side(head, *things)
    if not order.items:
        return head
    return f"{head} · {reader.count('{count} item', '{count} items', order.items)}"


def _way_back(order: Timeline, reader: Reader) -> list[str]:
    """Why it was refunded, which takes the place of the progress."""
    if order.status != Status.REFUNDED:
        return []
    if Status.RETURNED in states_of(order):
        return [reader.say("Returned, then refunded")]
    if Status.CANCELLED in states_of(order):
        return [reader.say("Cancelled, then refunded")]
    return []


def states_of(order: Timeline) -> set[str]:
    """All states that the order has had."""
    return {step.status for step in order.steps}


def stage(order: Timeline | SharedView, reader: Reader) -> list[str]:
    """The next step in words, for screen readers, and the progress as a bar; empty at the end."""
    progress = order.progress
    if progress is None or not 0 < progress.done < progress.total:
        return []
    bar = "▰" * progress.done + "▱" * (progress.total - progress.done)
    return [f"{comes_next(order, progress, reader)} {bar}"]


def comes_next(order: Timeline | SharedView | Picture, progress: Progress, reader: Reader) -> str:
    """As HTML; empty at the end."""
    state = statuses.next_phase(progress, reader, is_pickup=order.is_pickup)
    return reader.say("Next: {state}", state=state) if state else ""


def what_to_do(order: Timeline, reader: Reader, now: datetime) -> str | None:
    """What the customer can do, or what comes next, as HTML. None: they can only wait.

    If the order is late, and there is a way to the shop, it is to ask there.
    """
    asks = order.is_late(now, reader.timezone) and support.is_there(reader)
    own = statuses.next_step(order.status, reader, order=number(order))
    return own or (statuses.next_step(Status.NO_NEWS, reader, order="") if asks else None)


def when(order: Timeline, reader: Reader, now: datetime) -> list[str]:
    """When it is or was expected; for a closed order, when it ended."""
    if order.is_open:
        return expected(order, reader, now)
    return [reader.side_by_side(moment(order.steps[-1].at, reader))]


def expected(order: Timeline, reader: Reader, now: datetime) -> list[str]:
    """The expected delivery. Empty if nobody knows it, or if each parcel has its own."""
    if order.awaited is None or parcels.are_expected_apart(order):
        return []
    is_late = order.is_late(now, reader.timezone)
    return [windows.sentence(order.awaited, reader, is_past=is_late)]
