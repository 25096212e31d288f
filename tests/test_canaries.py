"""Canaries: secrets and personal words on every path that fails; not one may be heard in the logs.

Logging is set up as production does it, at DEBUG.
"""

import asyncio
import contextlib
import io
import os
import secrets
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import structlog
from pydantic import SecretStr
from pymongo.uri_parser import parse_uri

from bot import logs
from bot.app import Trackline
from bot.services.orders.intake import Intake
from bot.services.orders.tracking import Tracking
from bot.services.people.linking import Linking
from bot.services.people.phones import PhoneLinking
from bot.settings import Settings
from sandbox import Fault, Person, Sandbox
from sandbox.waiting import TIMEOUT
from storage.mongo import Driver, Mongo
from tests.conftest import start_token, unlinks
from tests.support.drivers import one
from tests.support.shop import ShopBackend
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import until
from tests.web.conftest import over

ROOT = Path(__file__).parents[1]
API_KEY = "canary-api-key-0123456789"
SECRET = "whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5"
NAME, PHONE = "Canarina Ochieng", "+256700424242"
PHONE_PATH = "/api/v1/customers/customer-1/phone"
NOTE, HINT = "Canary note: behind the blue door", "canary•••@example.com"
THING = "Canary ring, engraved"
ITEMS = [{"name": THING, "quantity": 2}]
PASSWORD = "canary-database-password"
TELEGRAM_TOKEN = "987654321:AAcanaryCanaryCanaryCanaryCanary0123"
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()
CHAT, CUSTOMER = 7004242424, "customer-1"
PEOPLE = [str(CHAT), CUSTOMER]
SECRETS = [API_KEY, SECRET, NAME, "Canarina", PHONE, PHONE[1:], NOTE, THING, HINT, PASSWORD]

pytestmark = pytest.mark.usefixtures("logging_as_it_was")


@pytest.fixture
def driver() -> Driver:
    return one("pymongo")


@pytest.fixture
def cable(server_uri: str) -> Iterator[TcpProxy]:
    host, port = parse_uri(server_uri)["nodelist"][0]
    with TcpProxy(host, port) as cable:
        yield cable


@pytest.fixture
def settings(settings: Settings, cable: TcpProxy, mongodb_uri: str) -> Settings:
    return settings.model_copy(
        update={
            "api_keys": [SecretStr(API_KEY)],
            "webhook_secrets": [SecretStr(SECRET)],
            "mongodb_uri": SecretStr(over(cable, mongodb_uri)),
        }
    )


@pytest.fixture
def heard(capfd: pytest.CaptureFixture[str], settings: Settings) -> "Heard":
    written = io.StringIO()  # pytest's own stream would be another one once the test begins
    with contextlib.redirect_stderr(written):
        logs.configure("DEBUG")
    uri = settings.mongodb_uri.get_secret_value() if settings.mongodb_uri else ""
    password = parse_uri(uri)["password"]
    token = settings.bot_token.get_secret_value()
    canaries = [*SECRETS, *PEOPLE, token, token.split(":")[1], *filter(None, [password])]
    return Heard(written, capfd, canaries)


@dataclass
class Heard:
    """What was logged, and written to stdout and stderr; ``canaries`` must not be in it."""

    logged: io.StringIO
    capture: pytest.CaptureFixture[str]
    canaries: list[str]

    async def event(self, name: str, says: str = "") -> None:
        """Waits for a line about it: proof that the path was taken."""

        async def is_there() -> bool:
            lines = self.logged.getvalue().splitlines()
            return any(f'"event": "{name}"' in line and says in line for line in lines)

        await until(is_there, 15)

    def no_canary(self) -> None:
        out, err = self.capture.readouterr()
        text = self.logged.getvalue() + out + err
        assert [canary for canary in self.canaries if canary in text] == []


@pytest.fixture
async def shop(heard: Heard, settings: Settings, mongo: Mongo) -> AsyncIterator[ShopBackend]:
    async with Trackline(settings) as service, aiohttp.ClientSession() as session:
        yield ShopBackend(service.url, session, secret=SECRET, api_key=API_KEY)


@pytest.fixture
def canarina(sandbox: Sandbox) -> Person:
    return sandbox.person(NAME, id=CHAT)


