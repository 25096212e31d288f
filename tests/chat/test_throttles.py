"""Whoever guesses codes or orders is slowed down; nobody else is."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.services.people.throttle import CODES, LOOKUPS, Limit
from sandbox import Person
from storage.chats import Chats
from storage.mongo import Mongo
from storage.throttles import Throttles
from tests.conftest import Link, start_token
from tests.support.commands import COMMANDS
from tests.support.shop import ShopBackend

CODE_WAIT = "Please try again in 15 minutes"
LOOKUP_WAIT = "Please try again in 10 minutes"
INVALID = "no longer valid"
NOT_FOUND = "I can't find that one"


async def says(person: Person, text: str) -> str:
    """The bot's answer."""
    await person.send(text)
    return (await person.receives()).text


async def missed(
    mongo: Mongo, limit: Limit, person: Person, times: int, ago: timedelta = timedelta(0)
) -> None:
    at = datetime.now(UTC) - ago
    for _ in range(times):
        await Throttles(mongo).add(
            limit.kind, person.id, at, keep=limit.misses, expires_at=at + timedelta(hours=1)
        )


# Codes and links


async def test_after_five_misses_codes_and_links_are_not_looked_at_right_ones_neither(
    shop: ShopBackend, mongo: Mongo, alice: Person, chats: Chats
) -> None:
    offer = await shop.connect("customer-1")
    for guess in ("/link ABCD-EFGH", f"/start {'A' * 43}", "/link 1", "/start x", "/link 2"):
        assert INVALID in await says(alice, guess)
    with COMMANDS.of(mongo.database.name) as commands:
        assert CODE_WAIT in await says(alice, f"/link {offer['code']}")
        assert CODE_WAIT in await says(alice, f"/start {start_token(offer['url'])}")
    assert "link_tokens" not in {next(iter(command.values())) for command in commands}
    assert await chats.get(alice.id) is None


async def test_a_code_that_had_to_wait_can_be_used_later_and_by_others_now(
    shop: ShopBackend, mongo: Mongo, alice: Person, bob: Person
) -> None:
    code = (await shop.connect("customer-1"))["code"]
    await missed(mongo, CODES, alice, 5)
    assert CODE_WAIT in await says(alice, f"/link {code}")
    assert "Connect this chat" in await says(bob, f"/link {code}")


async def test_misses_count_for_a_quarter_of_an_hour(
    shop: ShopBackend, mongo: Mongo, alice: Person
) -> None:
    await missed(mongo, CODES, alice, 1, ago=CODES.within + timedelta(seconds=1))
    await missed(mongo, CODES, alice, 3, ago=CODES.within - timedelta(seconds=60))
    assert INVALID in await says(alice, "/link ABCD-EFGH")
    assert INVALID in await says(alice, "/link ABCD-EFGH")
    assert CODE_WAIT in await says(alice, "/link ABCD-EFGH")


async def test_a_success_does_not_make_good_for_misses(
    shop: ShopBackend, mongo: Mongo, alice: Person, link: Link
) -> None:
    await missed(mongo, CODES, alice, 4)
    await link(alice, "customer-1")
    assert INVALID in await says(alice, "/link ABCD-EFGH")
    assert CODE_WAIT in await says(alice, "/link ABCD-EFGH")


async def test_forged_agreements_are_misses_too(
    shop: ShopBackend, alice: Person, chats: Chats
) -> None:
    offer = await shop.connect("customer-1")
    await says(alice, "/help")
    for n in range(CODES.misses):
        await alice.press_data(f"link:{n}")
    assert INVALID in alice.inbox[-1].text
    await alice.press_data(f"link:{offer['code']}")
    await alice.receives(containing=CODE_WAIT)
    assert await chats.get(alice.id) is None


async def test_forged_refusals_are_misses_too(
    shop: ShopBackend, mongo: Mongo, alice: Person
) -> None:
    code = (await shop.connect("customer-1"))["code"]
    assert "Connect this chat" in await says(alice, f"/link {code}")
    for n in range(CODES.misses):
        await alice.press_data(f"nolink:{n}")
    await alice.press_data(f"nolink:{code}")
    await alice.receives(containing=CODE_WAIT)
    await mongo.database["throttles"].delete_many({"person": alice.id})
    await alice.send(f"/link {code}")
    await alice.receives(containing="Connect this chat")


async def test_a_question_that_is_open_stays_for_later(
    shop: ShopBackend, mongo: Mongo, alice: Person, chats: Chats
) -> None:
    code = (await shop.connect("customer-1"))["code"]
    assert "Connect this chat" in await says(alice, f"/link {code}")
    await missed(mongo, CODES, alice, 5)
    await alice.press("Yes, connect")
    await alice.receives(containing=CODE_WAIT)
    await mongo.database["throttles"].delete_many({"person": alice.id})
    await alice.press("Yes, connect")
    await alice.receives(containing="Connected.")


# Orders


@pytest.fixture
async def charlie_guesses(
    shop: ShopBackend, chats: Chats, alice: Person, charlie: Person, link: Link
) -> Person:
    """Charlie has an order of his own, and 19 misses; alice has the order 1001."""
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.create("ord_2", "customer-2", order_number="2002", notify=False)
    await link(alice, "customer-1")
    await link(charlie, "customer-2")
    for _ in range(19):
        await chats.miss(charlie.id, datetime.now(UTC), keep=LOOKUPS.misses)
    return charlie


async def test_after_twenty_misses_orders_are_not_looked_up_one_s_own_neither(
    charlie_guesses: Person, mongo: Mongo
) -> None:
    assert "#2002" in await says(charlie_guesses, "/track 2002")
    assert NOT_FOUND in await says(charlie_guesses, "/track 1001")
    with COMMANDS.of(mongo.database.name) as commands:
        answers = [await says(charlie_guesses, f"/track {n}") for n in (1001, 2002, 3003)]
        await charlie_guesses.press_data("show:1001")
    assert len(set(answers)) == 1
    assert LOOKUP_WAIT in answers[0]
    assert "orders" not in {next(iter(command.values())) for command in commands}


async def test_who_guesses_orders_slows_down_nobody_else(
    charlie_guesses: Person, alice: Person
) -> None:
    for _ in range(2):
        await says(charlie_guesses, "/track 1001")
    assert "#1001" in await says(alice, "/track 1001")


async def test_who_is_slowed_down_still_has_the_list_and_hears_news(
    charlie_guesses: Person, shop: ShopBackend
) -> None:
    await says(charlie_guesses, "/track 1001")
    assert "Your latest orders" in await says(charlie_guesses, "/orders")
    await shop.tell("ord_2", "shipped")
    await charlie_guesses.receives(containing="has been shipped")


async def test_misses_of_orders_and_of_codes_are_counted_apart(
    charlie_guesses: Person, mongo: Mongo
) -> None:
    await missed(mongo, CODES, charlie_guesses, 5)
    assert NOT_FOUND in await says(charlie_guesses, "/track 1001")
    assert LOOKUP_WAIT in await says(charlie_guesses, "/track 1001")
    assert CODE_WAIT in await says(charlie_guesses, "/link ABCD-EFGH")
