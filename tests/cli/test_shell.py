"""`send-event` and `link-token`: a shop's two calls from the shell, with answers in plain words."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import typer
from aiohttp import web
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.cli import cli
from bot.cli.calling import access, address, bearer, first_that_may
from bot.cli.link_token import link_token
from bot.cli.send_event import NewEvent, send_event
from bot.errors import CommandFailed
from bot.services.shop.keys import Scope
from bot.settings import Access
from handlers.web.connections import listening
from sandbox import Person
from storage.mongo import Driver
from tests.conftest import Link, start_token
from tests.support.drivers import one
from tests.support.shop import API_KEY, SECRET, ShopBackend

WRONG_SECRET = "whsec_" + "A" * 32


@pytest.fixture
def driver() -> Driver:
    return one("motor")


async def refusal(capsys: pytest.CaptureFixture[str], telling: NewEvent, **how: str) -> list[str]:
    with pytest.raises(typer.Exit) as end:
        await send_event(telling, **how)
    assert end.value.exit_code == 1
    return capsys.readouterr().err.splitlines()


async def test_an_event_is_recorded_and_told(
    shop: ShopBackend, alice: Person, link: Link, capsys: pytest.CaptureFixture[str]
) -> None:
    await link(alice, "cus_7")
    first = NewEvent("ord_1", "placed", customer="cus_7", number="1001")
    await send_event(first, url=shop.url, secret=SECRET)
    assert "202: recorded, as msg_" in capsys.readouterr().out
    await alice.receives(containing="Thank you for your order #1001")
    next_one = NewEvent("ord_1", "shipped", parcel="Box 1", note="By bike")
    await send_event(next_one, url=f"{shop.url}/", secret=SECRET)
    assert "By bike" in (await alice.receives(containing="#1001")).text


@pytest.mark.parametrize(
    ("status", "told"),
    [("shiped", ["shiped is no state that is known: customers read it as it is."]), ("Gone", [])],
)
async def test_a_state_that_nobody_knows_is_recorded_and_noticed(
    shop: ShopBackend, monkeypatch: pytest.MonkeyPatch, status: str, told: list[str]
) -> None:
    await shop.create("ord_1", "cus_7")
    monkeypatch.setenv("STATUS_WORDS", "gone=shipped")
    command = ["send-event", "ord_1", status, "--url", shop.url, "--secret", SECRET]
    ended = await asyncio.to_thread(CliRunner().invoke, cli, command)
    assert ended.exit_code == 0
    assert "202: recorded, as msg_" in ended.stdout
    assert [f"{line.partition('. ')[0]}." for line in ended.stderr.splitlines()] == told


async def test_what_an_event_is_called_follows_from_what_it_says() -> None:
    tellings: dict[str, dict[str, Any]] = {
        "order.created": {"customer": "cus_7"},
        "order.status_changed": {"status": "shipped"},
        "order.updated": {"note": "By bike"},
    }
    assert {kind: NewEvent("ord_1", **told).type for kind, told in tellings.items()} == {
        kind: kind for kind in tellings
    }
    assert NewEvent("ord_1", "shipped", kind="order.updated").type == "order.updated"


async def test_a_wrong_secret_is_told_plainly(
    shop: ShopBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    told = await refusal(capsys, NewEvent("ord_1"), url=shop.url, secret=WRONG_SECRET)
    assert told == [
        "401: The signature or the key is missing, wrong or too old.",
        "  is it one of the service's WEBHOOK_SECRETS or API_KEYS, and is the clock right?",
    ]


async def test_wrong_fields_are_told_one_by_one(
    shop: ShopBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    told = await refusal(capsys, NewEvent("ord 1", number="n" * 65), url=shop.url, secret=SECRET)
    assert told[0] == "422: Some fields are missing or wrong."
    assert [line.split(":")[0] for line in told[1:]] == ["  data.order_id", "  data.order_number"]


async def test_an_order_that_nobody_knows_is_told_what_it_needs(
    shop: ShopBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    told = await refusal(capsys, NewEvent("ord_9", "shipped"), url=shop.url, secret=SECRET)
    assert told == [
        "404: This order was never seen. Its first event needs data.customer_id, or is "
        "order.created."
    ]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1:9", "nothing answers at http://127.0.0.1:9 .Connection refused"),
        ("http://nowhere.invalid", "nothing answers at http://nowhere.invalid"),
        ("127.0.0.1", "--url should begin with http:// or https://, like http://127.0.0.1:8080"),
        ("127.0.0.1:9", "--url should begin with http:// or https://"),
        ("localhost:9", "--url should begin with http:// or https://"),
    ],
)
async def test_where_nothing_answers_that_is_told(url: str, says: str) -> None:
    with pytest.raises(CommandFailed, match=says):
        await send_event(NewEvent("ord_1"), url=url, secret=SECRET)


async def test_an_answer_of_another_program_is_no_success(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="<h1>It works</h1>", content_type="text/html")

    app = web.Application()
    app.router.add_post("/webhooks/orders", hello)
    async with listening(app, "127.0.0.1", 0, shutdown_seconds=1) as url:
        told = await refusal(capsys, NewEvent("ord_1"), url=url, secret=SECRET)
    assert told == ["200: this is not how our service answers"]


async def test_a_link_is_printed_with_its_code_and_its_end(
    shop: ShopBackend, alice: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    await link_token("cus_7", "a•••@example.com", url=shop.url, key=API_KEY)
    url, code, end = capsys.readouterr().out.splitlines()[-3:]
    assert (code[:16], end[:8]) == ("or typed: /link ", "until 20")
    await alice.send(f"/start {start_token(url)}")
    await alice.receives(containing="Connect this chat to a•••@example.com")


async def test_a_wrong_key_gets_no_link(
    shop: ShopBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit):
        await link_token("cus_7", None, url=shop.url, key="another-key-012345")
    assert capsys.readouterr().err.startswith("401: ")


READS, LINKS = f"desk:read+write:{'r' * 16}", f"website:link:{'l' * 16}"


@pytest.mark.parametrize(
    ("keys", "taken"),
    [([READS, LINKS], LINKS), ([READS, API_KEY, LINKS], API_KEY), (["odd:key"], "odd:key")],
)
def test_a_link_is_asked_for_with_the_first_key_that_may(keys: list[str], taken: str) -> None:
    assert first_that_may(Scope.LINK, [SecretStr(key) for key in keys]) == taken


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ([], "API_KEYS is missing: it should be the same as the service has."),
        ([READS], "none of API_KEYS has the scope link: add it to one, or name a --key."),
    ],
)
def test_without_a_key_that_may_it_says_what_to_do(
    capsys: pytest.CaptureFixture[str], keys: list[str], why: str
) -> None:
    with pytest.raises(typer.Exit):
        first_that_may(Scope.LINK, [SecretStr(key) for key in keys])
    assert capsys.readouterr().err.strip() == why


@pytest.mark.parametrize(
    ("key", "said"),
    [("k" * 16, "k" * 16), ("shop:links:KEY", "KEY"), ("odd:key-0123456", "odd:key-0123456")],
)
def test_of_a_key_with_a_name_and_scopes_a_caller_says_the_last_part(key: str, said: str) -> None:
    assert bearer(key) == said


def test_settings_without_a_token_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "WEBHOOK_SECRETS": SECRET,
        "API_KEYS": API_KEY,
        "HTTP_PORT": "8123",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("BOT_TOKEN", raising=False)
    settings = access()
    assert isinstance(settings, Access)
    assert address(settings) == "http://127.0.0.1:8123"


def test_a_caller_with_a_key_of_its_own_needs_no_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("WEBHOOK_SECRETS", "API_KEYS", "BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PORT", "8123")
    assert address(access()) == "http://127.0.0.1:8123"
