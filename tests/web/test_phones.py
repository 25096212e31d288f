"""`PUT` and `DELETE /api/v1/customers/{customer_id}/phone`: by which number a customer is known."""

from typing import Any

from sandbox import Person
from storage.mongo import Mongo
from storage.phones import Phones
from tests.support.shop import Answer, ShopBackend
from tests.web.conftest import on_both_drivers

NUMBER = "+256700000000"
HINT = "a•••@example.com"


def path(customer_id: str = "customer-1") -> str:
    return f"/api/v1/customers/{customer_id}/phone"


async def give(shop: ShopBackend, customer_id: str = "customer-1", **body: Any) -> Answer:
    return await shop.api("PUT", path(customer_id), json={"phone": NUMBER} | body)


async def owners(mongo: Mongo, number: str = NUMBER) -> list[tuple[str, str | None]]:
    return [(phone.id, phone.account_hint) for phone in await Phones(mongo).of_number(number, 10)]


@on_both_drivers
async def test_a_number_is_kept_as_a_fingerprint_and_taken_back(
    shop: ShopBackend, mongo: Mongo
) -> None:
    answer = await give(shop, account_hint=HINT)
    assert (answer.status, answer.body) == (204, "")
    assert await owners(mongo) == [("customer-1", HINT)]
    kept = repr(await mongo.database["phones"].find({}).to_list(None))
    assert "700000000" not in kept
    assert HINT not in kept
    for _ in range(2):
        assert (await shop.api("DELETE", path())).status == 204
        assert await owners(mongo) == []


async def test_a_new_number_and_hint_take_the_place_of_the_old_ones(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await give(shop, account_hint=HINT)
    await give(shop)
    assert await owners(mongo) == [("customer-1", None)]
    await give(shop, phone="+256700000001")
    assert await owners(mongo) == []
    assert await owners(mongo, "+256700000001") == [("customer-1", None)]


async def test_a_number_may_be_in_several_accounts(shop: ShopBackend, mongo: Mongo) -> None:
    for customer_id in ("customer-2", "customer-1"):
        await give(shop, customer_id)
    assert [owner for owner, _ in await owners(mongo)] == ["customer-1", "customer-2"]
    await shop.api("DELETE", path("customer-1"))
    assert [owner for owner, _ in await owners(mongo)] == ["customer-2"]


async def test_a_number_is_the_same_however_it_is_written(shop: ShopBackend, mongo: Mongo) -> None:
    for written in (NUMBER, "+256 700 000000", "+256-(700)-000-000", f"  {NUMBER} "):
        await shop.api("DELETE", path())
        assert (written, (await give(shop, phone=written)).status) == (written, 204)
        assert len(await owners(mongo)) == 1


WRONG: list[tuple[Any, str]] = [
    ({}, "phone"),
    ({"phone": None}, "phone"),
    ({"phone": 256700424242}, "phone"),
    ({"phone": {"$ne": 1}}, "phone"),
    ({"phone": ""}, "phone"),
    ({"phone": "256700424242"}, "phone"),
    ({"phone": "0700424242"}, "phone"),
    ({"phone": "+25670042424"}, "phone"),
    ({"phone": "+2567004242424242"}, "phone"),
    ({"phone": "+999700424242"}, "phone"),
    ({"phone": "+256700424242" + "0" * 400}, "phone"),
    ({"phone": NUMBER, "account_hint": "h" * 101}, "account_hint"),
    ([], "body"),
]


async def test_a_wrong_field_is_named_and_the_number_never_repeated(
    shop: ShopBackend, mongo: Mongo
) -> None:
    for body, field in WRONG:
        answer = await shop.api("PUT", path(), json=body)
        assert (body, answer.status) == (body, 422)
        assert [error["field"] for error in answer.body["errors"]] == [field]
        assert "424242" not in repr(answer.body)
    assert await mongo.database["phones"].count_documents({}) == 0


async def test_nothing_happens_without_a_key_or_for_an_id_that_cannot_be(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await give(shop)
    for method in ("PUT", "DELETE"):
        assert (await shop.request(method, path(), json={"phone": NUMBER})).status == 401
        answer = await shop.api(method, path("$ne"), json={"phone": NUMBER})
        assert answer.status == 422
        assert [error["field"] for error in answer.body["errors"]] == ["customer_id"]
    assert len(await owners(mongo)) == 1


async def test_an_erased_customer_s_number_goes_and_is_not_taken_again(
    shop: ShopBackend, mongo: Mongo, alice: Person
) -> None:
    await give(shop)
    await give(shop, "customer-2")
    await shop.api("DELETE", "/api/v1/customers/customer-1")
    assert [owner for owner, _ in await owners(mongo)] == ["customer-2"]
    answer = await give(shop)
    assert answer.status == 422
    assert answer.body["errors"] == [
        {"field": "customer_id", "problem": "This customer or order was erased."}
    ]
    assert [owner for owner, _ in await owners(mongo)] == ["customer-2"]
