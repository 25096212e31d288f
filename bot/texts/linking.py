"""Connecting a chat to a shop account, and what is said to people who are not connected."""

from collections.abc import Sequence
from dataclasses import replace

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)

from bot.services.orders.timeline import Timeline
from bot.services.people.linking import Offer
from bot.texts import general, guests, support
from bot.texts.lists import order_rows
from bot.texts.message import PRIMARY, Message, Reader, buttons, foreign, plain

AGREE = "link:"
DECLINE = "nolink:"
CHOOSE = "account:"


def consent(offer: Offer, reader: Reader) -> Message:
    """The question before a link. Each button carries the secret."""
    lines = [
        _question(offer, reader),
        "",
        reader.say("You will get each update here. Only say yes if this is your order.")
        if offer.is_order
        else reader.say(
            "Its order updates will arrive here. Only say yes if this is your account."
        ),
    ]
    yes = reader.say("Yes, follow it") if offer.is_order else reader.say("Yes, connect")
    agree = InlineKeyboardButton(yes, callback_data=AGREE + offer.secret, style=PRIMARY)
    decline = InlineKeyboardButton(reader.say("No, thanks"), callback_data=DECLINE + offer.secret)
    return Message("\n".join(lines), buttons([agree, decline]))


def _question(offer: Offer, reader: Reader) -> str:
    shop = foreign(reader.shop)
    name = offer.number or offer.account_hint
    if offer.is_order and name:
        return reader.say(
            "Follow order {order} from {shop} here?",
            order=f"<b>{foreign(name, 100)}</b>",
            shop=shop,
        )
    if offer.is_order:
        return reader.say("Follow this order from {shop} here?", shop=shop)
    if offer.account_hint is None:
        return reader.say("Connect this chat to the account at {shop}?", shop=shop)
    account = f"<b>{foreign(offer.account_hint, 100)}</b>"
    return reader.say("Connect this chat to {account} at {shop}?", account=account, shop=shop)


def linked(open_orders: Sequence[Timeline], reader: Reader) -> Message:
    lines = [
        "✅ "
        + reader.say("<b>Connected.</b> I will tell you here whenever one of your orders moves."),
        reader.say("Or just ask: {question}", question=general.question(reader)),
    ]
    if not open_orders:
        return Message("\n".join(lines))
    lines += ["", reader.say("Your open orders:")]
    return Message("\n".join(lines), buttons(*order_rows(open_orders, reader)))


def unconfirmed(proof: str, reader: Reader) -> Message:
    """The shop wants to confirm the link, too: the customer types the digits of ``proof`` on its
    page."""
    half = len(proof) // 2
    lines = [
        reader.say(
            "Almost done. To finish, type this code on the page of {shop} where you chose "
            "<b>Connect Telegram</b>:",
            shop=foreign(reader.shop),
        ),
        "",
        reader.side_by_side(f"<code>{proof[:half]} {proof[half:]}</code>"),
        "",
        reader.say("As soon as you have, I will say so here. Give the code to nobody else."),
    ]
    return Message("\n".join(lines))


def declined(reader: Reader) -> Message:
    words = reader.say(
        "All right, nothing was connected. If you change your mind, {shop} gives you a new "
        "link in your account.",
        shop=foreign(reader.shop),
    )
    return Message(words, _connect(reader))


def stands(orders: Message, reader: Reader) -> Message:
    """The answer to a link that this person used before. ``orders``: the list of their orders."""
    words = "✅ " + reader.say("<b>Already connected.</b>")
    return replace(orders, html=f"{words}\n\n{orders.html}")


def invalid(reader: Reader) -> Message:
    lines = [
        reader.say("This link or code is no longer valid: each works once, and not for long."),
        reader.say("Typed it? Please check each letter, too."),
        reader.say(
            "For a new one, choose <b>Connect Telegram</b> in your account at {shop}.",
            shop=foreign(reader.shop),
        ),
    ]
    return support.under(Message("\n".join(lines), _connect(reader)), reader)


def not_linked(reader: Reader, *, by_phone: bool = False, by_order: bool = False) -> Message:
    """``by_phone``: they can also share their number, and get the keyboard for it. ``by_order``:
    they can also send an order number with its contact."""
    lines = [*steps(reader), reader.say("Have a code? Just send it here.")]
    how = "\n".join([*lines, guests.how(reader)] if by_order else lines)
    return _or_by_phone(how, reader) if by_phone else Message(how, _connect(reader))


def hello(reader: Reader) -> Message:
    """The answer to a greeting. The last button leads to all ways to connect."""
    words = reader.say(
        "Hello! To see where your orders are, connect this chat to your account at {shop}: choose "
        "<b>Connect Telegram</b> there.",
        shop=foreign(reader.shop),
    )
    return Message("👋 " + words, _connect_or_more(reader))


def and_contact(number: str, reader: Reader) -> Message:
    """The answer to an order number alone, if orders can be followed by number and contact."""
    order = foreign(number, 100)
    lines = [
        reader.say(
            "For order {order}, I also need the e-mail address or phone number that you gave "
            "{shop}. Please send both together, like this: {example}",
            order=f"<b>{order}</b>",
            shop=foreign(reader.shop),
            example=f"<code>{order} you@example.com</code>",
        ),
        reader.say("Or connect your account: choose <b>Connect Telegram</b> there."),
    ]
    return Message("\n\n".join(lines), _connect_or_more(reader))


