"""`doctor`: a line for each part, and what to do where something is wrong."""

import base64
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.app import Trackline
from bot.cli.doctor import examine
from bot.settings import Settings
from bot.texts.own import known
from sandbox import Person, Sandbox
from storage.models import PrivacyRequest
from storage.mongo import Driver, Mongo
from storage.privacy_requests import PrivacyRequests
from tests.support.drivers import one
from tests.support.shop import ShopBackend


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
        "ok  shop systems: none has a secret",
        "ok  database: answers (MONGODB_URI)",
        "ok  indexes: all there",
        "ok  personal text: none yet",
        "ok  token: it is the bot @trackline_bot",
        "ok  inline mode: on: customers type @trackline_bot to share an order",
        "ok  updates: come by long polling (PUBLIC_URL is unset)",
    ]


async def test_the_shop_s_own_states_are_named(
    settings: Settings, mongo: Mongo, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path(__file__).parents[2] / "examples" / "states.toml"
    _, lines = await told(settings, capsys, states_file=file)
    assert "ok  states: the shop's own: roasting, left_at_neighbour" in lines


async def test_the_shop_s_own_words_are_counted(
    settings: Settings, mongo: Mongo, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = 'msgid "Packed"\nmsgstr "Gepackt"\n\nmsgid "Paked"\nmsgstr "Gepackt"\n'
    (tmp_path / "de.po").write_text(own, encoding="utf-8")
    _, lines = await told(settings, capsys, texts_dir=tmp_path)
    assert f"ok  texts: the shop's own words: 1 of {len(known())} in de" in lines
    unused = f"!!  texts: {tmp_path}/de.po:4: no text of ours: “Paked”; did you mean “Packed”?"
    assert unused in lines


async def test_the_shop_systems_that_may_post_are_named(
    settings: Settings, mongo: Mongo, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets = [SecretStr("k" * 16)]
    _, lines = await told(settings, capsys, shippo_secrets=secrets, easypost_secrets=secrets)
    assert "ok  shop systems: easypost, shippo" in lines


async def test_what_a_shop_system_asks_about_data_is_named_until_it_is_done(
    settings: Settings, mongo: Mongo, capsys: pytest.CaptureFixture[str]
) -> None:
    now, requests = datetime.now(UTC), PrivacyRequests(mongo)
    asked = {"source": "shopify", "at": now}
    copy = PrivacyRequest(id="1", kind="copy", until=now + timedelta(days=30), **asked)
    late = PrivacyRequest(id="2", kind="copy", until=now - timedelta(days=1), **asked)
    gone = PrivacyRequest(id="3", kind="erase_all", due_at=now + timedelta(days=7), **asked)
    for request in (copy, late, gone):
        await requests.add(request)
    well, lines = await told(settings, capsys)
    assert not well
    said = [line for line in lines if "privacy:" in line]
    assert said == [
        f"!!  privacy: 1 to be handed a copy, the first by {copy.until:%Y-%m-%d}",
        f"!!  privacy: all that came from shopify is erased on {gone.due_at:%Y-%m-%d}: "
        "the shop has left it",
    ]
    for request in (copy, gone):
        await requests.end(request)
    assert (await told(settings, capsys))[0]


@pytest.mark.own_database
async def test_an_index_that_is_missing_is_named(
    settings: Settings, mongo: Mongo, capsys: pytest.CaptureFixture[str]
) -> None:
    await mongo.database["orders"].drop_index("found_by")
    well, lines = await told(settings, capsys)
    assert not well
    assert "!!  indexes: index found_by of orders is missing" in lines


@pytest.mark.own_database
async def test_many_indexes_that_are_missing_are_one_short_line(
    settings: Settings, mongo: Mongo, capsys: pytest.CaptureFixture[str]
) -> None:
    await mongo.database["chats"].drop_indexes()
    _, lines = await told(settings, capsys)
    [line] = [line for line in lines if "index" in line and "→" not in line]
    assert len(line) < 180
    assert re.search(r"; and \d+ more$", line)


@pytest.mark.own_database
async def test_after_a_restore_there_are_no_indexes_yet_and_that_is_no_fault(
    settings: Settings, mongo: Mongo, capsys: pytest.CaptureFixture[str]
) -> None:
    for collection in mongo.indexes:
        await mongo.database[collection].drop_indexes()
    well, lines = await told(settings, capsys)
    assert well
    assert "ok  indexes: none yet: the next start creates them" in lines


async def test_that_inline_mode_is_off_is_told_and_is_no_fault(
    settings: Settings, mongo: Mongo, capsys: pytest.CaptureFixture[str]
) -> None:
    async with Sandbox(inline=False) as elsewhere:
        well, lines = await told(settings, capsys, bot_api_url=elsewhere.url)
    assert well
    off = "off: /setinline at @BotFather lets customers share an order"
    assert f"ok  inline mode: {off}" in lines


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
    assert lines[-2] == "!!  staff: cannot be reached: Chat not found"


async def test_personal_text_that_no_key_opens_is_counted_with_its_time(
    settings: Settings,
    service: Trackline,
    shop: ShopBackend,
    mongo: Mongo,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A note sealed by a key of the first days of 2026, which nobody has any more."""
    for order_id in ("ord_1", "ord_2"):
        await shop.create(order_id, "customer-1", note="Ring twice")
    key = Fernet(base64.urlsafe_b64encode(b"k" * 32))
    gone = key.encrypt_at_time(b"Ring twice", int(datetime(2026, 1, 2, tzinfo=UTC).timestamp()))
    changed = {"$set": {"events.0.note": gone}}
    await mongo.database["orders"].update_one({"_id": "ord_1"}, changed)

    well, lines = await told(settings, capsys)

    assert not well
    assert (
        "!!  personal text: 1 of 2 texts in orders do not open, sealed from 2026-01-02 to "
        "2026-01-02: the key of that time is missing"
    ) in lines
    (mend,) = [line for line in lines if "→" in line]
    assert "ENCRYPTION_KEYS" in mend
    assert "BOT_TOKEN" in mend


async def test_that_all_personal_text_opens_is_said_and_nothing_is_written_for_it(
    settings: Settings, mongo: Mongo, capsys: pytest.CaptureFixture[str]
) -> None:
    await mongo.database["service"].delete_many({})
    _, lines = await told(settings, capsys)
    assert "ok  personal text: none yet" in lines
    assert await mongo.database["service"].count_documents({}) == 0


async def test_keys_that_are_kept_and_do_not_open_are_told(
    settings: Settings, mongo: Mongo, capsys: pytest.CaptureFixture[str]
) -> None:
    well, lines = await told(settings, capsys, encryption_keys=[])
    assert not well
    assert any(line.startswith("!!  database: ENCRYPTION_KEYS: none of them") for line in lines)


@pytest.mark.own_database
async def test_what_is_somebody_else_s_in_the_database_is_named(
    settings: Settings, mongo: Mongo, capsys: pytest.CaptureFixture[str]
) -> None:
    await mongo.database["orders"].create_index([("number", 1)], name="number_1", unique=True)
    await mongo.database["feedback"].insert_one({"stars": 5})
    well, lines = await told(settings, capsys)
    assert not well
    assert "!!  database: feedback holds somebody else's documents" in lines
    assert any("number_1 of orders is unique and not Trackline's" in line for line in lines)


async def test_a_file_of_settings_that_others_may_read_is_named(
    settings: Settings,
    mongo: Mongo,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    os.close(os.open(".env", os.O_CREAT, 0o600))
    assert (await told(settings, capsys))[0]
    os.chmod(".env", 0o644)
    well, lines = await told(settings, capsys)
    assert not well
    assert lines[1:3] == [
        "!!  settings: other users may read .env and its secrets",
        "      → chmod 600 .env",
    ]


async def test_an_error_that_says_what_to_do_has_no_more_advice(
    settings: Settings, mongo: Mongo, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = SecretStr("mongodb://bot:p@ss@127.0.0.1/trackline")
    well, lines = await told(settings, capsys, mongodb_uri=wrong)
    assert not well
    at = lines.index("!!  database: MONGODB_URI cannot be read: is the password percent-encoded?")
    assert lines[at + 1] == "ok  token: it is the bot @trackline_bot"


async def test_whether_customers_can_write_to_the_staff_is_told(
    settings: Settings,
    mongo: Mongo,
    sandbox: Sandbox,
    charlie: Person,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seen = []
    for group in (
        sandbox.forum("Office", [charlie]),
        sandbox.group("Office", [charlie]),
        sandbox.forum("Office", [charlie], manages_topics=False),
    ):
        staff = {"staff_chat": (group.id, None), "staff_members": [charlie.id]}
        _, lines = await told(settings, capsys, **staff)
        seen += [line for line in lines if "conversations:" in line]
    assert seen == [
        "ok  conversations: on: customers write to the staff's group",
        "ok  conversations: off: topics in the staff's group let customers write",
        "!!  conversations: off: the bot may not open topics",
    ]