async def link(shop: ShopBackend, person: Person, heard: Heard) -> None:
    """Links the person; token and code are canaries from here on."""
    offer = await shop.connect("customer-1", hint=HINT)
    token, code = start_token(offer["url"]), offer["code"]
    heard.canaries += [token, code, code.replace("-", "")]
    await person.send(f"/start {token}")
    await person.receives(containing="Connect this chat")
    await person.press("Yes, connect")
    await person.receives(containing="Connected.")
    await person.receives(containing="at hand")


async def test_refused_webhooks_and_bad_bodies(shop: ShopBackend, heard: Heard) -> None:
    note = f'{{"data": {{"note": "{NOTE}", "order_id": "ord_1"}}}}'.encode()
    for body, headers in (
        (note, {}),
        (note, {"webhook-signature": f"v1,{SECRET}"}),
        (note, {"webhook-timestamp": NOTE}),
        (note[:-3], {}),
        (note, {"content-type": "text/plain"}),
        (note * 1000, {}),
        (note.replace(b'"note"', b'"items": [{"name": "%s"}], "note"' % THING.encode()), {}),
        (f'"{NOTE}'.encode(), {}),
    ):
        assert 400 <= (await shop.post(body, headers=headers)).status < 500
    for credentials in (f"Bearer {API_KEY}x", f"Basic {API_KEY}", f"{API_KEY}"):
        answer = await shop.request(
            "POST", "/api/v1/links", json={}, headers={"Authorization": credentials}
        )
        assert answer.status == 401
    assert (await shop.api("POST", "/api/v1/links", json={"account_hint": HINT})).status == 422
    wrong = {"name": THING, "quantity": 0, "image_url": f"http://{THING}"}
    assert (await shop.create("ord_1", "customer-1", items=[wrong])).status == 422
    assert (await shop.api("PUT", PHONE_PATH, json={"phone": f"{PHONE}0000"})).status == 422
    await heard.event("webhook_refused")
    heard.no_canary()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="sendMessage", status=400, description="Bad Request: can't parse entities"),
        Fault(method="sendMessage", status=400, description="Bad Request: chat not found"),
        Fault(method="sendMessage", status=403, description="Forbidden: bot was blocked"),
        Fault(method="sendMessage", retry_after=1),
        Fault(method="sendMessage", status=502, body=b"<html>Bad Gateway</html>"),
        Fault(method="sendMessage", garbage=True),
        Fault(method="sendMessage", drop=True),
        Fault(method="sendMessage", status=401, description="Unauthorized"),
    ],
    ids=["unreadable", "gone", "blocked", "429", "502", "garbage", "dropped", "401"],
)
async def test_telegram_s_bad_days(
    shop: ShopBackend, sandbox: Sandbox, canarina: Person, heard: Heard, fault: Fault
) -> None:
    await link(shop, canarina, heard)
    sandbox.fail(fault)
    await shop.create("ord_1", "customer-1", note=NOTE, items=ITEMS)
    await heard.event("message_unreadable" if "parse" in str(fault.description) else "send_failed")
    sandbox.fail(Fault(method="sendMessage", status=502, body=NOTE.encode(), times=None))
    await canarina.send("/track ord_1")
    await heard.event("update_failed")
    heard.no_canary()


async def test_handlers_that_fail(
    shop: ShopBackend, canarina: Person, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*given: object, **more: object) -> None:
        raise RuntimeError(f"no good: {TELEGRAM_TOKEN}")

    heard.canaries.append(TELEGRAM_TOKEN)
    await link(shop, canarina, heard)
    offer = await shop.connect("customer-1", hint=HINT)
    token = start_token(offer["url"])
    heard.canaries += [token, offer["code"]]
    await canarina.share_contact(PHONE, of=canarina)
    await canarina.receives(containing="I know no account")
    assert (await shop.api("PUT", PHONE_PATH, json={"phone": PHONE})).status == 204
    await canarina.share_contact(PHONE, of=canarina)
    await canarina.receives(containing="Connect this chat to the account")
    monkeypatch.setattr(Linking, "offer", fails)
    monkeypatch.setattr(Linking, "redeem", fails)
    monkeypatch.setattr(PhoneLinking, "give", fails)
    monkeypatch.setattr(Tracking, "timeline", fails)
    monkeypatch.setattr(Intake, "record", fails)
    monkeypatch.setattr("handlers.chat.help.general.help_text", fails)
    for said in (f"/start {token}", f"/link {offer['code']}", "/track 1001"):
        await canarina.send(said)
        await canarina.receives(containing="Please try again in a minute")
    await canarina.press_data(f"link:{token}")
    await canarina.receives(containing="Please try again in a minute")
    await canarina.share_contact(PHONE, of=canarina)
    await canarina.receives(containing="Please try again in a minute")
    assert (await shop.api("PUT", PHONE_PATH, json={"phone": PHONE})).status == 500
    assert (await shop.create("ord_1", "customer-1", note=NOTE)).status == 500
    await heard.event("update_failed")
    await heard.event("request_failed")
    heard.no_canary()


