"""What is held about a person, and the end of it; and the patience we ask of who guesses."""

from datetime import timedelta

from telegram import InlineKeyboardButton

from bot.services.privacy import Held
from bot.texts.message import Message, Reader, buttons, foreign, moment

ASK = "privacy:ask"
DELETE = "privacy:delete"
KEEP = "privacy:keep"


def held(held: Held | None, reader: Reader) -> Message:
    """All that is stored, and why, with the button that asks to delete it."""
    lines = ["<b>What I keep about you, and why</b>", ""]
    lines += _of_a_link(held, reader) if held else _without_a_link(reader)
    lines += [
        "• When you sent a code or an order that I did not know: for a quarter of an hour, so "
        "that nobody can guess.",
        "",
        "I keep nothing that you write to me, nor your name or phone number.",
    ]
    button = InlineKeyboardButton("Delete my data", callback_data=ASK)
    return Message("\n".join(lines), buttons([button]))


def _of_a_link(held: Held, reader: Reader) -> list[str]:
    account = f" <b>{foreign(held.account_hint, 100)}</b>" if held.account_hint else ""
    return [
        f"• This chat's number and language, and that it is connected to the account{account} "
        f"at {foreign(reader.shop)} since {moment(held.linked_at, reader)}: to write to you here.",
        f"• Copies of that account's orders, {held.orders} now, with every step and the shop's "
        "notes: to show them to you.",
        "• Which news of them waits for you or was sent last: so that none comes twice or is lost.",
    ]


def _without_a_link(reader: Reader) -> list[str]:
    return [f"• This chat is not connected to any account at {foreign(reader.shop)}: no orders."]


def ask(held: Held | None, reader: Reader) -> Message:
    """The question, whose first button agrees and whose second declines."""
    lines = ["Delete what I keep about you?"]
    if held:
        lines += ["", "This chat will be disconnected, and nothing more will arrive here."]
        lines.append(_orders_too(held, reader))
    agree = InlineKeyboardButton("Yes, delete it", callback_data=DELETE)
    decline = InlineKeyboardButton("No, keep it", callback_data=KEEP)
    return Message("\n".join(lines), buttons([agree, decline]))


def _orders_too(held: Held, reader: Reader) -> str:
    if held.shared:
        return "My copies of the orders stay: somebody else is connected to the same account."
    return f"My copies of your orders go too; {foreign(reader.shop)} keeps its own."


def deleted(reader: Reader) -> Message:
    return Message(
        "Done: what I kept about you is deleted. For what the shop itself keeps, please ask "
        f"{foreign(reader.shop)}."
    )


def kept() -> Message:
    return Message("All right, everything stays as it is.")


def too_many_tries(wait: timedelta) -> Message:
    quarter = wait == timedelta(minutes=15)
    when = "a quarter of an hour" if quarter else f"{wait // timedelta(minutes=1)} minutes"
    return Message(f"Those were too many tries for now. Please try again in {when}.")
