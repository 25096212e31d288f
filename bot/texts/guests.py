"""Following an order by its number and the contact given for it: an e-mail address or a phone."""

from datetime import timedelta

from bot.texts import support
from bot.texts.message import Message, Reader, foreign


def how(reader: Reader) -> str:
    return reader.say(
        "No account? Send your order number with your e-mail or phone number, like this: {example}",
        example="<code>1001 you@example.com</code>",
    )


def unknown(reader: Reader) -> Message:
    """The same answer for an order that does not exist and for a contact that is not its own."""
    lines = [
        reader.say(
            "I found no order at {shop} with this number and this e-mail address or phone number.",
            shop=foreign(reader.shop),
        ),
        reader.say(
            "Please check both in your order confirmation. New orders can take a few minutes to "
            "reach me."
        ),
    ]
    return support.under(Message("\n\n".join(lines)), reader)


def code_sent(wait: timedelta, reader: Reader) -> Message:
    """Said whether or not number and contact match: the code is the proof."""
    return Message(
        reader.count(
            "If these details match, {shop} is sending you a code now. Type it here within "
            "{count} minute.",
            "If these details match, {shop} is sending you a code now. Type it here within "
            "{count} minutes.",
            wait // timedelta(minutes=1),
            shop=foreign(reader.shop),
        )
    )
