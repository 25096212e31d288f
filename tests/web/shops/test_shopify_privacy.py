"""Shopify's privacy webhooks: a customer, a guest's order or a shop is erased; and a copy."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.services.people.privacy_requests import GRACE, TO_HAND_OVER, PrivacyDuties
from sandbox import Person
from storage.errors import DatabaseError
from storage.mongo import Mongo
from storage.privacy_requests import PrivacyRequests
from storage.sources import OrdersBySource
from tests.conftest import Link
from tests.support.fail_points import fail_commands
from tests.support.replica import a_privacy
from tests.support.shop import Answer, ShopBackend
from tests.support.waiting import until
from tests.web.shops.conftest import SECRETS, of_shopify, payload, post

ORDER, CUSTOMER = 6100000000000000013, 7200000000000000021
SHOP = {"shop_id": 954889, "shop_domain": "nile-coffee.myshopify.com"}

Duties = Callable[..., PrivacyDuties]


@pytest.fixture
def duties(mongo: Mongo) -> Duties:
    """As a replica has them whose clock is so much ahead."""

    def duties(ahead: timedelta = timedelta(0)) -> PrivacyDuties:
        privacy = a_privacy(mongo)
        return PrivacyDuties(
            requests=PrivacyRequests(mongo),
            privacy=privacy,
            orders=OrdersBySource(mongo),
            clock=lambda: datetime.now(UTC) + ahead,  # type: ignore[arg-type]
        )

    return duties


def customer(**others: Any) -> dict[str, Any]:
    """As Shopify's documentation has it."""
    return {"id": CUSTOMER, "email": "john@example.com", "phone": "555-625-1199"} | others


def redaction(*orders: int, **others: Any) -> dict[str, Any]:
    return SHOP | {"customer": customer(), "orders_to_redact": list(orders)} | others


def data_request(*orders: int, **others: Any) -> dict[str, Any]:
    asked = {"customer": customer(), "orders_requested": list(orders), "data_request": {"id": 9999}}
    return SHOP | asked | others


async def send(shop: ShopBackend, topic: str, content: Any, **how: Any) -> Answer:
    return await post(shop, "shopify", content, headers=of_shopify(topic), **how)


async def order(shop: ShopBackend, **changes: Any) -> None:
    answer = await send(shop, "orders/create", payload("shopify_order", **changes))
    assert answer.status == 202


async def ids(mongo: Mongo, collection: str = "orders") -> set[Any]:
    return {one["_id"] for one in await mongo.database[collection].find({}).to_list(None)}


# A customer


async def test_a_customer_and_all_of_theirs_is_erased(
    shop: ShopBackend, mongo: Mongo, alice: Person, link: Link, duties: Duties
) -> None:
    await link(alice, str(CUSTOMER))
    await order(shop)
    await order(shop, id=2, name="#2045", customer={"id": 5})
    await alice.receives(containing="#2044")
    assert (await send(shop, "customers/redact", redaction(ORDER))).status == 200
    await duties().carry_out_requests()
    assert await ids(mongo) == {"2"}
    assert await ids(mongo, "chats") == set()
    assert await ids(mongo, "privacy_requests") == set()
    later = await send(shop, "orders/updated", payload("shopify_order"))
    assert later.body == {"result": "ignored", "why": "This customer was erased."}


async def test_a_guest_s_orders_are_erased_with_whoever_follows_them(
    shop: ShopBackend, mongo: Mongo, duties: Duties
) -> None:
    await order(shop, customer=None)
    await order(shop, id=2, name="#2045", customer=None)
    unknown = {"email": "john@example.com", "phone": None}
    answer = await send(shop, "customers/redact", redaction(ORDER, 77, customer=unknown))
    assert answer.body == {"result": "taken up"}
    await duties().carry_out_requests()
    assert await ids(mongo) == {"2"}
    again = await send(shop, "orders/updated", payload("shopify_order", customer=None))
    assert again.result == "ignored"


async def test_of_whom_nothing_is_held_is_a_success_as_well(
    shop: ShopBackend, duties: Duties
) -> None:
    assert (await send(shop, "customers/redact", redaction())).status == 200
    await duties().carry_out_requests()
    assert (await send(shop, "customers/redact", redaction())).status == 200
    await duties().carry_out_requests()


