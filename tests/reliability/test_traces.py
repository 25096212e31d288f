"""A trace goes on where its process has ended."""

import signal

from sandbox import Fault, Person, Sandbox
from tests.reliability.conftest import Linked, ShopOf, Starts
from tests.support.child import Child
from tests.support.waiting import until


async def test_a_webhook_is_followed_to_the_message_that_another_process_sends(
    starts: Starts, shop_of: ShopOf, linked: Linked, sandbox: Sandbox, alice: Person
) -> None:
    await linked(alice)
    sandbox.fail(Fault(method="sendMessage", status=502, times=None))
    first = await starts()
    await shop_of(first).tell("ord_1", "shipped", event_id="msg_1")
    recorded = await first.logged("order_event")
    failed = await first.logged("send_failed")
    await shop_of(first).tell("ord_1", "out_for_delivery", event_id="msg_2")
    first.signal(signal.SIGTERM)
    assert await first.ended() == 0

    sandbox.clear_faults()
    second = await starts()
    await alice.receives(containing="is out for delivery")
    sent = await second.logged("message_sent")
    assert recorded["events"] == failed["events"] == ["msg_1"]
    assert sent["events"] == ["msg_1", "msg_2"]
    assert sent["chat"] == failed["chat"]
    assert sent["seconds"] > 0
    assert await until(lambda: is_counted(second))


async def is_counted(child: Child) -> bool:
    return await child.counted("trackline_event_to_phone_seconds_count") == 1
