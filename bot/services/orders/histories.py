"""A history that is told at once: what of it is news."""

from collections.abc import Collection, Sequence

from storage.models import Event


def worth_telling(new: Collection[Event], known: Sequence[Event]) -> set[str]:
    """The ids of those of the ``new`` events that may be news, beside what was ``known``.

    Of each parcel, and of the order itself, the last state is the present one, and what began it is
    told. What came before is past, what says it once more is no change, and what says no state
    stands for itself.
    """
    ids = {event.id for event in new}
    told = {event.id for event in new if event.status is None}
    present: dict[str | None, str] = {}
    began: dict[str | None, str] = {}
    for event in sorted([*known, *new], key=when, reverse=True):
        if event.status is None:
            continue
        if present.setdefault(event.parcel, event.status) != event.status:
            present[event.parcel] = ""  # what came before is past, whatever it was
        elif event.id in ids:
            began[event.parcel] = event.id
    return told | set(began.values())


def when(event: Event) -> tuple[object, ...]:
    """By this an order's events are sorted."""
    return event.occurred_at, event.rank, event.id
