"""What happens to a courier's document, and what its maps want: decided without a database."""

from datetime import timedelta

import pytest

from bot.services.news import courier_maps as maps
from bot.services.news.courier_maps import LIVES, LOOK, MOST, SELDOM, SILENCE, STEP, WAITS, Served
from storage.models import Courier, Map, Place
from tests.support.news import NOON, minutes

SECOND = timedelta(seconds=1)
ALICE, BOB = 1001, 1002


def place(at: float = 0, latitude: float = 0.35) -> Place:
    """So many seconds after noon."""
    return Place(at=NOON + at * SECOND, latitude=latitude, longitude=32.6)


def heard(*shown: Map, at: float = 0) -> Courier:
    """A courier whose place was told then, and the maps that show it."""
    courier = maps.moved(None, "ord_1", place(at), NOON + at * SECOND)
    assert courier
    return maps.scheduled(courier.model_copy(update={"maps": list(shown)}), NOON + at * SECOND)


def a_map(chat_id: int = ALICE, **more: object) -> Map:
    """One that shows the first place."""
    shown: dict[str, object] = {"message_id": 7, "shown": NOON, "until": NOON + LIVES}
    return Map.model_validate({"chat_id": chat_id, "asked_at": NOON, **shown, **more})


def acts(courier: Courier, at: float = 0, *, out: bool = True, watching: int = ALICE) -> list[str]:
    now = NOON + at * SECOND
    found = maps.wanted(courier, is_on_its_way=out, watching=[watching], now=now)
    return [act for _, act in found]


# Places


def test_only_a_newer_place_takes_the_place_of_another() -> None:
    courier = heard(at=5)
    assert maps.moved(courier, "ord_1", place(4), NOON) is None
    assert maps.moved(courier, "ord_1", place(5, latitude=0.4), NOON) is None
    newer = maps.moved(courier, "ord_1", place(6), NOON)
    assert newer
    assert newer.place == place(6)


def test_a_courier_whom_nobody_watches_is_looked_after_by_nobody_and_goes_by_itself() -> None:
    courier = heard()
    assert (courier.due_at, courier.expires_at) == (None, NOON + SILENCE)


def test_a_newer_place_is_due_at_once_but_not_before_the_map_has_rested() -> None:
    moved = maps.moved(heard(a_map()), "ord_1", place(1, 0.36), NOON + SECOND)
    assert moved
    assert moved.due_at == NOON + SECOND
    resting = heard(a_map(rests_until=NOON + STEP))
    moved = maps.moved(resting, "ord_1", place(1, 0.36), NOON + SECOND)
    assert moved
    assert moved.due_at == NOON + STEP
    assert acts(moved, 1) == []
    assert acts(moved, 3) == ["move"]


def test_who_stands_still_moves_no_map_and_is_not_silent() -> None:
    still = maps.moved(heard(a_map()), "ord_1", place(60), NOON + minutes(1))
    assert still
    assert acts(still, 60) == []
    assert still.heard_at == NOON + minutes(1)
    behind = heard(a_map(shown=NOON - SECOND))
    still = maps.moved(behind, "ord_1", place(60), NOON + minutes(1))
    assert still
    assert acts(still, 60) == ["move"]


# Asking


def test_a_map_that_is_asked_for_is_sent_as_soon_as_a_place_is_known() -> None:
    waiting = maps.asked(None, "ord_1", ALICE, NOON)
    assert waiting
    assert (acts(waiting), waiting.due_at) == ([], NOON + SELDOM)
    moved = maps.moved(waiting, "ord_1", place(9), NOON + 9 * SECOND)
    assert moved
    assert (acts(moved, 9), moved.due_at) == (["show"], NOON + 9 * SECOND)


def test_a_map_does_not_wait_for_ever() -> None:
    waiting = maps.asked(None, "ord_1", ALICE, NOON)
    assert waiting
    assert acts(waiting, WAITS.total_seconds()) == ["drop"]
    assert waiting.expires_at > NOON + WAITS


