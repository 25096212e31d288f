"""Whatever a shop writes and wherever it writes it, Telegram takes the message, as text."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.services.orders.statuses import rank
from bot.services.orders.timeline import Timeline, timeline
from bot.services.orders.tracking import Page
from bot.services.people.codes import TOKEN_LENGTH
from bot.services.people.linking import Offer
from bot.texts import general, linking, orders
from bot.texts.lists import order_list, several_orders
from bot.texts.message import Message, Reader, foreign, length, plain
from bot.texts.news import order_news
from sandbox.html import parse_html
from sandbox.text import normalise, utf16_length
from storage.models import Action, Carrier, Event, Item, Order, Pickup, Window
from tests.properties.strategies import anything, days, identifiers, moments, statuses, words
from tests.texts.reading import HOSTILE, buttons, marked, read

INERT = {"bold", "italic", "code", "date_time", "expandable_blockquote", "spoiler"}
MOST_ENTITIES = 100
"""Those beyond are dropped by Telegram."""
DIRECTION_MARKS = {mark for mark in HOSTILE["direction marks"] if not mark.isascii()}

readers = st.builds(
    Reader,
    language=st.sampled_from(["en", "de", "ar", "ja", "sw"]),
    timezone=st.sampled_from(["UTC", "Africa/Kampala", "Asia/Kathmandu"]).map(ZoneInfo),
    shop_name=st.none() | words(300),
    shop_listens=st.booleans(),
)
carriers = st.builds(
    Carrier,
    name=st.none() | words(100),
    tracking_number=st.none() | words(100),
    tracking_url=st.none() | st.just("https://carrier.test/1"),
)
offers = st.builds(
    Offer,
    secret=st.text("aZ09_-", min_size=TOKEN_LENGTH, max_size=TOKEN_LENGTH),
    account_hint=st.none() | words(100),
    is_order=st.booleans(),
)


items = st.builds(
    Item,
    name=words(500),
    quantity=st.integers(1, 1_000_000),
    parcel=st.none() | st.sampled_from(["A", "B"]) | words(64),
    image_url=st.none() | st.just("https://shop.test/1.png"),
)


pages = st.none() | st.just("https://shop.test/page")
pickups = st.builds(
    Pickup,
    name=st.none() | words(100),
    address=st.none() | words(300),
    map_url=pages,
    hours=st.none() | words(200),
    until=st.none() | moments | days,
    code=st.none() | words(64),
)
actions = st.builds(Action, id=identifiers, label=words(40), url=pages)


@st.composite
def events(draw: st.DrawFn) -> Event:
    status, at = draw(st.none() | statuses), draw(moments)
    ends = st.none() | moments | days
    window = st.builds(Window, earliest=ends, latest=ends)
    return Event(
        id="msg_1",
        digest=b"",
        occurred_at=at,
        recorded_at=at,
        rank=rank(status),
        status=status,
        parcel=draw(st.none() | st.sampled_from(["A", "B"]) | words(64)),
        note=draw(st.none() | words(1000)),
        location=draw(st.none() | words(200)),
        order_number=draw(st.none() | words(64)),
        carrier=draw(st.none() | carriers),
        estimated_delivery=draw(st.none() | window),
        items=draw(st.none() | st.integers(0, 1_000_000)),
        goods=draw(st.none() | st.lists(items, max_size=5)),
        payment_url=draw(pages),
        pickup=draw(st.none() | pickups),
        actions=draw(st.none() | st.lists(actions, max_size=6)),
        is_partial=draw(st.none() | st.booleans()),
        as_saved=draw(st.none() | st.booleans()),
    )


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    told = draw(st.lists(events(), min_size=1, max_size=4)) * draw(st.sampled_from([1, 5]))
    told.sort(key=lambda event: event.occurred_at)
    order_id = draw(identifiers)
    latest_at = told[-1].occurred_at
    return timeline(
        Order(
            id=order_id,
            customer_id="customer-1",
            events=told,
            latest_at=latest_at,
            created_at=latest_at,
        )
    )


def check(message: Message, *, kinds: set[str] = INERT) -> str:
    """The text that Telegram shows, once it is found to take the message."""
    parsed = read(message)
    assert {entity["type"] for entity in parsed.entities} <= kinds
    assert not [button for button in buttons(message) if not button.text.strip()]
    assert normalise(parsed.text, parsed.entities).text
    assert length(message.html) == utf16_length(parsed.text)
    assert len(parsed.entities) <= MOST_ENTITIES
    return parsed.text


@given(timelines(), readers, moments)
def test_any_timeline_is_a_message(order: Timeline, reader: Reader, now: datetime) -> None:
    message = orders.order_timeline(order, reader, now)
    text = check(message)
    assert plain(order.order_number, 60)[:-1] in text
    is_one_parcel = len(order.parcels) < 2 and not order.rest_follows  # else each has a line
    if order.carrier and order.carrier.tracking_number and is_one_parcel:
        number = plain(order.carrier.tracking_number, 100)
        assert marked(read(message), "code") == ([number] if number else [])


@given(timelines(), readers, moments)
def test_any_news_is_a_message(order: Timeline, reader: Reader, now: datetime) -> None:
    check(order_news(order, reader, now))


@given(st.lists(timelines(), max_size=3), readers, moments)
def test_any_list_of_orders_is_a_message(
    listed: list[Timeline], reader: Reader, now: datetime
) -> None:
    with_a_time = order_list(Page(listed, 0, has_older=False), reader, now)
    check(with_a_time, kinds={"bold", "code", "date_time"})
    without = [several_orders(listed, reader), linking.linked(listed, reader)]
    for message in without:
        check(message, kinds={"bold"})
    for message in (with_a_time, *without):
        to_orders = [b for b in buttons(message) if str(b.callback_data).startswith(orders.SHOW)]
        assert len(to_orders) == len(listed)


@given(offers, readers)
def test_any_question_whether_to_link_is_a_message(offer: Offer, reader: Reader) -> None:
    message = linking.consent(offer, reader)
    check(message, kinds={"bold"})
    hint = offer.account_hint and plain(offer.account_hint, 100)
    assert marked(read(message), "bold") == ([hint] if hint else [])


@given(readers)
def test_any_shops_name_is_text(reader: Reader) -> None:
    simple: list[Callable[[Reader], Message]] = [
        general.help_text,
        linking.declined,
        linking.invalid,
        linking.not_linked,
        linking.ask_for_code,
        linking.unlinked,
        linking.was_not_linked,
        linking.number_received,
        linking.number_unknown,
    ]
    for say in simple:
        assert plain(reader.shop, 300).lower() in check(say(reader), kinds={"bold"}).lower()


@given(anything, st.integers(1, 300))
def test_foreign_text_is_read_back_as_it_was_and_marks_nothing(text: str, longest: int) -> None:
    parsed = parse_html(f"<b>{foreign(text, longest)}</b>.")
    shown = plain(text, longest)
    assert parsed.text == f"{shown}."
    assert [entity["type"] for entity in parsed.entities] == (["bold"] if shown else [])


@given(anything, st.integers(1, 300))
def test_plain_text_is_one_short_line_without_direction_marks(text: str, longest: int) -> None:
    shown = plain(text, longest)
    assert len(shown) <= longest
    assert len(shown.splitlines()) <= 1
    assert shown == shown.strip()
    assert not DIRECTION_MARKS & set(shown)
    assert plain(shown, longest) == shown
