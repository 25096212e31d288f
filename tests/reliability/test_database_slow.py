"""A database that loses one operation on the way of a message."""

from sandbox import Person
from tests.reliability import points
from tests.reliability.conftest import Linked, ShopOf, Starts
from tests.reliability.events import ShopEvent
from tests.reliability.state import State
from tests.support.mongo_proxy import MongoProxy


async def test_a_mark_that_the_database_did_not_take_is_written_again_and_nothing_comes_twice(
    starts: Starts, shop_of: ShopOf, cable: MongoProxy, state: State, linked: Linked, alice: Person
) -> None:
    await linked(alice)
    child = await starts()
    mark = cable.hold(points.completing_a_mailbox)
    await ShopEvent("ord_1").post(shop_of(child))
    await mark.reached()
    await child.logged("told_and_not_marked")
    await state.settles()
    assert len(await state.sent_to(alice.id)) == 1
    assert len(alice.inbox) == 1
