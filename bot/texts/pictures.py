"""The addresses of pictures that show an order in its present state."""

from datetime import datetime

from bot.pictures.lettering import writable
from bot.services.orders.pictures import Mood, Picture, ends
from bot.services.orders.timeline import Timeline
from bot.services.people.codes import hash_of
from bot.services.people.sharing import SharedView
from bot.texts import parcels, statuses
from bot.texts.message import Reader, plain


def of_order(order: Timeline, reader: Reader, now: datetime) -> str | None:
    """The address of the picture for the order's owner. None: there is none."""
    is_shown = order.expected(now, reader.timezone) and not parcels.are_expected_apart(order)
    earliest, latest = ends(order.estimated if is_shown else None, reader.timezone)
    return _address(
        Picture(
            of=order.order_id,
            language=reader.language,
            status=order.status,
            mood=Mood.of(order.status),
            is_pickup=order.is_pickup,
            progress=order.progress,
            earliest=earliest,
            latest=latest,
        ),
        reader,
    )


def of_share(view: SharedView, token: str, reader: Reader) -> str | None:
    """The address of the picture for people with the link. None: there is none."""
    earliest, latest = ends(None if view.is_late else view.expected, reader.timezone)
    return _address(
        Picture(
            of=hash_of(token),
            is_shared=True,
            language=reader.language,
            status=view.status,
            mood=Mood.of(view.status),
            is_pickup=view.is_pickup,
            progress=view.progress,
            earliest=earliest,
            latest=latest,
        ),
        reader,
    )


def state(picture: Picture, reader: Reader) -> str:
    """The state in words."""
    return plain(statuses.name(picture.status, reader, is_pickup=picture.is_pickup), 64)


def _address(picture: Picture, reader: Reader) -> str | None:
    """None also for a language whose letters are not in our fonts."""
    if reader.pictures is None or not writable(state(picture, reader)):
        return None
    return reader.pictures.of(picture)
