"""A process that stands still for longer than its lease, and then goes on as if nothing was."""

import asyncio
import signal
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from sandbox import Person, Sandbox
from storage.chats import Chats
from tests.reliability.conftest import IMPATIENT, Linked, ShopOf, Starts
from tests.reliability.events import ShopEvent
from tests.reliability.state import State
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import until

SHORT_LEASES = "tests.support.short_leases"
RATE, CROWD = "5", 15
"""Messages a second, and people who have a message before alice's."""
BY_WEBHOOK = "http://127.0.0.1:9"
"""Two replicas cannot poll both. Nobody writes to the bot here, so nothing is delivered."""


@pytest.fixture
def line(sandbox: Sandbox) -> Iterator[TcpProxy]:
    """A way to Telegram that can be slow to answer."""
    parts = urlsplit(sandbox.url)
    with TcpProxy(str(parts.hostname), parts.port or 80) as line:
        yield line


async def test_paused_beyond_its_lease_its_late_completion_is_refused(
    starts: Starts, shop_of: ShopOf, state: State, linked: Linked, line: TcpProxy, alice: Person
) -> None:
    await linked(alice)
    paused, other = await asyncio.gather(
        starts(bot_api_url=f"http://127.0.0.1:{line.port}", public_url=BY_WEBHOOK),
        starts(IMPATIENT, public_url=BY_WEBHOOK),
    )
    line.stall_answers()
    await ShopEvent("ord_1").post(shop_of(paused))
    await alice.receives(containing="has been shipped")
    paused.signal(signal.SIGSTOP)
    line.mend()

    await state.leases_run_out()
    await alice.receives(containing="has been shipped")
    paused.signal(signal.SIGCONT)
    await paused.logged("lease_lost")
    await state.settles()
    assert len(await state.sent_to(alice.id)) == 1
    assert len(alice.inbox) == 2
    assert await other.counted("trackline_leases_expired_total") == 1


async def test_paused_beyond_its_lease_before_it_sends_it_sends_nothing_any_more(
    starts: Starts,
    shop_of: ShopOf,
    state: State,
    linked: Linked,
    chats: Chats,
    sandbox: Sandbox,
    alice: Person,
) -> None:
    """What it would send is older than what another replica has sent since."""
    crowd = [sandbox.person(f"In the crowd {number}") for number in range(CROWD)]
    await linked(alice, *crowd)
    paused = await starts(SHORT_LEASES, public_url=BY_WEBHOOK, telegram_rate=RATE)
    for number in range(2, CROWD + 2):
        await ShopEvent(f"ord_{number}", f"customer-{number}").post(shop_of(paused))
    await ShopEvent("ord_1").post(shop_of(paused))

    async def waits_for_its_slot() -> bool:
        chat = await chats.get(alice.id)
        return bool(chat and chat.lease)

    await until(waits_for_its_slot)
    paused.signal(signal.SIGSTOP)
    assert alice.inbox == []

    other = await starts(SHORT_LEASES, public_url=BY_WEBHOOK, telegram_rate=RATE)
    await ShopEvent("ord_1", status="delivered").post(shop_of(other))
    await alice.receives(containing="has been delivered")
    paused.signal(signal.SIGCONT)
    await paused.logged("lease_lost_before_sending")
    await state.settles()
    assert len(alice.inbox) == 1
