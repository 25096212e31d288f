"""Helpers for a chat's mailbox."""

from datetime import timedelta

from storage.chats import Chats
from storage.models import Chat
from tests.support.news import NOON, minutes

ALICE = 1001
SOON = NOON + timedelta(seconds=1)
UNTIL = NOON + minutes(1)


async def got(chats: Chats, chat_id: int = ALICE) -> Chat:
    found = await chats.get(chat_id)
    assert found is not None
    return found


async def seen(chats: Chats, chat_id: int = ALICE) -> Chat:
    """The chat without its version, to compare it regardless of writes."""
    return (await got(chats, chat_id)).model_copy(update={"version": None})


async def waiting(chats: Chats, chat_id: int = ALICE) -> list[tuple[str, int]]:
    return [(entry.order_id, entry.news) for entry in (await got(chats, chat_id)).entries]


async def claimed(chats: Chats, lease: str = "mine") -> Chat:
    """Claims a mailbox as the dispatcher does, and returns it as it was read before."""
    read = await got(chats)
    assert await chats.claim(read, lease=lease, until=UNTIL)
    return read