@pytest.mark.parametrize("trouble", ["cut", "stall"])
async def test_the_database_away(
    shop: ShopBackend, canarina: Person, heard: Heard, cable: TcpProxy, trouble: str
) -> None:
    await link(shop, canarina, heard)
    token = start_token((await shop.connect("customer-1", hint=HINT))["url"])
    heard.canaries.append(token)
    getattr(cable, trouble)()
    answers = await asyncio.gather(
        shop.create("ord_1", "customer-1", note=NOTE),
        shop.api("POST", "/api/v1/links", json={"customer_id": "c", "account_hint": HINT}),
        shop.api("DELETE", "/api/v1/customers/customer-1"),
        shop.api("PUT", PHONE_PATH, json={"phone": PHONE, "account_hint": HINT}),
    )
    assert {answer.status for answer in answers} == {503}
    await canarina.send(f"/start {token}")
    await canarina.receives(containing="Please try again in a minute")
    await canarina.send(NOTE, reply_to=canarina.inbox[-1])
    await canarina.receives(containing="Please try again in a minute")
    await canarina.share_contact(PHONE, of=canarina)
    await heard.event("update_not_looked_up")
    cable.mend()
    heard.no_canary()


async def test_where_a_courier_is(
    shop: ShopBackend, sandbox: Sandbox, canarina: Person, heard: Heard
) -> None:
    heard.canaries += ["0.424242", "32.171717"]
    await link(shop, canarina, heard)
    await shop.create("ord_1", "customer-1", notify=False)
    await shop.tell("ord_1", "out_for_delivery")
    told = await canarina.receives(containing="out for delivery")
    place = {"latitude": 0.424242, "longitude": 32.171717}
    assert (await shop.move("ord_1", {**place, "heading": 424242})).status == 422
    sandbox.fail(Fault(method="sendLocation", status=502, body=b"0.424242"))
    sandbox.fail(Fault(method="sendLocation", status=400, description="Bad Request: 32.171717 no"))
    assert (await shop.move("ord_1", place)).status == 202
    await canarina.press("Show on the map", told)
    await heard.event("map_failed")
    heard.no_canary()


async def test_errors_of_the_database_that_quote_what_was_to_be_written(
    shop: ShopBackend, heard: Heard, mongo: Mongo
) -> None:
    await mongo.database["link_tokens"].create_index("customer_id", name="alien", unique=True)
    asked = {"customer_id": CUSTOMER, "account_hint": HINT}
    assert (await shop.api("POST", "/api/v1/links", json=asked)).status == 201
    assert (await shop.api("POST", "/api/v1/links", json=asked)).status == 500
    await heard.event("request_failed", "DuplicateKeyError")
    heard.no_canary()


# Starting, and the doctor: programs of their own


