"""What is said about the bot itself."""

from bot.texts.message import N_, Message, Reader, foreign

COMMANDS = {
    "track": N_("Where is my order?"),
    "orders": N_("My orders"),
    "link": N_("Connect with a code"),
    "unlink": N_("Disconnect this chat"),
    "privacy": N_("What I keep about you"),
    "help": N_("What I can do"),
}
"""The menu of commands, with what each is for (Bot API: setMyCommands)."""


def description(reader: Reader) -> str:
    """What stands in the empty chat before somebody starts (Bot API: setMyDescription)."""
    return reader.say(
        "See where your orders at {shop} are, and hear of it here as soon as they move. Only you "
        "can see your orders: connect this chat from your account first.",
        shop=reader.shop,
    )


def short_description(reader: Reader) -> str:
    """What stands on the bot's profile (Bot API: setMyShortDescription)."""
    return reader.say("Where your orders at {shop} are, live.", shop=reader.shop)


def help_text(reader: Reader) -> Message:
    shop = foreign(reader.shop)
    return Message(
        "\n".join(
            [
                reader.say("I tell you how your orders at {shop} are getting on.", shop=shop),
                "",
                reader.say(
                    "/track and an order number, like <b>/track 1001</b>, shows where it is."
                ),
                reader.say("/orders shows your latest orders."),
                reader.say("/link connects this chat with a code from your account."),
                reader.say("/unlink disconnects it again."),
                reader.say("/privacy says what I keep about you, and deletes it."),
                "",
                reader.say("When an order moves, I write to you by myself."),
            ]
        )
    )


def only_in_private(reader: Reader) -> Message:
    return Message(reader.say("Orders are a private matter: please write to me in our own chat."))


def try_again(reader: Reader) -> Message:
    return Message(
        reader.say("Sorry, I can't look that up just now. Please try again in a minute.")
    )
