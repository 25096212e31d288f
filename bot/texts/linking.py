"""Connecting a chat to a shop account, and what is said before there is a link."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.services.linking import Offer
from bot.services.timeline import Timeline
from bot.texts.message import Message, Reader, buttons, foreign
from bot.texts.orders import order_buttons

AGREE = "link:"
DECLINE = "nolink:"


def consent(offer: Offer, reader: Reader) -> Message:
    """The question before a link. Its secret comes back with the button that is pressed."""
    account = f"<b>{foreign(offer.account_hint, 100)}</b>" if offer.account_hint else "the account"
    question = f"Connect this chat to {account} at {foreign(reader.shop)}?"
    lines = [question, "", "Its order updates will arrive here. Say yes only if it is yours."]
    if offer.replaces:
        lines += ["", "This chat is connected to another account now; that connection will end."]
    return Message(
        "\n".join(lines),
        buttons(
            [
                InlineKeyboardButton("Yes, connect", callback_data=AGREE + offer.secret),
                InlineKeyboardButton("No, thanks", callback_data=DECLINE + offer.secret),
            ]
        ),
    )


def linked(open_orders: Sequence[Timeline], reader: Reader) -> Message:
    lines = [
        "✅ <b>Connected.</b> Whenever one of your orders moves, I will tell you here.",
        "",
        "Send /track with an order number to see where it is, or /unlink to stop.",
    ]
    if not open_orders:
        return Message("\n".join(lines))
    lines += ["", "Your open orders:"]
    return Message("\n".join(lines), order_buttons(open_orders))


def declined(reader: Reader) -> Message:
    return Message(
        f"All right, nothing was connected. If you change your mind, "
        f"{foreign(reader.shop)} gives you a new link in your account."
    )


def invalid(reader: Reader) -> Message:
    return Message(
        "This link or code is no longer valid: each works once, and only for a short while.\n\n"
        f"Open your account at {foreign(reader.shop)} and choose <b>Connect Telegram</b> "
        "to get a new one."
    )


def not_linked(reader: Reader) -> Message:
    return Message(
        f"To see your orders here, connect this chat to your account at {foreign(reader.shop)}: "
        "open the account, choose <b>Connect Telegram</b> and follow the link. "
        "If you got a code instead, send it like this: /link ABCD-EFGH"
    )


def ask_for_code(reader: Reader) -> Message:
    return Message(
        f"Send the code that {foreign(reader.shop)} gave you, like this: /link ABCD-EFGH"
    )


def unlinked(reader: Reader) -> Message:
    return Message(
        "This chat is no longer connected, and nothing more will arrive here. "
        f"To connect again, choose <b>Connect Telegram</b> in your account "
        f"at {foreign(reader.shop)}."
    )


def was_not_linked(reader: Reader) -> Message:
    return Message(f"This chat is not connected to any account at {foreign(reader.shop)}.")
