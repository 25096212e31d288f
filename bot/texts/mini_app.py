"""What people read on the page of their own orders, inside Telegram.

They are whole HTML fragments, as in a message. The words of a single order's page are in
`bot.texts.tracking`.
"""

from bot.texts import general, linking, lists
from bot.texts.connecting import Words
from bot.texts.message import Reader


def only_in_telegram(reader: Reader) -> Words:
    """The page was opened in a browser, so Telegram does not say who looks at it."""
    line = reader.say(
        "This page shows your own orders, so it opens from our chat only: tap <b>{button}</b> "
        "beside the message box there.",
        button=general.menu_button(reader),
    )
    return Words(reader.say("Open this in Telegram"), [line], reader.say("Open Telegram"))


def unconfirmed(reader: Reader) -> Words:
    """The data does not have Telegram's signature for this bot."""
    line = reader.say(
        "Telegram did not confirm who you are. Close this page, and open it again from our chat."
    )
    return Words(_again(reader), [line], close(reader))


def too_late(reader: Reader) -> Words:
    """The data is too old or was used before, or the session has ended."""
    line = reader.say(
        "For your safety this page works for a while only. Close it, and open it again from our "
        "chat."
    )
    return Words(_again(reader), [line], close(reader))


def _again(reader: Reader) -> str:
    return reader.say("Please open this page again")


def close(reader: Reader) -> str:
    return reader.say("Back to the chat")


def not_linked(reader: Reader) -> Words:
    """For somebody who is connected to nothing."""
    code = reader.say("Have a code? Go back to the chat, and send it there.")
    lines = [*linking.steps(reader), code]
    return Words(reader.say("See your orders here"), lines, close(reader))


def nothing_yet(reader: Reader) -> Words:
    return Words(title(reader), [lists.nothing_yet(reader)], close(reader))


def no_such_order(reader: Reader) -> Words:
    """The same answer for somebody else's order and for one that does not exist."""
    line = reader.say("It is not one of yours, or it is no longer there.")
    return Words(reader.say("I can't find that order"), [line], title(reader))


def title(reader: Reader) -> str:
    return general.live(reader)


def open_orders(reader: Reader) -> str:
    return reader.say("Open orders")


def over(reader: Reader) -> str:
    return reader.say("Your earlier orders")


def list_words(reader: Reader) -> dict[str, str]:
    return {
        "title": title(reader),
        "newer": reader.say("Newer"),
        "older": reader.say("Older"),
    }
