"""An order's timeline: what a customer reads, whatever a shop sends."""

from dataclasses import replace

import pytest

from bot.services.orders.statuses import CLOSED, Status
from bot.texts import orders, statuses
from bot.texts.message import LONGEST
from bot.texts.news import order_news
from storage.models import Carrier, Event
from tests.services.orders.history import DHL, all_of, happened, window
from tests.texts.reading import HOSTILE, READER, buttons, marked, read
from tests.texts.seen_orders import (
    NOW,
    REFRESH,
    TWO,
    foreign_everywhere,
    listed,
    rows,
    seen,
    shown,
    told,
)


def test_a_timeline_says_what_and_where_and_when_newest_first() -> None:
    text = shown(
        happened(0, "placed", order_number="1001", items=2),
        happened(1, "shipped", note="Left our shop", location="Kampala", carrier=DHL),
    )
    assert text.splitlines() == [
        "🚚 Shipped",
        "Order #1001 · 2 items",
        "Next: Out for delivery ▰▰▰▱▱",
        "● Shipped · Mon 23 Nov 13:30 GMT+3",
        "Kampala · Left our shop",
        "○ Order placed · Mon 23 Nov 12:30",
        "With DHL · JD01",
    ]


def test_the_state_and_when_are_the_first_two_lines_of_all_that_is_said_of_an_order() -> None:
    on_its_way = [
        happened(0, "placed", order_number="1001", note="Thank you", items=2),
        happened(1, "delayed", note="Left", estimated_delivery=window(8, 9)),
    ]
    when = "Expected Mon 23 Nov 20:30–21:30 GMT+3"
    assert shown(*on_its_way).splitlines()[:2] == ["⏳ Delayed", when]
    assert told(*on_its_way).splitlines()[1] == when
    there = shown(*on_its_way, happened(2, "delivered"))
    assert there.splitlines()[:2] == ["✅ Delivered", "Mon 23 Nov 14:30 GMT+3"]


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_a_timeline_full_of_hostile_words_is_one_that_telegram_takes(words: str) -> None:
    parsed = read(orders.order_timeline(foreign_everywhere(words), READER, NOW))
    kinds = {entity["type"] for entity in parsed.entities}
    assert kinds <= {"bold", "italic", "code", "date_time", "expandable_blockquote"}
    assert "evil.test" not in "".join(marked(parsed, "text_link"))


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_make_the_same_marks_as_plain_ones(words: str) -> None:
    def marks(note: str) -> list[str]:
        view = seen(happened(0, "placed", note=note + "."), happened(1, "shipped", note="b"))
        return [e["type"] for e in read(orders.order_timeline(view, READER, NOW)).entities]

    assert marks(words) == marks("plain words")


def unfolds(*arriving: Event) -> str:
    """The part of a timeline that is folded up."""
    parsed = read(orders.order_timeline(seen(*arriving), READER, NOW))
    return "\n".join(marked(parsed, "expandable_blockquote"))


def test_the_longest_notes_leave_room_for_the_newest_steps() -> None:
    notes = [f"{n} " + "🎉" * 998 for n in range(12)]
    text = shown(*(happened(n, "in_transit", note=note) for n, note in enumerate(notes)))
    assert 3 * LONGEST / 4 < len(text.encode("utf-16-le")) / 2 <= LONGEST
    assert "11 🎉" in text
    assert "0 🎉" not in text.replace("10 🎉", "")
    assert "earlier steps" in text


def test_the_carrier_stays_even_where_steps_do_not() -> None:
    notes = ["🎉" * 1000] * 12
    view = seen(*(happened(n, "shipped", note=note, carrier=DHL) for n, note in enumerate(notes)))
    message = orders.order_timeline(view, READER, NOW)
    assert read(message).text.endswith("\nWith DHL · JD01")
    assert DHL.tracking_url in [button.url for button in buttons(message)]


