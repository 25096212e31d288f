"""A service without background work."""

from collections.abc import Iterable
from datetime import UTC

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.maps import Maps
from bot.jobs import Jobs
from storage.mongo import Document


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what the test does reaches the database: no ticks, no jobs. Use this fixture first.

    The replicas' heartbeats go on, because sending depends on them: see `asked`.
    """
    monkeypatch.setattr(Dispatcher, "_collect_due", look_for_nothing)
    monkeypatch.setattr(Maps, "_look_for_due", look_for_nothing)
    monkeypatch.setattr(Jobs, "schedule", lambda _, *__: AsyncIOScheduler(timezone=UTC))


async def look_for_nothing(_: Dispatcher | Maps) -> None:
    """Replaces the search for due mailboxes, which takes one or several commands."""


UPKEEP = frozenset({"pace", "updates"})
"""The collections of the rate, used once per second anyway, and of the updates."""


def asked(commands: Iterable[Document]) -> list[tuple[str, object]]:
    """(command, collection) of each command except the upkeep."""
    named = [next(iter(command.items())) for command in commands]
    return [(name, collection) for name, collection in named if collection not in UPKEEP]
