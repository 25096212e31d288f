"""The parcels of an order that has several: the state of each."""

from datetime import datetime

from bot.services.orders.timeline import LONGEST_NAME, Parcel, Timeline
from bot.texts import carriers, goods, statuses, windows
from bot.texts.message import Reader, foreign, length

MOST_CARRIED = 10
"""The most parcels for which the carrier is named."""
SEEN_AT_ONCE = 3
"""So few parcels need no count."""
ROOM = 500
"""UTF-16 code units for the lines of the parcels."""


def are_several(order: Timeline) -> bool:
    """Whether there are several parcels, or will be: a single one that is not the whole order
    counts, too."""
    return len(order.parcels) > (0 if order.rest_follows else 1)


def are_expected_apart(order: Timeline) -> bool:
    """Whether the parcels are expected at different times, which are then told with each."""
    expected = {parcel.expected for parcel in order.parcels if parcel.is_open}
    return are_several(order) and len(expected) > 1


def name(parcel: str, order: Timeline) -> str:
    """The parcel's name for the customer, as HTML."""
    return foreign(order.called(parcel), LONGEST_NAME)


def lines(
    order: Timeline, called: str, reader: Reader, now: datetime, *, news_first: bool = False
) -> list[str]:
    """A line for each parcel, open ones first. Before many of them stands how many have arrived;
    after them, that more follows.

    ``called``: the order, as HTML. ``news_first``: the parcel of the latest news comes first.
    """
    found, last = list[str](), list[str]()
    if order.rest_follows:
        last = [reader.say("The rest of your order follows.")]
    elif len(order.parcels) > SEEN_AT_ONCE:
        found = so_far(order, reader)
    newest = order.news.step.parcel if news_first else None
    parcels = sorted(order.parcels, key=lambda parcel: (parcel.name != newest, not parcel.is_open))
    for shown, parcel in enumerate(parcels):
        lines = _parcel(parcel, order, called, reader, now)
        if length("\n".join([*found, *lines, *last])) > ROOM:
            left = len(parcels) - shown
            more = reader.count("… and {count} more parcel", "… and {count} more parcels", left)
            return [*found, more, *last]
        found += lines
    return [*found, *last]


def so_far(order: Timeline, reader: Reader) -> list[str]:
    """``1 of 2 parcels delivered``, once one has arrived; or that more parcels follow."""
    if order.rest_follows:
        return [goods.left(order, reader)]
    if not order.delivered:
        return []
    return [
        reader.count(
            "{delivered} of {count} parcel delivered",
            "{delivered} of {count} parcels delivered",
            len(order.parcels),
            delivered=reader.number(order.delivered),
        )
    ]


def carried(order: Timeline, reader: Reader) -> list[str]:
    """The contents, carrier and tracking number of each open parcel, as HTML."""
    if not are_several(order):
        return []
    lines = [_carried(parcel, order, reader) for parcel in order.parcels if parcel.is_open]
    return [line for line in lines if line][:MOST_CARRIED]


def _carried(parcel: Parcel, order: Timeline, reader: Reader) -> str:
    what = [*goods.of_parcel(parcel.name, order, reader), carriers.line(parcel.carrier, reader)]
    title = reader.say("Parcel {parcel}", parcel=name(parcel.name, order))
    return reader.side_by_side(title, *what) if any(what) else ""


def _parcel(
    parcel: Parcel, order: Timeline, called: str, reader: Reader, now: datetime
) -> list[str]:
    state = foreign(statuses.of_parcel(parcel.status, reader, is_pickup=parcel.is_pickup), 64)
    title = reader.say("Parcel {parcel}", parcel=name(parcel.name, order))
    awaited = parcel.awaited if are_expected_apart(order) else None
    when = windows.beside(awaited, reader, now) if awaited else ""
    line = reader.side_by_side(f"<b>{title}</b>", state, when)
    lines = [f"{statuses.emoji(parcel.status, reader)} {line}"]
    if not parcel.is_open:
        return lines
    next_step = statuses.next_step(parcel.status, reader, order=called)
    if next_step and parcel.status != order.status:
        lines.append(next_step)
    return lines