@pytest.mark.parametrize("steps", [1, 4, 12, 30])
def test_the_whole_history_is_behind_one_fold_newest_first(steps: int) -> None:
    told = [happened(n, "in_transit", note=f"stop {n}") for n in range(steps)]
    notes = [line for line in unfolds(*told).splitlines() if line.startswith("stop")]
    assert notes == [f"stop {n}" for n in reversed(range(steps))]
    assert shown(*told).count("stop") == steps


def test_the_carrier_of_what_is_on_its_way_stands_below_the_history() -> None:
    told = [happened(n, "in_transit", carrier=DHL) for n in range(3)]
    assert shown(*told).endswith("\nWith DHL · JD01")
    assert "JD01" not in shown(*told, happened(4, "delivered"))


def test_a_history_beyond_what_a_message_holds_says_how_many_steps_are_not_shown() -> None:
    told = [happened(n, "in_transit", note=f"stop {n}") for n in range(900)]
    folded = unfolds(*told)
    left = 900 - shown(*told).count("On its way · ")
    assert folded.endswith(f"\n… and {left} earlier steps")


def test_no_message_has_more_marks_than_telegram_shows() -> None:
    told = [happened(n, "in_transit", note=f"{n}") for n in range(900)]
    assert len(read(orders.order_timeline(seen(*told), READER, NOW)).entities) <= 100


@pytest.mark.parametrize("status", [*Status, "customs_hold"])
def test_the_state_is_always_there_in_words(status: str) -> None:
    view = seen(*all_of(["placed", status]))
    text = read(orders.order_timeline(view, READER, NOW)).text
    name = statuses.name(status, READER)
    assert text.startswith(f"{statuses.emoji(status, READER)} {name}\n")
    assert name in buttons(listed(view))[0].text


def test_no_word_of_the_machine_is_shown() -> None:
    text = shown(*all_of(list(Status), order_number="1001", note="Hello"))
    for jargon in ("_", "ord_1", "customer-1", "msg_", "None", "UTC", "~"):
        assert jargon not in text


# How far it is


@pytest.mark.parametrize(
    ("states", "says"),
    [
        (["placed"], "Next: Packed ▰▱▱▱▱"),
        (["placed", "confirmed"], "Next: Packed ▰▱▱▱▱"),
        (["placed", "shipped"], "Next: Out for delivery ▰▰▰▱▱"),
        (["placed", "shipped", "delayed"], "Next: Out for delivery ▰▰▰▱▱"),
        (["out_for_delivery", "attempt_failed"], "Next: Delivered ▰▰▰▰▱"),
        (["placed", "delivered"], None),
        (["placed", "packed", "ready_for_pickup"], "Next: Collected ▰▰▰▱"),
        (["ready_for_pickup", "problem"], "Next: Collected ▰▰▰▱"),
        (["placed", "ready_for_pickup", "delivered"], None),
        (["payment_due"], None),
        (["customs_hold"], None),
        (["placed", "cancelled"], None),
        (["placed", "delivered", "returned"], None),
    ],
)
def test_what_comes_next_is_told_in_words_and_the_bar_comes_after_them(
    states: list[str], says: str | None
) -> None:
    lines = shown(*all_of(states)).splitlines()
    assert next((line for line in lines if "▰" in line or "Next" in line), None) == says


@pytest.mark.parametrize(
    ("states", "says"),
    [
        (["placed", "delivered", "returned", "refunded"], "Returned, then refunded"),
        (["placed", "cancelled", "refunded"], "Cancelled, then refunded"),
    ],
)
def test_a_refund_says_what_it_follows(states: list[str], says: str) -> None:
    assert shown(*all_of(states)).splitlines()[4] == says


def test_what_was_picked_up_was_collected_and_not_delivered() -> None:
    fetched = all_of(["placed", "ready_for_pickup", "delivered"], order_number="1001")
    assert "Delivered" not in shown(*fetched)
    assert shown(*fetched).startswith("✅ Collected\n")
    assert "● Collected · " in shown(*fetched)
    assert told(*fetched) == "✅ Your order #1001 has been collected. Enjoy!"
    assert buttons(listed(seen(*fetched)))[0].text.startswith("✅ #1001 · Collected")


