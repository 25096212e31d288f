"""When news is told: what a person chose, in their own time zone, whatever its clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.services.news import notices, weights
from bot.services.news.notices import Item, Verdict
from bot.services.news.weights import Weight
from bot.services.orders.history import AHEAD
from bot.services.orders.statuses import Status
from bot.services.orders.timeline import timeline
from storage.models import Card, Change, Chat, Entry, Event, Order, PastEntry, Preferences, Window
from tests.support.news import chat, entry, event

KAMPALA = ZoneInfo("Africa/Kampala")  # three hours ahead all year
BERLIN = ZoneInfo("Europe/Berlin")  # 2024: put on at 2 on 31 March, back at 3 on 27 October
NEW_YORK = ZoneInfo("America/New_York")
CAIRO = ZoneInfo("Africa/Cairo")  # 2024: put on at midnight of 26 April
KOLKATA = ZoneInfo("Asia/Kolkata")  # five hours and a half ahead
FARTHEST = [ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")]
NIGHT = (22, 7)


def local(zone: ZoneInfo, day: str, clock: str) -> datetime:
    there = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone)
    return there.astimezone(UTC)


def alice(**preferences: object) -> Chat:
    return chat().model_copy(update={"preferences": Preferences.model_validate(preferences)})


def an_order(*events: Event, fresh: int = 1, news: int | None = None) -> Order:
    """Its latest events are news, so many of which are fresh: they are not fanned out."""
    count = len(events) if news is None else news
    first = count - len(events) + 1
    return Order(
        id="ord_1",
        customer_id="customer-1",
        events=list(events),
        latest_at=events[-1].occurred_at,
        created_at=events[0].recorded_at,
        news=count,
        changes=[Change(event=each.id, news=n) for n, each in enumerate(events, first)],
        fanned=count - fresh,
        unfanned_since=events[-fresh].recorded_at if fresh else None,
    )


def weigh(order: Order, zone: ZoneInfo = KAMPALA) -> Weight | None:
    return weights.weigh(order, after=order.fanned, zone=zone)


def told_at(
    who: Chat, status: str, at: datetime, zone: ZoneInfo = KAMPALA, *, since: datetime | None = None
) -> datetime | None:
    """When news of this state is told that is looked at now, ``at``. None: never."""
    item = Item(entry(since=since or at), an_order(event(status)))
    verdict = notices.judge(who, [item], now=at, zone=zone)
    if verdict.send:
        return at
    return verdict.hold[0].entry.due if verdict.hold else None


# What it weighs, and who hears it

WEIGHTS = {
    Weight.MINOR: {"confirmed", "processing", "packed", "in_transit", "engraving"},
    Weight.MAIN: {"placed", "shipped"},
    Weight.DELIVERY: {
        *{"out_for_delivery", "ready_for_pickup", "delivered", "returned", "refunded"},
    },
    Weight.PROBLEM: {
        *{"payment_due", "attempt_failed", "delayed", "no_news", "on_hold", "problem", "cancelled"},
    },
}
NOON = local(KAMPALA, "2024-06-03", "12:00")


def test_every_state_has_a_weight_and_a_shop_s_own_is_minor() -> None:
    assert {*Status, "engraving"} == set().union(*WEIGHTS.values())
    for weight, states in WEIGHTS.items():
        assert {state: weights.of_status(state) for state in states} == dict.fromkeys(
            states, weight
        )


@pytest.mark.parametrize(
    ("hear", "heard"),
    [
        ("all", {Weight.MINOR, Weight.MAIN, Weight.DELIVERY, Weight.PROBLEM}),
        ("main", {Weight.MAIN, Weight.DELIVERY, Weight.PROBLEM}),
        ("important", {Weight.DELIVERY, Weight.PROBLEM}),
        ("none", set()),
    ],
)
def test_who_hears_what(hear: str, heard: set[Weight]) -> None:
    for weight, states in WEIGHTS.items():
        for state in states:
            assert (told_at(alice(hear=hear), state, NOON) is not None) == (weight in heard)


@pytest.mark.parametrize("hear", ["all", "main", "important", "none"])
@pytest.mark.parametrize("state", [*Status])
def test_a_followed_order_is_heard_and_a_muted_one_is_not(hear: str, state: str) -> None:
    who = alice(hear=hear)
    followed = who.model_copy(update={"followed": ["ord_0", "ord_1"]})
    muted = who.model_copy(update={"muted": ["ord_0", "ord_1"]})
    both = followed.model_copy(update={"muted": ["ord_1"]})
    assert told_at(followed, state, NOON) == NOON
    assert told_at(muted, state, NOON) is None
    assert told_at(both, state, NOON) is None


# The quiet


@pytest.mark.parametrize(
    ("quiet", "clock", "told"),
    [
        (NIGHT, "21:59:59", None),
        (NIGHT, "22:00", "2024-06-04T07:00"),
        (NIGHT, "23:59:59", "2024-06-04T07:00"),
        (NIGHT, "00:00", "2024-06-03T07:00"),
        (NIGHT, "06:59:59", "2024-06-03T07:00"),
        (NIGHT, "07:00", None),
        ((13, 15), "12:59", None),
        ((13, 15), "13:00", "2024-06-03T15:00"),
        ((13, 15), "14:59", "2024-06-03T15:00"),
        ((13, 15), "15:00", None),
        ((0, 6), "00:00", "2024-06-03T06:00"),
        ((22, 0), "23:30", "2024-06-04T00:00"),
        ((22, 0), "00:00", None),
        ((7, 7), "07:00", None),
        ((7, 7), "03:00", None),
        (None, "03:00", None),
    ],
)
def test_what_comes_in_the_quiet_waits_for_its_end(
    quiet: tuple[int, int] | None, clock: str, told: str | None
) -> None:
    at = local(KAMPALA, "2024-06-03", clock)
    expected = local(KAMPALA, *told.split("T")) if told else at
    assert told_at(alice(quiet=quiet), "shipped", at) == expected


@pytest.mark.parametrize("state", sorted(WEIGHTS[Weight.PROBLEM]))
def test_a_problem_breaks_the_quiet_if_it_may(state: str) -> None:
    at = local(KAMPALA, "2024-06-03", "03:00")
    morning = local(KAMPALA, "2024-06-03", "07:00")
    assert told_at(alice(quiet=NIGHT), state, at) == at
    assert told_at(alice(quiet=NIGHT, problems_break_quiet=False), state, at) == morning


def test_the_quiet_is_that_of_the_reader_s_zone() -> None:
    at = local(KAMPALA, "2024-06-03", "23:00")
    assert told_at(alice(quiet=NIGHT), "shipped", at, KAMPALA) == at + timedelta(hours=8)
    assert told_at(alice(quiet=NIGHT), "shipped", at, NEW_YORK) == at


def test_what_waited_so_long_that_it_is_quiet_again_waits_on() -> None:
    since = local(KAMPALA, "2024-06-03", "23:00")
    at = local(KAMPALA, "2024-06-04", "22:30")
    morning = local(KAMPALA, "2024-06-05", "07:00")
    assert told_at(alice(quiet=NIGHT), "shipped", at, since=since) == morning


@pytest.mark.parametrize(
    ("zone", "quiet", "at", "ends"),
    [
        # Put on: 2:00 becomes 3:00 at 01:00 UTC.
        (BERLIN, (22, 7), "2024-03-30T23:00+00:00", "2024-03-31T05:00+00:00"),
        (BERLIN, (22, 2), "2024-03-31T00:30+00:00", "2024-03-31T01:00+00:00"),
        (BERLIN, (22, 3), "2024-03-31T00:59+00:00", "2024-03-31T01:00+00:00"),
        (BERLIN, (2, 3), "2024-03-31T01:00+00:00", None),
        # Put back: 3:00 becomes 2:00 at 01:00 UTC.
        (BERLIN, (22, 7), "2024-10-26T22:00+00:00", "2024-10-27T06:00+00:00"),
        (BERLIN, (22, 3), "2024-10-27T00:30+00:00", "2024-10-27T02:00+00:00"),
        (BERLIN, (22, 3), "2024-10-27T01:30+00:00", "2024-10-27T02:00+00:00"),
        (BERLIN, (22, 2), "2024-10-26T23:30+00:00", "2024-10-27T00:00+00:00"),
        # Put on at midnight: there is no 0:00.
        (CAIRO, (21, 0), "2024-04-25T21:30+00:00", "2024-04-25T22:00+00:00"),
    ],
)
def test_the_quiet_ends_by_the_clock_on_the_wall_when_it_is_put_on_or_back(
    zone: ZoneInfo, quiet: tuple[int, int], at: str, ends: str | None
) -> None:
    now = datetime.fromisoformat(at)
    end = datetime.fromisoformat(ends) if ends else now
    assert notices.after_the_quiet(Preferences(quiet=quiet), now, zone) == end


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        (BERLIN, "2024-03-31"),
        (BERLIN, "2024-10-27"),
        (NEW_YORK, "2024-03-10"),
        (NEW_YORK, "2024-11-03"),
        (CAIRO, "2024-04-26"),
        (KOLKATA, "2024-06-03"),
    ],
    ids=str,
)
def test_at_its_end_the_quiet_is_over_for_all_hours_and_days(zone: ZoneInfo, day: str) -> None:
    first = local(zone, day, "00:00") - timedelta(hours=2)
    moments = [first + timedelta(minutes=30 * n) for n in range(56)]
    for begins in range(24):
        for ends in range(24):
            chosen = Preferences(quiet=(begins, ends))
            for at in moments:
                told = notices.after_the_quiet(chosen, at, zone)
                assert at <= told <= at + timedelta(hours=25)
                assert notices.after_the_quiet(chosen, told, zone) == told


# The digest


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        ("08:00", "2024-06-03T18:00"),
        ("18:00", "2024-06-03T18:00"),
        ("18:00:01", "2024-06-04T18:00"),
        ("23:00", "2024-06-04T18:00"),
    ],
)
def test_news_waits_for_the_hour_of_the_digest(clock: str, told: str) -> None:
    at = local(KAMPALA, "2024-06-03", clock)
    assert told_at(alice(digest=18), "shipped", at) == local(KAMPALA, *told.split("T"))


def test_a_digest_that_is_late_is_told_at_once() -> None:
    since = local(KAMPALA, "2024-06-03", "08:00")
    at = local(KAMPALA, "2024-06-03", "18:20")
    assert told_at(alice(digest=18), "shipped", at, since=since) == at


def test_a_problem_does_not_wait_for_the_digest_but_may_for_the_end_of_the_quiet() -> None:
    night, morning = (local(KAMPALA, "2024-06-03", clock) for clock in ("03:00", "07:00"))
    assert told_at(alice(digest=18), "delayed", NOON) == NOON
    who = alice(digest=18, quiet=NIGHT, problems_break_quiet=False)
    assert told_at(who, "delayed", night) == morning


def test_a_digest_in_the_quiet_comes_at_its_end() -> None:
    told = told_at(alice(digest=23, quiet=NIGHT), "shipped", NOON)
    assert told == local(KAMPALA, "2024-06-04", "07:00")


# What a fan-out makes of an order


def fresh(who: Chat, order: Order, now: datetime, zone: ZoneInfo = KAMPALA) -> Entry | None:
    return notices.news_for(who, order, now=now, zone=zone)


def recorded(status: str | None, at: datetime, *, after: float = 0, **changes: object) -> Event:
    return event(status, after=after).model_copy(update={"recorded_at": at, **changes})


def test_what_was_fanned_out_is_no_news() -> None:
    assert fresh(alice(), an_order(event("shipped"), fresh=0), NOON) is None


def test_news_is_posted_to_be_told_at_once_or_with_the_time_until_which_it_is_held() -> None:
    night = local(KAMPALA, "2024-06-03", "23:00")
    order = an_order(recorded("shipped", night), news=4)
    posted = Entry(order_id="ord_1", news=4, since=night, after=3)
    assert fresh(alice(), order, night) == posted
    held = posted.model_copy(update={"due": night + timedelta(hours=8)})
    assert fresh(alice(quiet=NIGHT), order, night) == held
    assert fresh(alice(hear="important"), order, night) is None


def test_a_minor_step_does_not_hide_what_came_just_before_it() -> None:
    events = event("delayed"), event("in_transit", after=1)
    assert weigh(an_order(*events, fresh=2)) == Weight.PROBLEM


def waiting(status: str, *, until: datetime, after: float = 0) -> Event:
    """Of which nothing is told before: it may be over by then."""
    return event(status, after=after).model_copy(update={"tell_from": until})


def test_what_may_be_over_soon_is_held_until_it_is_time() -> None:
    until = NOON + timedelta(minutes=15)
    order = an_order(waiting("payment_due", until=until))
    posted = fresh(alice(), order, NOON)
    assert posted is not None
    assert posted.due == until
    verdict = notices.judge(alice(), [Item(posted, order)], now=NOON, zone=KAMPALA)
    assert [item.entry.due for item in verdict.hold] == [until]
    assert notices.judge(alice(), [Item(posted, order)], now=until, zone=KAMPALA).send


def test_what_follows_it_is_told_at_once_and_by_its_own_weight() -> None:
    until = NOON + timedelta(minutes=15)
    events = (waiting("payment_due", until=until), event("processing", after=1))
    assert weigh(an_order(*events, fresh=2)) == Weight.MINOR
    posted = fresh(alice(), an_order(*events), NOON)
    assert posted is not None
    assert posted.due is None


def test_what_was_over_before_it_could_be_told_is_not_told_at_all() -> None:
    until = NOON + timedelta(minutes=15)
    order = an_order(waiting("payment_due", until=until), event("processing", after=1), fresh=2)
    order = order.model_copy(update={"changes": order.changes[:1]})  # the other should be silent
    assert weigh(order) is None


def test_what_was_fanned_out_before_does_not_weigh() -> None:
    assert weigh(an_order(event("delayed"), event("in_transit", after=1))) == Weight.MINOR


def test_what_is_no_news_does_not_weigh() -> None:
    order = an_order(event("problem"), event("shipped", after=1), fresh=2)
    silent = order.model_copy(update={"changes": order.changes[1:]})
    assert weigh(silent) == Weight.MAIN


def test_what_was_told_meanwhile_does_not_weigh() -> None:
    """A minor step came while the problem was being told."""
    order = an_order(event("problem"), event("in_transit", after=1), fresh=2)
    told = alice(hear="important").model_copy(
        update={"told": [PastEntry(order_id="ord_1", news=1)]}
    )
    other = told.model_copy(update={"told": [PastEntry(order_id="ord_2", news=1)]})
    reminded = told.model_copy(
        update={"told": [PastEntry(order_id="ord_1", news=739_000, kind="reminder")]}
    )
    waiting = Item(entry(news=2), order)

    def verdict(who: Chat) -> Verdict:
        return notices.judge(who, [waiting], now=NOON, zone=KAMPALA)

    assert verdict(told).over == [waiting]
    assert verdict(other).send == [waiting]
    assert verdict(reminded).send == [waiting]


def test_what_an_older_version_counted_is_told_to_who_hears_of_deliveries() -> None:
    order = an_order(event("packed")).model_copy(update={"changes": []})
    assert weigh(order) == Weight.DELIVERY


# The expected delivery


def window(first: str | None, last: str | None = None, zone: ZoneInfo = KAMPALA) -> Window:
    ends = [local(zone, *end.split("T")) if end else None for end in (first, last)]
    return Window(earliest=ends[0], latest=ends[1])


def moved(before: Window, after: Window, *states: str) -> Order:
    hour = timedelta(hours=1)
    told = [recorded(state, NOON - hour, after=n) for n, state in enumerate(states or ("shipped",))]
    known = told[0].model_copy(update={"estimated_delivery": before})
    later = recorded(None, NOON, after=9, estimated_delivery=after)
    return an_order(known, *told[1:], later)


@pytest.mark.parametrize(
    ("after", "weight"),
    [
        (("2024-06-06T14:00", "2024-06-06T18:00"), Weight.MAIN),
        (("2024-06-05T14:00", "2024-06-06T18:00"), Weight.MAIN),
        (("2024-06-05T16:00", "2024-06-05T18:00"), Weight.MINOR),
        (("2024-06-05T14:00", "2024-06-05T18:00"), None),
    ],
)
def test_a_delivery_on_another_day_is_a_main_step_and_at_another_hour_a_minor_one(
    after: tuple[str, str], weight: Weight | None
) -> None:
    order = moved(window("2024-06-05T14:00", "2024-06-05T18:00"), window(*after))
    assert weigh(order) == weight


def test_the_day_is_that_of_the_reader_s_zone() -> None:
    order = moved(window("2024-06-05T22:00"), window("2024-06-06T01:00"))
    assert weigh(order) == Weight.MAIN
    assert weigh(order, ZoneInfo("UTC")) == Weight.MINOR


def test_each_parcel_s_delivery_is_expected_by_itself() -> None:
    order = moved(window("2024-06-05T14:00"), window("2024-06-06T14:00"))
    first, other = order.events
    other = other.model_copy(update={"parcel": "B"})
    assert weigh(an_order(first, other)) is None


def test_of_a_closed_order_no_other_day_is_told() -> None:
    days = window("2024-06-05T14:00"), window("2024-06-06T14:00")
    assert fresh(alice(), moved(*days), NOON) is not None
    assert fresh(alice(), moved(*days, "shipped", "delivered"), NOON) is None


# Live messages


def test_a_live_message_is_brought_up_to_date_at_once_whatever_is_told_when() -> None:
    card = Card(order_id="ord_1", message_id=7, news=1)
    night = local(KAMPALA, "2024-06-03", "23:00")
    order = an_order(recorded("packed", night), news=2)
    for chosen in ({"quiet": NIGHT}, {"hear": "main"}, {"digest": 18}):
        who = alice(cards=True, **chosen).model_copy(update={"cards": [card]})
        posted = fresh(who, order, night)
        assert posted is not None
        assert posted.due is None
        assert notices.stale_card(who, posted) == card
        up_to_date = who.model_copy(update={"cards": [card.model_copy(update={"news": 2})]})
        assert notices.stale_card(up_to_date, posted) is None
        off = alice(**chosen).model_copy(update={"cards": [card]})
        assert notices.stale_card(off, posted) is None


# What is looked at together


def held(order_id: str, **changes: object) -> Entry:
    return entry(order_id, since=NOON - timedelta(hours=9)).model_copy(
        update={"due": NOON, **changes}
    )


def test_what_was_held_back_is_looked_at_together_and_the_rest_one_by_one() -> None:
    now, later = NOON, NOON + timedelta(hours=1)
    fresh = entry("ord_9", since=NOON)
    first, second = held("ord_1"), held("ord_2")
    reminder = held("ord_3", kind="reminder")
    waits = held("ord_4", due=later)
    assert notices.together([first, fresh, waits, reminder, second], now) == [
        first,
        reminder,
        second,
    ]
    assert notices.together([fresh, first, second], now) == [fresh]
    assert notices.together([reminder, first], now) == [reminder, first]
    arrival = held("ord_5", kind="arrival")
    assert notices.together([arrival, first], now) == [arrival]
    assert notices.together([waits], now) == []
    assert notices.together([waits], later) == [waits]


def test_one_message_tells_of_so_many_orders_and_no_more() -> None:
    entries = [held(f"ord_{n}") for n in range(notices.MOST_AT_ONCE + 3)]
    assert notices.together(entries, NOON) == entries[: notices.MOST_AT_ONCE]


def test_what_waits_is_judged_by_what_the_person_wants_now() -> None:
    night = local(KAMPALA, "2024-06-03", "23:00")
    order = an_order(recorded("packed", night))
    item = Item(held("ord_1"), order)

    def verdict(who: Chat) -> Verdict:
        return notices.judge(who, [item], now=night, zone=KAMPALA)

    assert verdict(alice()).send == [item]
    assert verdict(alice(hear="main")).over == [item]
    assert verdict(alice().model_copy(update={"muted": ["ord_1"]})).over == [item]
    (waits,) = verdict(alice(quiet=NIGHT)).hold
    assert waits.entry.due == night + timedelta(hours=8)


def test_what_was_told_is_the_order_as_it_is_and_of_a_reminder_its_day() -> None:
    order = an_order(event("shipped"), news=5)
    assert Item(entry("ord_1", 3), order).as_sent.news == 5
    assert Item(entry("ord_1", 6), order).as_sent.news == 6
    reminder = entry("ord_1", 739_000).model_copy(update={"kind": "reminder"})
    assert Item(reminder, order).as_sent == reminder


# The reminder

DAY = date(2024, 6, 5)
EIGHT = local(KAMPALA, "2024-06-05", "08:00")
AFTERNOON = window("2024-06-05T14:00", "2024-06-05T18:00")


def expected(
    when: Window | None = AFTERNOON, *, status: str = "shipped", at: datetime | None = None
) -> Order:
    last = event(status).model_copy(
        update={"estimated_delivery": when, "occurred_at": at or NOON - timedelta(days=1)}
    )
    return an_order(last)


def reminded_at(who: Chat, order: Order, now: datetime = NOON) -> datetime | None:
    reminder = notices.reminder_for(who, timeline(order), now=now, zone=KAMPALA)
    if reminder is None:
        return None
    assert (reminder.kind, reminder.news) == ("reminder", reminder.due and _day(reminder.due))
    return reminder.due


def _day(at: datetime) -> int:
    return at.astimezone(KAMPALA).date().toordinal()


@pytest.mark.parametrize(
    "when",
    [
        AFTERNOON,
        window("2024-06-05T00:00", "2024-06-05T23:59"),
        window("2024-06-05T14:00", "2024-06-08T18:00"),
        window("2024-06-05T14:00"),
        window(None, "2024-06-05T18:00"),
    ],
    ids=["hours", "a day", "days", "from", "by"],
)
def test_a_delivery_is_reminded_of_at_eight_of_its_first_day(when: Window) -> None:
    assert reminded_at(alice(), expected(when)) == EIGHT


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Pacific/Auckland", "Pacific/Honolulu", "Africa/Kampala"]
)
def test_a_day_without_a_time_is_reminded_of_on_the_morning_of_that_very_day(zone: str) -> None:
    there, day = ZoneInfo(zone), date(2024, 6, 5)
    for when in (Window(earliest=day, latest=day), Window(latest=day)):
        order = timeline(expected(when))
        reminder = notices.reminder_for(alice(), order, now=NOON - 2 * AHEAD, zone=there)
        assert reminder
        assert reminder.due == local(there, "2024-06-05", "08:00")
        assert reminder.news == day.toordinal()


@pytest.mark.parametrize(
    ("quiet", "clock"), [((22, 10), "10:00"), ((22, 8), "08:00"), ((22, 15), "15:00")]
)
def test_a_reminder_waits_for_the_end_of_the_quiet(quiet: tuple[int, int], clock: str) -> None:
    assert reminded_at(alice(quiet=quiet), expected()) == local(KAMPALA, "2024-06-05", clock)


def test_a_reminder_that_is_late_comes_at_once_on_the_same_day_and_while_it_is_expected() -> None:
    for clock, told in (("11:00", True), ("17:59", True), ("18:01", False), ("23:00", False)):
        now = local(KAMPALA, "2024-06-05", clock)
        assert reminded_at(alice(), expected(), now) == (now if told else None)


@pytest.mark.parametrize("now", ["2024-06-06T08:00", "2024-06-06T00:00"])
def test_on_the_next_day_nothing_is_reminded_of(now: str) -> None:
    days = window("2024-06-05T14:00", "2024-06-08T18:00")
    assert reminded_at(alice(), expected(days), local(KAMPALA, *now.split("T"))) is None


def test_a_quiet_that_lasts_beyond_the_delivery_leaves_no_reminder() -> None:
    assert reminded_at(alice(quiet=(22, 19)), expected()) is None


@pytest.mark.parametrize(
    "order",
    [
        expected(None),
        expected(Window()),
        expected(window("2024-06-05T06:00", "2024-06-05T07:30")),
        expected(status="delivered"),
        expected(status="cancelled"),
        expected(status="ready_for_pickup"),
        expected(status="out_for_delivery", at=local(KAMPALA, "2024-06-05", "06:00")),
    ],
    ids=["unknown", "empty", "too early", "delivered", "cancelled", "at the shop", "on the way"],
)
def test_there_is_nothing_to_remind_of(order: Order) -> None:
    assert reminded_at(alice(), order) is None


def test_what_went_out_on_another_day_and_failed_is_reminded_of() -> None:
    order = expected(status="out_for_delivery", at=local(KAMPALA, "2024-06-04", "06:00"))
    assert reminded_at(alice(), order) == EIGHT


def test_who_is_reminded() -> None:
    muted, followed = {"muted": ["ord_1"]}, {"followed": ["ord_1"]}
    assert reminded_at(alice(reminders=False), expected()) is None
    assert reminded_at(alice(hear="none"), expected()) is None
    assert reminded_at(alice().model_copy(update=muted), expected()) is None
    assert reminded_at(alice(hear="none").model_copy(update=followed), expected()) == EIGHT
    assert reminded_at(alice(hear="important", digest=20), expected()) == EIGHT


def test_a_reminder_comes_with_what_else_is_told_in_the_morning() -> None:
    def hour(**chosen: object) -> int:
        at = reminded_at(alice(**chosen), expected())
        assert at is not None
        return at.astimezone(KAMPALA).hour

    assert hour(digest=9) == hour(digest=9, quiet=(22, 7)) == 9
    assert hour(quiet=(22, 7)) == 7
    assert hour(digest=20, quiet=(13, 15)) == notices.MORNING


def test_a_reminder_of_another_day_than_it_is_expected_on_now_is_over() -> None:
    reminder = Entry(order_id="ord_1", news=DAY.toordinal(), since=NOON, due=EIGHT, kind="reminder")

    def verdict(order: Order) -> Verdict:
        return notices.judge(alice(), [Item(reminder, order)], now=EIGHT, zone=KAMPALA)

    assert len(verdict(expected()).send) == 1
    assert len(verdict(expected(window("2024-06-07T14:00"))).over) == 1
    assert len(verdict(expected(window("2024-06-04T14:00"))).over) == 1


def test_the_mornings_of_all_zones_come_after_the_mark() -> None:
    for zone in [KAMPALA, NEW_YORK, *FARTHEST]:
        for hour in range(24):
            first = datetime.combine(DAY, time(hour), zone).astimezone(UTC)
            order = expected(Window(latest=first))
            reminder = notices.reminder_for(alice(), timeline(order), now=first - AHEAD, zone=zone)
            assert reminder is None or (reminder.due and reminder.due >= first - AHEAD)
            assert (reminder is None) == (hour < notices.MORNING)
