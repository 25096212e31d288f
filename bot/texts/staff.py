"""What the shop's staff reads in their group: in English, whatever their customers speak.

Order numbers, states, and the shop's own words; nothing that a customer wrote.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from html import escape

from telegram import InlineKeyboardButton

from bot.services.orders.noticed import Unread
from bot.services.orders.references import button_key
from bot.services.orders.steps import Step
from bot.services.orders.timeline import timeline
from bot.services.shop.staff import Found
from bot.texts import statuses
from bot.texts.message import Message, Reader, buttons, foreign, moment
from bot.texts.numbers import number
from storage.models import DeadLetter, Order, PrivacyRequest

AGAIN = "staff:again:"
STEPS = 15
LISTED = 15

_HELP = """\
<b>What you can do here</b>
<code>/order 1001</code>, with a number or an id, shows an order's steps and how many chats are \
connected to it.
<code>/resend 1001</code> tells those chats its state again.
/console, in our own chat, opens the console."""
_HELP_IN_TOPICS = """\
In the topic of a conversation, what you write goes to the customer, except what begins with //. \
/order and /resend need no number there, and /close ends the conversation."""

USAGE = Message("Which order? Write <code>/order 1001</code>: its number or its id.")
NO_SUCH = Message("No order goes by that.")
SENT = "It is on its way again."
NOT_AS_IT_WAS = "There was other news since. Ask with /order again."
NOTHING_TO_TELL = "Nobody has told a state of it yet."


def in_english(reader: Reader) -> Reader:
    """The same shop and time zone, in English."""
    return replace(reader, language="en")


def help_text(*, has_topics: bool) -> Message:
    """``has_topics``: customers can write to the staff, about each order in its own topic."""
    return Message("\n\n".join([_HELP, _HELP_IN_TOPICS] if has_topics else [_HELP]))


# The console


def console_link(url: str) -> Message:
    """A button, if the address begins with https, as Telegram demands; else the address."""
    words = "It opens the console once, within five minutes. Keep it to yourself."
    if url.startswith("https://"):
        return Message(words, buttons([InlineKeyboardButton("Open the console", url=url)]))
    return Message(f"{escape(url)}\n\n{words}")


def console_in_private(username: str) -> Message:
    """The link signs in whoever opens it, and a group can read it."""
    button = InlineKeyboardButton("Write to me", url=f"https://t.me/{username}")
    return Message("Send me /console in our own chat.", buttons([button]))


# An order


def order_sheet(found: Found, reader: Reader) -> Message:
    """The order's state and steps, the newest first."""
    order = timeline(found.order)
    steps = list(reversed(order.steps))
    lines = [
        f"<b>{number(order)}</b> · {_state(order.status, reader)}",
        f"<code>{foreign(order.order_id, 128)}</code>",
        _hearing(found),
        "",
        *(_step(step, reader) for step in steps[:STEPS]),
    ]
    if len(steps) > STEPS:
        lines.append(f"… and {len(steps) - STEPS} before")
    return Message("\n".join(lines), buttons(_again(found)))


def several_orders(found: Sequence[Found], reader: Reader) -> Message:
    lines = [
        f"• <code>/order {foreign(each.order.id, 128)}</code> · "
        f"{_state(timeline(each.order).status, reader)}"
        for each in found
    ]
    return Message("\n".join(["Several orders go by that:", *lines]))


def _hearing(found: Found) -> str:
    if not found.linked:
        return "Nobody is connected to it."
    return f"{_counted(found.linked, 'chat')} connected, {found.hearing} of them hearing of it"


def _again(found: Found) -> list[InlineKeyboardButton]:
    if not found.linked:
        return []
    data = f"{AGAIN}{button_key(found.order.id)}:{found.order.news}"
    return [InlineKeyboardButton("Send the update again", callback_data=data)]


def _step(step: Step, reader: Reader) -> str:
    parts = [_state(step.status, reader), step.parcel, step.location, step.note]
    words = " · ".join(foreign(part, 100) for part in parts if part)
    return f"{moment(step.at, reader, zone=False)} {words}"


# What they are told