# What to do


@pytest.mark.parametrize("status", statuses.NEXT)
def test_where_there_is_something_to_do_it_comes_right_after_the_time_and_in_the_news(
    status: Status,
) -> None:
    events = all_of(["placed", "shipped", status], order_number="1001", note="Said")
    to_do = statuses.next_step(status, READER, order="#1001")
    assert to_do is not None
    to_do = to_do.replace("&amp;", "&")
    when_it_ended = status in CLOSED
    assert shown(*events).splitlines().index(to_do) == 1 + when_it_ended
    assert to_do in told(*events).splitlines()


@pytest.mark.parametrize("status", ["placed", "shipped", "in_transit", "delivered"])
def test_where_there_is_nothing_to_do_nothing_is_said(status: str) -> None:
    assert "\n" not in told(happened(0, status))


# Parcels


def test_parcels_are_named_where_there_are_several() -> None:
    one = [happened(0, "placed"), happened(1, "shipped", parcel="A")]
    assert "parcel" not in shown(*one)
    text = shown(*one, happened(2, "delivered", parcel="B"))
    assert "● Delivered (parcel B) · " in text
    assert "○ Shipped (parcel A) · " in text


def test_a_parcel_that_is_called_by_an_id_is_known_by_its_number() -> None:
    ids = ("6100000000000000013", "1Z999AA10123456784")
    text = shown(
        *(happened(n, "shipped", parcel=parcel) for n, parcel in enumerate(ids, 1)),
        happened(3, "delivered", parcel=ids[0]),
    )
    assert "● Delivered (parcel 1) · " in text
    assert "○ Shipped (parcel 2) · " in text
    assert not any(parcel in text for parcel in ids)


def test_each_parcel_has_a_line_of_its_state_and_open_ones_come_first() -> None:
    lines = shown(*TWO, happened(3, "delivered", parcel="A")).splitlines()
    start = lines.index("🚚 Parcel B · Shipped")
    assert lines[start + 1] == "✅ Parcel A · Delivered"
    assert lines[-1] == "Parcel B · With UPS · 1Z9"
    assert not any("JD01" in line for line in lines)


def test_of_many_parcels_it_is_counted_how_many_are_there() -> None:
    shipped = [happened(1, "shipped", parcel=name) for name in "ABCD"]
    arrived = happened(2, "delivered", parcel="A")
    assert "\n1 of 4 parcels delivered\n" in shown(happened(0, "placed"), *shipped, arrived)
    assert "parcels delivered" not in shown(happened(0, "placed"), *shipped[:3], arrived)


def test_when_it_is_expected_stands_with_the_parcel_where_they_differ() -> None:
    of_a = happened(3, parcel="A", estimated_delivery=window(8, 9))
    of_b = happened(4, parcel="B", estimated_delivery=window(32, 33))
    lines = shown(*TWO, of_a, of_b).splitlines()
    assert lines[1] == "🚚 Parcel A · Shipped · Mon 23 Nov 20:30–21:30 GMT+3"
    assert not any(line.startswith("Expected") for line in lines)

    of_both = happened(3, estimated_delivery=window(8, 9))
    lines = shown(*TWO, of_both).splitlines()
    assert lines[1] == "Expected Mon 23 Nov 20:30–21:30 GMT+3"

    late_a = happened(3, parcel="A", estimated_delivery=window(-9, -8))
    lines = shown(*TWO, late_a, of_b).splitlines()
    assert lines[1] == "🚚 Parcel A · Shipped · was due Mon 23 Nov 03:30–04:30 GMT+3"


def test_what_to_do_about_a_parcel_stands_with_it() -> None:
    lines = shown(
        *TWO, happened(3, "attempt_failed", parcel="A"), happened(4, "in_transit", parcel="B")
    ).splitlines()
    of_a = next(n for n, line in enumerate(lines) if line.startswith("🚪 Parcel A"))
    assert lines[of_a + 1].startswith("Couriers usually try again")
    assert lines[0] == "🚚 On its way"


