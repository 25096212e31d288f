"""What is held about a person, how it is deleted, and the answer after too many tries."""

from collections.abc import Sequence
from datetime import timedelta

from telegram import InlineKeyboardButton

from bot.services.people.following import Followed
from bot.services.people.privacy import HeldOrders
from bot.texts import support
from bot.texts.following import called
from bot.texts.message import DANGER, Message, Reader, buttons, foreign, moment

ASK = "privacy:ask"
DELETE = "privacy:delete"
KEEP = "privacy:keep"


def held(held: HeldOrders | None, follows: Sequence[Followed], reader: Reader) -> Message:
    """All that is stored, and why, with the button that asks to delete it."""
    facts = _of_links(held, follows, reader) if held else _without_a_link(reader)
    facts += [
        *_conversations(reader),
        reader.say(
            "Which orders you share by a link, for 60 days at most: so that the link works."
        ),
        reader.say(
            "Which shared orders you wait for, until they arrive or for 60 days at most: to tell "
            "you once."
        ),
        reader.say(
            "How you said that a delivery went, with your comment: for {shop} to read it.",
            shop=foreign(reader.shop),
        ),
        reader.say(
            "If {shop} gave me your phone number: a fingerprint of it, by which I recognise you "
            "when you share it. The number itself I do not keep.",
            shop=foreign(reader.shop),
        ),
        reader.say(
            "When you sent a code or an order number that I don't know: for 15 minutes, "
            "also when you delete the rest, so that nobody can guess."
        ),
    ]
    if reader.fleet.is_shown:
        facts.append(
            reader.say(
                "When you watch your courier on the map: where they were last, and which message "
                "shows it, until the order has arrived."
            )
        )
    lines = [
        f"<b>{reader.say('What I keep about you, and why')}</b>",
        "",
        *(f"• {fact}" for fact in facts),
        "",
        _nothing_else(reader),
    ]
    button = InlineKeyboardButton(reader.say("Delete my data"), callback_data=ASK)
    return Message("\n".join(lines), buttons([button]))


def _conversations(reader: Reader) -> list[str]:
    if not reader.door.is_open:
        return []
    fact = reader.say(
        "If you talk with {shop} here: what you write until they have it, and that the two of you "
        "talked about an order, with your first name if you let them know it, for 90 days. When "
        "you delete your data, it is deleted from their Telegram group, too.",
        shop=foreign(reader.shop),
    )
    return [fact]


def _nothing_else(reader: Reader) -> str:
    if reader.door.is_open:
        return reader.say("I keep nothing else that you write to me, nor your phone number.")
    return reader.say("I keep nothing else that you write to me, nor your name or phone number.")


def _of_links(held: HeldOrders, follows: Sequence[Followed], reader: Reader) -> list[str]:
    return [
        *(_connection(each, reader) for each in follows),
        reader.count(
            "A copy of the order that you follow, {count} now, with what is in it, every step and "
            "the shop's notes: to show it to you.",
            "Copies of the orders that you follow, {count} now, with what is in them, every step "
            "and the shop's notes: to show them to you.",
            held.orders,
        ),
        reader.say(
            "Where {shop} has photos of them: I fetch one to show it to you, and keep no copy.",
            shop=foreign(reader.shop),
        ),
        reader.say(
            "Which news of them waits for you or was sent last: so that none comes twice or is "
            "lost."
        ),
        reader.say(
            "Your /settings, and which orders you mute or follow: so that I write to you as you "
            "like it."
        ),
        reader.say(
            "If every order has one message here: which one that is, so that I keep it up to date."
        ),
    ]


def _connection(followed: Followed, reader: Reader) -> str:
    shop, since = foreign(reader.shop), moment(followed.since, reader)
    if followed.is_order:
        return reader.say(
            "This chat's ID and language, and that it has followed {order} of {shop} since "
            "{since}: to write to you here.",
            order=f"<b>{foreign(called(followed, reader), 100)}</b>",
            shop=shop,
            since=since,
        )
    if followed.account_hint is None:
        return reader.say(
            "This chat's ID and language, and that it has been connected to your account at"
            " {shop} since {since}: to write to you here.",
            shop=shop,
            since=since,
        )
    return reader.say(
        "This chat's ID and language, and that it has been connected to the account "
        "{account} at {shop} since {since}: to write to you here.",
        account=f"<b>{foreign(followed.account_hint, 100)}</b>",
        shop=shop,
        since=since,
    )


def _without_a_link(reader: Reader) -> list[str]:
    return [
        reader.say(
            "This chat is not connected to any account at {shop}: no orders.",
            shop=foreign(reader.shop),
        )
    ]


def ask(held: HeldOrders | None, reader: Reader) -> Message:
    """The question; its first button agrees, its second declines."""
    lines = [reader.say("Delete what I keep about you?")]
    if held:
        lines += [
            "",
            reader.say("This chat will be disconnected, and nothing more will arrive here."),
            _orders_too(held, reader),
        ]
    agree = InlineKeyboardButton(reader.say("Yes, delete it"), callback_data=DELETE, style=DANGER)
    decline = InlineKeyboardButton(reader.say("No, keep it"), callback_data=KEEP)
    return Message("\n".join(lines), buttons([agree, decline]))


def _orders_too(held: HeldOrders, reader: Reader) -> str:
    if held.shared:
        return reader.say(
            "I keep my copies of the orders, because somebody else follows them, too."
        )
    return reader.say(
        "My copies of your orders go too; {shop} keeps its own.", shop=foreign(reader.shop)
    )


def deleted(reader: Reader) -> Message:
    done = reader.say(
        "Done: what I kept about you is deleted. For what the shop itself keeps, please ask "
        "{shop}.",
        shop=foreign(reader.shop),
    )
    return support.under(Message(done), reader)


def kept(reader: Reader) -> Message:
    return Message(reader.say("All right, everything stays as it is."))


def too_many_tries(wait: timedelta, reader: Reader) -> Message:
    return Message(
        reader.count(
            "Those were too many tries for now. Please try again in {count} minute.",
            "Those were too many tries for now. Please try again in {count} minutes.",
            wait // timedelta(minutes=1),
        )
    )
