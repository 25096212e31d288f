"""A way to pay, and where to fetch it: from the shop's event to the phone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox import Button, Message, Person
from storage.chats import Chats
from storage.models import Preferences
from tests.chat.opinions import labels
from tests.conftest import Link
from tests.support.shop import ShopBackend

PAY = "https://pay.example.com/1001"
UNTIL = (datetime.now(UTC) + timedelta(days=5)).date()
KIOSK: dict[str, Any] = {
    "name": "Bukoto kiosk",
    "address": "Plot 12, Kira Road",
    "map_url": "https://maps.example.com/bukoto",
    "hours": "Mon to Sat 8:00 to 20:00",
    "until": UNTIL.isoformat(),
    "code": "471 100",
}


@pytest.fixture
async def linked(alice: Person, link: Link) -> Person:
    await link(alice, "customer-1")
    return alice


def buttons(message: Message) -> list[Button]:
    return [button for row in message.buttons for button in row]


def hidden(message: Message) -> list[str]:
    """What is seen at a tap only, and never on a locked phone."""
    units = message.text.encode("utf-16-le")
    return [
        units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in message.entities
        if e["type"] == "spoiler"
    ]


# A way to pay


async def test_pay_now_is_below_the_news_and_the_timeline_until_it_is_paid(
    shop: ShopBackend, linked: Person
) -> None:
    await shop.create("ord_1", "customer-1", status="payment_due", payment_url=PAY)
    told = await linked.receives(containing="waiting for your payment")
    assert (buttons(told)[0].text, buttons(told)[0].url) == ("💳 Pay now", PAY)
    await linked.press("Show timeline", told)
    shown = await linked.receives(containing="Waiting for payment")
    assert buttons(shown)[0].url == PAY
    await shop.tell("ord_1", "confirmed")
    told = await linked.receives(containing="is confirmed")
    assert labels(told) == [["Show timeline"]]
    await linked.press("🔄 Refresh", shown)
    assert all(button.url is None for button in buttons(linked.chat.messages[shown.id]))


async def test_a_live_message_has_it_and_loses_it(
    shop: ShopBackend, linked: Person, chats: Chats
) -> None:
    await chats.prefer(linked.id, Preferences(cards=True))
    await shop.create("ord_1", "customer-1", status="payment_due", payment_url=PAY)
    card = await linked.receives(containing="Waiting for payment")
    assert buttons(card)[0].url == PAY
    await shop.tell("ord_1", "confirmed")
    card = await linked.receives(containing="Confirmed")
    assert "💳 Pay now" not in [button.text for button in buttons(card)]


# Where to fetch it


async def test_what_is_ready_says_where_until_when_and_has_its_code_to_copy(
    shop: ShopBackend, linked: Person
) -> None:
    await shop.create("ord_1", "customer-1", notify=False)
    await shop.tell("ord_1", "ready_for_pickup", pickup=KIOSK)
    told = await linked.receives(containing="ready for you to pick up")
    await linked.press("Show timeline", told)
    shown = await linked.receives(containing="Ready for pick-up")
    for message in (told, shown):
        assert "📍 Bukoto kiosk, Plot 12, Kira Road" in message.text
        assert "🕘 Mon to Sat 8:00 to 20:00" in message.text
        assert f"⌛ It waits for you until {UNTIL:%a} {UNTIL.day} {UNTIL:%b}" in message.text
        assert hidden(message) == ["471 100"]
        on_map, copy = message.buttons[0]
        assert (on_map.text, on_map.url) == ("🗺️ On the map", KIOSK["map_url"])
        assert (copy.text, copy.copy_text) == ("🔑 Copy the code", "471 100")


async def test_what_was_fetched_has_no_code_any_more(shop: ShopBackend, linked: Person) -> None:
    await shop.create("ord_1", "customer-1", status="ready_for_pickup", pickup=KIOSK)
    told = await linked.receives(containing="ready for you to pick up")
    await linked.press("Show timeline", told)
    shown = await linked.receives(containing="Ready for pick-up")
    await shop.tell("ord_1", "delivered")
    told = await linked.receives(containing="has been collected")
    await linked.press("🔄 Refresh", shown)
    for message in (told, linked.chat.messages[shown.id]):
        assert "471" not in message.text
        assert all(button.copy_text is None for button in buttons(message))


async def test_who_has_a_shared_link_sees_nothing_of_it(
    shop: ShopBackend, linked: Person, charlie: Person
) -> None:
    door = {"id": "door", "label": "Leave at the door", "url": "https://nile.example.com/door"}
    await shop.create(
        "ord_1", "customer-1", status="ready_for_pickup", pickup=KIOSK, actions=[door]
    )
    told = await linked.receives(containing="ready for you to pick up")
    await linked.press("Show timeline", told)
    await linked.receives(containing="Ready for pick-up")
    await linked.press("⚙️ Options")
    await linked.press("📤 Share")
    link = await linked.receives(containing="Share order")
    payload = link.text.split("?start=")[1].split()[0]
    await charlie.send(f"/start {payload}")
    seen = await charlie.receives(containing="shared with you")
    assert labels(seen) == [["🔄 Refresh"]]
    for theirs in ("Bukoto", "Kira", "471"):
        assert theirs not in seen.text
