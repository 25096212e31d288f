"""What is said about the bot itself."""

from bot.texts.message import Message, Reader, foreign

COMMANDS = {
    "track": "Where is my order?",
    "orders": "My latest orders",
    "link": "Connect with a code",
    "unlink": "Disconnect this chat",
    "privacy": "What I keep about you",
    "help": "What I can do",
}
"""The menu of commands, with what each is for (Bot API: setMyCommands)."""


def help_text(reader: Reader) -> Message:
    return Message(
        f"I tell you how your orders at {foreign(reader.shop)} are getting on.\n\n"
        "/track and an order number, like <b>/track 1001</b>, shows where it is.\n"
        "/orders shows your latest orders.\n"
        "/link connects this chat with a code from your account.\n"
        "/unlink disconnects it again.\n"
        "/privacy says what I keep about you, and deletes it.\n\n"
        "When an order moves, I write to you by myself."
    )


def only_in_private() -> Message:
    return Message("Orders are a private matter: please write to me in our own chat.")


def try_again() -> Message:
    return Message("Sorry, I can't look that up just now. Please try again in a minute.")
