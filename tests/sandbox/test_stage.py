"""The clock that the page moves on."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from sandbox import Sandbox
from sandbox.clock import MovedClock
from sandbox.stage import LONGEST, Stage, until_morning

KAMPALA = ZoneInfo("Africa/Kampala")


@pytest.mark.parametrize(
    ("now", "morning"), [("08:59", "09:00"), ("09:00", "next 09:00"), ("23:30", "next 09:00")]
)
def test_the_next_morning_is_at_nine(now: str, morning: str) -> None:
    moment = datetime.fromisoformat(f"2026-11-28T{now}").replace(tzinfo=KAMPALA)
    then = moment + until_morning(moment)
    day = "29" if "next" in morning else "28"
    assert then.isoformat() == f"2026-11-{day}T09:00:00+03:00"


@pytest.mark.parametrize(
    ("hour", "begins"), [(8, "09:00"), (9, "09:30"), (17, "17:30"), (18, "09:00"), (2, "09:00")]
)
def test_a_demo_that_starts_at_night_begins_in_the_morning(hour: int, begins: str) -> None:
    with MovedClock() as clock:
        now = datetime.now(KAMPALA)
        until = now.replace(hour=hour, minute=30, second=0, microsecond=0) - now
        clock.move_on(until % timedelta(days=1))
        Stage(clock, KAMPALA).begin_by_day()
        assert datetime.now(KAMPALA).strftime("%H:%M") == begins


def test_a_clock_is_moved_on_again_and_again_and_put_back_at_the_end() -> None:
    before = datetime.now(UTC)
    with MovedClock() as clock:
        clock.move_on(timedelta(days=1))
        clock.move_on(timedelta(hours=2))
        assert timedelta(hours=26) <= datetime.now(UTC) - before < timedelta(hours=26, minutes=1)
        assert clock.ahead == timedelta(hours=26)
    assert datetime.now(UTC) - before < timedelta(minutes=1)


@pytest.mark.parametrize("hours", [0, -1, LONGEST // timedelta(hours=1) + 1, "1", 1.5, True, None])
async def test_it_is_moved_by_whole_hours_of_a_week_at_most(
    hours: object, session: aiohttp.ClientSession
) -> None:
    with MovedClock() as clock:
        async with (
            Sandbox(stage=Stage(clock, KAMPALA)) as sandbox,
            session.post(f"{sandbox.url}/demo/clock", json={"hours": hours}) as refused,
        ):
            assert refused.status == 400
            assert "from 1 to 168" in (await refused.json())["error"]
        assert clock.ahead == timedelta()


async def test_the_next_message_to_somebody_is_refused_for_a_moment_and_nobody_else_s(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MovedClock() as clock:
        async with Sandbox(stage=Stage(clock, KAMPALA)) as sandbox:
            alice, bob = sandbox.person("Alice"), sandbox.person("Bob")

            async def refuse() -> None:
                asked = {"person": alice.id}
                async with session.post(f"{sandbox.url}/demo/refusal", json=asked) as answer:
                    assert answer.status == 202

            async def is_taken(chat_id: int) -> bool:
                address = f"{sandbox.url}/bot{sandbox.token}/sendMessage"
                message = {"chat_id": chat_id, "text": "News"}
                async with session.post(address, json=message) as answer:
                    return answer.status == 200

            for person in (alice, bob):
                await person.send("/start")
            await refuse()
            assert [await is_taken(chat.id) for chat in (bob, alice, alice)] == [True, False, True]
            monkeypatch.setattr("sandbox.stage.REFUSES_FOR", 0)
            await refuse()
            assert await is_taken(alice.id)


async def test_whose_message_is_refused_has_to_be_said(session: aiohttp.ClientSession) -> None:
    with MovedClock() as clock:
        async with (
            Sandbox(stage=Stage(clock, KAMPALA)) as sandbox,
            session.post(f"{sandbox.url}/demo/refusal", json={}) as refused,
        ):
            assert refused.status == 400
