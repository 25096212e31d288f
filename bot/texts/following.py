"""What a chat follows, accounts and single orders: a screen of the settings, and `/unlink`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from telegram import InlineKeyboardButton

from bot.services.orders.timeline import Timeline
from bot.services.people.following import Followed
from bot.texts import linking
from bot.texts.days import day
from bot.texts.message import DANGER, Message, Reader, buttons, foreign, plain
from bot.texts.orders import order_timeline
from bot.texts.screens import FOLLOWS, back, option, screen, title
from storage.models import Chat
from storage.whose import order_of

UNLINK = "unlink"
"""Asks whether to disconnect."""
ASK, END, KEEP = "ask", "end", "keep"
MOST = 25
"""How many of the latest links one screen shows. Older ones appear as these are ended."""


def follows_screen(follows: Sequence[Followed], reader: Reader) -> Message:
    about = reader.say("You get updates here about:")
    return screen(
        title(FOLLOWS, reader),
        [about, "", *_lines(follows, reader)],
        *_ends(follows, reader),
        back(reader),
    )


def _lines(follows: Sequence[Followed], reader: Reader) -> list[str]:
    return [
        f"• {_line(each, name, reader)}"
        for each, name in zip(follows, _names(follows, reader, 100), strict=False)
    ]


def _ends(follows: Sequence[Followed], reader: Reader) -> list[list[InlineKeyboardButton]]:
    return [
        [option(reader.say("Stop: {what}", what=name), FOLLOWS, ASK, each.key)]
        for each, name in zip(follows, _names(follows, reader, 24), strict=False)
    ]


def _names(follows: Sequence[Followed], reader: Reader, longest: int) -> list[str]:
    """What each of the latest is called. Those with the same name are numbered."""
    names = [plain(called(each, reader), longest) for each in follows[:MOST]]
    return [
        f"{name} ({names[: place + 1].count(name)})" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    ]


def called(followed: Followed, reader: Reader) -> str:
    """The account or the order in words. Not escaped yet."""
    if followed.is_order:
        number = followed.number or followed.account_hint
        return reader.say("Order {number}", number=number) if number else reader.say("An order")
    return followed.account_hint or reader.say("Your account")


def _line(followed: Followed, name: str, reader: Reader) -> str:
    return since(f"<b>{foreign(name, 100)}</b>", followed.since, reader)


def since(what: str, at: datetime, reader: Reader) -> str:
    there = at.astimezone(reader.timezone)
    shown = day(there, reader.language, weekday=False, year=True)
    return reader.say("{what}, since {since}", what=what, since=shown)


def ask_end(followed: Followed, reader: Reader) -> Message:
    """The question; its first button agrees, its second declines."""
    agree = option(reader.say("Yes, stop"), FOLLOWS, END, followed.key, style=DANGER)
    decline = option(reader.say("No, keep it"), FOLLOWS)
    what = f"<b>{foreign(called(followed, reader), 100)}</b>"
    return Message(reader.say("Stop updates about {what}?", what=what), buttons([agree, decline]))


def ended(reader: Reader) -> str:
    return reader.say("Stopped")


def which(follows: Sequence[Followed], reader: Reader) -> Message:
    """The answer to `/unlink` from somebody who follows several accounts or orders."""
    asked = reader.say("Which updates should I stop?")
    everything = option(reader.say("Everything"), FOLLOWS, ASK)
    lines = [asked, "", *_lines(follows, reader)]
    return Message("\n".join(lines), buttons(*_ends(follows, reader), [everything]))


def ask_unlink(follows: Sequence[Followed], reader: Reader) -> Message:
    """The question whether to end all links; its first button agrees, its second declines."""
    names = [f"<b>{foreign(name, 100)}</b>" for name in _names(follows, reader, 100)]
    lines = [
        reader.say("Disconnect this chat?"),
        reader.side_by_side(*names),
        reader.say("Nothing more will arrive here. You can connect again at any time."),
    ]
    agree = option(reader.say("Yes, disconnect"), FOLLOWS, END, style=DANGER)
    decline = option(reader.say("No, stay connected"), FOLLOWS, KEEP)
    return Message("\n".join(lines), buttons([agree, decline]))


def kept(reader: Reader) -> Message:
    return Message(reader.say("All right, you stay connected."))


def followed(order: Timeline | None, reader: Reader, now: datetime) -> Message:
    """The answer to a yes. ``order``: None if the shop has not posted it yet."""
    connected = "✅ " + reader.say(
        "<b>You are following this order.</b> I will tell you here when there is news."
    )
    if order is None:
        later = reader.say(
            "You will see it in /orders as soon as {shop} sends it to me.",
            shop=foreign(reader.shop),
        )
        return Message(f"{connected}\n\n{later}")
    shown = order_timeline(order, reader, now)
    return replace(shown, html=f"{connected}\n\n{shown.html}")


def link_ended(chat: Chat, whose: str, reader: Reader) -> Message:
    """Sent to a chat whose link the shop has ended. ``chat``: as it was before."""
    if len(chat.links) == 1:
        return linking.unlinked(reader)
    if order_of(whose):
        words = reader.say(
            "{shop} has disconnected one of your orders from this chat.", shop=foreign(reader.shop)
        )
    else:
        words = reader.say(
            "{shop} has disconnected one of your accounts from this chat.",
            shop=foreign(reader.shop),
        )
    return Message(f"{words} {_the_rest(reader)}")


def _the_rest(reader: Reader) -> str:
    return reader.say("Nothing else has changed: /settings shows what you follow.")