def test_to_ask_twice_is_to_ask_once_and_later_it_is_for_a_new_one() -> None:
    waiting = maps.asked(None, "ord_1", ALICE, NOON)
    assert maps.asked(waiting, "ord_1", ALICE, NOON + SECOND) is None
    again = maps.asked(heard(a_map()), "ord_1", ALICE, NOON + SECOND)
    assert again
    [new] = again.maps
    assert (new.message_id, new.former) == (None, 7)
    assert acts(again, 1) == ["show"]


def test_too_many_watch_and_the_first_give_way() -> None:
    courier: Courier | None = heard()
    for chat in range(MOST + 1):
        courier = maps.asked(courier, "ord_1", chat, NOON)
    assert courier
    assert [each.chat_id for each in courier.maps if each.over] == [0]


# Ends


@pytest.mark.parametrize(
    ("courier", "at", "out", "watching"),
    [
        (heard(a_map()), 1, False, ALICE),
        (heard(a_map()), 1, True, BOB),
        (heard(a_map(over=True)), 1, True, ALICE),
        (heard(a_map()), SILENCE.total_seconds(), True, ALICE),
        (heard(a_map()).model_copy(update={"place": None}), 1, True, ALICE),
    ],
    ids=["not out", "may not see it", "stopped", "silent", "erased"],
)
def test_a_map_is_ended(courier: Courier, at: float, out: bool, watching: int) -> None:
    assert acts(courier, at, out=out, watching=watching) == ["end"]


def test_a_map_whose_time_is_over_needs_no_telling() -> None:
    courier = heard(a_map(), at=LIVES.total_seconds())
    assert acts(courier, LIVES.total_seconds()) == ["drop"]


def test_what_nobody_sees_is_dropped_without_a_call() -> None:
    asked = maps.asked(heard(), "ord_1", ALICE, NOON)
    assert asked
    assert acts(asked, out=False) == ["drop"]


def test_a_map_is_looked_at_now_and_then_though_nothing_is_told() -> None:
    assert heard(a_map()).due_at == NOON + LOOK


# Serving


def test_of_two_who_claim_one_gets_it_and_after_its_lease_the_other() -> None:
    later = NOON + LOOK
    ours = maps.claimed(heard(a_map()), lease="ours", now=later, until=later + minutes(1))
    assert ours
    until = later + minutes(2)
    assert maps.claimed(ours, lease="theirs", now=later, until=until) is None
    theirs = maps.claimed(ours, lease="theirs", now=later + minutes(1), until=until)
    assert theirs
    assert maps.served(theirs, [], lease="ours", now=later) is None


def test_what_is_pressed_while_a_map_is_served_counts() -> None:
    shown = a_map()
    courier = maps.claimed(heard(shown), lease="mine", now=NOON + LOOK, until=NOON + minutes(1))
    moved = Served(shown, shown.model_copy(update={"shown": NOON + SECOND}))
    stopped = maps.dismissed(courier, ALICE, NOON)
    after = maps.served(stopped, [moved], lease="mine", now=NOON)
    assert after
    assert [each.over for each in after.maps] == [True]
    asked = maps.asked(courier, "ord_1", ALICE, NOON + SECOND)
    after = maps.served(asked, [moved], lease="mine", now=NOON)
    assert after
    assert [(each.message_id, each.former) for each in after.maps] == [(None, 7)]


def test_nothing_is_kept_of_a_courier_who_has_arrived() -> None:
    assert maps.is_over(heard(), is_on_its_way=False, now=NOON)
    assert not maps.is_over(heard(), is_on_its_way=True, now=NOON)
    assert maps.is_over(heard(), is_on_its_way=True, now=NOON + SILENCE)
    assert not maps.is_over(heard(a_map()), is_on_its_way=False, now=NOON)