async def test_twice_is_harmless(shop: ShopBackend, mongo: Mongo, duties: Duties) -> None:
    await order(shop)
    first = await send(shop, "customers/redact", redaction(ORDER))
    second = await send(shop, "customers/redact", redaction(ORDER))
    assert [first.result, second.result] == ["taken up", "duplicate"]
    assert second.status == 200
    await duties().carry_out_requests()
    await duties().carry_out_requests()
    assert await ids(mongo) == set()


async def test_the_service_carries_it_out_by_itself(shop: ShopBackend, mongo: Mongo) -> None:
    await order(shop)
    await send(shop, "customers/redact", redaction(ORDER))

    async def is_done() -> bool:
        return await ids(mongo) == set() == await ids(mongo, "privacy_requests")

    await until(is_done)


# Who may ask


@pytest.mark.parametrize("topic", ["customers/redact", "shop/redact", "customers/data_request"])
async def test_a_wrong_signature_is_a_401(shop: ShopBackend, mongo: Mongo, topic: str) -> None:
    answer = await send(shop, topic, redaction(ORDER), secret="somebody_else_s_secret")
    assert answer.status == 401
    assert await ids(mongo, "privacy_requests") == set()


@pytest.mark.parametrize("topic", ["customers/redact", "shop/redact", "customers/data_request"])
@pytest.mark.parametrize("sent", ["order", "fulfillment", "fulfillment_event"])
async def test_no_other_signed_post_erases_anything_whatever_topic_it_is_sent_with(
    shop: ShopBackend, mongo: Mongo, duties: Duties, topic: str, sent: str
) -> None:
    """The topic is in a header, which nobody signs."""
    await order(shop)
    answer = await send(shop, topic, payload(f"shopify_{sent}"))
    assert answer.body == {"result": "ignored", "why": "It cannot be read."}
    assert await ids(mongo, "privacy_requests") == set()


@pytest.mark.parametrize(
    "content",
    [
        redaction(customer=None),
        redaction(orders_to_redact="all"),
        redaction(orders_to_redact=[{}]),
        redaction(shop_domain=None),
        data_request(data_request=None),
        {"shop_id": None, "shop_domain": "nile-coffee.myshopify.com"},
        SHOP | {"id": 1},
        {},
        [],
    ],
)
async def test_what_is_none_of_the_three_bodies_is_none(
    shop: ShopBackend, mongo: Mongo, content: Any
) -> None:
    answer = await send(shop, "shop/redact", content)
    assert (answer.status, answer.result) == (200, "ignored")
    assert await ids(mongo, "privacy_requests") == set()


