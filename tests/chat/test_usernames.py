"""A @username changes hands, and what it once stood for does not."""

from sandbox import Person
from tests.conftest import Link
from tests.support.shop import ShopBackend


async def answers(person: Person) -> list[str]:
    found = []
    for question in ("/orders", "/track", "/track 1001", "/privacy", "/unlink"):
        await person.send(question)
        found.append((await person.receives()).text)
    return found


async def test_whoever_takes_over_a_known_username_sees_nothing_and_hears_of_nothing(
    shop: ShopBackend, alice: Person, bob: Person, charlie: Person, link: Link
) -> None:
    alice.rename("alice_k")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await link(alice, "customer-1")
    alice.rename(None)
    charlie.rename("alice_k")

    asked = await answers(charlie)
    assert asked == await answers(bob)  # a stranger without any name
    assert not any("1001" in answer for answer in asked)

    await shop.tell("ord_1", "shipped")
    await alice.receives(containing="#1001 has been shipped")
    assert len(charlie.inbox) == len(asked)
    await alice.send("/track 1001")
    await alice.receives(containing="Order #1001")
