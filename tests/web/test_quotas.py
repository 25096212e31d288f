"""How much a key or a secret may ask: 429 beyond it, and nobody else notices."""

import math
import re
import time
from collections.abc import Awaitable, Callable

import pytest
from pydantic import SecretStr

from bot.services.shop.quotas import BURST
from bot.settings import Settings
from storage.mongo import Mongo
from tests.support.shop import API_KEY, SECRET, Answer, ShopBackend
from tests.support.waiting import until
from tests.web.conftest import event, signed

SECOND_KEY = "another-key-0123456789"
SECOND_SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"
RATE = 2.0
SIZE = int(RATE * BURST)

Asking = Callable[[], Awaitable[Answer]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "api_rate": RATE,
            "api_keys": [SecretStr(API_KEY), SecretStr(SECOND_KEY)],
            "webhook_secrets": [SecretStr(SECRET), SecretStr(SECOND_SECRET)],
        }
    )


def reads(shop: ShopBackend) -> Asking:
    return lambda: shop.api("GET", "/api/v1/orders/ord_unknown/tracking")


def posts(shop: ShopBackend) -> Asking:
    return lambda: shop.tell("ord_1", "shipped", customer_id="customer-1")


async def used_up(ask: Asking) -> tuple[list[Answer], Answer]:
    """Asks until there is a 429: what was served before, and that answer."""
    started, served = time.monotonic(), []
    while (answer := await ask()).status != 429:
        served.append(answer)
        most = SIZE + (time.monotonic() - started) * RATE
        assert len(served) <= most
    assert len(served) >= SIZE
    return served, answer


@pytest.mark.parametrize("asking", [reads, posts])
async def test_a_burst_is_served_then_429_and_after_the_wait_it_is_served_again(
    shop: ShopBackend, asking: Callable[[ShopBackend], Asking]
) -> None:
    ask = asking(shop)
    served, refused = await used_up(ask)
    assert {answer.status for answer in served} <= {202, 404}
    assert refused.headers["Content-Type"].startswith("application/problem+json")
    assert refused.body["status"] == 429
    assert refused.headers["Retry-After"] == str(math.ceil(1 / RATE))

    async def is_served() -> bool:
        return (await ask()).status in {202, 404}

    await until(is_served)


async def test_each_answer_says_how_much_is_left(shop: ShopBackend) -> None:
    served, refused = await used_up(reads(shop))
    first, *_, last = [*served, refused]
    assert first.headers["RateLimit-Policy"] == f'"key";q={SIZE};w={BURST}'
    assert first.headers["RateLimit"] == f'"key";r={SIZE - 1};t=1'
    assert last.headers["RateLimit"] == '"key";r=0;t=1'


async def test_what_was_refused_is_counted_by_its_status(shop: ShopBackend) -> None:
    async def counted(status: int) -> float:
        metrics = (await shop.request("GET", "/metrics")).body
        lines = re.findall(rf'refused_total{{status="{status}"}} (\S+)', metrics)
        return float(lines[0]) if lines else 0

    before = [await counted(status) for status in (429, 404)]
    served, _ = await used_up(reads(shop))
    after = [await counted(status) for status in (429, 404)]
    assert [now - then for then, now in zip(before, after, strict=True)] == [1, len(served)]


async def test_another_key_and_another_secret_are_not_affected(shop: ShopBackend) -> None:
    await used_up(reads(shop))
    await used_up(posts(shop))
    other = ShopBackend(shop.url, shop.session, secret=SECOND_SECRET, api_key=SECOND_KEY)
    for ask in (reads(other), posts(other)):
        assert f"r={SIZE - 1};" in (await ask()).headers["RateLimit"]


async def test_a_key_and_a_secret_do_not_share_theirs(shop: ShopBackend) -> None:
    await used_up(reads(shop))
    assert (await posts(shop)()).status == 202


async def test_who_cannot_show_a_key_uses_up_nobody_s(shop: ShopBackend) -> None:
    guesser = ShopBackend(shop.url, shop.session, api_key="guessed")
    body = event()
    forged = signed(body) | {"webhook-signature": "v1,AAAA"}
    for _ in range(SIZE + 1):
        answers = [await reads(guesser)(), await guesser.post(body, headers=forged)]
        assert [answer.status for answer in answers] == [401, 401]
        assert not any("RateLimit" in answer.headers for answer in answers)
    for ask in (reads(shop), posts(shop)):
        assert f"r={SIZE - 1};" in (await ask()).headers["RateLimit"]


async def test_an_event_that_was_refused_is_not_stored_and_may_come_again(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await used_up(posts(shop))
    body = event("ord_late", customer_id="customer-1")
    refused = await shop.post(body, event_id="msg_late")
    assert refused.status == 429
    assert await mongo.database["orders"].find_one({"_id": "ord_late"}) is None

    async def is_recorded() -> bool:
        return (await shop.post(body, event_id="msg_late")).status == 202

    await until(is_recorded)


async def test_a_refused_field_counts_like_any_request(shop: ShopBackend) -> None:
    answer = await shop.post(event("not an id"))
    assert answer.status == 422
    assert f"r={SIZE - 1};" in answer.headers["RateLimit"]
