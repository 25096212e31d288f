"""A history that is told at once: which of its states is the present one."""

from collections.abc import Sequence

from storage.models import Event


def past(events: Sequence[Event]) -> set[str]:
    """The ids of those whose state was left for another one. ``events``: oldest first.

    Of each parcel, and of the order itself, the last state is the present one, from when it began:
    what says it once more is no change by itself, and what says no state leaves none.
    """
    present: dict[str | None, str] = {}
    left = set()
    for event in reversed(events):
        if event.status and present.setdefault(event.parcel, event.status) != event.status:
            present[event.parcel] = ""  # so that what came before is past, whatever it was
            left.add(event.id)
    return left
