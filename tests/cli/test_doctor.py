"""`doctor`: a line for each part, and what to do where something is wrong."""

import pytest

from bot.cli.doctor import examine
from bot.settings import Settings
from sandbox import Person, Sandbox
from storage.mongo import Driver, Mongo
from tests.support.drivers import one


@pytest.fixture
def driver() -> Driver:
    return one("motor")


async def told(
    settings: Settings, capsys: pytest.CaptureFixture[str], **changed: object
) -> tuple[bool, list[str]]:
    capsys.readouterr()
    well = await examine(settings.model_copy(update=changed))
    return well, capsys.readouterr().out.splitlines()


async def test_all_is_well(
    settings: Settings, mongo: Mongo, capsys: pytest.CaptureFixture[str]
) -> None:
    well, lines = await told(settings, capsys)
    assert well
    assert lines == [
        "ok  settings: every setting can be read",
        "ok  database: answers (MONGODB_URI)",
        "ok  indexes: all there",
        "ok  token: it is the bot @trackline_bot",
        "ok  updates: come by long polling (PUBLIC_URL is unset)",
    ]


@pytest.mark.own_database
async def test_an_index_that_is_missing_is_named(
    settings: Settings, mongo: Mongo, capsys: pytest.CaptureFixture[str]
) -> None:
    await mongo.database["orders"].drop_index("found_by")
    well, lines = await told(settings, capsys)
    assert not well
    assert "!!  indexes: index found_by of orders is missing" in lines


async def test_the_staff_s_group_is_looked_for(
    settings: Settings,
    mongo: Mongo,
    sandbox: Sandbox,
    alice: Person,
    capsys: pytest.CaptureFixture[str],
) -> None:
    office = sandbox.group("Office", [alice])
    _, lines = await told(settings, capsys, staff_chat=(office.id, None))
    assert lines[-1] == "ok  staff: the bot knows their group"
    well, lines = await told(settings, capsys, staff_chat=(-100999, None))
    assert not well
    assert lines[-2] == "!!  staff: cannot be told: Chat not found"
