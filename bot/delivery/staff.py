"""Reports to the shop's staff in their group.

Every replica runs each report. A turn in the database lets only one of them post it.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta

from prometheus_client import REGISTRY

from bot.delivery.sender import Sender
from bot.services.orders.history import is_closed
from bot.services.orders.noticed import Noticed, Unread
from bot.services.shop.staff import Room
from bot.texts import staff
from bot.texts.message import Message, Reader
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.orders import Orders
from storage.privacy_requests import PrivacyRequests
from storage.staff import StaffNotes

PACE = timedelta(minutes=1)
"""The least time between two messages of the same kind."""
ONCE = timedelta(days=365)
"""How long an unknown state is not reported again."""
AGAIN = timedelta(days=1)
"""How long unreadable posts of one system, with one reason, are not reported again."""
MORNING = time(8)
"""When yesterday's figures are reported, in the shop's time zone."""
AT_ONCE = 200

_COUNTED = ("sent", "dead")


@dataclass
class StaffReports:
    """``stuck_after``: how long an open order may be without news. ``noticed``: what this
    replica has met."""

    room: Room
    sender: Sender
    reader: Reader
    notes: StaffNotes
    orders: Orders
    chats: Chats
    letters: DeadLetters
    requests: PrivacyRequests
    noticed: Noticed
    stuck_after: timedelta
    _counted: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._counted = _counters()

    @property
    def jobs(self) -> Sequence[tuple[Callable[[], Awaitable[None]], int]]:
        """The jobs, each with the seconds between its runs."""
        return (
            (self.report_states, 30),
            (self.report_posts, 30),
            (self.report_dead_letters, 30),
            (self.report_requests, 30),
            (self.report_standing, 60),
            (self.count_up, 60),
            (self.report_yesterday, 60),
        )

    async def report_states(self) -> None:
        """Reports unknown states, each once, with its number of events on this replica.

        If the post fails, the state is reported with its next event.
        """
        now, new = self.sender.now(), Counter[str]()
        words = self.noticed.take_words() + await self.notes.take_words()
        for word in sorted(words):
            if await self.notes.take_turn(_named(word), now, now + ONCE):
                new[word] = words[word]
        if new and not await self._post(staff.unknown_states(new)):
            for word in new:
                await self.notes.give_back(_named(word))

    async def report_posts(self) -> None:
        """Reports posts of shop systems that cannot be read: each reason of a system once a day."""
        now, new = self.sender.now(), Counter[tuple[str, Unread]]()
        for (system, why), count in sorted(self.noticed.take_posts().items()):
            if await self.notes.take_turn(f"posts of {system}: {why}", now, now + AGAIN):
                new[system, why] = count
        if new and not await self._post(staff.unread_posts(new)):
            for system, why in new:
                await self.notes.give_back(f"posts of {system}: {why}")

    async def report_dead_letters(self) -> None:
        """Reports new dead letters. After a crash they may be reported twice."""
        if not await self._may_report("dead letters"):
            return
        letters = await self.letters.fresh(AT_ONCE)
        are_all = len(letters) < AT_ONCE
        if letters and await self._post(staff.dead_letters(letters, are_all=are_all)):
            await self.letters.announced(letters)

    async def report_requests(self) -> None:
        """Reports privacy requests of shop systems that the staff has to know of, each once."""
        now = self.sender.now()
        for request in await self.requests.of_kind("copy", "erase_all", limit=AT_ONCE):
            name, until = f"privacy request {request.id}", request.until or request.due_at or now
            if until <= now or not await self.notes.take_turn(name, now, until):
                continue
            if not await self._post(staff.privacy_request(request, self.reader)):
                await self.notes.give_back(name)

    async def report_standing(self) -> None:
        """Reports open orders without news for ``stuck_after``, once for each time that they stand.

        Orders that stood already at the first run are not reported.
        """
        if not await self._may_report("standing"):
            return
        until = self.sender.now() - self.stuck_after
        after = await self.notes.reached("stood until")
        if after is None:
            await self.notes.reach("stood until", until)
            return
        orders = await self.orders.standing(after, until, AT_ONCE)
        if len(orders) > staff.LISTED:  # the others come next; those of the same time stay together
            until = orders[staff.LISTED - 1].latest_at
            orders = [order for order in orders if order.latest_at <= until]
        orders = [order for order in orders if not is_closed(order.events)]
        message = staff.standing(orders, self.stuck_after.days, self.reader)
        if not orders or await self._post(message):
            await self.notes.reach("stood until", until)

    async def count_up(self) -> None:
        """Adds what this replica has counted since the last run to the day's figures."""
        now, counts = self.sender.now(), _counters()
        new = counts - self._counted
        states = self.noticed.take_states()
        new.update({f"state_{name}": count for name, count in states.items()})
        if new:
            await self.notes.count_up(now.astimezone(self.reader.timezone).date(), new, now)
        self._counted = counts

    async def report_yesterday(self) -> None:
        now = self.sender.now()
        local = now.astimezone(self.reader.timezone)
        day = local.date() - timedelta(days=1)
        name = f"told of {day}"
        if local.time() < MORNING:
            return
        if not await self.notes.take_turn(name, now, now + timedelta(days=2)):
            return
        standing = {"chats": await self.chats.count(), "letters": await self.letters.count()}
        counts = await self.notes.figures(day)
        if not await self._post(staff.figures(day, counts, standing, self.reader)):
            await self.notes.give_back(name)

    async def _may_report(self, kind: str) -> bool:
        now = self.sender.now()
        return await self.notes.take_turn(f"turn of {kind}", now, now + PACE)

    async def _post(self, message: Message) -> bool:
        return await self.sender.post(self.room, message)


def _named(word: str) -> str:
    return f"state {word}"


def _counters() -> Counter[str]:
    """The values of the metrics, counted since this process began."""
    metric = "trackline_messages_total"
    values = {name: REGISTRY.get_sample_value(metric, {"outcome": name}) for name in _COUNTED}
    return Counter({name: int(value or 0) for name, value in values.items()})
