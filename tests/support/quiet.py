"""A service that does nothing of its own accord."""

from collections.abc import Iterable
from datetime import UTC

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.jobs import Jobs
from storage.mongo import Document


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what the test does reaches the database: no ticks, no jobs. Ask for it first.

    The replicas' beats go on, as nothing may be sent without them: see `asked`.
    """
    monkeypatch.setattr("bot.delivery.dispatcher.TICK", 3600)
    monkeypatch.setattr(Jobs, "schedule", lambda _: AsyncIOScheduler(timezone=UTC))


UPKEEP = frozenset({"pace", "updates"})
"""Collections that keep the rate, once a second anyway, and what every update costs by itself."""


def asked(commands: Iterable[Document]) -> list[tuple[str, object]]:
    """(command, collection) of each command but for the upkeep."""
    named = [next(iter(command.items())) for command in commands]
    return [(name, collection) for name, collection in named if collection not in UPKEEP]
