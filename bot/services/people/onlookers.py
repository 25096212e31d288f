"""What whoever has a link to an order sees of it on its page, and where that page is."""

from collections.abc import Callable, Iterator

from bot.services.orders.goods import NOTHING
from bot.services.orders.offers import Offers
from bot.services.orders.steps import News, Step
from bot.services.orders.timeline import Parcel, Timeline


def for_onlookers(order: Timeline) -> Timeline:
    """The same order with its states, when they came, and when it is expected, and nothing else.

    What may be seen is listed here. Parcels are numbered, whatever the shop calls them.
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
    """The steps that bring another state; a parcel that is gone has no number and no steps."""
    last: dict[str | None, str] = {}
    for step in order.steps:
        is_known = step.parcel is None or step.parcel in numbers
        if is_known and not step.is_answer and last.get(step.parcel) != step.status:
            last[step.parcel] = step.status
            parcel = step.parcel and numbers[step.parcel]
            yield Step(step.status, step.at, parcel=parcel, is_pickup=step.is_pickup)


class TrackingPages:
    """``base``: where the service is seen from outside; empty: there are no pages."""

    def __init__(self, base: Callable[[], str]) -> None:
        self._base = base

    def of(self, token: str) -> str | None:
        """The page of a shared order, by its link's token. None: there is none."""
        base = self._base()
        return f"{base}/t/{token}" if base else None
