"""Drawing beside the service: once each, bounded, and never in its way."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.pictures import studio as studios
from bot.pictures.sheet import Sheet
from bot.pictures.studio import DRAWN, CannotDraw, Pen, Studio
from tests.pictures.looking import SHEET, seen


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    async with Studio(kept=4) as studio:
        yield studio


def numbered(number: int) -> Sheet:
    return replace(SHEET, order=f"Order #{number}")


def drawn() -> float:
    return float(DRAWN._value.get())


async def test_who_asks_at_once_or_later_gets_the_same_that_was_drawn_once(studio: Studio) -> None:
    before = drawn()
    pictures = {*await asyncio.gather(*(studio.png(SHEET) for _ in range(20)))}
    pictures.add(await studio.png(replace(SHEET)))
    assert len(pictures) == 1
    assert drawn() == before + 1
    assert seen(pictures.pop()).size == (1200, 630)


async def test_no_more_are_kept_than_there_is_room_for(studio: Studio) -> None:
    before = drawn()
    for number in range(10):
        await studio.png(numbered(number))
        await studio.png(numbered(0))  # stays, for it is asked for
    assert len(studio) == 4
    assert drawn() == before + 10


async def test_when_more_are_wanted_at_once_than_there_is_room_for_some_are_told_so(
    studio: Studio,
) -> None:
    asked = [studio.png(numbered(number)) for number in range(6)]
    given = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in given] == [*[bytes] * 4, CannotDraw, CannotDraw]
    assert await studio.png(numbered(5))


async def test_a_hundred_pictures_do_not_hold_up_the_service() -> None:
    """All its threads together spend less time on them than it takes to draw a few: the library
    would hold up every one of them."""
    async with Studio() as studio:
        await studio.png(SHEET)
        before = time.process_time()
        pictures = await asyncio.gather(*(studio.png(numbered(n)) for n in range(100)))
        spent = time.process_time() - before
    assert len({*pictures}) == 100
    assert spent < 0.6


async def test_a_process_that_was_killed_is_followed_by_another(studio: Studio) -> None:
    await studio.png(numbered(1))
    process = studio._pen._process
    assert process is not None
    process.kill()
    await process.wait()
    with pytest.raises(CannotDraw):
        await studio.png(numbered(2))
    assert await studio.png(numbered(2))


async def test_one_that_takes_too_long_is_given_up(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studios, "LONGEST", 0.0)
    with pytest.raises(CannotDraw):
        await studio.png(SHEET)
    monkeypatch.undo()
    assert await studio.png(SHEET)


async def test_the_process_sees_nothing_secret_and_ends_with_the_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123456:CANARY")
    async with Studio() as studio:
        await studio.png(SHEET)
        process = studio._pen._process
        assert process is not None
        with open(f"/proc/{process.pid}/environ", "rb") as environment:  # noqa: ASYNC230
            assert b"CANARY" not in environment.read()
    assert process.returncode is not None


async def test_what_is_no_svg_ends_the_process_and_not_the_service() -> None:
    pen = Pen()
    with pytest.raises(CannotDraw):
        await pen.draw("<svg")
    await pen.put_down()
