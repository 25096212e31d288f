"""The messages that arrived: which step of which order, when, and Telegram's answer to the send."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox import Call, Person, Sandbox

_STEP = re.compile(r"(ord_\d+) step (\d+)")


@dataclass(frozen=True)
class Received:
    """A message about an order. ``is_known``: the sender got Telegram's answer that it was sent."""

    order_id: str
    step: int
    at: datetime
    is_known: bool


def news(person: Person, sandbox: Sandbox) -> list[Received]:
    """The person's messages about orders, in the order of arrival."""
    calls = sorted(sandbox.calls_of("sendMessage", chat_id=person.id), key=lambda call: call.at)
    begun = [call.at for call in calls]
    received = []
    for message in person.inbox:
        if step := _STEP.search(message.text):
            # a call takes effect on arrival, and the calls for one chat come one by one
            call = calls[bisect_right(begun, message.sent_at) - 1]
            received.append(Received(step[1], int(step[2]), message.sent_at, is_ok(call)))
    return received


def by_order(received: Iterable[Received]) -> dict[str, list[Received]]:
    orders: dict[str, list[Received]] = defaultdict(list)
    for message in received:
        orders[message.order_id].append(message)
    return orders


def is_ok(call: Call) -> bool:
    return call.status == 200 and call.answer is not None and call.answer.get("ok") is True


def fullest_second(moments: Sequence[datetime]) -> tuple[int, datetime]:
    """The most messages in any period of one second (not only clock seconds), and its beginning."""
    ordered = sorted(moments)
    ends = (bisect_right(ordered, begin + timedelta(seconds=1)) for begin in ordered)
    counts = [end - index for index, end in enumerate(ends)]
    most = max(counts)
    return most, ordered[counts.index(most)]
