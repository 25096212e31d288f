"""From a signed event to a message on the phone, over real HTTP and a real database."""

from sandbox import Person
from tests.conftest import Link
from tests.support.shop import ShopBackend


async def test_an_event_becomes_a_timeline_and_a_message(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")

    answer = await shop.create("ord_1", "customer-1", order_number="1001", items=2)
    assert (answer.status, answer.body) == (202, {"result": "recorded"})
    push = await alice.receives(containing="Thank you for your order #1001")
    assert push.buttons[0][0].text == "Show timeline"

    await shop.tell("ord_1", "shipped", location="Kampala", note="Left our shop")
    await alice.receives(containing="Your order #1001 has been shipped")

    await alice.send("/track #1001 ")
    timeline = await alice.receives(containing="Order placed")
    assert "Kampala · Left our shop" in timeline.text
