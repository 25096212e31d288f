"""A service that does nothing of its own accord."""

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
    """Only what the test does reaches the database: no ticks, no jobs. Ask for it first.

    The replicas' beats go on, as nothing may be sent without them: see `asked`.
    """
    monkeypatch.setattr(Dispatcher, "_collect_due", look_for_nothing)
    monkeypatch.setattr(Maps, "_look_for_due", look_for_nothing)
    monkeypatch.setattr(Jobs, "schedule", lambda _, *__: AsyncIOScheduler(timezone=UTC))


async def look_for_nothing(_: Dispatcher | Maps) -> None:
    """In the place of a look, one or several commands, for what is due."""


UPKEEP = frozenset({"pace", "updates"})
"""Collections that keep the rate, once a second anyway, and what every update costs by itself."""


def asked(commands: Iterable[Document]) -> list[tuple[str, object]]:
    """(command, collection) of each command but for the upkeep."""
    named = [next(iter(command.items())) for command in commands]
    return [(name, collection) for name, collection in named if collection not in UPKEEP]
