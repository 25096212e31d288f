"""The tracking page of a shared order: its address, and what an onlooker may see."""

from collections.abc import Callable, Iterator

from bot.services.orders.goods import NOTHING
from bot.services.orders.offers import Offers
from bot.services.orders.steps import News, Step
from bot.services.orders.timeline import Parcel, Timeline


def for_onlookers(order: Timeline) -> Timeline:
    """The order with its states, their times and the expected delivery, and nothing else.

    Only what is listed here is shown. Parcels have numbers instead of the shop's names.
    """
    numbers = {parcel.name: str(n) for n, parcel in enumerate(order.parcels, 1)}
    steps = tuple(_changes(order, numbers))
    return Timeline(
        order_id="",
        order_number="",
        status=order.status,
        steps=steps,
        news=News(steps[-1]),
        carrier=None,
        parcels=tuple(
            Parcel(numbers[each.name], each.status, None, each.expected, each.is_pickup)
            for each in order.parcels
        ),
        estimated=order.estimated,
        items=None,
        contents=NOTHING,
        progress=order.progress,
        is_pickup=order.is_pickup,
        customer_id=None,
        rest_follows=order.rest_follows,
        offers=Offers(),
        photo_url=None,
    )


def _changes(order: Timeline, numbers: dict[str, str]) -> Iterator[Step]:
    """The steps that change the state. A parcel that is gone has no number and no steps."""
    last: dict[str | None, str] = {}
    for step in order.steps:
        is_known = step.parcel is None or step.parcel in numbers
        if is_known and not step.is_answer and last.get(step.parcel) != step.status:
            last[step.parcel] = step.status
            parcel = step.parcel and numbers[step.parcel]
            yield Step(step.status, step.at, parcel=parcel, is_pickup=step.is_pickup)


class NoPages(Exception):
    """Shared orders have no pages on the web here."""


class TrackingPages:
    """``base``: returns the service's public address; empty: there are no pages."""

    def __init__(self, base: Callable[[], str]) -> None:
        self._base = base

    def of(self, token: str) -> str | None:
        """The page's address by the share's token. None: there are no pages."""
        base = self._base()
        return f"{base}/t/{token}" if base else None

    def address(self, token: str) -> str:
        """The same. Raises `NoPages`."""
        if (address := self.of(token)) is None:
            raise NoPages
        return address
