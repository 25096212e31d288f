"""The words on an order's web page, except those that are in its messages as well.

They are whole HTML fragments, as in a message; `handlers.web.tracking.view` puts them together.
"""

from bot.services.orders.statuses import Status
from bot.texts.connecting import Words
from bot.texts.message import N_, Message, Reader, foreign

ASK_THEM = N_("Questions? Ask whoever shared this with you: they can ask {shop}.")
NEXT_OF_ONLOOKERS = {
    Status.ATTEMPT_FAILED: N_(
        "Couriers usually try again. Need another time? Tell whoever shared this with you."
    ),
    Status.DELAYED: N_("Nothing for you to do: it is still coming, only later."),
    Status.NO_NEWS: ASK_THEM,
    Status.ON_HOLD: ASK_THEM,
    Status.PROBLEM: ASK_THEM,
    Status.RETURNED: ASK_THEM,
    Status.CANCELLED: ASK_THEM,
}
"""What people with a shared link can do, or what comes next."""


def next_step_of_onlookers(status: str, reader: Reader) -> str | None:
    """None: they can only wait."""
    text = NEXT_OF_ONLOOKERS.get(Status(status)) if status in NEXT_OF_ONLOOKERS else None
    return reader.say(text, shop=foreign(reader.shop)) if text else None


def shared(reader: Reader) -> str:
    return reader.say("An order at {shop}, shared with you", shop=foreign(reader.shop))


def how_far(reader: Reader) -> str:
    """The heading of the steps, for screen readers only."""
    return reader.say("How far it is")


def parcels(reader: Reader) -> str:
    return reader.say("Parcels")


def all_steps(reader: Reader) -> str:
    return reader.say("All steps")


def done(reader: Reader) -> str:
    """After a step, for screen readers only."""
    return reader.say("done")


def to_come(reader: Reader) -> str:
    """After a step, for screen readers only."""
    return reader.say("still to come")


def in_telegram(reader: Reader) -> str:
    return reader.say("Get updates in Telegram")


def times_in(zone: str, reader: Reader) -> str:
    """``zone``: its name, as HTML."""
    return reader.say("Times: {zone}", zone=zone)


def reload_by_hand(reader: Reader) -> str:
    return reader.say("Reload this page to see what is new.")


def is_live(reader: Reader) -> str:
    return reader.say("This page keeps itself up to date.")


def is_cut_off(reader: Reader) -> str:
    return reader.say("No connection. Trying again…")


def language(reader: Reader) -> str:
    return reader.say("Language")


# Under a shared link in the chat


def page_button(reader: Reader) -> str:
    return reader.say("Web page")


def page_link(url: str, reader: Reader) -> str:
    return reader.say("Or as a web page, for friends without Telegram: {url}", url=foreign(url))


# Where there is no order to show


def _nothing(reader: Reader) -> str:
    return reader.say("There is nothing to see here")


def ended(said: Message, reader: Reader) -> Words:
    """``said``: the chat's answer to such a link."""
    return Words(_nothing(reader), said.html.split("\n\n"))


def incomplete(reader: Reader) -> Words:
    line = reader.say(
        "A part of this link is missing. Open the message that it came in, and tap or copy the "
        "whole link."
    )
    return Words(_nothing(reader), [line])


def busy(reader: Reader) -> Words:
    line = reader.say("I can't look up the order just now. Please reload this page in a minute.")
    return Words(reader.say("One moment, please"), [line])
