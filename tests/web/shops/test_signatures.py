"""`POST /webhooks/{system}`: who is let in, and how far."""

import hmac
import json

import pytest

from handlers.web.signature import base64_digest
from storage.mongo import Mongo
from tests.support.log import Log
from tests.support.shop import API_KEY, ShopBackend
from tests.web.shops.conftest import GIVING_UP, SECRETS, SIGNATURES, SYSTEM, Example, post

every_system = pytest.mark.parametrize("system", SYSTEM)
every_secret = pytest.mark.parametrize("system", list(SECRETS))


async def good(shop: ShopBackend, system: str) -> Example:
    """What the system may post, once the shop has told what it tells before."""
    example = Example.of(system)
    for event in example.events:
        await shop.tell(**event)
    return example


@every_system
async def test_what_is_signed_is_recorded_and_its_repeat_is_a_duplicate(
    shop: ShopBackend, system: str
) -> None:
    example = await good(shop, system)
    first = await post(shop, system, example.body, headers=example.headers)
    assert (first.status, first.body) == (202, {"result": "recorded"})
    again = await post(shop, system, example.body, headers=example.headers)
    assert (again.status, again.body) == (200, {"result": "duplicate"})


@every_system
async def test_every_bad_signature_gets_the_same_answer_and_nothing_is_stored(
    shop: ShopBackend, mongo: Mongo, system: str
) -> None:
    example = await good(shop, system)
    before = [order async for order in mongo.database["orders"].find()]
    body = json.dumps(example.body).encode()
    made = SIGNATURES[system].made if system in SIGNATURES else base64_digest
    right = made(SECRETS.get(system, ["x"])[0], body)
    wrong = ["", "AAAA", "é", f"sha256={right}", right[:-1], right.swapcase(), f" {right},{right}"]
    wrong += [made("another_secret", body), made(API_KEY, body)]
    if system not in SIGNATURES or not SIGNATURES[system].is_in_address:
        wrong.append(made(SECRETS.get(system, ["x"])[0], body + b" "))
    answers = [
        await post(shop, system, body, given=given, headers=example.headers) for given in wrong
    ]
    assert {answer.status for answer in answers} == {401}
    assert len({str(answer.body) for answer in answers}) == 1
    assert [order async for order in mongo.database["orders"].find()] == before


@pytest.mark.parametrize("system", [n for n in SIGNATURES if not SIGNATURES[n].is_in_address])
async def test_the_signature_is_over_the_very_bytes(shop: ShopBackend, system: str) -> None:
    example = await good(shop, system)
    body = json.dumps(example.body, indent=4).encode() + b"\n"
    assert (await post(shop, system, body, headers=example.headers)).status == 202
    given = SIGNATURES[system].made(SECRETS[system][0], body)
    answer = await post(shop, system, body.strip(), given=given, headers=example.headers)
    assert answer.status == 401


# As their documentation and libraries have it


def test_a_digest_is_what_sendcloud_s_documentation_makes_of_its_example() -> None:
    made = SIGNATURES["sendcloud"].made("secretkey", b'{"key": "value"}')
    assert made == "1eed4b3d41f4653ac64fd56f1bf1cbfd349e4482cbc11dff7134bd93e5da4b0a"


@pytest.mark.parametrize("secret", ["s\u00e9cret", "se\u0301cret"])
def test_an_accent_in_easypost_s_secret_may_be_written_either_way(secret: str) -> None:
    made = SIGNATURES["easypost"].made(secret, b'{"description":"tracker.updated"}')
    by = hmac.new(b"se\xcc\x81cret", b'{"description":"tracker.updated"}', "sha256")
    assert made == f"hmac-sha256-hex={by.hexdigest()}"


@pytest.mark.usefixtures("logging_as_it_was")
async def test_shippo_s_token_is_in_no_line_of_the_log(shop: ShopBackend) -> None:
    log = Log()
    wrong = "canary_of_another_token"
    for token in (SECRETS["shippo"][0], wrong):
        for content in (Example.of("shippo").body, b"no json", {"event": "track_updated"}):
            await post(shop, "shippo", content, given=token)
    written = log.written.getvalue()
    assert written.count("webhook_refused") == 3
    assert SECRETS["shippo"][0] not in written
    assert wrong not in written


@pytest.mark.parametrize("api_rate", [0.001])
async def test_of_several_secrets_each_is_good_and_has_a_quota_of_its_own(
    shop: ShopBackend,
) -> None:
    content = Example.of("aftership").body
    for secret in SECRETS["aftership"]:
        told = {"shop": shop, "system": "aftership", "content": content}
        answer = await post(**told, secret=secret)
        assert answer.status in {200, 202}
        assert "r=0;" in answer.headers["RateLimit"]
        assert (await post(**told, secret=secret)).status == 429


@pytest.mark.parametrize("api_rate", [0.001])
@pytest.mark.parametrize("system", GIVING_UP)
async def test_a_system_that_gives_up_is_not_made_to_wait(shop: ShopBackend, system: str) -> None:
    example = await good(shop, system)
    for _ in range(3):
        answer = await post(shop, system, example.body, headers=example.headers)
        assert answer.status in {200, 202}


async def test_one_system_s_secret_opens_no_other_s_route(shop: ShopBackend) -> None:
    order = Example.of("woocommerce").body
    assert (await post(shop, "woocommerce", order, secret=SECRETS["shopify"][0])).status == 401


@pytest.mark.parametrize("connected", [[], ["woocommerce"]])
async def test_the_route_of_a_system_without_a_secret_is_not_there(
    shop: ShopBackend, connected: list[str]
) -> None:
    for system in SYSTEM:
        example = await good(shop, system)
        answer = await post(shop, system, example.body, headers=example.headers)
        is_there = system in [*connected, "mongoose"]
        assert answer.status == (202 if is_there else 404)


# Bodies


@every_system
async def test_a_body_may_have_a_mebibyte_and_no_more(shop: ShopBackend, system: str) -> None:
    example = await good(shop, system)
    large = example.body | {"filler": "x" * (1024 * 1024 - 20_000)}
    assert (await post(shop, system, large, headers=example.headers)).status == 202
    larger = example.body | {"filler": "x" * 1024 * 1024}
    answer = await post(shop, system, larger, headers=example.headers)
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
    answer = await post(shop, system, body, headers={**Example.of(system).headers, **headers})
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


@pytest.mark.parametrize("system", [name for name in SYSTEM if name != "woocommerce"])
async def test_nobody_else_greets(shop: ShopBackend, system: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await shop.request("POST", f"/webhooks/{system}", data=b"webhook_id=7", headers=form)
    assert answer.status == 415
