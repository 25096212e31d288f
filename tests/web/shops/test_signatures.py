"""`POST /webhooks/{shopify,woocommerce,aftership,mongoose}`: who is let in, and how far."""

import json

import pytest

from storage.mongo import Mongo
from tests.support.shop import API_KEY, ShopBackend
from tests.web.shops.conftest import SECRETS, SIGNATURES, of_shopify, payload, post, signature

SYSTEMS = ["shopify", "woocommerce", "aftership", "mongoose"]
GOOD = {
    "shopify": ("shopify_order", of_shopify("orders/create")),
    "woocommerce": ("woocommerce_order", {"X-WC-Webhook-Topic": "order.updated"}),
    "aftership": ("aftership_update", {}),
    "mongoose": ("mongoose_order", {}),
}
GIVING_UP = ["shopify", "woocommerce"]
"""They end a webhook after a few answers that are no success."""
every_system = pytest.mark.parametrize("system", SYSTEMS)
every_secret = pytest.mark.parametrize("system", list(SECRETS))


@every_system
async def test_what_is_signed_is_recorded_and_its_repeat_is_a_duplicate(
    shop: ShopBackend, system: str
) -> None:
    name, headers = GOOD[system]
    first = await post(shop, system, payload(name), headers=headers)
    assert (first.status, first.body) == (202, {"result": "recorded"})
    again = await post(shop, system, payload(name), headers=headers)
    assert (again.status, again.body) == (200, {"result": "duplicate"})


@every_system
async def test_every_bad_signature_gets_the_same_answer_and_nothing_is_stored(
    shop: ShopBackend, mongo: Mongo, system: str
) -> None:
    name, headers = GOOD[system]
    body = json.dumps(payload(name)).encode()
    header = SIGNATURES.get(system, "webhook-signature")
    right = signature(body, SECRETS.get(system, ["x"])[0])
    wrong = ["", "AAAA", "é", f"sha256={right}", right[:-1], right.lower(), f" {right},{right}"]
    wrong.append(signature(body + b" ", SECRETS.get(system, ["x"])[0]))
    wrong.append(signature(body, API_KEY))
    answers = [
        await post(shop, system, body, headers={**headers, header: given}) for given in wrong
    ]
    assert {answer.status for answer in answers} == {401}
    assert len({str(answer.body) for answer in answers}) == 1
    assert await mongo.database["orders"].count_documents({}) == 0


@every_secret
async def test_the_signature_is_over_the_very_bytes(shop: ShopBackend, system: str) -> None:
    name, headers = GOOD[system]
    body = json.dumps(payload(name), indent=4).encode() + b"\n"
    assert (await post(shop, system, body, headers=headers)).status == 202
    signed = {SIGNATURES[system]: signature(body, SECRETS[system][0])}
    assert (await post(shop, system, body.strip(), headers=headers | signed)).status == 401


@pytest.mark.parametrize("api_rate", [0.001])
async def test_of_several_secrets_each_is_good_and_has_a_quota_of_its_own(
    shop: ShopBackend,
) -> None:
    for secret in SECRETS["aftership"]:
        told = {"shop": shop, "system": "aftership", "content": payload("aftership_update")}
        answer = await post(**told, secret=secret)
        assert answer.status in {200, 202}
        assert "r=0;" in answer.headers["RateLimit"]
        assert (await post(**told, secret=secret)).status == 429


@pytest.mark.parametrize("api_rate", [0.001])
@pytest.mark.parametrize("system", GIVING_UP)
async def test_a_system_that_gives_up_is_not_made_to_wait(shop: ShopBackend, system: str) -> None:
    name, headers = GOOD[system]
    for _ in range(3):
        assert (await post(shop, system, payload(name), headers=headers)).status in {200, 202}


async def test_one_system_s_secret_opens_no_other_s_route(shop: ShopBackend) -> None:
    order = payload("woocommerce_order")
    assert (await post(shop, "woocommerce", order, secret=SECRETS["shopify"][0])).status == 401


@pytest.mark.parametrize("connected", [[], ["woocommerce"]])
async def test_the_route_of_a_system_without_a_secret_is_not_there(
    shop: ShopBackend, connected: list[str]
) -> None:
    for system in SECRETS:
        answer = await post(shop, system, payload(GOOD[system][0]), headers=GOOD[system][1])
        assert answer.status == (202 if system in connected else 404)
    assert (await post(shop, "mongoose", payload("mongoose_order"))).status == 202


# Bodies


@every_system
async def test_a_body_may_have_a_mebibyte_and_no_more(shop: ShopBackend, system: str) -> None:
    name, headers = GOOD[system]
    large = payload(name, filler="x" * (1024 * 1024 - 20_000))
    assert (await post(shop, system, large, headers=headers)).status == 202
    larger = payload(name, filler="x" * 1024 * 1024)
    answer = await post(shop, system, larger, headers=headers)
    if system in GIVING_UP:
        why = {"result": "ignored", "why": "It is larger than 1024 KiB."}
        assert (answer.status, answer.body) == (200, why)
    else:
        assert answer.status == 413
        assert answer.body["detail"] == "The body is larger than 1024 KiB."


@every_system
@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "text/plain"}, b"{}", 415),
        ({"Content-Encoding": "gzip"}, b"{}", 415),
        ({}, b"no json", 400),
        ({}, b'{"id": NaN}', 400),
        ({}, b"\xff", 400),
        ({}, b"[" * 100_000, 400),
    ],
)
async def test_what_is_no_json_of_ours_is_refused_in_the_contract_s_words(
    shop: ShopBackend, system: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = await post(shop, system, body, headers=GOOD[system][1] | headers)
    if system in GIVING_UP and status == 400:
        assert (answer.status, answer.body["result"]) == (200, "ignored")
    else:
        assert answer.status == status


# WooCommerce's greeting


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"webhook_id=7", 200),
        (b"webhook_id=", 415),
        (b"webhook_id=7&status=completed", 415),
        (b"webhook_id=" + b"7" * 2000, 413),
        (b"", 415),
    ],
)
async def test_woocommerce_may_greet_unsigned_and_do_nothing_with_it(
    shop: ShopBackend, mongo: Mongo, body: bytes, status: int
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await shop.request("POST", "/webhooks/woocommerce", data=body, headers=form)
    assert answer.status == status
    if status == 200:
        assert answer.body["result"] == "ignored"
        assert "RateLimit" not in answer.headers
    assert await mongo.database["orders"].count_documents({}) == 0


@pytest.mark.parametrize("system", ["shopify", "aftership", "mongoose"])
async def test_nobody_else_greets(shop: ShopBackend, system: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await shop.request("POST", f"/webhooks/{system}", data=b"webhook_id=7", headers=form)
    assert answer.status == 415
