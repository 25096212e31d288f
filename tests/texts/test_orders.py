"""Orders in words: what a customer reads, whatever a shop sends."""

import inspect
from datetime import timedelta
from typing import Any

import pytest

from bot.services.references import button_key
from bot.services.statuses import Status
from bot.services.timeline import Timeline, timeline
from bot.texts import orders, statuses
from bot.texts.message import LONGEST, length
from storage.models import Carrier, Event
from tests.services.history import DHL, START, all_of, happened, order, window
from tests.texts.reading import HOSTILE, READER, buttons, marked, read

NOW = START + timedelta(hours=1)
LONG_ID = "z" * 128


def seen(*arriving: Event, order_id: str = "ord_1") -> Timeline:
    return timeline(order(*arriving, order_id=order_id))


def shown(*arriving: Event) -> str:
    return read(orders.order_timeline(seen(*arriving), READER, NOW)).text


def told(*arriving: Event) -> str:
    return read(orders.order_news(seen(*arriving), READER, NOW)).text


def foreign_everywhere(words: str) -> Timeline:
    """Twelve steps of two parcels, with these words wherever a shop can put some."""
    carrier = Carrier(
        name=words[:100], tracking_number=words[:100], tracking_url="https://dhl.test"
    )
    said: dict[str, Any] = {
        "note": words[:1000],
        "location": words[:200],
        "order_number": words[:64],
        "carrier": carrier,
        "estimated_delivery": window(8, 9),
        "items": 1_000_000,
    }
    parcels = [words[:63] + "A", words[:63] + "B"]
    steps = [happened(n, words[:64], parcel=parcels[n % 2], **said) for n in range(12)]
    return seen(*steps, order_id=LONG_ID)


# The timeline


def test_a_timeline_says_what_and_where_and_when_newest_first() -> None:
    text = shown(
        happened(0, "placed", order_number="1001", items=2),
        happened(1, "shipped", note="Left our shop", location="Kampala", carrier=DHL),
    )
    assert text.splitlines() == [
        "🚚 Shipped",
        "Order #1001 · 2 items",
        "▰▰▰▱▱ stage 3 of 5",
        "",
        "● Shipped · Mon 23 Nov 13:30 +0300",
        "Kampala · Left our shop",
        "○ Order placed · Mon 23 Nov 12:30 +0300",
        "",
        "With DHL · JD01",
    ]


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_a_timeline_full_of_hostile_words_is_one_that_telegram_takes(words: str) -> None:
    parsed = read(orders.order_timeline(foreign_everywhere(words), READER, NOW))
    kinds = {entity["type"] for entity in parsed.entities}
    assert kinds <= {"bold", "italic", "code", "date_time"}
    assert "evil.test" not in "".join(marked(parsed, "text_link"))


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_make_the_same_marks_as_plain_ones(words: str) -> None:
    def marks(note: str) -> list[str]:
        view = seen(happened(0, "placed", note=note + "."), happened(1, "shipped", note="b"))
        return [e["type"] for e in read(orders.order_timeline(view, READER, NOW)).entities]

    assert marks(words) == marks("plain words")


def test_the_longest_notes_leave_room_for_the_newest_steps() -> None:
    notes = [f"{n} " + "🎉" * 998 for n in range(12)]
    text = shown(*(happened(n, "in_transit", note=note) for n, note in enumerate(notes)))
    assert 3 * LONGEST / 4 < len(text.encode("utf-16-le")) / 2 <= LONGEST
    assert "11 🎉" in text
    assert "0 🎉" not in text.replace("10 🎉", "")
    assert "earlier steps" in text


def test_the_carrier_stays_even_where_steps_do_not() -> None:
    view = foreign_everywhere("🎉" * 1000)
    message = orders.order_timeline(view, READER, NOW)
    assert "With 🎉" in read(message).text
    assert buttons(message)[-1].url == "https://dhl.test"


