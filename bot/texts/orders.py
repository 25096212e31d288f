"""An order in words: its timeline, news of it, and lists of orders."""

from collections.abc import Sequence
from datetime import datetime

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.services.orders.expecting import days
from bot.services.orders.pictures import Picture
from bot.services.orders.references import button_key
from bot.services.orders.statuses import Status
from bot.services.orders.timeline import Progress, Timeline
from bot.services.orders.tracking import Page
from bot.services.orders.urgency import by_urgency
from bot.services.people.sharing import Shared
from bot.texts import (
    carriers,
    courier,
    feedback,
    general,
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
    buttons,
    few_rows,
    foreign,
    length,
    moment,
    plain,
)
from storage.models import Carrier

Row = Sequence[InlineKeyboardButton]

SHOW = "show:"
REFRESH = "refresh:"
OPTIONS = "options:"
LIST = general.ORDERS
PAGE = "orders:"

LINE = 34
"""Characters of a line on a phone, in any script."""
LABEL = 40
"""Characters of a button that a phone shows."""
NAMES_GOODS = {Status.PLACED, Status.SHIPPED}
"""States whose news says what it is about."""


# The timeline


def order_timeline(
    order: Timeline, reader: Reader, now: datetime, *, is_live: bool = False
) -> Message:
    """Where the order is, with the whole history folded; of a very long one as much as fits.

    ``is_live``: it is kept up to date, and needs no button for that.
    """
    head = "\n".join(_head(order, reader, now, is_live=is_live))
    foot = "" if parcels.are_several(order) else carriers.line(_carrier(order), reader)
    asking, ask = support.of_timeline(order, reader, now)
    room = LONGEST - length(head + foot + ask) - 6
    quote = history.folded(order, reader, room=room, marks=head.count("</"))
    told = "\n".join(filter(None, [head, quote, foot]))
    picture = pictures.of_order(order, reader, now)
    return Message(f"{told}{ask}", _keyboard(order, asking, reader, is_live=is_live), picture)


def _carrier(order: Timeline) -> Carrier | None:
    """Of what has come, nobody asks who brought it."""
    return order.carrier if order.is_open else None


def _keyboard(
    order: Timeline, asking: Sequence[Row], reader: Reader, *, is_live: bool
) -> InlineKeyboardMarkup | None:
    key = button_key(order.order_id)
    refresh = InlineKeyboardButton("🔄 " + reader.say("Refresh"), callback_data=REFRESH + key)
    options = InlineKeyboardButton("⚙️ " + reader.say("Options"), callback_data=OPTIONS + key)
    usual = carriers.copy_row(order, reader) if is_live else [refresh]
    first = live_page.row(order, reader) or usual  # the page is always new, and has the number
    return few_rows([*_urgent(order, asking, reader), photos.row(order, reader)], [*first, options])


def _urgent(order: Timeline, asking: Sequence[Row], reader: Reader) -> list[Row]:
    """What can be done with it now, the most urgent first: to pay or fetch it, to see where it is,
    to ask, to choose."""
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
    return [*_urgent(order, asking, reader), *copying, photos.row(order, reader)]


def updated(reader: Reader) -> str:
    return reader.say("This is how it stands now.")


def nothing_new(reader: Reader) -> str:
    return reader.say("Nothing new yet.")


def _head(order: Timeline, reader: Reader, now: datetime, *, is_live: bool) -> list[str]:
    """What, when, what to do; then which order it is, how far, and each of its parcels.

    A phone that is locked shows three lines. What comes by itself says in them what is new.
    """
    state = foreign(statuses.name(order.status, reader, is_pickup=order.is_pickup), 64)
    lines = [f"{statuses.emoji(order.status, reader)} <b>{state}</b>"]
    lines += when(order, reader, now)
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


