"""What people say, and what the bot answers. One driver: the stores are tested with both."""

import pytest

from sandbox import Message, Person
from storage.mongo import Driver
from tests.conftest import Link
from tests.support.drivers import one
from tests.support.quiet import quiet
from tests.support.shop import ShopBackend

__all__ = ["quiet"]


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
async def delivered(shop: ShopBackend, alice: Person, link: Link) -> Message:
    """The news of a delivery on alice's phone."""
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.tell("ord_1", "delivered")
    return await alice.receives(containing="has been delivered")
