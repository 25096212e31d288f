"""News of an order: a short message of what has changed, with the way to its whole timeline."""

from datetime import datetime

from bot.services.orders.statuses import Status
from bot.services.orders.timeline import Timeline
from bot.texts import feedback, goods, history, offers, parcels, statuses, support, windows
from bot.texts.message import Message, Reader, few_rows, foreign
from bot.texts.numbers import number, title
from bot.texts.orders import expected, headline, show_button, states_of, urgent_rows, when

NAMES_GOODS = {Status.PLACED, Status.SHIPPED}
"""States whose news says what the order is about."""


def order_news(order: Timeline, reader: Reader, now: datetime) -> Message:
    """The order's present state in a few lines, with a button for its timeline."""
    moved = order.news.expected
    if moved and not moved.is_past(now, reader.timezone):
        lines = _news_of_the_day(order, reader)
    elif order.news.step.is_answer:
        lines = _answer(order, reader)
    else:
        lines = _news_of_the_state(order, reader, now)
    asking, ask = support.of_news(order, reader)
    keyboard = few_rows(urgent_rows(order, asking, reader), [show_button(order, reader)])
    return feedback.asking(Message("\n".join(lines) + ask, keyboard), order, reader)


def caption(order: Timeline, reader: Reader, now: datetime) -> Message:
    """The caption of a photo that is sent without the news. Its notification shows state and time
    first."""
    lines = [headline(order, reader, *when(order, reader, now)), title(order.order_number, reader)]
    return Message("\n".join(lines))


def _news_of_the_state(order: Timeline, reader: Reader, now: datetime) -> list[str]:
    """What, when, what to do; then what is in it and the shop's note."""
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
    """The contents of the parcel, or of the order if that is a single parcel."""
    newest = order.news.step
    if newest.status not in NAMES_GOODS:
        return []
    if newest.parcel and parcels.are_several(order):
        return goods.of_parcel(newest.parcel, order, reader)
    return goods.line(order.contents.all, reader)


def _sentence(order: Timeline, called: str, reader: Reader) -> str:
    newest, count = order.news.step, len(order.parcels)
    is_several = parcels.are_several(order)
    if newest.status == Status.REFUNDED and Status.CANCELLED in states_of(order):
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
    """A new expected delivery; the state has not changed."""
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
    """The state, which has not changed."""
    newest = order.news.step
    return ["", f"{statuses.emoji(newest.status, reader)} {history.state(newest, order, reader)}"]


def _answer(order: Timeline, reader: Reader) -> list[str]:
    """The shop's answer to a choice; the state has not changed."""
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
