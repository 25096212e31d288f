"""Pages in the browser, on the way from a shop's pages to the bot.

They are whole HTML fragments: the shop's own words are escaped, as in a message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.texts import privacy
from bot.texts.message import Reader, foreign


@dataclass(frozen=True)
class Words:
    """``lines``: a paragraph each. ``button``: the label of the link, if there is one."""

    title: str
    lines: Sequence[str]
    button: str = ""


def _title(reader: Reader) -> str:
    return reader.say("Follow your orders in Telegram")


def opening(reader: Reader) -> Words:
    """Shown with the redirect, if the browser does not follow it by itself."""
    line = reader.say("If Telegram does not open by itself, use this button.")
    return Words(_title(reader), [line], reader.say("Open Telegram"))


def log_in(reader: Reader) -> Words:
    """Nobody is logged in, and no order was named."""
    shop = foreign(reader.shop)
    lines = [
        reader.say(
            "Log in to your account at {shop}: you come back here, and Telegram opens.", shop=shop
        ),
        reader.say("Did you buy without an account? Use the link in the mail about your order."),
    ]
    return Words(_title(reader), lines, reader.say("Log in"))


def unknown_order(reader: Reader) -> Words:
    """The shop may not have posted a new order yet."""
    lines = [
        reader.say(
            "I don't know this order yet. If you have just placed it, open the link again "
            "in a minute."
        ),
        reader.say("With an account at {shop}, you can also log in.", shop=foreign(reader.shop)),
    ]
    return Words(_title(reader), lines, reader.say("Log in"))


def refused(reader: Reader) -> Words:
    """The same text for everything that may be wrong with the address."""
    line = reader.say(
        "This address does not work. Please open the link on the pages of {shop} again.",
        shop=foreign(reader.shop),
    )
    return Words(_title(reader), [line])


def busy(reader: Reader) -> Words:
    line = reader.say("I can't connect you just now. Please open the link again in a minute.")
    return Words(_title(reader), [line])


def too_many_tries(wait: timedelta, reader: Reader) -> Words:
    return Words(_title(reader), [privacy.too_many_tries(wait, reader).html])
