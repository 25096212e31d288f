"""What is said about the bot itself, and the reply keyboard."""

import re

from telegram import InlineKeyboardButton, ReplyKeyboardMarkup

from bot.texts import support
from bot.texts.languages import Texts
from bot.texts.message import N_, Message, Reader, buttons, foreign

COMMANDS = {
    "track": N_("Where is my order?"),
    "orders": N_("My orders"),
    "settings": N_("Language, quiet hours, what I tell you"),
    "link": N_("Connect with a code"),
    "unlink": N_("Disconnect this chat"),
    "privacy": N_("What I keep about you"),
    "help": N_("What I can do"),
}
"""The menu of commands, with a line for each (Bot API: setMyCommands)."""

ORDERS, SETTINGS, HELP = "orders", "settings", "help"
"""What buttons carry that lead there, in any message."""
KEYBOARD = {
    ORDERS: ("📦", N_("My orders")),
    SETTINGS: ("⚙️", N_("Settings")),
    HELP: ("❓", N_("Help")),
}
"""The reply keyboard. Its buttons send their text, which is understood as the command."""


def description(reader: Reader) -> str:
    """Shown in the empty chat before somebody starts (Bot API: setMyDescription)."""
    return reader.say(
        "See where your orders from {shop} are, and hear about it here as soon as they move. Only "
        "you can see your orders: connect this chat from your account first.",
        shop=reader.shop,
    )


def short_description(reader: Reader) -> str:
    """Shown on the bot's profile (Bot API: setMyShortDescription)."""
    return reader.say("Where your orders from {shop} are, live.", shop=reader.shop)


def menu_button(reader: Reader) -> str:
    """The button beside the input, which opens the Mini App (Bot API: MenuButtonWebApp)."""
    return live(reader)


def live(reader: Reader) -> str:
    """The name of the Mini App, wherever something leads to it."""
    return reader.say("Live tracking")


def keyboard(reader: Reader) -> ReplyKeyboardMarkup:
    """Stays until another one replaces it, also when the language changes."""
    orders, *others = (f"{emoji} {reader.say(text)}" for emoji, text in KEYBOARD.values())
    return ReplyKeyboardMarkup(
        [[orders], others],
        is_persistent=True,
        resize_keyboard=True,
        input_field_placeholder=reader.say("Order number, like 1001"),
    )


def meant(text: str, texts: Texts) -> str | None:
    """Which button of the `KEYBOARD` was pressed. Its text may be in any of our languages, as the
    keyboard may have been sent in another one."""
    meanings = {
        _letters(called): command
        for command, (_, label) in KEYBOARD.items()
        for called in texts.in_all(label)
    }
    return meanings.get(_letters(text))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


def welcome(reader: Reader) -> Message:
    """The answer to `/start` from somebody who is linked."""
    text = reader.say("Hello again! Send me an order number at any time, or use the buttons below.")
    return Message(text, keyboard(reader))


def at_hand(reader: Reader) -> Message:
    """Sent right after the chat was connected."""
    text = reader.say("From now on, the buttons below are always at hand.")
    return Message(text, keyboard(reader))


def question(reader: Reader) -> str:
    """An example of what one can ask, as HTML. Each language's phrases include it."""
    return f"<b>{reader.say('Where is my order?')}</b>"


def help_text(reader: Reader) -> Message:
    shop = foreign(reader.shop)
    lines = [
        reader.say("I tell you how your orders from {shop} are getting on.", shop=shop),
        "",
        reader.say(
            "Ask me {question}, or send an order number, like <b>1001</b> or /track 1001.",
            question=question(reader),
        ),
        "",
        reader.say("/orders shows your orders, open ones first."),
        reader.say("/settings: language, quiet hours, what I tell you."),
        reader.say("/link connects this chat with a code."),
        reader.say("/unlink disconnects it again."),
        reader.say("/privacy says what I keep about you, and deletes it."),
    ]
    return support.under(Message("\n".join(lines), keyboard(reader)), reader)


def orders_button(reader: Reader) -> InlineKeyboardButton:
    """The usual way back."""
    return InlineKeyboardButton(reader.say("My orders"), callback_data=ORDERS)


def help_button(reader: Reader) -> InlineKeyboardButton:
    return InlineKeyboardButton(reader.say("Help"), callback_data=HELP)


def not_understood(reader: Reader) -> Message:
    text = reader.say(
        "I didn't get that. Ask me {question}, send an order number, like <b>1001</b>, or choose "
        "below.",
        question=question(reader),
    )
    choices = buttons([orders_button(reader), help_button(reader)])
    return support.under(Message(text, choices), reader)


def only_in_private(bot: str, reader: Reader) -> Message:
    """``bot``: its username in Telegram, without the @."""
    words = reader.say("Orders are a private matter: please write to me in our own chat.")
    ours = InlineKeyboardButton(reader.say("Open our chat"), url=f"https://t.me/{bot}")
    return Message(words, buttons([ours]))


def try_again(again: str | None, reader: Reader) -> Message:
    """``again``: what a button carries that asks the same; None if no button can."""
    words = reader.say("Sorry, I can't look that up just now. Please try again in a minute.")
    if again is None:
        return Message(words)
    button = InlineKeyboardButton("🔄 " + reader.say("Try again"), callback_data=again)
    return Message(words, buttons([button]))
