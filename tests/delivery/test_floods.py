"""Whom a 429 holds: the chat that it was for; everybody, if several get one at once."""

from bot.delivery.floods import AT_ONCE, SEVERAL, Floods


def meets(floods: Floods, *chats: int, at: float = 100.0, wait: float = 30.0) -> list[bool]:
    return [floods.met(chat, wait, at) for chat in chats]


def test_a_limited_chat_rests_and_no_other_does() -> None:
    floods = Floods()
    assert meets(floods, 1) == [False]
    assert floods.rests_until(1) == 130
    assert floods.rests_until(2) == 0


def test_one_chat_holds_only_itself_however_often_it_is_limited() -> None:
    floods = Floods()
    assert not any(meets(floods, *[1] * 100))


def test_several_chats_at_once_hold_everybody() -> None:
    assert meets(Floods(), 1, 1, 2, 2, 3) == [False] * 4 + [True]
    assert SEVERAL == 3


def test_what_says_nothing_of_other_chats_holds_only_its_own() -> None:
    floods = Floods()
    assert not any(floods.met(chat, 30, 100, alone=True) for chat in range(10))
    assert floods.rests_until(9) == 130
    assert meets(floods, 11, 12) == [False, False]


def test_several_chats_one_after_another_do_not() -> None:
    floods = Floods()
    for number in range(20):
        assert meets(floods, number, at=100 + number * AT_ONCE * 0.6) == [False]


def test_each_time_it_takes_several_chats_anew() -> None:
    floods = Floods()
    meets(floods, 1, 2, 3)
    assert meets(floods, 1, 2, at=101) == [False, False]
    assert meets(floods, 4, at=101) == [True]


def test_a_shorter_rest_does_not_end_a_longer_one() -> None:
    floods = Floods()
    meets(floods, 1, wait=30)
    meets(floods, 1, wait=1)
    assert floods.rests_until(1) == 130


def test_who_rests_no_longer_is_forgotten() -> None:
    floods = Floods()
    for number in range(1000):
        meets(floods, number, at=100 + number * 10, wait=5)
    assert len(floods._rests) == 1
