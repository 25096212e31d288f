"""Who is connected to the same account, without a word on who they are."""

from collections.abc import Sequence

from babel.dates import format_skeleton, format_time
from telegram import InlineKeyboardButton

from bot.services.people.household import Member
from bot.texts.message import Message, Reader, buttons, foreign
from bot.texts.settings import HOUSEHOLD, back, option, screen, title

ASK, END, PAGE = "ask", "end", "page"
A_PAGE = 25
"""How many chats one screen shows."""


def household_screen(household: Sequence[Member], reader: Reader, page: int = 0) -> Message:
    """``page``: from 0, which has the newest. One that there is none of is the last."""
    page = min(page, (len(household) - 1) // A_PAGE)
    members = household[page * A_PAGE : (page + 1) * A_PAGE]
    others = [member for member in members if not member.is_caller]
    days = [_since(member, reader) for member in household]
    lines = [_line(member, _shown(member, days, reader), reader) for member in members]
    one = reader.say("Disconnect the other chat")
    ends = [
        option(
            one
            if len(household) == 2
            else reader.say("Disconnect (since {since})", since=_shown(member, days, reader)),
            *(HOUSEHOLD, ASK, member.key),
        )
        for member in others
    ]
    about = (
        reader.say("These chats are connected to the same account and see its orders:")
        if len(household) > 1
        else reader.say("Only this chat is connected to your account:")
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


def joined(newcomer: Member, reader: Reader) -> Message:
    """For each chat that was there before."""
    since = f"{_since(newcomer, reader)}, {_clock(newcomer, reader)}"
    lines = [
        "👥 "
        + reader.say(
            "Another chat was connected to your account at {shop} ({since}) and sees its orders.",
            shop=foreign(reader.shop),
            since=foreign(since),
        ),
        "",
        reader.say(
            "If you do not know whose it is, disconnect it, and change your password there."
        ),
    ]
    end = option(reader.say("Disconnect the other chat"), HOUSEHOLD, ASK, newcomer.key)
    return Message("\n".join(lines), buttons([end]))


def ask_end(member: Member, reader: Reader) -> Message:
    """The question, whose first button agrees and whose second declines."""
    agree = option(reader.say("Yes, disconnect it"), HOUSEHOLD, END, member.key)
    decline = option(reader.say("No, leave it"), HOUSEHOLD)
    since = f"{_since(member, reader)}, {_clock(member, reader)}"
    return Message(
        "\n".join(
            [
                reader.say(
                    "Disconnect the other chat, which is connected since {since}?",
                    since=f"<b>{foreign(since)}</b>",
                ),
                "",
                reader.say(
                    "Whoever uses it sees your orders no more, and is told that the connection "
                    "has ended."
                ),
            ]
        ),
        buttons([agree, decline]),
    )


def ended(reader: Reader) -> str:
    return reader.say("Disconnected")


def gone(reader: Reader) -> str:
    return reader.say("That chat is no longer connected.")


def told_ended(reader: Reader) -> Message:
    """For the chat whose link somebody else ended."""
    return Message(
        reader.say(
            "Somebody with the same account at {shop} has disconnected this chat, and nothing more "
            "will arrive here. To connect again, choose <b>Connect Telegram</b> in the account.",
            shop=foreign(reader.shop),
        )
    )


def _line(member: Member, since: str, reader: Reader) -> str:
    if member.is_caller:
        return "• " + reader.say("This chat, since {since}", since=since)
    return "• " + reader.say("Another chat, since {since}", since=since)


def _shown(member: Member, days: Sequence[str], reader: Reader) -> str:
    """The day, and the time as well when others were connected on the same day."""
    day = _since(member, reader)
    return day if days.count(day) == 1 else f"{day}, {_clock(member, reader)}"


def _since(member: Member, reader: Reader) -> str:
    return format_skeleton("yMMMd", member.since, tzinfo=reader.timezone, locale=reader.language)


def _clock(member: Member, reader: Reader) -> str:
    return format_time(member.since, "HH:mm", tzinfo=reader.timezone, locale=reader.language)
