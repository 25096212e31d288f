"""Dead letters: kept with their reason, listed, and sent again by a command."""

import pytest

from bot.app import Trackline
from bot.cli.dead_letters import dead_letters
from bot.settings import Settings
from sandbox import Fault, Person, Sandbox
from storage.dead_letters import DeadLetters
from storage.mongo import Driver, Mongo
from tests.conftest import Link
from tests.support.drivers import one
from tests.support.shop import ShopBackend
from tests.support.waiting import until


@pytest.fixture
def driver() -> Driver:
    return one("motor")


async def a_letter_dies(
    shop: ShopBackend, sandbox: Sandbox, mongo: Mongo, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    sandbox.fail(
        Fault(method="sendMessage", status=400, description="Bad Request: BUTTON_URL_INVALID")
    )
    await shop.create("ord_1", "customer-1", order_number="1004")

    async def is_dead() -> bool:
        return bool(await DeadLetters(mongo).page(None, 1))

    await until(is_dead)


async def test_a_message_that_is_refused_for_good_is_listed_with_its_reason(
    shop: ShopBackend,
    sandbox: Sandbox,
    mongo: Mongo,
    settings: Settings,
    alice: Person,
    link: Link,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await a_letter_dies(shop, sandbox, mongo, alice, link)
    await dead_letters(settings, send_again=False)
    assert capsys.readouterr().out.splitlines()[-1].endswith("  1004 (ord_1)  Button_url_invalid")


async def test_it_is_sent_again_on_command_and_is_a_dead_letter_no_more(
    shop: ShopBackend,
    service: Trackline,
    sandbox: Sandbox,
    mongo: Mongo,
    settings: Settings,
    alice: Person,
    link: Link,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await a_letter_dies(shop, sandbox, mongo, alice, link)
    await dead_letters(settings, send_again=True)
    assert "waits in its mailbox again" in capsys.readouterr().out
    await alice.receives(containing="Thank you for your order #1004")
    await dead_letters(settings, send_again=False)
    assert "There are no dead letters." in capsys.readouterr().out


async def test_a_dead_letter_does_not_hold_up_the_next_news(
    shop: ShopBackend, sandbox: Sandbox, mongo: Mongo, alice: Person, link: Link
) -> None:
    await a_letter_dies(shop, sandbox, mongo, alice, link)
    await shop.tell("ord_1", "shipped")
    await alice.receives(containing="has been shipped")
