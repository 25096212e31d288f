"""What is in an order, as its customer reads it, and nobody else."""

import pytest

from sandbox import Person, Sandbox
from tests.conftest import Link
from tests.support.shop import ShopBackend

BEANS = {"name": "Coffee beans <b>dark</b>", "quantity": 2}
MUG = {"name": "Mug", "quantity": 1, "image_url": "https://shop.test/mug.png"}
TEA = {"name": "Tea", "quantity": 1}


@pytest.fixture
async def customer(alice: Person, link: Link) -> Person:
    await link(alice, "customer-1")
    return alice


async def test_a_customer_reads_what_is_in_the_order_in_every_answer(
    shop: ShopBackend, customer: Person
) -> None:
    said = "2 × Coffee beans <b>dark</b>, Mug and 1 more"
    await shop.create("ord_1", "customer-1", items=[BEANS, MUG, TEA])
    placed = await customer.receives(containing="Thank you for your order")
    assert placed.text.split("\n")[1] == said
    await customer.send("/track ord_1")
    shown = await customer.receives(containing="Order ord_1 · 2 × Coffee bean… + 2")
    assert shown.text.endswith("\n\n2 × Coffee beans <b>dark</b>\nMug\nTea")
    await customer.send("/orders")
    listed = await customer.receives(containing="Your latest orders")
    assert listed.text.split("\n")[-1] == "ord_1 · 2 × Coffee beans <b>dark</b> + 2"
    await shop.tell("ord_1", "shipped")
    sent = await customer.receives(containing="has been shipped")
    assert sent.text.split("\n")[1] == said
    await shop.tell("ord_1", "delivered")
    there = await customer.receives(containing="has been delivered")
    assert "Mug" not in there.text


async def test_of_a_part_that_is_sent_it_is_said_what_follows(
    shop: ShopBackend, customer: Person
) -> None:
    await shop.create("ord_1", "customer-1", items=[BEANS, MUG, TEA])
    await shop.tell("ord_1", "shipped", parcel="1", items=[BEANS, MUG])
    sent = await customer.receives(containing="Parcel 1 of your order ord_1")
    assert sent.text.split("\n")[1:] == [
        "2 × Coffee beans <b>dark</b> and Mug",
        "The rest of your order follows: Tea",
    ]
    await shop.tell("ord_1", "delivered", parcel="1")
    there = await customer.receives(containing="Parcel 1 of your order ord_1: Delivered.")
    assert "The rest of your order follows: Tea" in there.text
    await shop.tell("ord_1", "shipped", parcel="2", items=[TEA])
    rest = await customer.receives(containing="Parcel 2 of your order ord_1")
    assert rest.text.split("\n")[1] == "Tea"
    assert "follows" not in rest.text
    await shop.tell("ord_1", "delivered", parcel="2")
    await customer.receives(containing="Your order ord_1 is all here: 2 parcels delivered")


async def test_a_shop_that_tells_a_count_is_shown_as_before(
    shop: ShopBackend, customer: Person
) -> None:
    await shop.create("ord_1", "customer-1", items=4)
    placed = await customer.receives(containing="Thank you for your order")
    assert placed.text.count("\n") == 0
    await customer.send("/track ord_1")
    await customer.receives(containing="Order ord_1 · 4 items\nNext: Packed")


async def test_two_hundred_things_with_long_names_are_one_message(
    shop: ShopBackend, customer: Person
) -> None:
    many = [{"name": f"{n} {'W' * 200}", "quantity": n + 1} for n in range(200)]
    assert (await shop.create("ord_1", "customer-1", items=many)).status == 202
    await customer.send("/track ord_1")
    shown = await customer.receives(containing="… + 20,099\n")
    assert len(shown.text) < 1500
    assert "… and 19," in shown.text


async def test_who_gets_a_shared_link_learns_nothing_of_it(
    shop: ShopBackend, customer: Person, sandbox: Sandbox, charlie: Person
) -> None:
    await shop.create("ord_1", "customer-1", items=[BEANS, MUG])
    await shop.tell("ord_1", "shipped", parcel="1", items=[BEANS])
    await customer.send("/track ord_1")
    await customer.receives(containing="Order ord_1")
    await customer.press("⚙️ Options")
    await customer.press("📤 Share")
    link = (await customer.receives(containing="?start=s_")).text.partition("?start=")[2].split()[0]
    await charlie.send(f"/start {link}")
    seen = await charlie.receives(containing="Shipped")
    assert not [name for name in ("beans", "Mug", "items") if name in seen.text]