@pytest.mark.parametrize(
    ("events", "hidden"), [(12, None), (13, "1 earlier step"), (900, "888 earlier steps")]
)
def test_a_long_history_says_how_many_steps_are_not_shown(events: int, hidden: str | None) -> None:
    text = shown(*(happened(n, "in_transit", note=f"stop {n}") for n in range(events)))
    assert text.count("On its way · ") == 12
    assert f"stop {events - 1}\n" in text + "\n"
    assert ("earlier" in text) == (hidden is not None)
    if hidden:
        assert text.endswith(f"… and {hidden}")


@pytest.mark.parametrize("status", [*Status, "customs_hold"])
def test_the_state_is_always_there_in_words(status: str) -> None:
    view = seen(*all_of(["placed", status]))
    text = read(orders.order_timeline(view, READER, NOW)).text
    assert f"{statuses.emoji(status)} {statuses.name(status, READER)}\n" in text
    assert statuses.name(status, READER) in buttons(orders.order_list([view], READER))[0].text


def test_no_word_of_the_machine_is_shown() -> None:
    text = shown(*all_of(list(Status), order_number="1001", note="Hello"))
    for jargon in ("_", "ord_1", "customer-1", "msg_", "None", "UTC", "~"):
        assert jargon not in text


def test_parcels_are_named_where_there_are_several() -> None:
    one = [happened(0, "placed"), happened(1, "shipped", parcel="A")]
    assert "parcel" not in shown(*one)
    text = shown(*one, happened(2, "delivered", parcel="B"))
    assert "● Delivered (parcel B) · " in text
    assert "○ Shipped (parcel A) · " in text


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
    assert last == (says or "● Order placed · Mon 23 Nov 12:30 +0300")


def test_a_tracking_number_can_be_copied_with_a_tap() -> None:
    view = seen(happened(0, "shipped", carrier=DHL))
    assert marked(read(orders.order_timeline(view, READER, NOW)), "code") == ["JD01"]


@pytest.mark.parametrize("end", ["cancelled", "returned", "refunded"])
def test_an_order_that_is_off_shows_no_progress_and_expects_nothing(end: str) -> None:
    text = shown(happened(0, "placed", estimated_delivery=window(8, 9)), happened(1, end))
    assert "stage" not in text
    assert "Expected" not in text


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ((2, 5), "Expected Mon 23 Nov 14:30 +0300 – 17:30 +0300"),
        ((2, 26), "Expected Mon 23 Nov 14:30 +0300 – Tue 24 Nov 14:30 +0300"),
        ((None, 5), "Expected by Mon 23 Nov 17:30 +0300"),
        ((2, None), "Expected from Mon 23 Nov 14:30 +0300"),
        ((-5, 0.5), None),
        ((None, None), None),
    ],
)
def test_the_expected_delivery_is_told_until_it_is_past(
    ends: tuple[float | None, float | None], says: str | None
) -> None:
    events = [happened(0, "placed", estimated_delivery=window(*ends))]
    for text in (shown(*events), told(*events)):
        assert next((x for x in text.splitlines() if x.startswith("Expected")), None) == says


# News


@pytest.mark.parametrize("status", [*Status, "customs_hold"])
def test_news_tells_of_every_state_in_one_sentence(status: str) -> None:
    text = told(happened(0, status, order_number="1001"))
    assert text.startswith(f"{statuses.emoji(status)} ")
    assert "our order #1001" in text
    assert "\n" not in text.removesuffix("\n\nHow did it go?")


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_news_full_of_hostile_words_is_one_that_telegram_takes(words: str) -> None:
    parsed = read(orders.order_news(foreign_everywhere(words), READER, NOW))
    assert {e["type"] for e in parsed.entities} <= {"bold", "italic", "date_time"}


def test_news_of_a_parcel_tells_of_that_parcel() -> None:
    text = told(
        happened(0, "placed", order_number="1001"),
        happened(1, "in_transit", parcel="B"),
        happened(2, "delivered", parcel="A"),
        happened(3, "in_transit", parcel="B"),
    )
    assert text == "✅ Parcel A of your order #1001: Delivered."


