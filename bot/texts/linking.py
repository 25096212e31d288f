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
    lines = [
        _question(offer, reader),
        "",
        reader.say("Its order updates will arrive here. Say yes only if it is yours."),
    ]
    if offer.replaces:
        lines += [
            "",
            reader.say("This chat is connected to another account now; that connection will end."),
        ]
    agree = InlineKeyboardButton(reader.say("Yes, connect"), callback_data=AGREE + offer.secret)
    decline = InlineKeyboardButton(reader.say("No, thanks"), callback_data=DECLINE + offer.secret)
    return Message("\n".join(lines), buttons([agree, decline]))


def _question(offer: Offer, reader: Reader) -> str:
    shop = foreign(reader.shop)
    if offer.account_hint is None:
        return reader.say("Connect this chat to the account at {shop}?", shop=shop)
    account = f"<b>{foreign(offer.account_hint, 100)}</b>"
    return reader.say("Connect this chat to {account} at {shop}?", account=account, shop=shop)


def linked(open_orders: Sequence[Timeline], reader: Reader) -> Message:
    lines = [
        "✅ "
        + reader.say("<b>Connected.</b> Whenever one of your orders moves, I will tell you here."),
        "",
        reader.say("Send /track with an order number to see where it is, or /unlink to stop."),
    ]
    if not open_orders:
        return Message("\n".join(lines))
    lines += ["", reader.say("Your open orders:")]
    return Message("\n".join(lines), order_buttons(open_orders, reader))


def declined(reader: Reader) -> Message:
    return Message(
        reader.say(
            "All right, nothing was connected. If you change your mind, {shop} gives you a new "
            "link in your account.",
            shop=foreign(reader.shop),
        )
    )


def invalid(reader: Reader) -> Message:
    return Message(
        "\n\n".join(
            [
                reader.say(
                    "This link or code is no longer valid: each works once, and only for a short "
                    "while."
                ),
                reader.say(
                    "Open your account at {shop} and choose <b>Connect Telegram</b> to get a new "
                    "one.",
                    shop=foreign(reader.shop),
                ),
            ]
        )
    )


def not_linked(reader: Reader) -> Message:
    return Message(
        reader.say(
            "To see your orders here, connect this chat to your account at {shop}: open the "
            "account, choose <b>Connect Telegram</b> and follow the link. If you got a code "
            "instead, send it like this: /link ABCD-EFGH",
            shop=foreign(reader.shop),
        )
    )


def ask_for_code(reader: Reader) -> Message:
    return Message(
        reader.say(
            "Send the code that {shop} gave you, like this: /link ABCD-EFGH",
            shop=foreign(reader.shop),
        )
    )


def unlinked(reader: Reader) -> Message:
    return Message(
        reader.say(
            "This chat is no longer connected, and nothing more will arrive here. To connect "
            "again, choose <b>Connect Telegram</b> in your account at {shop}.",
            shop=foreign(reader.shop),
        )
    )


def was_not_linked(reader: Reader) -> Message:
    return Message(
        reader.say(
            "This chat is not connected to any account at {shop}.", shop=foreign(reader.shop)
        )
    )
