"""An order that is shared: the link for its owner, and what whoever has it sees."""

from urllib.parse import urlencode

from telegram import InlineKeyboardButton

from bot.services.orders.references import button_key
from bot.services.orders.statuses import closes
from bot.services.orders.timeline import Timeline
from bot.services.people.sharing import Shared
from bot.texts import general, orders, statuses, windows
from bot.texts.message import Message, Reader, buttons, foreign, plain

SHARE = "share:"
STOP = "unshare:"
REFRESH = "shared:"

_FORWARD = "https://t.me/share/url"


def link(order: Timeline, url: str, reader: Reader) -> Message:
    """The new link, for the order's owner to hand on."""
    invitation = reader.say("Here you can see where my order is:")
    title = reader.say("Share order {order}", order=orders.number(order))
    lines = [
        f"🔗 <b>{title}</b>",
        "",
        f"<blockquote>{invitation}\n{foreign(url)}</blockquote>",
        "",
        reader.say(
            "Whoever has this link sees how far the order is and when it is expected, and nothing "
            "else: no number, no items, no places, no notes."
        ),
        reader.say("It works until a day after the delivery, or until you stop it."),
    ]
    query = urlencode({"url": url, "text": plain(invitation, 200)})
    forward = InlineKeyboardButton("📤 " + reader.say("Send it"), url=f"{_FORWARD}?{query}")
    stop = InlineKeyboardButton(
        "🚫 " + reader.say("Stop sharing"), callback_data=STOP + button_key(order.order_id)
    )
    return Message("\n".join(lines), buttons([forward, stop], [general.orders_button(reader)]))


def stopped(order: Timeline, reader: Reader) -> Message:
    text = reader.say(
        "Sharing has stopped: no link to order {order} that you made here works any more.",
        order=f"<b>{orders.number(order)}</b>",
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


def shared(view: Shared, token: str, reader: Reader) -> Message:
    """The order as whoever has the link sees it."""
    state = foreign(statuses.name(view.status, reader, is_pickup=view.is_pickup), 64)
    lines = [
        f"{statuses.emoji(view.status, reader)} <b>{state}</b>",
        reader.say("An order at {shop}, shared with you", shop=foreign(reader.shop)),
        *orders.stage(view, reader),
        *([windows.sentence(view.expected, reader)] if view.expected else []),
    ]
    if not closes(view.status):
        lines += ["", reader.say("Refresh shows how far it has come.")]
    refresh = InlineKeyboardButton("🔄 " + reader.say("Refresh"), callback_data=REFRESH + token)
    return Message("\n".join(lines), buttons([refresh]))


def ended(reader: Reader) -> Message:
    """The one answer for a link that never was, that was stopped, and that is over."""
    return Message(
        "\n\n".join(
            [
                reader.say(
                    "This link shows nothing any more: the order has long arrived, or whoever "
                    "shared it has stopped sharing."
                ),
                reader.say("If you still wait for it, ask them for a new link."),
            ]
        ),
        buttons([general.orders_button(reader)]),
    )