def _title(order: Timeline, reader: Reader) -> str:
    """``Order #1001 · Coffee beans and 2 more``, or how many things it is."""
    head = title(order.order_number, reader)
    things = goods.recognised_by(order, reader, room=LINE - length(head) - len(" · "))
    if things:
        return reader.side_by_side(head, *things)
    if not order.items:
        return head
    return f"{head} · {reader.count('{count} item', '{count} items', order.items)}"


def title(order_number: str, reader: Reader) -> str:
    """``Order #1001``, as HTML."""
    return reader.say("Order {order}", order=foreign(called(order_number), 64))


def _way_back(order: Timeline, reader: Reader) -> list[str]:
    """What a refund follows, in the place of the progress of a delivery."""
    if order.status != Status.REFUNDED:
        return []
    if Status.RETURNED in _told(order):
        return [reader.say("Returned, then refunded")]
    if Status.CANCELLED in _told(order):
        return [reader.say("Cancelled, then refunded")]
    return []


def _told(order: Timeline) -> set[str]:
    return {step.status for step in order.steps}


def stage(order: Timeline | Shared, reader: Reader) -> list[str]:
    """Words first, for those who listen; the bar after them says nothing more. Of what is at its
    end, there is nothing to say."""
    progress = order.progress
    if progress is None or not 0 < progress.done < progress.total:
        return []
    bar = "▰" * progress.done + "▱" * (progress.total - progress.done)
    return [f"{comes_next(order, progress, reader)} {bar}"]


def comes_next(order: Timeline | Shared | Picture, progress: Progress, reader: Reader) -> str:
    """As HTML; empty at the end."""
    state = statuses.next_phase(progress, reader, is_pickup=order.is_pickup)
    return reader.say("Next: {state}", state=state) if state else ""


def what_to_do(order: Timeline, reader: Reader, now: datetime) -> str | None:
    """What the customer can do, or what comes next, as HTML; of what is late, to ask, if there is
    a way. None: nothing but to wait."""
    asks = order.is_late(now, reader.timezone) and support.is_there(reader)
    own = statuses.next_step(order.status, reader, order=number(order))
    return own or (statuses.next_step(Status.NO_NEWS, reader, order="") if asks else None)


def when(order: Timeline, reader: Reader, now: datetime) -> list[str]:
    """When it is or was expected, or when it came to its end."""
    if order.is_open:
        return expected(order, reader, now)
    return [reader.side_by_side(moment(order.steps[-1].at, reader))]


def expected(order: Timeline, reader: Reader, now: datetime) -> list[str]:
    """A line of it; none where nobody knows when, or where each parcel has its own."""
    if order.awaited is None or parcels.are_expected_apart(order):
        return []
    is_late = order.is_late(now, reader.timezone)
    return [windows.sentence(order.awaited, reader, is_past=is_late)]


# News


def order_news(order: Timeline, reader: Reader, now: datetime) -> Message:
    """A short message of the state as it is now, with the way to the whole timeline."""
    moved = order.news.expected
    if moved and not moved.is_past(now, reader.timezone):
        lines = _news_of_the_day(order, reader)
    elif order.news.step.is_answer:
        lines = _answer(order, reader)
    else:
        lines = _news_of_the_state(order, reader, now)
    asking, ask = support.of_news(order, reader)
    keyboard = few_rows(_urgent(order, asking, reader), [show_button(order, reader)])
    return feedback.asking(Message("\n".join(lines) + ask, keyboard), order, reader)


def show_button(order: Timeline, reader: Reader) -> InlineKeyboardButton:
    """From news of the order to all that is known of it."""
    key = button_key(order.order_id)
    return InlineKeyboardButton(reader.say("Show timeline"), callback_data=SHOW + key)


