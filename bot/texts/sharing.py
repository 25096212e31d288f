"""A shared order: the link for its owner, and what people with the link see."""

from dataclasses import dataclass
from urllib.parse import urlencode

from telegram import InlineKeyboardButton

from bot.services.orders.references import button_key
from bot.services.orders.timeline import Timeline
from bot.services.people.sharing import SharedView
from bot.texts import general, numbers, orders, pictures, statuses, tracking, windows
from bot.texts.message import Message, Reader, buttons, foreign, plain

SHARE = "share:"
STOP = "unshare:"
REFRESH = "shared:"
TELL_ME = "await:"
DO_NOT = "unawait:"

_FORWARD = "https://t.me/share/url"


@dataclass(frozen=True)
class Sights:
    """The addresses of the picture and the page of a shared order, if there are any."""

    picture: str | None = None
    page: str | None = None


NO_SIGHTS = Sights()


def invitation(reader: Reader) -> str:
    return reader.say("Here you can see where my order is:")


def link(
    order: Timeline,
    url: str,
    reader: Reader,
    *,
    inline: str | None = None,
    sights: Sights = NO_SIGHTS,
) -> Message:
    """The new link, for the owner to pass on.

    ``inline``: the bot's @name, if it works in any chat. ``sights``: what people will see.
    """
    invites = invitation(reader)
    title = reader.say("Share order {order}", order=numbers.number(order))
    lines = [
        f"🔗 <b>{title}</b>",
        "",
        f"<blockquote>{invites}\n{foreign(url)}</blockquote>",
        "",
        reader.say(
            "Whoever has this link sees how far the order and its parcels are, since when, and "
            "when they are expected, and nothing else: no number, no items, no places, no notes."
        ),
        reader.say("It works until a day after the delivery, or until you stop it."),
    ]
    if sights.page:
        lines += ["", tracking.page_link(sights.page, reader)]
    if inline:
        lines += [
            "",
            reader.say(
                "In any chat, type {bot} and a space, and choose the order there.", bot=inline
            ),
        ]
    query = urlencode({"url": url, "text": plain(invites, 200)})
    forward = InlineKeyboardButton("📤 " + reader.say("Send it"), url=f"{_FORWARD}?{query}")
    stop = stop_button(order, reader)
    keyboard = buttons([forward, stop], _page(sights.page, reader), [general.orders_button(reader)])
    return Message("\n".join(lines), keyboard, sights.picture)


def _page(address: str | None, reader: Reader) -> list[InlineKeyboardButton]:
    label = "🌐 " + tracking.page_button(reader)
    return [InlineKeyboardButton(label, url=address)] if address else []


def stop_button(order: Timeline, reader: Reader) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        "🚫 " + reader.say("Stop sharing"), callback_data=STOP + button_key(order.order_id)
    )


def stopped(order: Timeline, reader: Reader) -> Message:
    text = reader.say(
        "Sharing has stopped: no link to order {order} that you made here works any more.",
        order=f"<b>{numbers.number(order)}</b>",
    )
    again = InlineKeyboardButton(
        "🔗 " + reader.say("Share again"), callback_data=SHARE + button_key(order.order_id)
    )
    return Message(text, buttons([again, general.orders_button(reader)]))


def nothing_to_share(reader: Reader) -> Message:
    return Message(
        reader.say("This order has reached its end, so there is nothing left to share."),
        buttons([general.orders_button(reader)]),
    )


def shared(
    view: SharedView, token: str, reader: Reader, *, waits: bool = False, page: str | None = None
) -> Message:
    """The order as people with the link see it. ``waits``: they are told when it arrives.

    ``page``: the address of its web page.
    """
    state, whose = _state(view, reader)
    expected = view.expected
    when = [windows.sentence(expected, reader, is_past=view.is_late)] if expected else []
    lines = [state, *when, *orders.stage(view, reader), whose]
    picture = pictures.of_share(view, token, reader)
    refresh = InlineKeyboardButton("🔄 " + reader.say("Refresh"), callback_data=REFRESH + token)
    first = [refresh, *_page(page, reader)]
    if view.has_arrived:
        return Message("\n".join(lines), buttons(first), picture)
    if waits:
        lines += ["", "🔔 " + will_tell(reader)]
        other = InlineKeyboardButton(do_not_tell(reader), callback_data=DO_NOT + token)
    else:
        lines += ["", reader.say("Refresh shows how far it has come.")]
        tell = "🔔 " + reader.say("Tell me when it arrives")
        other = InlineKeyboardButton(tell, callback_data=TELL_ME + token)
    return Message("\n".join(lines), buttons(first, [other]), picture)


def _state(view: SharedView, reader: Reader) -> list[str]:
    state = foreign(statuses.name(view.status, reader, is_pickup=view.is_pickup), 64)
    return [
        f"{statuses.emoji(view.status, reader)} <b>{state}</b>",
        reader.say("An order at {shop}, shared with you", shop=foreign(reader.shop)),
    ]


def will_tell(reader: Reader) -> str:
    return reader.say("I will tell you here when it arrives.")


def do_not_tell(reader: Reader) -> str:
    return "🔕 " + reader.say("Do not tell me")


def arrived(view: SharedView, reader: Reader) -> Message:
    """The one message for people who wanted to be told. It is not always good news."""
    asked = reader.say("You asked me to tell you. I write no more about it.")
    return Message("\n".join([*_state(view, reader), "", asked]))


def ended(reader: Reader) -> Message:
    """The same answer for a link that never existed, was stopped, or has expired."""
    return Message(
        "\n\n".join(
            [
                reader.say(
                    "This link shows nothing any more: the order has long arrived, or whoever "
                    "shared it has stopped sharing."
                ),
                reader.say("Still waiting for it? Ask them for a new link."),
            ]
        ),
        buttons([general.orders_button(reader)]),
    )
