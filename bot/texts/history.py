"""The steps of an order, newest first, in a quote that a tap unfolds."""

from collections.abc import Iterable

from bot.services.orders.steps import Step
from bot.services.orders.timeline import Timeline
from bot.texts import goods, parcels, statuses
from bot.texts.message import FOLD, FOLD_END, Reader, foreign, length, moment

MOST_MARKS = 95
"""How many entities (bold, a time …) a message may have used up to the end of its steps. Telegram
drops all beyond 100."""


def folded(order: Timeline, reader: Reader, *, room: int, marks: int) -> str:
    """The steps and, if the text above does not name them, the things and each parcel's carrier; as
    HTML. If there is no room, the oldest steps are only counted.

    ``room``: in UTF-16 code units. ``marks``: entities already used.
    """
    others = [*goods.all_of(order, reader), *parcels.carried(order, reader)]
    more = "\n".join(others)
    newest_first = list(reversed(order.steps))
    room -= length(more + _earlier(len(newest_first), reader)) + 4
    marks += more.count("</")
    lines = list(_fitting(newest_first, order, reader, room=room, marks=marks))
    if left := len(newest_first) - len(lines):
        lines.append(_earlier(left, reader))
    return FOLD + "\n\n".join(filter(None, ["\n".join(lines), more])) + FOLD_END


def _earlier(left: int, reader: Reader) -> str:
    return reader.count("… and {count} earlier step", "… and {count} earlier steps", left)


def _fitting(
    steps: Iterable[Step], order: Timeline, reader: Reader, *, room: int, marks: int
) -> Iterable[str]:
    """The steps, as HTML, while there is room; at least the first."""
    used = 0
    for count, step in enumerate(steps):
        line = "\n".join(_step(step, order, reader, is_newest=count == 0))
        used, marks = used + length(line) + 1, marks + line.count("</")
        if count and (used > room or marks > MOST_MARKS):
            return
        yield line


def _step(step: Step, order: Timeline, reader: Reader, *, is_newest: bool = False) -> list[str]:
    name = f"💬 {foreign(reader.shop)}" if step.is_answer else state(step, order, reader)
    if step.parcel and parcels.are_several(order):
        name += f" ({reader.say('parcel {parcel}', parcel=parcels.name(step.parcel, order))})"
    at = moment(step.at, reader, zone=is_newest)
    line = f"{'●' if is_newest else '○'} {reader.side_by_side(name, at)}"
    return [f"<b>{line}</b>" if is_newest else line, *words(step)]


def state(step: Step, order: Timeline, reader: Reader) -> str:
    """The step's state, as HTML."""
    is_of_parcel = step.parcel and parcels.are_several(order)
    called = statuses.of_parcel if is_of_parcel else statuses.name
    return foreign(called(step.status, reader, is_pickup=step.is_pickup), 64)


def answer(step: Step) -> list[str]:
    """The shop's answer to a choice."""
    return [f"💬 {said}" for said in words(step)]


def words(step: Step) -> list[str]:
    """The place and the shop's note, if there are any."""
    said = [step.location and foreign(step.location, 100), step.note and foreign(step.note)]
    line = " · ".join(filter(None, said))
    return [f"<i>{line}</i>"] if line else []
