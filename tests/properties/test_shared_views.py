"""Whoever has a link to an order sees its state and when it is expected, whatever else it holds."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import cast

from hypothesis import given
from hypothesis import strategies as st
from telegram import InputTextMessageContent

from bot.services.orders.timeline import Timeline, timeline
from bot.services.people.onlookers import for_onlookers
from bot.services.people.sharing import LENGTH, PREFIX, SharedView
from bot.texts import inline, sharing
from bot.texts.message import Message, Reader
from handlers.web.tracking.view import view
from storage.models import Action, Carrier, Event, Item, Order, Pickup
from tests.properties.strategies import moments
from tests.properties.test_texts import check, events, readers
from tests.texts.reading import buttons

SECRET = "ZNE4QX"
"""Stands in whatever is the owner's alone; no state and no shop has it in its name."""
ITEMS = 987_654

tokens = st.text("aZ09_-", min_size=LENGTH, max_size=LENGTH).map(PREFIX.__add__)


def marked(text: str | None) -> str | None:
    return text and f"{SECRET}{text}"[:64]


def with_secrets(event: Event) -> Event:
    """The same event, in which everything is marked but its state and its times."""
    return event.model_copy(
        update={
            "note": marked(event.note),
            "location": marked(event.location),
            "parcel": marked(event.parcel),
            "order_number": marked(event.order_number),
            "items": event.items and ITEMS,
            "photo_url": f"https://photos.test/{SECRET}.jpg",
            "goods": [Item(name=SECRET, quantity=ITEMS) for _ in event.goods or ()] or None,
            "payment_url": f"https://shop.test/{SECRET}",
            "pickup": Pickup(
                name=SECRET, address=SECRET, map_url=SECRET, hours=SECRET, code=SECRET
            ),
            "actions": [Action(id=SECRET, label=SECRET, url=f"https://shop.test/{SECRET}")],
            "carrier": event.carrier
            and Carrier(
                name=marked(event.carrier.name),
                tracking_number=marked(event.carrier.tracking_number),
                tracking_url=event.carrier.tracking_url and f"https://carrier.test/{SECRET}",
            ),
        }
    )


@st.composite
def secret_orders(draw: st.DrawFn) -> Timeline:
    told = [with_secrets(event) for event in draw(st.lists(events(), min_size=1, max_size=6))]
    told.sort(key=lambda event: event.occurred_at)
    at = told[-1].occurred_at
    return timeline(Order(id=SECRET, customer_id=SECRET, events=told, latest_at=at, created_at=at))


@given(secret_orders(), readers, moments, tokens, st.booleans())
def test_a_shared_view_never_holds_a_note_a_place_a_number_a_carrier_or_items(
    order: Timeline, reader: Reader, now: datetime, token: str, waits: bool
) -> None:
    view = SharedView.of(order, now, reader.timezone)
    message = sharing.shared(view, token, reader, waits=waits)
    holds_no_secret(message, token)
    waiting = [sharing.DO_NOT if waits else sharing.TELL_ME] * (not view.has_arrived)
    carried = [button.callback_data for button in buttons(message)]
    assert carried == [prefix + token for prefix in (sharing.REFRESH, *waiting)]


@given(secret_orders(), readers, moments)
def test_nor_does_what_is_told_of_its_arrival(
    order: Timeline, reader: Reader, now: datetime
) -> None:
    holds_no_secret(sharing.arrived(SharedView.of(order, now, reader.timezone), reader))


@given(secret_orders(), readers, tokens)
def test_nor_what_is_sent_inline(order: Timeline, reader: Reader, token: str) -> None:
    result = inline.offer(order, f"https://t.me/trackline_bot?start={token}", reader)
    sent = cast("InputTextMessageContent", result.input_message_content)
    holds_no_secret(Message(sent.message_text, result.reply_markup), token, kinds=set())


@given(secret_orders(), readers, moments)
def test_nor_its_page(order: Timeline, reader: Reader, now: datetime) -> None:
    """Whose parcels are numbered."""
    shown = view(for_onlookers(order), reader, now, is_shared=True)
    assert SECRET not in repr(shown)
    assert "987" not in repr(shown)
    assert not shown.links
    assert not any(parcel.link for parcel in shown.parcels)


def holds_no_secret(
    message: Message, token: str = "", *, kinds: Collection[str] = ("bold", "date_time")
) -> None:
    text = check(message, kinds=set(kinds))
    shown = text + message.html + "".join(repr(button.to_dict()) for button in buttons(message))
    assert SECRET not in shown
    assert "987" not in re.sub(r'unix="\d+"', "", shown.replace(token, "") if token else shown)


@given(secret_orders(), readers, tokens)
def test_any_link_is_a_message_that_names_the_order_to_its_owner_only(
    order: Timeline, reader: Reader, token: str
) -> None:
    url = f"https://t.me/trackline_bot?start={token}"
    message = sharing.link(order, url, reader)
    text = check(message, kinds={"bold", "blockquote"})
    assert url in text
    [forward] = [button for button in buttons(message) if button.url]
    assert SECRET not in str(forward.url)
