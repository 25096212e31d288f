"""Somebody blocks the bot, or takes it back, while the database is away: nobody says it again."""

from structlog.testing import capture_logs

from sandbox import Person
from storage.chats import Chats
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.fail_points import fail_commands
from tests.support.waiting import until


async def test_a_block_and_its_end_are_written_down_when_the_database_is_back(
    mongo: Mongo, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")

    async def is_paused() -> bool:
        chat = await Chats(mongo).get(alice.id)
        return chat is not None and chat.paused is not None

    async def is_not_paused() -> bool:
        return not await is_paused()

    for happens, is_written in [(alice.block, is_paused), (alice.unblock, is_not_paused)]:
        with capture_logs() as logs:
            await _updates(mongo, fail=True)
            happens()
            try:

                async def waits() -> bool:
                    return "membership_waits" in [line["event"] for line in logs]

                await until(waits)
            finally:
                await _updates(mongo, fail=False)
        await until(is_written)


async def _updates(mongo: Mongo, *, fail: bool) -> None:
    """From now on the database hangs up on every write, or does no longer."""
    how = {"failCommands": ["update"], "closeConnection": True} if fail else {}
    await fail_commands(mongo, "alwaysOn" if fail else "off", **how)
