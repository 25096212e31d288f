"""Who else is connected to the same accounts and orders, without saying who they are."""

from collections.abc import Mapping, Sequence

from telegram import InlineKeyboardButton

from bot.services.people.following import Followed
from bot.services.people.household import Member, member_of
from bot.texts.days import clock, day
from bot.texts.following import called
from bot.texts.message import DANGER, Message, Reader, buttons, foreign
from bot.texts.screens import HOUSEHOLD, back, option, screen, title
from storage.models import Chat, Link
from storage.whose import order_of

ASK, END, PAGE = "ask", "end", "page"
A_PAGE = 25
"""How many chats one screen shows."""


def household_screen(
    household: Sequence[Member], follows: Sequence[Followed], reader: Reader, page: int = 0
) -> Message:
    """``follows``: what the reader's chat follows. ``page``: from 0, the newest; one beyond the
    last shows the last."""
    page = min(page, (len(household) - 1) // A_PAGE)
    members = household[page * A_PAGE : (page + 1) * A_PAGE]
    others = [member for member in members if not member.is_caller]
    days = [_since(member, reader) for member in household]
    names = {each.whose: called(each, reader) for each in follows} if len(follows) > 1 else {}
    lines = [_line(member, _shown(member, days, reader), names, reader) for member in members]
    one = reader.say("Disconnect the other chat")
    ends = [
        option(
            one
            if len([member for member in household if not member.is_caller]) == 1
            else reader.say("Disconnect ({since})", since=_shown(member, days, reader)),
            *(HOUSEHOLD, ASK, member.key),
        )
        for member in others
    ]
    about = (
        reader.say("These chats see your orders:")
        if any(not member.is_caller for member in household)
        else reader.say("Only this chat sees your orders:")
    )
    hint = reader.say(
        "To connect another one, open the account at {shop} on that phone and choose <b>Connect "
        "Telegram</b>.",
        shop=foreign(reader.shop),
    )
    return screen(
        title(HOUSEHOLD, reader),
        [about, "", *lines, "", hint],
        *([end] for end in ends),
        _turning(page, len(household), reader),
        back(reader),
    )


def _turning(page: int, count: int, reader: Reader) -> list[InlineKeyboardButton]:
    newer = option(reader.say("Newer"), HOUSEHOLD, PAGE, page - 1)
    older = option(reader.say("Older"), HOUSEHOLD, PAGE, page + 1)
    return [newer] * (page > 0) + [older] * (count > (page + 1) * A_PAGE)


def joined(link: Link, reader: Reader) -> Message:
    """Sent to each chat that was connected before. ``link``: the new chat's."""
    newcomer = member_of(link)
    since = f"{_since(newcomer, reader)}, {_clock(newcomer, reader)}"
    words = (
        reader.say(
            "Another chat now follows one of your orders at {shop}, too ({since}).",
            shop=foreign(reader.shop),
            since=foreign(since),
        )
        if order_of(link.whose)
        else reader.say(
            "Another chat was connected to your account at {shop} ({since}) and sees its orders.",
            shop=foreign(reader.shop),
            since=foreign(since),
        )
    )
    advice = (
        reader.say("If you do not know whose it is, disconnect it.")
        if order_of(link.whose)
        else reader.say(
            "If you do not know whose it is, disconnect it, and change your password there."
        )
    )
    lines = [f"👥 {words}", "", advice]
    end = option(reader.say("Disconnect the other chat"), HOUSEHOLD, ASK, newcomer.key)
    return Message("\n".join(lines), buttons([end]))


def ask_end(member: Member, reader: Reader) -> Message:
    """The question; its first button agrees, its second declines."""
    agree = option(reader.say("Yes, disconnect it"), HOUSEHOLD, END, member.key, style=DANGER)
    decline = option(reader.say("No, leave it"), HOUSEHOLD)
    since = f"{_since(member, reader)}, {_clock(member, reader)}"
    return Message(
        "\n".join(
            [
                reader.say(
                    "Disconnect the other chat? It has been connected since {since}.",
                    since=f"<b>{foreign(since)}</b>",
                ),
                "",
                reader.say(
                    "Whoever uses it will no longer see your orders, and is told that the "
                    "connection has ended."
                ),
            ]
        ),
        buttons([agree, decline]),
    )


def ended(reader: Reader) -> str:
    return reader.say("Disconnected")


def gone(reader: Reader) -> str:
    return reader.say("That chat is no longer connected.")


def disconnected(chat: Chat, reader: Reader) -> Message:
    """Sent to a chat whose link was ended by another chat. ``chat``: as it was before."""
    if len(chat.links) > 1:
        return Message(
            reader.say(
                "Somebody who follows the same order or account has disconnected this chat from "
                "it. Nothing else has changed: /settings shows what you follow."
            )
        )
    return Message(
        reader.say(
            "Somebody with the same account at {shop} has disconnected this chat, and nothing more "
            "will arrive here. To connect again, choose <b>Connect Telegram</b> in the account.",
            shop=foreign(reader.shop),
        )
    )


def _line(member: Member, since: str, names: Mapping[str, str], reader: Reader) -> str:
    """``names``: the shared accounts and orders, if there are several."""
    line = (
        reader.say("This chat, since {since}", since=since)
        if member.is_caller
        else reader.say("Another chat, since {since}", since=since)
    )
    name = names.get(member.whose)
    return "• " + (reader.side_by_side(foreign(name, 100), line) if name else line)


def _shown(member: Member, days: Sequence[str], reader: Reader) -> str:
    """The day, with the time if others were connected on the same day."""
    day = _since(member, reader)
    return day if days.count(day) == 1 else f"{day}, {_clock(member, reader)}"


def _since(member: Member, reader: Reader) -> str:
    there = member.since.astimezone(reader.timezone)
    return day(there, reader.language, weekday=False, year=True)


def _clock(member: Member, reader: Reader) -> str:
    return clock(member.since.astimezone(reader.timezone))