def test_news_of_the_only_parcel_is_news_of_the_order() -> None:
    text = told(happened(0, "placed", order_number="1001"), happened(1, "shipped", parcel="A"))
    assert text == "🚚 Your order #1001 has been shipped."


# Names and buttons


@pytest.mark.parametrize(
    ("number", "called"),
    [("1001", "#1001"), ("#1001", "#1001"), ("AB-7", "AB-7"), (None, "ord_1")],
)
def test_an_order_is_called_what_the_customer_knows(number: str | None, called: str) -> None:
    view = seen(happened(0, "placed", order_number=number))
    text = read(orders.order_timeline(view, READER, NOW)).text
    assert text.splitlines()[1] == f"Order {called}"
    assert buttons(orders.order_list([view], READER))[0].text == f"📝 {called} · Order placed"


@pytest.mark.parametrize("words", [*HOSTILE.values(), "z" * 1000], ids=[*HOSTILE, "letters"])
def test_a_label_is_short_clean_and_ends_with_the_state(words: str) -> None:
    view = foreign_everywhere(words)
    labels = [
        *buttons(orders.order_list([view], READER)),
        *buttons(orders.order_timeline(view, READER, NOW)),
    ]
    for button in labels:
        assert 1 <= len(button.text) <= 64
        assert "\n" not in button.text
        assert "\u202e" not in button.text
    longest = seen(happened(0, "delivered", order_number=words[:64]), order_id=LONG_ID)
    assert buttons(orders.order_list([longest], READER))[0].text.endswith(" · Delivered")


@pytest.mark.parametrize("order_id", ["1", LONG_ID])
def test_buttons_carry_at_most_64_bytes_and_no_order_id(order_id: str) -> None:
    view = seen(happened(0, "shipped", carrier=DHL), order_id=order_id)
    messages = [
        orders.order_timeline(view, READER, NOW),
        orders.order_news(view, READER, NOW),
        orders.order_list([view], READER),
        orders.several_orders([view], READER),
        orders.not_found(READER),
    ]
    carried = [b.callback_data for m in messages for b in buttons(m) if b.callback_data]
    assert {f"show:{button_key(order_id)}", f"refresh:{button_key(order_id)}", "orders"} == set(
        carried
    )
    assert max(len(str(data).encode()) for data in carried) <= 64


def test_the_carriers_page_is_a_button_away() -> None:
    view = seen(happened(0, "shipped", carrier=DHL))
    for message in (orders.order_timeline(view, READER, NOW), orders.order_news(view, READER, NOW)):
        last = buttons(message)[-1]
        assert (last.text, last.url) == ("Track with DHL", DHL.tracking_url)


def test_a_carrier_without_a_name_has_a_button_too() -> None:
    view = seen(happened(0, "shipped", carrier=Carrier(tracking_url="https://dhl.test/1")))
    assert buttons(orders.order_news(view, READER, NOW))[-1].text == "Track the parcel"


# Lists and answers


def test_a_list_has_a_button_an_order() -> None:
    views = [seen(happened(0, "placed", order_number=str(n)), order_id=f"ord_{n}") for n in (1, 2)]
    for message in (orders.order_list(views, READER), orders.several_orders(views, READER)):
        assert read(message)
        assert [b.callback_data for b in buttons(message)] == [
            f"show:{button_key('ord_1')}",
            f"show:{button_key('ord_2')}",
        ]


def test_an_empty_list_says_what_comes() -> None:
    message = orders.order_list([], READER)
    assert "Nile Coffee & Tea" in read(message).text
    assert buttons(message) == []


def test_there_is_one_answer_for_what_is_not_found_and_it_repeats_nothing() -> None:
    assert list(inspect.signature(orders.not_found).parameters) == ["reader"]
    assert "can't find" in read(orders.not_found(READER)).text


def test_the_length_of_a_full_message_is_what_telegram_counts() -> None:
    message = orders.order_timeline(foreign_everywhere("<&'\">" * 200), READER, NOW)
    assert length(message.html) == len(read(message).text.encode("utf-16-le")) // 2
