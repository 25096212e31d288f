"""What the shop reads of a customer: what was sent, what could not be, and all that is held."""

from datetime import UTC, datetime, timedelta

from handlers.web.api.exports import CustomerExport
from sandbox import Fault, Person, Sandbox
from storage.erasures import HELD
from storage.models import Share, ShopEvent
from storage.mongo import Mongo
from storage.shares import Shares
from storage.shop_events import ShopEvents
from storage.whose import account
from tests.conftest import Link, unlinks
from tests.support.shop import ShopBackend
from tests.support.waiting import until
from tests.web.conftest import on_both_drivers

CUSTOMER = "/api/v1/customers/customer-1"


# Deliveries


@on_both_drivers
async def test_what_was_sent_is_listed_with_its_time_and_without_its_text(
    shop: ShopBackend, alice: Person, bob: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await link(bob, "customer-1")
    await shop.create("ord_1", "customer-1", note="For your eyes")
    await alice.receives(containing="ord_1")
    await bob.receives(containing="ord_1")

    async def are_both_marked() -> bool:
        return len((await shop.api("GET", f"{CUSTOMER}/deliveries")).body["deliveries"]) == 2

    await until(are_both_marked)
    found = (await shop.api("GET", f"{CUSTOMER}/deliveries")).body["deliveries"]
    assert {(each["order_id"], each["kind"]) for each in found} == {("ord_1", "news")}
    listed = (await shop.api("GET", f"{CUSTOMER}/links")).body["links"]
    assert {each["link_id"] for each in found} == {each["link_id"] for each in listed}
    for each in found:
        ago = datetime.now(UTC) - datetime.fromisoformat(each["sent_at"])
        assert timedelta() <= ago < timedelta(minutes=1)
    assert "eyes" not in repr(found)


async def test_what_nobody_wanted_to_hear_was_not_sent(
    shop: ShopBackend, alice: Person, link: Link, mongo: Mongo
) -> None:
    await link(alice, "customer-1")
    alice.block()
    await shop.create("ord_1", "customer-1")

    async def has_gathered() -> bool:
        return await mongo.database["chats"].find_one({"entries.order_id": "ord_1"}) is not None

    await until(has_gathered)
    await mongo.database["chats"].update_one({}, {"$set": {"preferences.hear": "important"}})
    alice.unblock()
    await shop.create("ord_2", "customer-1", status="delivered")
    await alice.receives(containing="ord_2")

    async def is_marked() -> bool:
        return bool((await shop.api("GET", f"{CUSTOMER}/deliveries")).body["deliveries"])

    await until(is_marked)
    found = (await shop.api("GET", f"{CUSTOMER}/deliveries")).body["deliveries"]
    assert [each["order_id"] for each in found] == ["ord_2"]


# Dead letters


async def dead_letter(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, link: Link
) -> dict[str, str]:
    await link(alice, "customer-1")
    refusal = "Bad Request: BUTTON_URL_INVALID"
    sandbox.fail(Fault(method="sendMessage", status=400, description=refusal))
    await shop.create("ord_1", "customer-1")

    async def is_dead() -> bool:
        return bool((await shop.api("GET", "/api/v1/dead-letters")).body["dead_letters"])

    await until(is_dead)
    [letter] = (await shop.api("GET", "/api/v1/dead-letters")).body["dead_letters"]
    return dict(letter)


@on_both_drivers
async def test_a_dead_letter_is_listed_and_sent_again(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, link: Link
) -> None:
    letter = await dead_letter(shop, sandbox, alice, link)
    assert (letter["order_id"], letter["reason"]) == ("ord_1", "Button_url_invalid")
    assert str(alice.id) not in repr(letter)
    path = f"/api/v1/dead-letters/{letter['dead_letter_id']}"
    assert (await shop.api("POST", f"{path}/send-again")).body == {"result": "waiting"}
    await alice.receives(containing="ord_1")
    assert (await shop.api("POST", f"{path}/send-again")).status == 404


async def test_a_dead_letter_is_dropped(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, link: Link
) -> None:
    letter = await dead_letter(shop, sandbox, alice, link)
    path = f"/api/v1/dead-letters/{letter['dead_letter_id']}"
    assert (await shop.api("DELETE", path)).status == 204
    assert (await shop.api("DELETE", path)).status == 404
    assert (await shop.api("GET", "/api/v1/dead-letters")).body["dead_letters"] == []


async def test_a_dead_letter_of_a_chat_that_is_gone_goes_too(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, link: Link
) -> None:
    letter = await dead_letter(shop, sandbox, alice, link)
    await unlinks(alice)
    path = f"/api/v1/dead-letters/{letter['dead_letter_id']}"
    answer = await shop.api("POST", f"{path}/send-again")
    assert answer.body == {"result": "unlinked"}
    assert (await shop.api("GET", "/api/v1/dead-letters")).body["dead_letters"] == []


# The export


@on_both_drivers
async def test_all_that_is_held_of_a_customer_is_exported(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.api(
        "PUT", f"{CUSTOMER}/phone", json={"phone": "+256700000000", "account_hint": "a•••"}
    )
    await shop.create("ord_1", "customer-1", order_number="77", status="delivered", note="Hi")
    await shop.create("ord_2", "customer-1")
    await shop.create("ord_3", "customer-2")
    await alice.receives(containing="How was your delivery?")
    await alice.press("😀 Great")

    export = (await shop.api("GET", f"{CUSTOMER}/export")).body

    assert export["knows_phone"] is True
    assert export["phone"]["account_hint"] == "a•••"
    assert [order["order_id"] for order in export["orders"]] == ["ord_1", "ord_2"]
    assert export["orders"][0]["tracking_info"][0]["note"] == "Hi"
    assert [said["rating"] for said in export["feedback"]] == ["good"]
    [chat] = export["chats"]
    assert chat["account_hint"] == "a•••@example.com"
    assert chat["preferences"]["hear"] == "all"
    assert chat["telegram_id"] == alice.id
    [offer] = export["offers"]
    assert (offer["link_id"], offer["used_by"]) == (chat["link_id"], alice.id)
    assert "+256700000000" not in repr(export)


async def test_an_export_tells_of_shares_dead_letters_and_what_waits(
    shop: ShopBackend, sandbox: Sandbox, mongo: Mongo, alice: Person, link: Link
) -> None:
    letter = await dead_letter(shop, sandbox, alice, link)
    now = datetime.now(UTC).replace(microsecond=0)
    share = Share(
        id="hash",
        chat_id=alice.id,
        order_id="ord_1",
        whose=account("customer-1"),
        created_at=now,
        expires_at=now + timedelta(days=1),
    )
    await Shares(mongo).add(share)
    event = ShopEvent(
        id="evt_1", type="customer.linked", customer_id="customer-1", body="{}", at=now, due_at=now
    )
    await ShopEvents(mongo).add(event)
    await alice.send("/track 404")
    await alice.receives(containing="can't find")

    export = (await shop.api("GET", f"{CUSTOMER}/export")).body

    assert export["dead_letters"] == [letter]
    [shared] = export["shares"]
    assert (shared["order_id"], shared["shared_by"]) == ("ord_1", alice.id)
    assert shared["waiting"] == 0
    assert [each["type"] for each in export["events_back"]] == ["customer.linked"]
    assert len(export["chats"][0]["missed_at"]) == 1
    assert "hash" not in repr(export)


def test_each_collection_that_holds_something_of_a_customer_is_in_the_export() -> None:
    """Answers kept for repeats are copies, and go within a day; a request for a copy is what the
    export answers."""
    places = {
        "phones": "phone",
        "link_tokens": "offers",
        "shares": "shares",
        "waits": "shares",  # how many, for who they are is nobody's business
        "feedback": "feedback",
        "shop_events": "events_back",
        "dead_letters": "dead_letters",
        "conversations": "conversations",
        "couriers": "couriers",
        "orders": "orders",
    }
    assert set(places.values()) <= set(CustomerExport.model_fields)
    held = {each.collection for each in HELD}
    assert held - {"repeatables", "privacy_requests"} == set(places)


async def test_of_a_customer_whom_nobody_knows_nothing_is_exported(shop: ShopBackend) -> None:
    export = (await shop.api("GET", f"{CUSTOMER}/export")).body
    assert export == {
        "customer_id": "customer-1",
        "knows_phone": False,
        "phone": None,
        "chats": [],
        "offers": [],
        "orders": [],
        "choices": [],
        "feedback": [],
        "shares": [],
        "deliveries": [],
        "dead_letters": [],
        "events_back": [],
        "conversations": [],
        "couriers": [],
    }
