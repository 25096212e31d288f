"""How it went: the question below the news of a delivery, and what is said to the answers."""

from dataclasses import replace
from itertools import dropwhile

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.services.orders.references import button_key
from bot.services.orders.statuses import Status, place
from bot.services.orders.timeline import Timeline
from bot.services.people.feedback import LONGEST
from bot.texts import general, support
from bot.texts.message import MOST_ROWS, N_, Message, Reader, buttons, foreign, plain
from storage.models import Rating

RATE = "rate:"
"""Followed by a rating, a colon and the order's key."""
CHANGE = "rerate:"
"""Has the answers shown again."""
HOW = "how:"
COMMENT = "comment:"

RATINGS: dict[Rating, tuple[str, str]] = {
    "good": ("😀", N_("Great")),
    "fair": ("😐", N_("OK")),
    "bad": ("🙁", N_("Not great")),
}


def asking(news: Message, order: Timeline, reader: Reader, given: Rating | None = None) -> Message:
    """The news with the question below it, if all of the order has arrived."""
    if not (row := feedback_row(order, reader, given)):
        return news
    rows = news.buttons.inline_keyboard if news.buttons else ()
    few = rows[:-1][: MOST_ROWS - 2]
    asked = reader.say("How was your delivery?")
    html = f"{news.html}\n\n{asked}{_number(reader, given)}"
    return replace(
        news, html=html, keyboard=buttons(*few, *rows[-1:], row, *_more(order, reader, given))
    )


def feedback_row(
    order: Timeline, reader: Reader, given: Rating | None = None
) -> list[InlineKeyboardButton]:
    """The possible answers; none while there is nothing to ask. ``given``: what was said."""
    return _row(order, reader, given) if place(order.status) == Status.DELIVERED else []


def _row(order: Timeline, reader: Reader, given: Rating | None) -> list[InlineKeyboardButton]:
    """The possible answers or, once one is given, that and the way to another."""
    key = button_key(order.order_id)
    answers = [
        InlineKeyboardButton(
            f"{emoji} {reader.say(words)}{' ✓' * (rating == given)}",
            callback_data=f"{RATE}{rating}:{key}",
        )
        for rating, (emoji, words) in RATINGS.items()
        if given in {rating, None}
    ]
    change = InlineKeyboardButton(reader.say("Change"), callback_data=CHANGE + key)
    return [*answers, change] if given else answers


def _more(order: Timeline, reader: Reader, given: Rating | None) -> list[support.Row]:
    """What there is to do for who has answered; who was not content may want an answer."""
    if given is None:
        return []
    data = COMMENT + button_key(order.order_id)
    comment = InlineKeyboardButton("✍️ " + reader.say("Add a comment"), callback_data=data)
    return [[comment], *(support.rows(reader, order.order_id) if given == "bad" else [])]


def _number(reader: Reader, given: Rating | None) -> str:
    """The shop's, for who was not content and where no button leads there; else empty."""
    number = support.line(reader) if given == "bad" else ""
    return f"\n\n{number}" if number else ""


def answered(
    keyboard: InlineKeyboardMarkup, order: Timeline, reader: Reader, given: Rating | None
) -> InlineKeyboardMarkup:
    """The buttons of the message that asked, which now show what was said. None: they ask anew."""
    key, rows = button_key(order.order_id), list(keyboard.inline_keyboard)
    at = next((n for n, row in enumerate(rows) if any(_asks(each, key) for each in row)), None)
    if at is None:
        return keyboard
    said_before = [tuple(row) for row in _more(order, reader, "bad")]
    rest = dropwhile(lambda row: tuple(row) in said_before, rows[at + 1 :])
    now = [_row(order, reader, given), *_more(order, reader, given)]
    return InlineKeyboardMarkup([*rows[:at], *now, *rest])


def _asks(button: InlineKeyboardButton, key: str) -> bool:
    data = str(button.callback_data or "")
    return data.startswith(RATE) and data.endswith(key)


def thanks(rating: Rating, reader: Reader) -> str:
    """What flashes up over the chat."""
    return {
        "good": reader.say("Lovely, thank you! {shop} will be glad to read it.", shop=reader.shop),
        "fair": reader.say("Thank you for saying so. {shop} will see it.", shop=reader.shop),
        "bad": reader.say(
            "I'm sorry that it went badly. {shop} will see what you said.", shop=reader.shop
        ),
    }[rating]


def by_phone(reader: Reader) -> Message | None:
    """For who was not content, where no button can lead to the shop: its number."""
    called = support.line(reader)
    if not called:
        return None
    sorry = reader.say("Would you like to talk to {shop}?", shop=foreign(reader.shop))
    return Message(f"{sorry}\n\n{called}")


def said_before(reader: Reader) -> str:
    return reader.say("You have said so already, thank you.")


def prompt(reader: Reader) -> Message:
    """The message whose reply is the comment."""
    return Message(
        reader.count(
            "What would you like to tell {shop}? Write it as a reply to this message, in at most "
            "{count} character. If you would rather not, just ignore this message.",
            "What would you like to tell {shop}? Write it as a reply to this message, in at most "
            "{count} characters. If you would rather not, just ignore this message.",
            LONGEST,
            shop=foreign(reader.shop),
        )
    )


def prompt_again(reader: Reader) -> Message:
    """The same, for a comment that was too long."""
    return Message(
        reader.count(
            "That is more than {shop} can take at once. Could you say it in at most {count} "
            "character, as a reply to this message?",
            "That is more than {shop} can take at once. Could you say it in at most {count} "
            "characters, as a reply to this message?",
            LONGEST,
            shop=foreign(reader.shop),
        )
    )


def placeholder(reader: Reader) -> str:
    """What stands in the empty field (Bot API: 1 to 64 characters)."""
    return plain(reader.say("Your comment"), 64)


# The prompt has taken the place of the keyboard at hand, which comes back with what ends it.


def commented(reader: Reader) -> Message:
    return Message(
        reader.say("Thank you, {shop} will read it.", shop=foreign(reader.shop)),
        general.keyboard(reader),
    )


def not_yet(reader: Reader) -> Message:
    return Message(
        reader.say("This order is not there yet. Once it is, I will ask you how it went."),
        buttons([general.orders_button(reader)]),
    )


def too_late(reader: Reader) -> Message:
    words = reader.say(
        "You told me more than a week ago, so it stays as it is. If something is still wrong, "
        "please write to {shop} directly.",
        shop=foreign(reader.shop),
    )
    return support.under(Message(words, buttons([general.orders_button(reader)])), reader)


def question(order: Timeline, called: str, reader: Reader, given: Rating | None = None) -> Message:
    """The question alone. ``called``: the order, as HTML."""
    return Message(
        reader.say("How was the delivery of order {order}?", order=called) + _number(reader, given),
        buttons(_row(order, reader, given), *_more(order, reader, given)),
    )


def ask_button(order: Timeline, called: str, reader: Reader) -> InlineKeyboardButton:
    """Leads to the question, from where there are several orders."""
    label = reader.say("How was {order}?", order=called)
    return InlineKeyboardButton(f"💬 {label}", callback_data=HOW + button_key(order.order_id))