def _news_of_the_state(order: Timeline, reader: Reader, now: datetime) -> list[str]:
    """What, when, what to do; then what it is and what the shop said of it."""
    newest, called = order.news.step, f"<b>{number(order)}</b>"
    next_step = statuses.next_step(newest.status, reader, order=number(order))
    return [
        f"{statuses.emoji(newest.status, reader)} {_sentence(order, called, reader)}",
        *expected(order, reader, now),
        *(offers.pickup_lines(order, reader) or ([next_step] if next_step else [])),
        *_what_it_is(order, reader),
        *history.words(newest),
        *(parcels.so_far(order, reader) if order.is_open else []),
    ]


def _what_it_is(order: Timeline, reader: Reader) -> list[str]:
    """What is in the parcel or, of one that is the order, in the order."""
    newest = order.news.step
    if newest.status not in NAMES_GOODS:
        return []
    if newest.parcel and parcels.are_several(order):
        return goods.of_parcel(newest.parcel, order, reader)
    return goods.line(order.contents.all, reader)


def _sentence(order: Timeline, called: str, reader: Reader) -> str:
    newest, count = order.news.step, len(order.parcels)
    is_several = parcels.are_several(order)
    if newest.status == Status.REFUNDED and Status.CANCELLED in _told(order):
        return reader.say("Your order {order} has been cancelled and refunded.", order=called)
    is_all = order.delivered == count and not order.rest_follows
    if is_several and newest.status == Status.DELIVERED and is_all:
        return reader.count(
            "Your order {order} is all here: {count} parcel delivered. Enjoy!",
            "Your order {order} is all here: {count} parcels delivered. Enjoy!",
            count,
            order=called,
        )
    if newest.parcel and is_several:
        return statuses.parcel_news(
            newest.status,
            reader,
            parcel=parcels.name(newest.parcel, order),
            order=called,
            is_pickup=newest.is_pickup,
        )
    return statuses.news(newest.status, reader, order=called, is_pickup=newest.is_pickup)


def _news_of_the_day(order: Timeline, reader: Reader) -> list[str]:
    """Another expected delivery, and the state it does not change."""
    moved, newest = order.news.expected, order.news.step
    if moved is None:
        return []
    return [
        f"🗓️ {_what_is_new(order, reader)}",
        windows.sentence(moved, reader),
        *history.words(newest),
        *_as_it_was(order, reader),
    ]


def _as_it_was(order: Timeline, reader: Reader) -> list[str]:
    """The state that the news does not change."""
    newest = order.news.step
    return ["", f"{statuses.emoji(newest.status, reader)} {history.state(newest, order, reader)}"]


def _answer(order: Timeline, reader: Reader) -> list[str]:
    """The shop's words to what was chosen, and the state that they do not change."""
    newest = order.news.step
    about = reader.say(
        "{shop} answers about your order {order}:",
        shop=foreign(reader.shop),
        order=f"<b>{number(order)}</b>",
    )
    return [f"💬 {about}", *history.words(newest), *_as_it_was(order, reader)]


def _what_is_new(order: Timeline, reader: Reader) -> str:
    moved, parcel = order.news.expected, order.news.step.parcel
    order_called = f"<b>{number(order)}</b>"
    if parcel and parcels.are_several(order):
        return reader.say(
            "New delivery time for parcel {parcel} of your order {order}:",
            parcel=parcels.name(parcel, order),
            order=order_called,
        )
    if moved and windows.moves_day(moved, reader):
        return reader.say("New delivery day for your order {order}:", order=order_called)
    if moved and moved.before:
        return reader.say("New delivery time for your order {order}:", order=order_called)
    return reader.say("Your order {order} has a delivery time now:", order=order_called)


# Lists


def order_list(page: Page, reader: Reader, now: datetime) -> Message:
    if not page.orders and not page.number:
        return Message(nothing_yet(reader), buttons([general.help_button(reader)]))
    orders = by_urgency(page.orders, now, reader.timezone)
    titles = reader.say("Your latest orders"), reader.say("Your earlier orders")
    hints = reader.say("There are no more."), reader.say("Tap one to see where it is.")
    title, hint = titles[page.number > 0], hints[bool(page.orders)]
    keyboard = buttons(
        *([_order_button(order, reader, now)] for order in orders), _turning(page, reader)
    )
    return Message("\n".join([f"<b>{title}</b>", hint, *_recognised(orders, reader)]), keyboard)