def test_what_to_do_is_said_once() -> None:
    text = shown(*TWO, happened(3, "attempt_failed", parcel="A"))
    assert text.count("Couriers usually try again") == 1


def test_more_parcels_than_a_message_holds_are_counted() -> None:
    names = [f"{n:02} " + "🎉" * 8 for n in range(60)]
    text = shown(happened(0, "placed"), *(happened(1, "shipped", parcel=n) for n in names))
    seen_at_once = text.count(" · Shipped\n")
    assert 10 < seen_at_once < 20
    assert f"… and {60 - seen_at_once} more parcels\n" in text


def test_each_open_parcel_has_the_carriers_page_and_its_number_is_among_the_options() -> None:
    ups = Carrier(name="UPS", tracking_number="1Z9", tracking_url="https://ups.test/1Z9")
    view = seen(*TWO, happened(3, parcel="B", carrier=ups), happened(3, "in_transit", parcel="A"))
    message = orders.order_timeline(view, READER, NOW)
    assert rows(message) == [["Track parcel A"], ["Track parcel B"], REFRESH]
    copied = [each[0].copy_text for each in orders.all_rows(view, READER) if each]
    assert [each.text for each in copied if each] == ["JD01", "1Z9"]
    half = seen(*TWO, happened(3, parcel="B", carrier=ups), happened(3, "delivered", parcel="A"))
    assert rows(orders.order_timeline(half, READER, NOW)) == [["Track parcel B"], REFRESH]


def test_there_are_three_rows_of_buttons_at_most_and_the_first_is_in_colour() -> None:
    actions = [
        {"id": f"a{n}", "label": "A long label of the shop's", "url": "https://shop.test"}
        for n in range(3)
    ]
    problem = happened(
        1, "attempt_failed", carrier=DHL, photo_url="https://shop.test/p", actions=actions
    )
    reader = replace(READER, support="https://shop.test/ask")
    view = seen(happened(0, "placed"), problem)
    message = orders.order_timeline(view, reader, NOW)
    assert rows(message) == [["💬 Ask the shop"], ["A long label of the shop's"], REFRESH]
    assert [button.style for button in buttons(message)] == ["primary", None, None, None]
    assert rows(order_news(view, reader, NOW))[:2] == rows(message)[:2]
    labels = [button.text for row in orders.all_rows(view, reader) for button in row]
    assert labels[-3:] == ["Track with DHL", "Copy the tracking number", "📷 Show the photo"]


def test_a_live_card_has_no_button_to_refresh_it_and_copies_the_number() -> None:
    view = seen(happened(0, "shipped", carrier=DHL))
    card = orders.order_timeline(view, READER, NOW, is_live=True)
    assert rows(card) == [["Track with DHL"], ["📋 Copy the number", "⚙️ Options"]]


# The facts


@pytest.mark.parametrize(
    ("items", "says"), [(None, ""), (0, ""), (1, " · 1 item"), (2, " · 2 items")]
)
def test_items_are_counted_in_words(items: int | None, says: str) -> None:
    text = shown(happened(0, "placed", order_number="7", items=items))
    assert text.splitlines()[1] == f"Order #7{says}"


@pytest.mark.parametrize(
    ("carrier", "says"),
    [
        (None, None),
        (Carrier(), None),
        (Carrier(name="DHL"), "With DHL"),
        (Carrier(tracking_number="JD01"), "JD01"),
        (Carrier(name="DHL", tracking_number="JD01"), "With DHL · JD01"),
    ],
)
def test_of_the_carrier_is_said_what_is_known(carrier: Carrier | None, says: str | None) -> None:
    last = shown(happened(0, "placed", carrier=carrier)).splitlines()[-1]
    assert last == (says or "● Order placed · Mon 23 Nov 12:30 GMT+3")


