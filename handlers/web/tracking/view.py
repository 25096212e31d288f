"""The content of an order's page.

There is one view and one template, ``tracking/order.html``, for everybody. `view` turns a
`Timeline` into what a `Reader` sees: the owner's whole timeline, or the part that `for_onlookers`
has left (``is_shared``). Nothing that is not in the timeline is on the page. Times are in the
reader's time zone.

A page needs three routes: one that passes the view to `page.whole`, one for live updates
(`live.streamed`), and one for polling (`live.polled`). See `shared` for an example: all three use
one function to find the order, which also notices when there is nothing to see any more.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from babel.dates import get_timezone_name
from markupsafe import Markup, escape

from bot.services.orders.pictures import Mood
from bot.services.orders.statuses import DELIVERY, PICKUP, Status, place
from bot.services.orders.steps import Step
from bot.services.orders.timeline import Parcel, Timeline
from bot.services.people.sharing import closed_at
from bot.texts import (
    carriers,
    days,
    goods,
    numbers,
    offers,
    orders,
    parcels,
    statuses,
    support,
    tracking,
    windows,
)
from bot.texts.message import Reader, foreign, plain
from bot.texts.support import Link
from storage.models import Carrier

_TIME = re.compile(r'<tg-time unix="(-?\d+)" format="(\w+)">.*?</tg-time>')
_NOT_OURS = re.compile(r"</?(?:tg-spoiler|blockquote)[^>]*>")

_PHASES = {
    DELIVERY: (
        Status.PLACED,
        Status.PROCESSING,
        Status.SHIPPED,
        Status.OUT_FOR_DELIVERY,
        Status.DELIVERED,
    ),
    PICKUP: (Status.PLACED, Status.PROCESSING, Status.READY_FOR_PICKUP, Status.DELIVERED),
}
"""The state that names each phase before it is reached."""


@dataclass(frozen=True)
class Phase:
    """``at``: when it was reached, as HTML; empty if unknown."""

    name: str
    at: Markup
    is_done: bool
    is_current: bool


@dataclass(frozen=True)
class ShownParcel:
    """Texts are HTML. ``lines``: further information on one that has not arrived."""

    emoji: str
    name: Markup
    state: Markup
    is_open: bool
    lines: Sequence[Markup]
    link: Link | None


@dataclass(frozen=True)
class ShownStep:
    name: Markup
    at: Markup
    words: Markup


@dataclass(frozen=True)
class View:
    """Texts are HTML, and empty if there is nothing to say. ``zone``: the IANA name.

    ``way``: a link to the shop's support, for the owner of an order that is in trouble.
    """

    emoji: str
    headline: Markup
    title: Markup
    goods: Sequence[Markup]
    when: Markup
    way: Link | None
    next_step: Markup
    mood: Mood
    phases: Sequence[Phase]
    lines: Sequence[Markup]
    parcels: Sequence[ShownParcel]
    carrier: Markup
    links: Sequence[Link]
    steps: Sequence[ShownStep]
    zone: str
    zone_name: Markup
    is_shared: bool


def view(order: Timeline, reader: Reader, now: datetime, *, is_shared: bool = False) -> View:
    is_several = parcels.are_several(order)
    headline = statuses.name(order.status, reader, is_pickup=order.is_pickup)
    return View(
        emoji=statuses.emoji(order.status, reader),
        headline=Markup(foreign(headline, 64)),  # noqa: S704 - `foreign` escapes it
        title=_html(tracking.shared(reader) if is_shared else _title(order, reader), reader),
        goods=[_html(line, reader) for line in goods.line(order.contents.all, reader, named=9)],
        when=_html("".join(orders.when(order, reader, now)), reader),
        way=None if is_shared else _way(order, reader, now),
        next_step=_html(_next_step(order, reader, now, is_shared=is_shared), reader),
        mood=Mood.of(order.status),
        phases=list(_phases(order, reader)),
        lines=[_html(line, reader) for line in offers.pickup_lines(order, reader)],
        parcels=list(_parcels(order, reader, now)) if is_several else [],
        carrier=_html("" if is_several else carriers.line(order.carrier, reader), reader),
        links=list(_links(order, reader)),
        steps=[_step(step, order, reader) for step in reversed(order.steps)],
        zone=reader.timezone.key,
        zone_name=_zone_name(reader, now),
        is_shared=is_shared,
    )


def in_plain_words(shown: View) -> str:
    """State and time in one line of plain text, for a preview."""
    return " · ".join(filter(None, [shown.headline.striptags(), shown.when.striptags()]))


def _title(order: Timeline, reader: Reader) -> str:
    return numbers.title(order.order_number, reader)


def _way(order: Timeline, reader: Reader, now: datetime) -> Link | None:
    return support.link(reader) if support.is_wanted(order, reader, now) else None


def _next_step(order: Timeline, reader: Reader, now: datetime, *, is_shared: bool) -> str:
    if is_shared:
        return tracking.next_step_of_onlookers(order.status, reader) or ""
    return orders.what_to_do(order, reader, now) or ""


def _phases(order: Timeline, reader: Reader) -> Iterator[Phase]:
    """The phases, each named after the last state that reached it, with the time of that."""
    if order.progress is None:
        return
    phases = PICKUP if order.is_pickup else DELIVERY
    for number, (states, name) in enumerate(zip(phases, _PHASES[phases], strict=True), 1):
        is_done = number <= order.progress.done
        reached = [step for step in order.steps if is_done and place(step.status) in states]
        first = next((step for step in reached if step.status == reached[-1].status), None)
        called = statuses.name(first.status if first else name, reader, is_pickup=order.is_pickup)
        is_current = number == order.progress.done
        yield Phase(plain(called, 64), _reached_at(first, order, reader), is_done, is_current)


def _reached_at(first: Step | None, order: Timeline, reader: Reader) -> Markup:
    """``first``: the first step that reached the phase. A delivery counts as reached with the last
    parcel."""
    if first is None:
        return Markup()
    is_all = not order.is_open and place(first.status) == Status.DELIVERED
    return _at(closed_at(order) if is_all else first.at, reader, "wdt")


def _parcels(order: Timeline, reader: Reader, now: datetime) -> Iterator[ShownParcel]:
    for parcel in sorted(order.parcels, key=lambda each: not each.is_open):
        state = statuses.of_parcel(parcel.status, reader, is_pickup=parcel.is_pickup)
        name = reader.say("Parcel {parcel}", parcel=parcels.name(parcel.name, order))
        yield ShownParcel(
            emoji=statuses.emoji(parcel.status, reader),
            name=_html(name, reader),
            state=Markup(foreign(state, 64)),  # noqa: S704 - `foreign` escapes it
            is_open=parcel.is_open,
            lines=[_html(line, reader) for line in _of_parcel(parcel, order, reader, now) if line],
            link=_carrier_link(parcel.carrier, reader) if parcel.is_open else None,
        )


def _of_parcel(parcel: Parcel, order: Timeline, reader: Reader, now: datetime) -> Iterator[str]:
    if not parcel.is_open:
        return
    if parcel.awaited and parcels.are_expected_apart(order):
        is_past = parcel.awaited.is_past(now, reader.timezone)
        yield windows.sentence(parcel.awaited, reader, is_past=is_past)
    yield carriers.line(parcel.carrier, reader)
    yield from goods.of_parcel(parcel.name, order, reader)


def _links(order: Timeline, reader: Reader) -> Iterator[Link]:
    """Links for what to do now: pay, find the pickup place, see the carrier's own page."""
    if order.offers.payment_url:
        yield Link(reader.say("Pay now"), order.offers.payment_url)
    for waiting in order.offers.pickups:
        if waiting.place.map_url:
            yield Link(reader.say("On the map"), waiting.place.map_url)
    if order.is_open and not parcels.are_several(order):
        link = _carrier_link(order.carrier, reader)
        yield from [link] if link else []