async def test_the_body_says_what_is_asked_and_not_the_topic(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await order(shop)
    await send(shop, "shop/redact", data_request(ORDER))
    [request] = await mongo.database["privacy_requests"].find({}).to_list(None)
    assert request["kind"] == "copy"


# A shop


async def test_all_that_came_from_shopify_goes_a_week_after_the_shop_left_it(
    shop: ShopBackend, mongo: Mongo, alice: Person, bob: Person, link: Link, duties: Duties
) -> None:
    await link(alice, str(CUSTOMER))
    await link(bob, "5")
    await order(shop)
    await order(shop, id=2, name="#2045", customer={"id": 5})
    await order(shop, id=3, name="#2046", customer=None)
    await shop.create("of-another-system", "5")
    assert (await send(shop, "shop/redact", SHOP)).status == 200
    await duties(GRACE - timedelta(hours=1)).carry_out_requests()
    assert len(await ids(mongo)) == 4
    await duties(GRACE + timedelta(hours=1)).carry_out_requests()
    assert await ids(mongo) == {"of-another-system"}
    assert await ids(mongo, "chats") == {bob.id}
    assert await ids(mongo, "privacy_requests") == set()


async def test_what_was_cut_off_is_done_to_the_end(
    shop: ShopBackend,
    mongo: Mongo,
    alice: Person,
    link: Link,
    duties: Duties,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After the orders of one customer are gone, what else is held of them can still be found."""
    monkeypatch.setattr("storage.paging.BATCH", 1)
    await link(alice, str(CUSTOMER))
    for n in range(3):
        await order(shop, id=10 + n, name=f"#{n}")
    await send(shop, "shop/redact", SHOP)
    late = duties(GRACE + timedelta(hours=1))
    await fail_commands(mongo, {"skip": 4}, failCommands=["delete"], errorCode=91)
    with pytest.raises(DatabaseError):
        await late.carry_out_requests()
    await fail_commands(mongo, "off")
    assert await ids(mongo, "privacy_requests")
    await late.carry_out_requests()
    assert await ids(mongo) == await ids(mongo, "chats") == set()
    assert await ids(mongo, "privacy_requests") == set()


async def test_a_shop_that_comes_back_is_served_again(
    shop: ShopBackend, mongo: Mongo, duties: Duties
) -> None:
    await order(shop)
    await send(shop, "shop/redact", SHOP)
    await duties(GRACE + timedelta(hours=1)).carry_out_requests()
    assert await ids(mongo) == set()
    await order(shop, note="again")
    assert await ids(mongo) == {str(ORDER)}


async def test_nothing_goes_while_shopify_goes_on_telling_of_orders(
    shop: ShopBackend, mongo: Mongo, duties: Duties
) -> None:
    """An app that was put in the place of another, or a body that somebody has sent once more."""
    await order(shop)
    await send(shop, "shop/redact", SHOP)
    await order(shop, id=2, name="#2045")
    await duties(GRACE + timedelta(hours=1)).carry_out_requests()
    assert await ids(mongo) == {str(ORDER), "2"}
    assert await ids(mongo, "privacy_requests") == set()


async def test_who_knows_better_keeps_what_came_from_shopify(
    shop: ShopBackend, mongo: Mongo, duties: Duties
) -> None:
    await order(shop)
    await send(shop, "shop/redact", SHOP)
    answer = await shop.api("GET", "/api/v1/privacy-requests")
    [waiting] = answer.body["privacy_requests"]
    assert (waiting["kind"], waiting["customer_id"]) == ("erase_all", None)
    request_id = waiting["request_id"]
    assert (await shop.api("DELETE", f"/api/v1/privacy-requests/{request_id}")).status == 204
    await duties(GRACE + timedelta(hours=1)).carry_out_requests()
    assert await ids(mongo) == {str(ORDER)}


# A copy


async def test_a_request_for_a_copy_waits_to_be_handed_over_for_thirty_days(
    shop: ShopBackend, duties: Duties
) -> None:
    await order(shop)
    assert (await send(shop, "customers/data_request", data_request(ORDER))).status == 200
    await duties().carry_out_requests()
    answer = await shop.api("GET", "/api/v1/privacy-requests")
    [waiting] = answer.body["privacy_requests"]
    assert (waiting["customer_id"], waiting["order_ids"]) == (str(CUSTOMER), [str(ORDER)])
    assert waiting["source"] == "shopify"
    assert await duties(TO_HAND_OVER + timedelta(hours=1)).waiting() == []


async def test_what_was_handed_over_is_forgotten(shop: ShopBackend, duties: Duties) -> None:
    await send(shop, "customers/data_request", data_request(ORDER))
    [waiting] = await duties().waiting()
    assert (await shop.api("DELETE", f"/api/v1/privacy-requests/{waiting.id}")).status == 204
    assert (await shop.api("DELETE", f"/api/v1/privacy-requests/{waiting.id}")).status == 404
    assert await duties().waiting() == []


async def test_who_is_erased_is_handed_nothing_over(shop: ShopBackend, duties: Duties) -> None:
    await send(shop, "customers/data_request", data_request())
    await send(shop, "customers/redact", redaction())
    await duties().carry_out_requests()
    assert await duties().waiting() == []


async def test_nothing_is_kept_of_a_request_but_ids(shop: ShopBackend, mongo: Mongo) -> None:
    for topic, content in (
        ("customers/data_request", data_request(ORDER)),
        ("customers/redact", redaction(ORDER)),
    ):
        await send(shop, topic, content, secret=SECRETS["shopify"][1])
    kept = str(await mongo.database["privacy_requests"].find({}).to_list(None))
    assert "john" not in kept
    assert "555" not in kept