def nothing_yet(reader: Reader) -> str:
    return reader.say(
        "No orders here yet. As soon as {shop} has one for you, you will hear of it.",
        shop=foreign(reader.shop),
    )


def _recognised(orders: Sequence[Timeline], reader: Reader) -> list[str]:
    """A line for each of which it is known what is in it."""
    rooms = ((order, LABEL - length(number(order)) - len(" · ")) for order in orders)
    both = ((number(o), goods.recognised_by(o, reader, room=room)) for o, room in rooms)
    lines = [reader.side_by_side(called, *told) for called, told in both if told]
    return ["", *lines] if lines else []


def _turning(page: Page, reader: Reader) -> list[InlineKeyboardButton]:
    newer = InlineKeyboardButton(reader.say("Newer"), callback_data=f"{PAGE}{page.number - 1}")
    older = InlineKeyboardButton(reader.say("Older"), callback_data=f"{PAGE}{page.number + 1}")
    return [newer] * (page.number > 0) + [older] * page.has_older


def several_orders(orders: Sequence[Timeline], reader: Reader) -> Message:
    return Message(
        reader.say("More than one of your orders fits. Which one is it?"),
        buttons(*order_rows(orders, reader)),
    )


def not_found(reader: Reader) -> Message:
    """The one answer for an order of somebody else and for one that does not exist."""
    said = Message(
        reader.say(
            "I can't find that one among your orders. Is the number right? It is in the shop's "
            "confirmation, like <b>#1001</b>."
        ),
        buttons([general.orders_button(reader)]),
    )
    return support.under(said, reader)


def order_rows(
    orders: Sequence[Timeline], reader: Reader, now: datetime | None = None
) -> list[list[InlineKeyboardButton]]:
    """A button an order: its state at a glance, its timeline at a tap; with ``now``, its day."""
    return [[_order_button(order, reader, now)] for order in orders]


def _order_button(order: Timeline, reader: Reader, now: datetime | None) -> InlineKeyboardButton:
    state = plain(statuses.name(order.status, reader, is_pickup=order.is_pickup), 24)
    parts, emoji = [short_number(order), state], statuses.emoji(order.status, reader)
    for when in _whens(order, reader, now) if now else ():
        if len(f"{emoji} {' · '.join([*parts, when])}") <= LABEL:
            parts.append(when)
            break
    label = f"{emoji} {reader.side_by_side(*parts)}"
    return InlineKeyboardButton(label, callback_data=SHOW + button_key(order.order_id))


def _whens(order: Timeline, reader: Reader, now: datetime) -> Sequence[str]:
    """The day on which it is or was expected; while none is known, or it has come, that of its
    latest step. The longest way to say it comes first."""
    awaited = order.awaited
    if awaited is None:
        return windows.short_days(order.steps[-1].at, reader, now)
    shown = windows.short_days(days(awaited.window, reader.timezone)[-1], reader, now)
    if order.is_late(now, reader.timezone):
        return [windows.was_due(day, reader) for day in shown]
    return [reader.say("→ {day}", day=day) for day in shown]


def number_button(order: Timeline, reader: Reader) -> InlineKeyboardButton:
    """For many in a row."""
    label = f"{statuses.emoji(order.status, reader)} {reader.apart(short_number(order))}"
    return InlineKeyboardButton(label, callback_data=SHOW + button_key(order.order_id))


def short_number(order: Timeline) -> str:
    """On a button: ``1001`` is #1001; what starts otherwise stands as the shop writes it."""
    return plain(called(order.order_number), 20)


def number(order: Timeline) -> str:
    return foreign(called(order.order_number), 64)


def called(order_number: str) -> str:
    return f"#{order_number}" if order_number[:1].isdigit() else order_number