def unknown_states(words: Mapping[str, int]) -> Message:
    """``words``: how often each came."""
    listed = "\n".join(f"• {foreign(word, 64)} ({count:,})" for word, count in words.items())
    return Message(
        f"States that I do not know, and show as they are:\n{listed}\n"
        "Map in the console says what they mean, and so does STATUS_WORDS; STATUS_NAMES translates "
        "them."
    )


UNREAD = {
    Unread.UNREADABLE: "They do not have the form of an order. The log names the fields.",
    Unread.OLD_FORM: "They have the form of an older API: choose the newest as the webhook's "
    "API version, WP REST API Integration v3 in WooCommerce.",
    Unread.ANOTHER_CUSTOMERS: "The order is known as another customer's. Do two systems call their "
    "customers or orders differently?",
    Unread.FULL: "The order has as many events as it can hold.",
}


def unread_posts(counts: Mapping[tuple[str, Unread], int]) -> Message:
    """``counts``: by system and reason."""
    lines = [
        f"• <b>{foreign(system, 40)}</b>, {_counted(count, 'post')}: {UNREAD[why]}"
        for (system, why), count in counts.items()
    ]
    listed = "\n".join(lines)
    return Message(f"I cannot read what comes by webhook, and nobody is told of it:\n{listed}")


def dead_letters(letters: Sequence[DeadLetter], *, are_all: bool) -> Message:
    count = _counted(len(letters), "message") if are_all else f"At least {len(letters)} messages"
    lines = [f"• {foreign(each.order_id, 128)}: {foreign(each.reason, 80)}" for each in letters]
    listed = _cut(list(dict.fromkeys(lines)))
    return Message(
        f"{count} could not be sent:\n{listed}\n<code>python -m bot dead-letters</code> has all."
    )


def privacy_request(request: PrivacyRequest, reader: Reader) -> Message:
    """A request for a copy, or to erase everything that came from a system."""
    system = f"<b>{foreign(request.source, 40)}</b>"
    if request.kind == "copy":
        until = moment(request.until or request.at, reader, style="d")
        return Message(
            f"A customer has asked {system} for a copy of what is held of them, to be handed over "
            f"by {until}. <code>GET /api/v1/privacy-requests</code> says whose."
        )
    at = moment(request.due_at or request.at, reader, style="d")
    return Message(
        f"{system} says that the shop has left it. All orders that came from there, and what is "
        f"held of their customers, will be erased on {at}, unless more orders come from there. "
        "Is it not so? <code>GET /api/v1/privacy-requests</code> lists it, and there you can end "
        "it."
    )


def standing(orders: Sequence[Order], days: int, reader: Reader) -> Message:
    listed = _cut([_standing(order, reader) for order in orders])
    return Message(f"Open, and no news for {_counted(days, 'day')}:\n{listed}")


def _standing(order: Order, reader: Reader) -> str:
    seen = timeline(order)
    state = _state(seen.status, reader)
    return f"• {number(seen)} · {state} since {moment(order.latest_at, reader, style='d')}"


def figures(
    day: date, counts: Mapping[str, int], now: Mapping[str, int], reader: Reader
) -> Message:
    """``counts``: of that day: ``sent``, ``dead``, ``state_…``. ``now``: ``chats``, ``letters``."""
    changes = {
        name.removeprefix("state_"): count
        for name, count in counts.items()
        if name.startswith("state_")
    }
    by_count = sorted(changes.items(), key=lambda change: (-change[1], change[0]))
    lines = [
        f"<b>{day:%A, %-d %B}</b>",
        f"{_counted(counts.get('sent', 0), 'message')} sent, {counts.get('dead', 0)} given up",
        *(f"• {_state(state, reader)}: {count}" for state, count in by_count),
        f"Now: {_counted(now['chats'], 'chat')} connected, "
        f"{_counted(now['letters'], 'dead letter')} kept",
    ]
    return Message("\n".join(lines))


def _state(status: str, reader: Reader) -> str:
    return foreign(statuses.name(status, reader), 64)


def _cut(lines: Sequence[str]) -> str:
    more = [f"… and {len(lines) - LISTED} more"] if len(lines) > LISTED else []
    return "\n".join([*lines[:LISTED], *more])


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
