"""The staff hears of what goes wrong, and the shop's customers' words are not among it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import Trackline
from bot.jobs import Job, Jobs
from bot.settings import Settings, load
from sandbox import Chat, Fault, Person, Sandbox
from storage.indexes import INDEXES
from storage.mongo import Driver, Mongo
from tests.conftest import Link
from tests.support.drivers import one
from tests.support.shop import ShopBackend


@pytest.fixture
def driver() -> Driver:
    return one("pymongo")


@pytest.fixture
def office(sandbox: Sandbox, charlie: Person) -> Chat:
    return sandbox.group("Office", [charlie])


@pytest.fixture
def settings(settings: Settings, office: Chat, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With a group for the staff, and with jobs that do not keep a test waiting."""
    schedule = Jobs.schedule

    def schedule_impatiently(jobs: Jobs, *others: tuple[Job, int]) -> AsyncIOScheduler:
        return schedule(jobs, *((job, 1) for job, _ in others))

    monkeypatch.setattr(Jobs, "schedule", schedule_impatiently)
    monkeypatch.setattr("bot.delivery.staff.PACE", timedelta(seconds=1))
    return load(env_file=None, **settings.model_dump() | {"staff_chat": str(office.id)})


async def hears(office: Chat, containing: str) -> str:
    """The message in the staff's group that has these words, once it is there."""

    def found() -> list[str]:
        return [m.text for m in office.messages.values() if m.from_bot and containing in m.text]

    await office.changed.until(lambda: bool(found()), 10)
    (text,) = found()
    return text


@pytest.mark.own_database
async def test_what_only_the_staff_needs_is_indexed_only_for_them(
    mongo: Mongo, service: Trackline
) -> None:
    assert "standing" in await mongo.database["orders"].index_information()
    assert await replace(mongo, has_staff=True).wrong_indexes() == []
    assert "standing" not in [index.document["name"] for index in INDEXES["orders"]]


async def test_a_state_that_nobody_knows(shop: ShopBackend, office: Chat) -> None:
    await shop.create("ord_1", "customer-1", status="engraving", note="For Grandma")
    await shop.tell("ord_1", "shipped")
    text = await hears(office, "States that I do not know")
    assert "• engraving (1)\n" in text
    assert "shipped" not in text
    assert "Grandma" not in text


async def test_a_message_that_could_not_be_sent(
    shop: ShopBackend, sandbox: Sandbox, office: Chat, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    refused = Fault(
        method="sendMessage",
        chat_id=alice.id,
        status=400,
        times=None,
        description="Bad Request: oops",
    )
    sandbox.fail(refused)
    await shop.create("ord_1", "customer-1")
    text = await hears(office, "could not be sent")
    assert text.splitlines()[:2] == ["1 message could not be sent:", "• ord_1: Oops"]
    assert str(alice.id) not in text
