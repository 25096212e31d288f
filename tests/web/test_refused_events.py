"""Events that nobody we know has signed: one answer for all of them, and nothing written."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from storage.mongo import Mongo
from tests.support.shop import SECRET, ShopBackend
from tests.web.conftest import event, signed

NEW_SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"
REMOVED_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
BODY = event(customer_id="customer-1")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    both = [SecretStr(SECRET), SecretStr(NEW_SECRET)]
    return settings.model_copy(update={"webhook_secrets": both})


async def refusal(shop: ShopBackend, headers: Mapping[str, str]) -> tuple[object, ...]:
    """All of the answer, to the byte; only its date may be another."""
    async with shop.session.post(
        shop.url + "/webhooks/orders", data=BODY, headers=headers
    ) as response:
        kept = tuple((name, value) for name, value in response.headers.items() if name != "Date")
        return response.status, kept, await response.read()


def dated(moment: datetime) -> dict[str, str]:
    return signed(BODY, timestamp=str(int(moment.timestamp())))


async def test_all_refusals_are_the_same_to_the_byte(shop: ShopBackend, mongo: Mongo) -> None:
    good, now = signed(BODY), datetime.now(UTC)
    signature = good["webhook-signature"]
    without = [
        {name: value for name, value in good.items() if name != missing}
        for missing in ("webhook-id", "webhook-timestamp", "webhook-signature")
    ]
    bad_signatures = [
        good | {"webhook-signature": value}
        for value in ("", "v1,", "v1", "v1,é", "v1,*", signature.replace("v1", "v2"), "v1,AAAA")
    ]
    bad_times = [dated(now - timedelta(seconds=301)), dated(now + timedelta(seconds=310))] + [
        signed(BODY, timestamp=value) for value in ("nan", "1e400", "-1700000000", "soon")
    ]
    others = [signed(BODY, secret=REMOVED_SECRET), signed(BODY + b" "), {**good, "webhook-id": "x"}]

    answers = {
        await refusal(shop, headers) for headers in without + bad_signatures + bad_times + others
    }

    assert len(answers) == 1
    assert answers.pop()[0] == 401
    assert await mongo.database["orders"].count_documents({}) == 0


async def test_the_answer_says_nothing_of_the_cause(shop: ShopBackend) -> None:
    answer = await shop.request("POST", "/webhooks/orders", data=BODY, headers=signed(b"other"))
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.body == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "The signature or the key is missing, wrong or too old.",
    }


async def test_the_signature_comes_before_the_contents(shop: ShopBackend) -> None:
    """A stranger does not learn what we would take."""
    answer = await shop.request("POST", "/webhooks/orders", data=b"?", headers=signed(b"other"))
    assert answer.status == 401


@pytest.mark.parametrize("secret", [SECRET, NEW_SECRET])
async def test_every_secret_in_rotation_is_accepted(shop: ShopBackend, secret: str) -> None:
    answer = await shop.request(
        "POST", "/webhooks/orders", data=BODY, headers=signed(BODY, secret=secret)
    )
    assert answer.status == 202


@pytest.mark.parametrize("late", [timedelta(seconds=290), timedelta(seconds=-290)])
async def test_a_clock_that_is_nearly_five_minutes_off_is_accepted(
    shop: ShopBackend, late: timedelta
) -> None:
    headers = dated(datetime.now(UTC) - late)
    answer = await shop.request("POST", "/webhooks/orders", data=BODY, headers=headers)
    assert answer.status == 202
