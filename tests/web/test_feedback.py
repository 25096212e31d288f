"""`GET /api/v1/feedback` and `…/orders/{order_id}/feedback`: what customers said, for the shop."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.services.people.feedback import SETTLED
from sandbox import Person
from storage.feedback import Opinions
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.news import NOON, opinion
from tests.support.shop import Answer, ShopBackend
from tests.web.conftest import on_both_drivers


async def said(mongo: Mongo, count: int, *, first: int = 0) -> list[str]:
    """So many opinions, a minute apart; their orders."""
    opinions = Opinions(mongo)
    for n in range(first, first + count):
        await opinions.say(opinion(n, f"ord_{n}", after=n), since=NOON - timedelta(days=7))
    return [f"ord_{n}" for n in range(first, first + count)]


async def ask(shop: ShopBackend, **query: Any) -> Answer:
    return await shop.api("GET", "/api/v1/feedback", params=query)


def orders(answer: Answer) -> list[str]:
    assert answer.status == 200, answer
    return [each["order_id"] for each in answer.body["feedback"]]


# One order's


@on_both_drivers
async def test_what_a_customer_said_is_read_with_its_order(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord/1", "customer-1", status="delivered")
    await alice.receives(containing="How was your delivery?")
    await alice.press("🙁 Not great")
    await alice.press("✍️ Add a comment")
    prompt = await alice.receives(containing="What would you like to tell")
    await alice.send('The "box" was wet 🙁', reply_to=prompt)
    await alice.receives(containing="will read it")

    answer = await shop.api("GET", "/api/v1/orders/ord%2F1/feedback")

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    [told] = answer.body["feedback"]
    given = datetime.fromisoformat(told.pop("given_at"))
    assert timedelta() <= datetime.now(UTC) - given < timedelta(minutes=1)
    reference = told.pop("feedback_id")
    assert told == {
        "order_id": "ord/1",
        "customer_id": "customer-1",
        "rating": "bad",
        "comment": 'The "box" was wet 🙁',
    }
    assert str(alice.id) not in reference


async def test_an_order_of_which_nothing_was_said_has_an_empty_list(shop: ShopBackend) -> None:
    await shop.create("ord_1", "customer-1")
    assert (await shop.api("GET", "/api/v1/orders/ord_1/feedback")).body == {"feedback": []}


async def test_an_order_that_was_never_seen_is_not_found(shop: ShopBackend, mongo: Mongo) -> None:
    await said(mongo, 1)
    for order_id in ("ord_0", "$ne", "%00", "x" * 2000):
        answer = await shop.api("GET", f"/api/v1/orders/{order_id}/feedback")
        assert (answer.status, answer.body["detail"]) == (404, "This order was never seen.")


# All of it


@on_both_drivers
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_pages_hold_everything_once_oldest_first(
    shop: ShopBackend, mongo: Mongo, limit: int
) -> None:
    told = await said(mongo, 5)
    found: list[str] = []
    query: dict[str, Any] = {"limit": limit}
    for _ in told:
        page = orders(answer := await ask(shop, **query))
        assert len(page) <= limit
        found += page
        query["after"] = answer.body["next"]
    assert found == told


async def test_next_asks_for_what_comes_later(shop: ShopBackend, mongo: Mongo) -> None:
    assert (await ask(shop)).body == {"feedback": [], "next": None}
    await said(mongo, 2)
    after = (await ask(shop)).body["next"]
    assert (await ask(shop, after=after)).body == {"feedback": [], "next": after}
    later = await said(mongo, 2, first=2)
    assert orders(await ask(shop, after=after)) == later


async def test_what_was_changed_comes_again_by_the_same_id(shop: ShopBackend, mongo: Mongo) -> None:
    await said(mongo, 2)
    before = (await ask(shop)).body
    changed = opinion(0, "ord_0", after=9, rating="bad")
    await Opinions(mongo).say(changed, since=NOON - timedelta(days=7))
    [again] = (await ask(shop, after=before["next"])).body["feedback"]
    first = before["feedback"][0]
    assert again == first | {"rating": "bad", "given_at": again["given_at"]}
    assert again["given_at"] > first["given_at"]


async def test_what_was_said_just_now_is_left_for_the_next_page(
    shop: ShopBackend, mongo: Mongo
) -> None:
    """Something else that was said a moment before may still be on its way to the database."""
    now = datetime.now(UTC)
    for n, at in enumerate([now - SETTLED - timedelta(seconds=1), now + timedelta(seconds=30)]):
        new = opinion(n, f"ord_{n}").model_copy(update={"at": at, "since": at})
        await Opinions(mongo).say(new, since=NOON)
    assert orders(await ask(shop)) == ["ord_0"]


async def test_a_hundred_are_told_unless_fewer_are_wanted(shop: ShopBackend, mongo: Mongo) -> None:
    told = await said(mongo, 101)
    assert orders(await ask(shop)) == told[:100]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (limit, "limit")
        for limit in (
            "limit=0", "limit=101", "limit=-1", "limit=", "limit=x", "limit=1.0", "limit=1e1",
            "limit=%D9%A1", "limit=+1", "limit=99999999999999999999", "limit=1&limit=1",
        )
    ]
    + [
        (after, "after")
        for after in (
            "after=", "after=x", "after=%00", "after=%C3%A9", "after=AAAA", "after=a&after=b",
            "after=" + "A" * 5000,
            "after=" + base64.urlsafe_b64encode(b"99999999999999 0123456789abcdef").decode(),
            "after=" + base64.urlsafe_b64encode(b"1 0123456789 abcdef").decode().rstrip("="),
            "after=" + base64.urlsafe_b64encode(b"-1 0123456789abcdef").decode().rstrip("="),
        )
    ]
    + [("before=x", "before"), ("rating=bad", "rating"), ("Limit=1", "Limit")],
)  # fmt: skip
async def test_a_query_that_is_not_understood_is_refused(
    shop: ShopBackend, query: str, field: str
) -> None:
    answer = await shop.api("GET", f"/api/v1/feedback?{query}")
    assert answer.status == 422
    assert [error["field"] for error in answer.body["errors"]] == [field]
    assert "problem+json" in answer.headers["Content-Type"]


async def test_without_the_key_nothing_is_told(shop: ShopBackend, mongo: Mongo) -> None:
    await shop.create("ord_0", "customer-1", notify=False)
    await said(mongo, 1)
    paths = ["/api/v1/feedback", "/api/v1/feedback?limit=x"]
    paths += [f"/api/v1/orders/{order_id}/feedback" for order_id in ("ord_0", "ord_9")]
    wrong = {"Authorization": "Bearer wrong-key-0123456789"}
    answers = [
        await shop.request("GET", path, headers=headers)
        for path in paths
        for headers in ({}, wrong)
    ]
    assert {(answer.status, repr(answer.body)) for answer in answers} == {
        (401, repr(answers[0].body))
    }


async def test_of_an_erased_customer_nothing_is_told(shop: ShopBackend, mongo: Mongo) -> None:
    await shop.create("ord_0", "customer-1", notify=False)
    await said(mongo, 1)
    await shop.api("DELETE", "/api/v1/customers/customer-1")
    assert orders(await ask(shop)) == []
    assert (await shop.api("GET", "/api/v1/orders/ord_0/feedback")).status == 404
