"""Which jobs run on a replica beside `bot.jobs`, and every so many seconds."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from bot.book.reconciling import Reconciling, book_of
from bot.jobs import Job
from bot.services.container import Services
from bot.services.orders.system_orders import OrderForm
from bot.services.orders.watching import EVERY
from bot.services.people.retention import Limits, Retention
from bot.settings import Settings
from bot.writing import Writing
from storage.checkpoints import Checkpoints
from storage.retention import OldData
from storage.staff import StaffNotes


def jobs_everywhere(writing: Writing, services: Services) -> list[tuple[Job, int]]:
    """What each replica keeps in memory of its own."""
    return [
        (writing.noticed.log_words, 30),
        (services.console.keep_up, 5),
        (services.console.counting.add_up, 60),
        (writing.courier.look_for_couriers, 60),
        (writing.watching.look_at_watched, EVERY),
    ]


def jobs_of_scheduler(
    settings: Settings,
    writing: Writing,
    services: Services,
    forms: Mapping[str, OrderForm],
) -> list[tuple[Job, int]]:
    """What the replicas with the role ``scheduler`` do for all. ``forms``: by system."""
    return [
        (services.privacy_duties.carry_out_requests, 10),
        (services.desk.end_what_is_over, 60),
        *_reconciling(settings, writing, forms),
        *_retaining(settings, writing),
    ]


def _reconciling(
    settings: Settings, writing: Writing, forms: Mapping[str, OrderForm]
) -> Iterator[tuple[Job, int]]:
    if settings.reconcile_source:
        book = book_of(settings, settings.reconcile_source, forms)
        every = timedelta(hours=settings.reconcile_every_hours)
        checkpoints = Checkpoints(writing.stores.mongo)
        clock = writing.recording.clock
        yield Reconciling(book, writing.catching_up, checkpoints, every, clock).reconcile, 60


def _retaining(settings: Settings, writing: Writing) -> Iterator[tuple[Job, int]]:
    limits = Limits(
        settings.keep_orders_days,
        settings.keep_feedback_days,
        settings.keep_dead_letters_days,
    )
    if limits:
        mongo = writing.stores.mongo
        retention = Retention(
            limits=limits,
            old=OldData(mongo),
            notes=StaffNotes(mongo),
            privacy=writing.privacy,
            clock=writing.recording.clock,
        )
        yield retention.end_what_is_old, 600
