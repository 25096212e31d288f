"""How it went: the question below the news of a delivery, and what is said to the answers."""

from dataclasses import replace

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
HOW = "how:"
COMMENT = "comment:"
NO_COMMENT = "nocomment:"

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
    html = f"{news.html}\n\n{reader.say('How was your delivery?')}"
    return replace(news, html=html, keyboard=buttons(*few, *rows[-1:], row))


def feedback_row(
    order: Timeline, reader: Reader, given: Rating | None = None
) -> list[InlineKeyboardButton]:
    """The possible answers; none while there is nothing to ask. ``given``: what was said."""
    return _row(order, reader, given) if place(order.status) == Status.DELIVERED else []


def _row(order: Timeline, reader: Reader, given: Rating | None) -> list[InlineKeyboardButton]:
    return [
        InlineKeyboardButton(
            f"{'✅' if rating == given else emoji} {reader.say(words)}",
            callback_data=f"{RATE}{rating}:{button_key(order.order_id)}",
        )
        for rating, (emoji, words) in RATINGS.items()
    ]


def answered(
    keyboard: InlineKeyboardMarkup, order: Timeline, reader: Reader, given: Rating
) -> InlineKeyboardMarkup:
    """The buttons of the message that asked, which now show what was said."""
    key = button_key(order.order_id)

    def asks(button: InlineKeyboardButton) -> bool:
        data = str(button.callback_data or "")
        return data.startswith(RATE) and data.endswith(key)

    rows = keyboard.inline_keyboard
    return InlineKeyboardMarkup(
        [_row(order, reader, given) if any(map(asks, row)) else row for row in rows]
    )


def thanks(rating: Rating, order: Timeline, reader: Reader) -> Message:
    """The answer to an answer, with the question whether there is more to say."""
    key, shop = button_key(order.order_id), foreign(reader.shop)
    said = {
        "good": reader.say("Lovely, thank you! {shop} will be glad to read it.", shop=shop),
        "fair": reader.say("Thank you for saying so. {shop} will see it.", shop=shop),
        "bad": reader.say(
            "I'm sorry that it went badly. {shop} will see what you said.", shop=shop
        ),
    }
    agree = InlineKeyboardButton("💬 " + reader.say("Add a comment"), callback_data=COMMENT + key)
    decline = InlineKeyboardButton(reader.say("No comment, thanks"), callback_data=NO_COMMENT + key)
    more = reader.say("Would you like to tell them more?")
    return Message(f"{said[rating]}\n{more}", buttons([agree, decline]))


def said_before(reader: Reader) -> str:
    return reader.say("You have said so already, thank you.")


def noted(reader: Reader) -> str:
    return reader.say("Thank you")


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


def no_comment(reader: Reader) -> Message:
    return Message(reader.say("All right. Thank you!"), general.keyboard(reader))


def not_yet(reader: Reader) -> Message:
    return Message(
        reader.say("This order is not there yet. Once it is, I will ask you how it went."),
        buttons([general.orders_button(reader)]),
    )


def too_late(reader: Reader) -> Message:
    told = reader.say(
        "You told me more than a week ago, so it stays as it is. If something is still wrong, "
        "please write to {shop} directly.",
        shop=foreign(reader.shop),
    )
    return support.under(Message(told, buttons([general.orders_button(reader)])), reader)


def question(order: Timeline, called: str, reader: Reader, given: Rating | None = None) -> Message:
    """The question alone. ``called``: the order, as HTML."""
    return Message(
        reader.say("How was the delivery of order {order}?", order=called),
        buttons(_row(order, reader, given)),
    )


def ask_button(order: Timeline, called: str, reader: Reader) -> InlineKeyboardButton:
    """Leads to the question, from where there are several orders."""
    label = reader.say("How was {order}?", order=called)
    return InlineKeyboardButton(f"💬 {label}", callback_data=HOW + button_key(order.order_id))
