"""Feedback on a delivery: the question below its news, and the answers to what they say."""

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
"""Shows the possible answers again."""
HOW = "how:"
COMMENT = "comment:"

RATINGS: dict[Rating, tuple[str, str]] = {
    "good": ("😀", N_("Great")),
    "fair": ("😐", N_("OK")),
    "bad": ("🙁", N_("Not great")),
}


def asking(news: Message, order: Timeline, reader: Reader, given: Rating | None = None) -> Message:
    """The news with the question below it, if the whole order has arrived."""
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
    """The possible answers; empty while there is nothing to ask. ``given``: their answer."""
    return _row(order, reader, given) if place(order.status) == Status.DELIVERED else []


def _row(order: Timeline, reader: Reader, given: Rating | None) -> list[InlineKeyboardButton]:
    """The possible answers; once one is given, that one and a button to change it."""
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
    """Further buttons after an answer: to comment and, after a bad one, to ask the shop."""
    if given is None:
        return []
    data = COMMENT + button_key(order.order_id)
    comment = InlineKeyboardButton("✍️ " + reader.say("Add a comment"), callback_data=data)
    return [[comment], *(support.rows(reader, order.order_id) if given == "bad" else [])]


def _number(reader: Reader, given: Rating | None) -> str:
    """The shop's phone number, if they were not content and no button leads to the shop."""
    number = support.line(reader) if given == "bad" else ""
    return f"\n\n{number}" if number else ""


def answered(
    keyboard: InlineKeyboardMarkup, order: Timeline, reader: Reader, given: Rating | None
) -> InlineKeyboardMarkup:
    """The buttons of the message that asked, which now show the answer. None: they ask again."""
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
    """Shown at the top of the chat for a moment."""
    return {
        "good": reader.say("Lovely, thank you! {shop} will be glad to read it.", shop=reader.shop),
        "fair": reader.say("Thank you for saying so. {shop} will see it.", shop=reader.shop),
        "bad": reader.say(
            "I'm sorry that it went badly. {shop} will see what you said.", shop=reader.shop
        ),
    }[rating]


def by_phone(reader: Reader) -> Message | None:
    """If they were not content and no button leads to the shop: its phone number."""
    called = support.line(reader)
    if not called:
        return None
    sorry = reader.say("Would you like to talk to {shop}?", shop=foreign(reader.shop))
    return Message(f"{sorry}\n\n{called}")


def said_before(reader: Reader) -> str:
    return reader.say("You have said so already, thank you.")


def prompt(reader: Reader) -> Message:
    """Asks for the comment, which is a reply to this message."""
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
    """The same after a comment that was too long."""
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
    """What the empty input field shows (Bot API: 1 to 64 characters)."""
    return plain(reader.say("Your comment"), 64)


# The prompt has replaced the reply keyboard; this answer brings it back.


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
    """The question by itself. ``called``: the order, as HTML."""
    return Message(
        reader.say("How was the delivery of order {order}?", order=called) + _number(reader, given),
        buttons(_row(order, reader, given), *_more(order, reader, given)),
    )


def ask_button(order: Timeline, called: str, reader: Reader) -> InlineKeyboardButton:
    """Leads to the question, from a message about several orders."""
    label = reader.say("How was {order}?", order=called)
    return InlineKeyboardButton(f"💬 {label}", callback_data=HOW + button_key(order.order_id))
