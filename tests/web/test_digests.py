"""What is kept of a body to know it again: nobody finds out by trying what it was made of.

What an older version kept, which hashed without a key, is known as well.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from bot.services.orders.adding import IncomingEvent
from bot.services.orders.descriptions import OrderDescription, _hash
from bot.services.orders.events import OrderEvent
from bot.services.orders.intake import Intake
from bot.services.orders.statuses import Dialect
from storage.mongo import Mongo
from tests.support.replica import a_recording
from tests.support.shop import ShopBackend
from tests.web.conftest import event

NOTE = "The door's code is 4711"
STEPS = [
    {"status": "placed", "timestamp": "2026-11-20T09:30:00Z", "note": NOTE},
    {"status": "shipped", "timestamp": "2026-11-21T14:05:00Z"},
]
WHOLE = {"customer_id": "cus_7", "tracking_info": STEPS}


async def events_in(mongo: Mongo, order_id: str = "ord_1") -> list[dict[str, Any]]:
    order = await mongo.database["orders"].find_one({"_id": order_id})
    assert order is not None
    events: list[dict[str, Any]] = order["events"]
    return events


async def as_older_version(mongo: Mongo, order_id: str, bare: list[dict[str, Any]]) -> None:
    """Its events with these ids and digests."""
    events = await events_in(mongo, order_id)
    for held, older in zip(events, bare, strict=True):
        held.update(older)
    await mongo.database["orders"].update_one({"_id": order_id}, {"$set": {"events": events}})


async def test_a_digest_of_a_signed_event_is_no_bare_hash(shop: ShopBackend, mongo: Mongo) -> None:
    body = event(customer_id="cus_7", note=NOTE)
    await shop.post(body, event_id="e1")
    [held] = await events_in(mongo)
    bare = hashlib.sha256(body).digest()
    assert bare not in held.values()
    assert held["digest"] == mongo.sealing.digest(bare)


async def test_an_event_that_an_older_version_took_is_a_duplicate_and_its_id_is_taken(
    shop: ShopBackend, mongo: Mongo
) -> None:
    body = event(customer_id="cus_7", note=NOTE)
    await shop.post(body, event_id="e1")
    await as_older_version(mongo, "ord_1", [{"digest": hashlib.sha256(body).digest()}])
    assert (await shop.post(body, event_id="e1")).result == "duplicate"
    assert (await shop.post(body + b" ", event_id="e1")).status == 409


async def test_an_id_that_a_system_s_file_has_made_of_what_it_says_is_kept_keyed(
    intake: Intake, mongo: Mongo
) -> None:
    """And one that an older version has kept as it was counts as the same."""
    made = f"aftership:{hashlib.sha256(NOTE.encode()).hexdigest()}"
    said = [
        IncomingEvent(made, OrderEvent.model_validate_json(event(customer_id="cus_7", note=NOTE)))
    ]
    system = Dialect("aftership", {})
    assert await intake.record_post(said, system)
    [held] = await events_in(mongo)
    assert held["id"] == f"aftership:{mongo.sealing.digest(made.encode()).hex()}"
    assert not await intake.record_post(said, system)

    digest = hashlib.sha256(made.encode()).digest()
    await as_older_version(mongo, "ord_1", [{"id": made, "digest": digest}])
    elsewhere = Intake(a_recording(mongo), status_words={})
    assert not await elsewhere.record_post(said, system)
    assert len(await events_in(mongo)) == 1


async def test_a_description_keeps_no_bare_hash(shop: ShopBackend, mongo: Mongo) -> None:
    assert (await shop.api("PUT", "/api/v1/orders/ord_1", json=WHOLE)).status == 200
    kept = repr(await events_in(mongo))
    for bare in bare_hashes():
        assert bare.hex() not in kept
        assert repr(bare) not in kept


async def test_a_description_that_an_older_version_took_is_unchanged(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await shop.api("PUT", "/api/v1/orders/ord_1", json=WHOLE)
    bare = bare_hashes()
    older = [{"id": f"described:{each.hex()}", "digest": each} for each in bare]
    held = await events_in(mongo)
    assert [e["digest"] for e in held] == [mongo.sealing.digest(each) for each in bare]
    await as_older_version(mongo, "ord_1", older)
    answer = await shop.api("PUT", "/api/v1/orders/ord_1", json=WHOLE)
    assert answer.body["result"] == "unchanged"
    changed = WHOLE | {"tracking_info": [STEPS[0], STEPS[1] | {"note": "Another"}]}
    answer = await shop.api("PUT", "/api/v1/orders/ord_1", json=changed)
    assert answer.body["result"] == "replaced"


def bare_hashes() -> list[bytes]:
    """As the steps were hashed before there was a key."""
    order = OrderDescription.model_validate_json(json.dumps(WHOLE))
    first, second = order.tracking_info
    return [_hash("ord_1", first, order), _hash("ord_1", second, None)]


async def test_a_tombstone_is_no_bare_hash_and_one_of_an_older_version_counts(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await shop.api("DELETE", "/api/v1/customers/cus_7")
    bare = hashlib.sha256(b"cus_7").hexdigest()
    erasures = mongo.database["erasures"]
    assert await erasures.find_one({"_id": bare}) is None
    await erasures.delete_many({})
    assert (await shop.create("ord_1", "cus_7")).status == 202
    await erasures.insert_one({"_id": bare, "at": datetime.now(UTC)})
    assert (await shop.create("ord_2", "cus_7")).status == 422