def _connect_or_more(reader: Reader) -> InlineKeyboardMarkup | None:
    """With the button for orders, which shows every way to connect."""
    connect = _connect(reader)
    rows = connect.inline_keyboard if connect else ()
    return buttons(*rows, [general.orders_button(reader)])


def steps(reader: Reader) -> list[str]:
    """The steps on the shop's page."""
    return [
        reader.say(
            "Connect your account at {shop} to see your orders here:", shop=foreign(reader.shop)
        ),
        reader.say("1. Open your account."),
        reader.say("2. Choose <b>Connect Telegram</b>."),
    ]


def way(reader: Reader) -> support.Link | None:
    """The page of their account, if the operator has set it (`SHOP_URL`)."""
    if reader.shop_url is None:
        return None
    return support.Link("🔗 " + reader.say("Connect"), reader.shop_url)


def _connect(reader: Reader) -> InlineKeyboardMarkup | None:
    found = way(reader)
    if found is None:
        return None
    return buttons([InlineKeyboardButton(found.label, url=found.url, style=PRIMARY)])


def ask_for_code(reader: Reader, *, by_phone: bool = False) -> Message:
    how = reader.say(
        "Send the code that {shop} gave you, like this: /link ABCD-EFGH",
        shop=foreign(reader.shop),
    )
    return _or_by_phone(how, reader) if by_phone else Message(how, _connect(reader))


# By phone


def _or_by_phone(how: str, reader: Reader) -> Message:
    lines = [how, reader.say("Or share your phone number with the button below.")]
    if reader.shop_url:  # a message has either the keyboard that shares the number or buttons
        link = f'<a href="{foreign(reader.shop_url, 2048)}">{reader.say("Connect")}</a>'
        lines += ["", f"🔗 {link}"]
    return Message("\n".join(lines), _share_phone(reader))


def _share_phone(reader: Reader) -> ReplyKeyboardMarkup:
    share = KeyboardButton("📱 " + reader.say("Share my phone number"), request_contact=True)
    return ReplyKeyboardMarkup([[share]], resize_keyboard=True, one_time_keyboard=True)


def number_received(reader: Reader) -> Message:
    """Sent before the question. It replaces the keyboard that shared the number."""
    return Message(
        reader.say(
            "Thank you! {shop} knows your number. I have not kept it.",
            shop=foreign(reader.shop),
        ),
        general.keyboard(reader),
    )


def which_account(offers: Sequence[Offer], reader: Reader) -> Message:
    """Several accounts have this phone number: a button for each, and one that declines."""
    choices = [
        [InlineKeyboardButton(_account(offer, number, reader), callback_data=CHOOSE + offer.secret)]
        for number, offer in enumerate(offers, start=1)
    ]
    decline = InlineKeyboardButton(
        reader.say("No, thanks"), callback_data=DECLINE + offers[0].secret
    )
    return Message(
        reader.say(
            "Your number belongs to more than one account at {shop}. Which one shall I connect "
            "this chat to?",
            shop=foreign(reader.shop),
        ),
        buttons(*choices, [decline]),
    )


def _account(offer: Offer, number: int, reader: Reader) -> str:
    """The label of its button. An account without a hint from the shop gets a number."""
    hint = plain(offer.account_hint or "", 40)
    return hint or reader.say("Account {number}", number=reader.number(number))


def number_unknown(reader: Reader) -> Message:
    lines = [
        reader.say(
            "I know no account at {shop} with your number. I have not kept the number.",
            shop=foreign(reader.shop),
        ),
        _from_the_account(reader),
    ]
    return support.under(Message("\n\n".join(lines), general.keyboard(reader)), reader)


def not_your_contact(reader: Reader, *, by_phone: bool) -> Message:
    """The contact is somebody else's, or was forwarded: it links nobody."""
    refusal = reader.say(
        "I connect accounts only by your own number, shared by yourself, so I did nothing with "
        "this contact."
    )
    if by_phone:
        return Message(refusal, _share_phone(reader))
    return Message(f"{refusal}\n\n{_from_the_account(reader)}", _connect(reader))


def _from_the_account(reader: Reader) -> str:
    """The way that always exists, for somebody who tried another."""
    return reader.say("Please connect from your account: choose <b>Connect Telegram</b> there.")


def unlinked(reader: Reader) -> Message:
    words = reader.say(
        "This chat is no longer connected, and nothing more will arrive here. To connect "
        "again, choose <b>Connect Telegram</b> in your account at {shop}.",
        shop=foreign(reader.shop),
    )
    return Message(words, _connect(reader))


def was_not_linked(reader: Reader) -> Message:
    words = reader.say(
        "This chat is not connected to any account at {shop}.", shop=foreign(reader.shop)
    )
    how = not_linked(reader)
    return replace(how, html=f"{words}\n\n{how.html}")
