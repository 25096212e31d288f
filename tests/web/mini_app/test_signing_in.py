"""Signing in, over the wire: who is let in, who is not, and what they read."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Self

import pytest

from bot.services.people.app_sessions import LASTS
from handlers.web.mini_app import own_orders
from handlers.web.mini_app.init_data import FRESH, LONGEST
from sandbox import Person, Sandbox
from sandbox.mini_apps import init_data as sandbox_s
from tests.conftest import Link
from tests.support.log import Log
from tests.support.shop import ShopBackend
from tests.web.mini_app.conftest import Opened
from tests.web.mini_app.signing import fields, signed

NOW = datetime.now(UTC)


class Later(datetime):
    """When what begins now is over."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + LASTS


@pytest.fixture
def log() -> Log:
    """Begun before the service."""
    return Log()


UNCONFIRMED = "Telegram did not confirm who you are"
TOO_LATE = "works for a while only"


def good(person: int = 7, at: datetime | None = None, **user: Any) -> str:
    return signed(fields(person, at or datetime.now(UTC), **user))


async def test_the_page_is_the_same_for_everybody_and_keeps_others_out(shop: ShopBackend) -> None:
    answer = await shop.request("GET", "/app")
    assert answer.status == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors https://web.telegram.org http://127.0.0.1:*" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    assert "<noscript>" in answer.body
    assert "Open this in Telegram" in answer.body
    assert "https://t.me/trackline_bot" in answer.body


async def test_what_telegram_has_signed_lets_in(opened: Opened) -> None:
    answer = await opened.sign_in(good())
    assert answer.status == 200
    assert opened.session
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


async def test_what_the_phone_hands_over_lets_in(
    opened: Opened, sandbox: Sandbox, alice: Person
) -> None:
    assert (await opened.sign_in(sandbox_s(sandbox.token, alice.account))).status == 200


@pytest.mark.parametrize(
    ("init_data", "reads"),
    [
        (signed(fields(7, NOW), "654321:OTHER"), UNCONFIRMED),
        (good().replace("Alice", "Mallory"), UNCONFIRMED),
        (good() + "&user=%7B%22id%22%3A8%7D", UNCONFIRMED),
        (signed([each for each in fields(7, NOW) if each[0] != "user"]), UNCONFIRMED),
        (good(at=NOW + timedelta(days=1)), UNCONFIRMED),
        (good(padding="x" * LONGEST), UNCONFIRMED),
        ("nonsense", UNCONFIRMED),
        (good(at=NOW - FRESH), TOO_LATE),
        ("", "opens from our chat only"),
    ],
    ids=[
        "another bot's",
        "forged",
        "twice",
        "a field missing",
        "still to come",
        "too long",
        "nonsense",
        "stale",
        "nothing",
    ],
)
async def test_what_it_has_not_is_refused_in_kind_words(
    opened: Opened, init_data: str, reads: str
) -> None:
    answer = await opened.sign_in(init_data)
    assert answer.status == 401
    assert answer.headers["Content-Type"].startswith("text/html")
    assert reads in answer.body
    assert "X-Session" not in answer.headers


async def test_no_is_said_in_the_person_s_language(opened: Opened) -> None:
    answer = await opened.sign_in(good(at=NOW - FRESH, language_code="ar"))
    assert 'lang="ar" dir="rtl"' in answer.body
    opened.headers = {"Accept-Language": "fr"}
    answer = await opened.sign_in("nonsense")
    assert 'lang="fr"' in answer.body


async def test_why_stands_in_the_log_and_nothing_of_who_it_was(
    logging_as_it_was: None, log: Log, opened: Opened
) -> None:
    await opened.sign_in(good(700700).replace("Alice", "Mallory"))
    line = await log.line("mini_app_refused")
    assert line["why"] == "it is not signed for this bot"
    assert "700700" not in log.written.getvalue()


async def test_a_copy_is_worth_nothing_once_the_page_has_used_it(
    opened: Opened, shop: ShopBackend
) -> None:
    copied = good()
    assert (await opened.sign_in(copied)).status == 200
    thief = Opened(shop)
    answer = await thief.sign_in(copied)
    assert (answer.status, TOO_LATE in answer.body, thief.session) == (401, True, "")


async def test_a_page_that_is_loaded_again_signs_in_anew(opened: Opened) -> None:
    again = good()
    assert [(await opened.sign_in(again)).status for _ in range(3)] == [200] * 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"init_data": "x"},
        {"init_data": 5, "page": "p" * 32},
        {"init_data": "x", "page": "short"},
        {"init_data": "x", "page": "p" * 65},
        {"init_data": "x", "page": "é" * 32},
    ],
)
async def test_what_no_page_of_ours_asks_is_refused(shop: ShopBackend, body: Any) -> None:
    assert (await shop.request("POST", "/app/session", json=body)).status == 422


async def test_nobody_is_let_in_without_a_session(opened: Opened, shop: ShopBackend) -> None:
    for path in ("/app/orders", "/app/order", "/app/order/live"):
        for session in ("", "made-up", "7"):
            opened.session = session
            answer = await opened.get(path, id="ord_1")
            assert (answer.status, TOO_LATE in answer.body) == (401, True)
        assert (await shop.request("GET", path)).status == 401
        bearer = {"Authorization": f"Bearer {shop.api_key}"}
        assert (await shop.request("GET", path, headers=bearer)).status == 401


async def test_a_session_ends(
    opened: Opened, alice: Person, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    await link(alice, "customer-1")
    await opened.by(alice)
    assert "No orders here yet" in (await opened.get("/app/orders")).body

    monkeypatch.setattr(own_orders, "datetime", Later)
    assert (await opened.get("/app/orders")).status == 401
