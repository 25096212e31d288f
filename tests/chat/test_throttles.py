"""Whoever guesses codes or orders is slowed down; nobody else is."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.services.orders.references import button_key
from bot.services.people.throttle import CODES, LOOKUPS, TYPED, Limit
from sandbox import Person
from storage.chats import Chats
from storage.mongo import Mongo
from storage.throttles import Throttles
from tests.chat.test_privacy_command import deletes
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
            (limit.kind, person.id), at, keep=limit.misses, expires_at=at + timedelta(hours=1)
        )


# Codes and links


async def test_after_five_misses_codes_are_not_looked_at_right_ones_neither(
    shop: ShopBackend, mongo: Mongo, alice: Person, chats: Chats
) -> None:
    offer = await shop.connect("customer-1")
    for guess in ("/link ABCD-EFGH", "/start x", "/link 1", "/start y", "/link 2"):
        assert INVALID in await says(alice, guess)
    with COMMANDS.of(mongo.database.name) as commands:
        assert CODE_WAIT in await says(alice, f"/link {offer['code']}")
        assert CODE_WAIT in await says(alice, f"/start {offer['code']}")
    assert "link_tokens" not in {next(iter(command.values())) for command in commands}
    assert await chats.get(alice.id) is None


async def test_a_link_which_nobody_guesses_works_after_any_number_of_misses(
    shop: ShopBackend, mongo: Mongo, alice: Person, link: Link
) -> None:
    await missed(mongo, CODES, alice, 5)
    for _ in range(CODES.misses + 1):
        assert INVALID in await says(alice, f"/start {'A' * 43}")
    await link(alice, "customer-1")


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
    await mongo.database["throttles"].delete_many({})
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
    await mongo.database["throttles"].delete_many({})
    await alice.press("Yes, connect")
    await alice.receives(containing="Connected.")


async def test_misses_outlive_what_somebody_deletes(
    shop: ShopBackend, mongo: Mongo, alice: Person
) -> None:
    await missed(mongo, CODES, alice, 5)
    assert CODE_WAIT in await says(alice, "/link ABCD-EFGH")
    await deletes(alice)
    assert CODE_WAIT in await says(alice, "/link ABCD-EFGH")


async def test_while_all_together_guess_too_much_codes_wait_and_links_do_not(
    shop: ShopBackend, mongo: Mongo, alice: Person, bob: Person
) -> None:
    offers = [await shop.connect("customer-1") for _ in range(2)]
    throttles, now = Throttles(mongo), datetime.now(UTC)
    for _ in range(TYPED.misses - 1):
        ends = now + TYPED.within
        await throttles.add((TYPED.kind, None), now, keep=TYPED.misses, expires_at=ends)
    assert INVALID in await says(bob, "/link ABCD-EFGH")
    assert "in 1 minute." in await says(alice, f"/link {offers[0]['code']}")
    assert INVALID in await says(bob, f"/start {'A' * 43}")
    assert "Connect this chat" in await says(alice, f"/start {start_token(offers[1]['url'])}")


async def test_codes_that_are_guessed_by_declining_are_misses_too(
    shop: ShopBackend, alice: Person, bob: Person
) -> None:
    code = (await shop.connect("customer-1"))["code"]
    await says(alice, "/help")
    for n in range(CODES.misses):
        await alice.press_data(f"nolink:{n}")
    await alice.press_data(f"nolink:{code}")
    assert "Connect this chat" in await says(bob, f"/link {code}")
    await alice.send("/link ABCD-EFGH")
    await alice.receives(containing=CODE_WAIT)


# Orders


@pytest.fixture
async def charlie_guesses(
    shop: ShopBackend, mongo: Mongo, alice: Person, charlie: Person, link: Link
) -> Person:
    """Charlie has an order of his own, and 19 misses; alice has the order 1001."""
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.create("ord_2", "customer-2", order_number="2002", notify=False)
    await link(alice, "customer-1")
    await missed(mongo, LOOKUPS, charlie, 19)
    await link(charlie, "customer-2")
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


async def test_the_buttons_of_one_s_own_orders_work_after_twenty_misses(
    charlie_guesses: Person,
) -> None:
    await says(charlie_guesses, "/track 1001")
    assert LOOKUP_WAIT in await says(charlie_guesses, "/track 2002")
    await charlie_guesses.send("/orders")
    await charlie_guesses.receives(containing="Your latest orders")
    await charlie_guesses.press_data(f"show:{button_key('ord_2')}")
    timeline = await charlie_guesses.receives(containing="Order #2002")
    for label in ("⚙️ Options", "‹ Back to the order"):
        await charlie_guesses.press(label, charlie_guesses.chat.messages[timeline.id])
    assert "Order #2002" in charlie_guesses.chat.messages[timeline.id].text


async def test_and_so_does_asking_for_them_in_words(charlie_guesses: Person) -> None:
    await says(charlie_guesses, "/track 1001")
    assert "#2002" in await says(charlie_guesses, "where is my order?")


async def test_a_forged_button_tells_nothing_after_twenty_misses(charlie_guesses: Person) -> None:
    await says(charlie_guesses, "/track 1001")
    for order_id in ("ord_1", "ord_99"):
        await charlie_guesses.press_data(f"show:{button_key(order_id)}")
        await charlie_guesses.receives(containing=LOOKUP_WAIT)


async def test_who_comes_back_under_another_link_goes_on_with_their_misses(
    charlie_guesses: Person, link: Link
) -> None:
    for _ in range(2):
        await says(charlie_guesses, "/track 1001")
    await deletes(charlie_guesses)
    await link(charlie_guesses, "customer-3")
    assert LOOKUP_WAIT in await says(charlie_guesses, "/track 1001")


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
