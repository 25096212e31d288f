"""Sessions of the Mini App: exchanged once, short, and no one else's."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.services.people.app_sessions import LASTS, AppSessions, SessionOver, Signed, UsedElsewhere
from storage.mongo import Mongo
from storage.sealing import Seal
from storage.sign_ins import SignIns
from tests.conftest import ENCRYPTION_KEY
from tests.storage.test_sealing import everything_in

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def signed(chat_id: int, mark: str) -> Signed:
    return Signed(chat_id, "sw", mark, NOW + timedelta(hours=1))


@pytest.fixture
def sessions(mongo: Mongo) -> AppSessions:
    return AppSessions(mongo.sealing, SignIns(mongo))


async def test_a_session_is_of_its_person_until_it_is_over(sessions: AppSessions) -> None:
    session = await sessions.begin(signed(7, "m"), "p", NOW)
    assert sessions.opened(session, NOW) == (7, "sw")
    assert sessions.opened(session, NOW + LASTS - timedelta(seconds=1)) == (7, "sw")
    with pytest.raises(SessionOver):
        sessions.opened(session, NOW + LASTS)


async def test_what_was_signed_is_exchanged_by_one_page_only(sessions: AppSessions) -> None:
    await sessions.begin(signed(7, "m"), "p", NOW)
    with pytest.raises(UsedElsewhere):
        await sessions.begin(signed(7, "m"), "another", NOW)
    later = NOW + timedelta(minutes=5)
    again = await sessions.begin(signed(7, "m"), "p", later)
    assert sessions.opened(again, NOW + LASTS) == (7, "sw")
    await sessions.begin(signed(7, "another"), "another", NOW)


@pytest.mark.parametrize("made_up", ["", "x", "A" * 40, "7 9999999999 sw", "é", "=" * 40])
async def test_nobody_makes_a_session_up(sessions: AppSessions, made_up: str) -> None:
    with pytest.raises(SessionOver):
        sessions.opened(made_up, NOW)


async def test_no_session_is_made_of_a_picture_s_address(sessions: AppSessions) -> None:
    """Both are enclosed by the same key, for different uses."""
    address = Seal([ENCRYPTION_KEY]).enclosed("7 9999999999 sw")
    with pytest.raises(SessionOver):
        sessions.opened(address, NOW)


async def test_who_has_signed_in_is_not_in_the_database(
    sessions: AppSessions, mongo: Mongo
) -> None:
    session = await sessions.begin(signed(700700, "m" * 64), "p" * 32, NOW)
    stored = await everything_in(mongo)
    assert [told for told in ("700700", "m" * 64, "p" * 32, session) if told in stored] == []