def test_a_tracking_number_can_be_copied_with_a_tap_and_with_a_button() -> None:
    view = seen(happened(0, "shipped", carrier=DHL))
    message = orders.order_timeline(view, READER, NOW, is_live=True)
    assert marked(read(message), "code") == ["JD01"]
    copying = {b.text: b.copy_text.text for b in buttons(message) if b.copy_text}
    assert copying == {"📋 Copy the number": "JD01"}


def test_what_is_copied_has_nothing_in_it_that_nobody_sees() -> None:
    hidden = Carrier(tracking_number="\u202eJD01\u2066")
    view = seen(happened(0, "shipped", carrier=hidden))
    message = orders.order_timeline(view, READER, NOW, is_live=True)
    assert [b.copy_text.text for b in buttons(message) if b.copy_text] == ["JD01"]
    unseen = Carrier(tracking_number="\u202e")
    view = seen(happened(0, "shipped", carrier=unseen))
    message = orders.order_timeline(view, READER, NOW, is_live=True)
    assert not [b for b in buttons(message) if b.copy_text]


@pytest.mark.parametrize("end", ["cancelled", "returned", "refunded"])
def test_an_order_that_is_off_shows_no_progress_and_expects_nothing(end: str) -> None:
    text = shown(happened(0, "placed", estimated_delivery=window(8, 9)), happened(1, end))
    assert "Next" not in text
    assert "Expected" not in text


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ((2, 5), "Expected Mon 23 Nov 14:30–17:30 GMT+3"),
        ((None, 5), "Expected by Mon 23 Nov 17:30 GMT+3"),
        ((2, None), "Expected from Mon 23 Nov 14:30 GMT+3"),
        ((-5, 0.5), "Was expected Mon 23 Nov 07:30–13:00 GMT+3"),
        ((None, -20), "Was expected Sun 22 Nov 16:30 GMT+3"),
        ((None, None), None),
    ],
)
def test_when_it_is_expected_is_told_and_once_that_is_past_when_it_was(
    ends: tuple[float | None, float | None], says: str | None
) -> None:
    events = [happened(0, "placed", estimated_delivery=window(*ends))]
    for text in (shown(*events), told(*events)):
        assert next((x for x in text.splitlines() if "xpected" in x), None) == says


def test_with_only_a_first_moment_nothing_is_ever_late() -> None:
    since = seen(happened(0, "in_transit", estimated_delivery=window(-9, None)))
    lines = read(orders.order_timeline(since, READER, NOW)).text.splitlines()
    assert lines[1].startswith("Expected from ")


def test_of_a_late_order_the_customer_is_led_to_the_shop_first_if_there_is_a_way() -> None:
    late = seen(happened(0, "in_transit", carrier=DHL, estimated_delivery=window(-9, -8)))
    lines = read(orders.order_timeline(late, READER, NOW)).text.splitlines()
    assert not any("ask" in line for line in lines)
    reachable = replace(READER, support="https://nile.test/help")
    message = orders.order_timeline(late, reachable, NOW)
    assert read(message).text.splitlines()[1:3] == [
        "Was expected Mon 23 Nov 03:30–04:30 GMT+3",
        "Not there yet? Please ask Nile Coffee & Tea where it is.",
    ]
    assert buttons(message)[0].text == "💬 Ask the shop"


@pytest.mark.parametrize("come", ["ready_for_pickup", "delivered", "cancelled"])
def test_what_has_come_or_will_not_is_not_late(come: str) -> None:
    text = shown(happened(0, "shipped", estimated_delivery=window(-9, -8)), happened(0.5, come))
    assert "xpected" not in text


def test_an_expected_delivery_that_has_moved_says_so() -> None:
    events = [
        happened(0, "placed", estimated_delivery=window(8, 9)),
        happened(1, "delayed", estimated_delivery=window(30, 31)),
    ]
    for text in (shown(*events), told(*events)):
        assert "Expected Tue 24 Nov 18:30–19:30 GMT+3 (was Mon 23 Nov)\n" in text + "\n"
