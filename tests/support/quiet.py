"""A service that does nothing of its own accord."""

from datetime import UTC

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.jobs import Jobs


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what the test does reaches the database: no ticks, no jobs. Ask for it first."""
    monkeypatch.setattr("bot.delivery.dispatcher.TICK", 3600)
    monkeypatch.setattr(Jobs, "schedule", lambda _: AsyncIOScheduler(timezone=UTC))
