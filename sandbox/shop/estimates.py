"""When the sample shop's parcels arrive: in daytime, and later when they are delayed."""

from datetime import datetime, time, timedelta, timezone

SHOP_ZONE = timezone(timedelta(hours=3), "EAT")
RIDERS_BEGIN, RIDERS_END = 9, 20

Window = tuple[datetime, datetime]


def estimate(stage: str, before: Window | None, at: datetime) -> Window | None:
    """The window in which the parcel should arrive, as estimated at `at`; None if there is none.

    `before`: the estimate until then.
    """
    match stage:
        case "payment_due" | "placed" | "on_hold":
            return None
        case "delivered" | "returned" | "refunded" | "cancelled" | "ready_for_pickup":
            return None
        case "out_for_delivery":
            return _soon(at)
        case "delayed" | "attempt_failed":
            return _later(before, at)
        case "in_transit":
            return daytime(at, days=1), daytime(at, days=1, hour=18)
    return before or (daytime(at, days=2), daytime(at, days=3, hour=18))


def _soon(at: datetime) -> Window:
    """In an hour. The rider comes between 09:00 and 20:00."""
    hour = at.astimezone(SHOP_ZONE).hour + 1
    if hour < RIDERS_BEGIN:
        return daytime(at, days=0), daytime(at, days=0, hour=RIDERS_BEGIN + 2)
    if hour + 2 > RIDERS_END:
        return daytime(at, days=1), daytime(at, days=1, hour=RIDERS_BEGIN + 2)
    return daytime(at, days=0, hour=hour), daytime(at, days=0, hour=hour + 2)


def _later(before: Window | None, at: datetime) -> Window:
    """A day later than the last estimate, but at least tomorrow."""
    first, last = before or (at, at)
    day = timedelta(days=1)
    return (
        max(first + day, daytime(at, days=1)),
        max(daytime(last + day, days=0, hour=18), daytime(at, days=1, hour=18)),
    )


def daytime(at: datetime, *, days: int, hour: int = 9) -> datetime:
    """This hour in the shop's time zone, `days` after `at`."""
    day = at.astimezone(SHOP_ZONE).date() + timedelta(days=days)
    return datetime.combine(day, time(hour), SHOP_ZONE)


def to_come(window: Window, now: datetime) -> Window:
    """The same hours, moved to the first days on which none of them has begun."""
    late = timedelta(days=max(0, (now - window[0]) // timedelta(days=1) + 1))
    return window[0] + late, window[1] + late