async def run(command: str, home: Path, *, waits: bool = False, **settings: str) -> str:
    """What ``python -m bot`` writes with these settings, to stdout and to stderr. If it ``waits``,
    that is its first line."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", command),
        cwd=home,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    first = b""
    if waits and process.stdout:
        first = await asyncio.wait_for(process.stdout.readline(), TIMEOUT)
        process.kill()
    written, _ = await asyncio.wait_for(process.communicate(), TIMEOUT)
    written = first + written
    assert process.returncode != 0
    return written.decode()


def settings_of(sandbox: Sandbox, **more: str) -> dict[str, str]:
    return {
        "BOT_TOKEN": TELEGRAM_TOKEN,
        "BOT_API_URL": sandbox.url,
        "MONGODB_URI": f"mongodb://shop:{PASSWORD}@127.0.0.1:1/shop",
        "WEBHOOK_SECRETS": SECRET,
        "API_KEYS": API_KEY,
        "HTTP_PORT": "0",
        "LOG_LEVEL": "DEBUG",
        **more,
    }


WRONG = {
    "a database that is away": {},  # the doctor says so, the service waits for it
    "a password that is not encoded": {"MONGODB_URI": f"mongodb://shop:{PASSWORD}/@x@127.0.0.1"},
    "another scheme": {"MONGODB_URI": f"mysql://shop:{PASSWORD}@127.0.0.1/shop"},
    "a token with a space": {"BOT_TOKEN": TELEGRAM_TOKEN.replace(":", ": ")},
    "a secret that is none": {"WEBHOOK_SECRETS": f"{SECRET},canary {SECRET}"},
    "a key with a space": {"API_KEYS": API_KEY.replace("-", " ", 1) + f",{API_KEY}"},
    "a token that Telegram refuses": {"MONGODB_URI": ""},
}


@pytest.mark.parametrize("command", ["run", "doctor"])
@pytest.mark.parametrize("wrong", WRONG)
async def test_starts_that_fail_and_the_doctor(
    sandbox: Sandbox, tmp_path: Path, command: str, wrong: str
) -> None:
    waits = (command, wrong) == ("run", "a database that is away")
    written = await run(command, tmp_path, waits=waits, **settings_of(sandbox, **WRONG[wrong]))
    assert written
    told = [
        canary
        for canary in (TELEGRAM_TOKEN, TELEGRAM_TOKEN.split(":")[1], PASSWORD, SECRET, API_KEY)
        if canary in written
    ]
    assert told == []


async def test_a_day_of_events_questions_and_failures(
    shop: ShopBackend, sandbox: Sandbox, canarina: Person, heard: Heard
) -> None:
    neighbour = sandbox.person(NAME, id=CHAT + 1)
    heard.canaries.append(str(neighbour.id))
    for person in (canarina, neighbour):
        await link(shop, person, heard)
    await shop.create(
        "ord_1", CUSTOMER, note=NOTE, items=ITEMS, estimated_delivery={"latest": TOMORROW}
    )
    await shop.tell("ord_1", "shipped", customer_id="customer-12", note=NOTE)
    await canarina.receives(containing="Thank you for your order")
    for question, answer in (("/track ord_1", "Order placed"), ("/settings", "Settings")):
        await canarina.send(question)
        await canarina.receives(containing=answer)
    sandbox.fail(Fault(method="sendMessage", status=403, description="Forbidden: blocked"))
    await shop.tell("ord_1", "shipped", note=NOTE)
    await heard.event("send_failed")
    sandbox.fail(Fault(method="sendMessage", status=400, description="Bad Request: no", times=1))
    await shop.tell("ord_1", "out_for_delivery", note=NOTE)
    await heard.event("message_sent")
    await unlinks(neighbour)
    await shop.api("DELETE", f"/api/v1/customers/{CUSTOMER}")
    await shop.create("ord_2", CUSTOMER, note=NOTE)
    await heard.event("order_event", '"why": "CustomerErased"')
    heard.no_canary()


def test_the_canaries_would_be_heard(heard: Heard) -> None:
    word = secrets.token_hex(8)
    heard.canaries.append(word)
    structlog.get_logger().debug("sung", note=word)
    with pytest.raises(AssertionError):
        heard.no_canary()


async def test_a_shared_location(
    shop: ShopBackend, canarina: Person, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    latitude, longitude = 0.347612, 32.582519
    heard.canaries += [str(latitude), str(longitude), "0.3476", "32.5825"]
    await link(shop, canarina, heard)
    for told in ("I have not kept where you are", "Please try again in a minute"):
        await canarina.send("/settings")
        await canarina.receives(containing="Settings")
        await canarina.press("🕐 Time zone")
        await canarina.press("📍 Find it by my location")
        await canarina.share_location(latitude, longitude)
        await canarina.receives(containing=told)
        monkeypatch.setattr("handlers.chat.timezone.texts.located", None)
    await heard.event("update_failed")
    heard.no_canary()