def _carrier_link(carrier: Carrier | None, reader: Reader) -> Link | None:
    if carrier is None or carrier.tracking_url is None:
        return None
    if name := plain(carrier.name or "", 40):
        return Link(reader.say("Track with {carrier}", carrier=name), carrier.tracking_url)
    return Link(reader.say("Track the parcel"), carrier.tracking_url)


def _step(step: Step, order: Timeline, reader: Reader) -> ShownStep:
    is_of_parcel = step.parcel is not None and parcels.are_several(order)
    called = statuses.of_parcel if is_of_parcel else statuses.name
    name = foreign(called(step.status, reader, is_pickup=step.is_pickup), 64)
    if step.is_answer:
        name = foreign(reader.shop)
    if step.parcel and is_of_parcel:
        label = reader.say("Parcel {parcel}", parcel=parcels.name(step.parcel, order))
        name = reader.side_by_side(label, name)
    words = [step.location and foreign(step.location, 100), step.note and foreign(step.note)]
    said = reader.side_by_side(*(word for word in words if word))
    return ShownStep(_html(name, reader), _at(step.at, reader, "wdt"), _html(said, reader))


def _zone_name(reader: Reader, now: datetime) -> Markup:
    """``East Africa Time``"""
    there = now.astimezone(reader.timezone)
    named = get_timezone_name(there, locale=reader.language)
    return escape(tracking.times_in(named, reader))


def _html(telegram: str, reader: Reader) -> Markup:
    """Turns Telegram's HTML into a page's, with times as `<time>` in the page's time zone."""

    def time(found: re.Match[str]) -> str:
        return _at(datetime.fromtimestamp(int(found[1]), UTC), reader, found[2])

    return Markup(_NOT_OURS.sub("", _TIME.sub(time, telegram)))  # noqa: S704 - safe in a message


def _at(at: datetime, reader: Reader, style: str) -> Markup:
    """``style``: Telegram's format letters, as in `bot.texts.message.moment`."""
    there = at.astimezone(reader.timezone)
    parts = [days.day(there, reader.language, weekday="w" in style)] if "d" in style else []
    parts += [days.clock(there)] if "t" in style else []
    when = there.isoformat(timespec="minutes")
    return Markup('<time datetime="{}">{}</time>').format(when, " ".join(parts))
