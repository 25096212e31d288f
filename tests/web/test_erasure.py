"""`DELETE /api/v1/customers/{customer_id}`: gone, and nothing leaves or comes back."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.erasures import HELD, Erasures
from storage.feedback import Opinions
from storage.indexes import INDEXES
from storage.models import Chat, DeadLetter, Entry, Share
from storage.mongo import Mongo
from storage.orders import Orders
from storage.phones import Phones
from storage.shares import Shares
from storage.shop_events import ShopEvents
from storage.whose import account
from tests.conftest import Link, start_token
from tests.support.news import NOON, an_event_back, event, opinion, record
from tests.support.news import chat as a_chat
from tests.support.replica import a_privacy
from tests.support.shop import Answer, ShopBackend
from tests.support.waiting import until
from tests.web.conftest import on_both_drivers

ERASED = "This customer or order was erased."


async def erase(shop: ShopBackend, customer_id: str = "customer-1") -> Answer:
    return await shop.api("DELETE", f"/api/v1/customers/{customer_id}")


async def everything(mongo: Mongo) -> dict[str, list[Any]]:
    """All documents there are, but for what keeps an erasure erased and what tells of no person."""
    ours = {"erasures", "removals", "updates", "pace", "service"}
    names = set(await mongo.database.list_collection_names()) - ours
    return {name: found for name in names if (found := await _all(mongo, name))}


async def _all(mongo: Mongo, collection: str) -> list[Any]:
    return await mongo.database[collection].find({}).to_list(None)


async def nobody_has_just_joined(mongo: Mongo) -> bool:
    """The dispatcher has taken note of it."""
    return await mongo.database["chats"].find_one({"joined": {"$exists": True}}) is None


async def linked(mongo: Mongo, person: Person, **more: Any) -> Chat:
    """The chat as if it had been linked, with something waiting if ``more`` says so."""
    chat = a_chat(person.id, since=datetime.now(UTC)).model_copy(update=more)
    await Chats(mongo).link(chat)
    return chat


def shared(person: Person, order_id: str, customer_id: str) -> Share:
    return Share(
        id=f"hash of {order_id}",
        chat_id=person.id,
        order_id=order_id,
        whose=account(customer_id),
        created_at=soon(0),
        expires_at=soon(900),
    )


def soon(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


# What goes, and what stays


def test_what_is_held_of_people_is_named_and_so_is_what_is_not_of_people() -> None:
    """A collection that is new belongs to one of them."""
    of_people = {held.collection for held in HELD} | {"chats"}
    of_nobody = {"staff", "console", "updates", "checkpoints", "old_topics", "sign_ins"}
    of_whom_nobody_can_say = {"throttles"}
    of_erasures = {"removals"}
    assert of_people | of_nobody | of_whom_nobody_can_say | of_erasures == set(INDEXES)


@on_both_drivers
async def test_every_collection_is_emptied_of_the_customer(
    shop: ShopBackend, mongo: Mongo, alice: Person, bob: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await link(bob, "customer-1")
    for n in range(3):
        await shop.create(f"ord_{n}", "customer-1", note="To Kampala", notify=False)
    await shop.connect("customer-1")
    await Phones(mongo).put("customer-1", "+256700000000", None, soon(0))
    await DeadLetters(mongo).keep(
        DeadLetter(id="x", chat_id=alice.id, order_id="ord_1", news=1, since=soon(-9), reason="no")
    )
    await Shares(mongo).add(shared(alice, "ord_1", "customer-1"))
    await Opinions(mongo).say(opinion(alice.id), since=NOON - timedelta(days=7))
    await ShopEvents(mongo).add(an_event_back(alice.id, "customer-1"))
    assert set(await everything(mongo)) == {
        "orders", "chats", "link_tokens", "phones", "dead_letters",
        "shares", "feedback", "shop_events",
    }  # fmt: skip

    answer = await erase(shop)

    assert (answer.status, answer.body) == (204, "")
    assert await everything(mongo) == {}


async def test_other_customers_keep_what_is_theirs(
    shop: ShopBackend, mongo: Mongo, charlie: Person, link: Link
) -> None:
    await link(charlie, "customer-2")
    await until(partial(nobody_has_just_joined, mongo))
    await shop.create("ord_2", "customer-2", notify=False)
    await DeadLetters(mongo).keep(
        DeadLetter(
            id="x", chat_id=charlie.id, order_id="ord_2", news=1, since=soon(-9), reason="no"
        )
    )
    await Phones(mongo).put("customer-2", "+256700000000", None, soon(0))
    await Shares(mongo).add(shared(charlie, "ord_2", "customer-2"))
    said = opinion(charlie.id, "ord_2").model_copy(update={"customer_id": "customer-2"})
    await Opinions(mongo).say(said, since=NOON - timedelta(days=7))
    await ShopEvents(mongo).add(an_event_back(charlie.id, "customer-2"))
    before = await everything(mongo)
    assert len(before) == 8
    assert (await erase(shop)).status == 204
    assert await everything(mongo) == before


async def test_a_customer_of_whom_nothing_is_held_is_erased_too_and_again(
    shop: ShopBackend, mongo: Mongo
) -> None:
    for _ in range(2):
        assert (await erase(shop)).status == 204
    assert len(await _all(mongo, "erasures")) == 1


async def test_of_the_customer_s_id_a_hash_is_kept_and_the_id_for_an_hour(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await erase(shop)
    assert "customer-1" not in repr(await _all(mongo, "erasures"))
    assert [removal["_id"] for removal in await _all(mongo, "removals")] == [account("customer-1")]
    indexes = await mongo.database["removals"].index_information()
    assert indexes["an_hour"]["expireAfterSeconds"] == 3600


async def test_nobody_is_erased_without_a_key_or_by_an_id_that_cannot_be(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await shop.create("ord_1", "customer-1", notify=False)
    path = "/api/v1/customers/customer-1"
    assert (await shop.request("DELETE", path)).status == 401
    wrong = {"Authorization": "Bearer wrong-key-0123456789"}
    assert (await shop.request("DELETE", path, headers=wrong)).status == 401
    for customer_id in ("%00", "c" * 129, "%20", "$ne"):
        answer = await erase(shop, customer_id)
        assert (customer_id, answer.status) == (customer_id, 422)
        assert [error["field"] for error in answer.body["errors"]] == ["customer_id"]
    assert await Orders(mongo).get("ord_1") is not None
    assert await _all(mongo, "erasures") == []


# Nothing leaves after the answer


async def test_what_waits_never_leaves(
    shop: ShopBackend, mongo: Mongo, sandbox: Sandbox, alice: Person, bob: Person
) -> None:
    for person in (alice, bob):
        await person.send("/help")
        await person.receives()
    await record(Orders(mongo), "ord_1", event())
    waiting = Entry(order_id="ord_1", news=1, since=soon(-1))
    await linked(mongo, alice, entries=[waiting], due_at=soon(1.2), attempts=3)
    await linked(mongo, bob, entries=[waiting], paused="blocked")

    assert (await erase(shop)).status == 204

    said = len(sandbox.calls_of("sendMessage"))
    await shop.create("ord_9", "customer-9", notify=False)
    charlie = sandbox.person("Charlie")
    await charlie.send("/help")
    await charlie.receives()
    await Chats(mongo).link(
        a_chat(charlie.id, "customer-9").model_copy(
            update={
                "entries": [Entry(order_id="ord_9", news=1, since=soon(0))],
                "due_at": soon(1.3),  # due after theirs, so theirs would have been sent by then
            }
        )
    )
    await charlie.receives(containing="Thank you for your order")
    assert len(sandbox.calls_of("sendMessage")) == said + 2
    assert all("shipped" not in message.text for message in alice.inbox + bob.inbox)


async def test_a_send_in_hand_is_waited_for(
    shop: ShopBackend, mongo: Mongo, sandbox: Sandbox, alice: Person, link: Link
) -> None:
    await shop.create("ord_1", "customer-1", notify=False)
    await link(alice, "customer-1")
    sandbox.fail(Fault(method="sendMessage", delay=10))
    await shop.tell("ord_1", "shipped")
    await alice.receives(containing="has been shipped")
    erasing = asyncio.create_task(erase(shop))
    await asyncio.sleep(0.5)
    assert not erasing.done()
    sandbox.clear_faults()
    assert (await erasing).status == 204
    assert await everything(mongo) == {}


async def test_a_sender_that_died_is_waited_for_until_its_lease_runs_out(
    shop: ShopBackend, mongo: Mongo, alice: Person
) -> None:
    await record(Orders(mongo), "ord_1", event())
    ends = soon(1)
    await linked(
        mongo,
        alice,
        entries=[Entry(order_id="ord_1", news=1, since=soon(-1))],
        due_at=ends,
        lease="dead",
    )
    assert (await erase(shop)).status == 204
    assert datetime.now(UTC) >= ends - timedelta(milliseconds=1)
    assert await everything(mongo) == {}


async def test_a_chat_without_a_send_in_hand_does_not_wait_for_one_with(
    shop: ShopBackend, mongo: Mongo, alice: Person, bob: Person
) -> None:
    await linked(mongo, alice, due_at=soon(1.5), lease="somebody")
    await linked(mongo, bob, entries=[Entry(order_id="o", news=1, since=soon(0))], due_at=soon(60))
    erasing = asyncio.create_task(erase(shop))

    async def bob_is_gone() -> bool:
        return await Chats(mongo).get(bob.id) is None

    await until(bob_is_gone)
    assert not erasing.done()
    assert await Chats(mongo).get(alice.id) is not None
    assert (await erasing).status == 204


# Nobody comes back


async def test_later_events_are_refused_and_create_nothing(shop: ShopBackend, mongo: Mongo) -> None:
    await shop.create("ord_1", "customer-1", notify=False)
    await erase(shop)
    for order_id in ("ord_1", "ord_2"):
        answer = await shop.create(order_id, "customer-1", status="shipped")
        assert answer.status == 422
        assert answer.body["errors"] == [{"field": "data.customer_id", "problem": ERASED}]
    answer = await shop.tell("ord_1", "shipped")
    assert answer.status == 404
    assert "never seen" in answer.body["detail"]
    assert await everything(mongo) == {}


async def test_the_order_of_another_customer_may_have_the_same_id_later(
    shop: ShopBackend,
) -> None:
    await shop.create("ord_1", "customer-1", notify=False)
    await erase(shop)
    assert (await shop.create("ord_1", "customer-2")).status == 202
    answer = await shop.tell("ord_1", "shipped", customer_id="customer-1")
    assert answer.body["errors"][0]["problem"] == "This order is another customer's."


async def test_no_link_is_issued_and_none_from_before_works(
    shop: ShopBackend, mongo: Mongo, alice: Person
) -> None:
    before = await shop.connect("customer-1")
    await erase(shop)
    answer = await shop.api("POST", "/api/v1/links", json={"customer_id": "customer-1"})
    assert answer.status == 422
    assert answer.body["errors"] == [{"field": "customer_id", "problem": ERASED}]
    for typed in (f"/start {start_token(before['url'])}", f"/link {before['code']}"):
        await alice.send(typed)
        await alice.receives(containing="no longer valid")
    assert await Chats(mongo).get(alice.id) is None


async def test_a_link_that_is_agreed_to_while_the_erasure_begins_links_nobody(
    shop: ShopBackend, mongo: Mongo, alice: Person
) -> None:
    """Its token was read before the tokens were removed."""
    await alice.send(f"/start {start_token((await shop.connect('customer-1'))['url'])}")
    await alice.receives(containing="Connect this chat")
    await Erasures(mongo).begin("customer-1", soon(0))
    await alice.press("Yes, connect")
    await alice.receives(containing="no longer valid")
    assert await Chats(mongo).get(alice.id) is None


async def test_an_event_that_slipped_in_is_removed_again(shop: ShopBackend, mongo: Mongo) -> None:
    await erase(shop)
    await record(Orders(mongo), "ord_1", event())  # its tombstone was looked for just before
    await a_privacy(mongo).repeat()
    assert await everything(mongo) == {}


async def test_an_erasure_that_was_cut_off_is_finished(mongo: Mongo, alice: Person) -> None:
    await record(Orders(mongo), "ord_1", event())
    await linked(mongo, alice)
    await Erasures(mongo).begin("customer-1", soon(0))
    await asyncio.gather(*(a_privacy(mongo).repeat() for _ in range(2)))
    assert await everything(mongo) == {}


async def test_events_and_links_that_come_meanwhile_leave_nothing_behind(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await shop.create("ord_0", "customer-1", notify=False)

    async def keeps_telling(n: int) -> set[int]:
        answers = [await shop.create(f"ord_{n % 4}", "customer-1") for _ in range(10)]
        return {answer.status for answer in answers}

    posting, erased = asyncio.gather(*(keeps_telling(n) for n in range(8))), erase(shop)
    statuses, answer = await asyncio.gather(posting, erased)
    assert answer.status == 204
    assert set().union(*statuses) <= {202, 422}
    assert (await shop.create("ord_0", "customer-1")).status == 422
    await a_privacy(mongo).repeat()
    assert await everything(mongo) == {}
