"""Samples of `/settings` and of an order's options."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.services.orders.timeline import timeline
from bot.services.people import zones as known
from bot.services.people.household import Member
from bot.texts import household, linking, options, settings, zones
from bot.texts.message import Message, Reader
from storage.models import Chat, Preferences
from tests.services.orders.history import START, happened, order

NOW = START + timedelta(hours=30)
CHOSEN = Preferences(timezone="Africa/Kampala", quiet=(20, 6), digest=18, language="en")
MEMBERS = [
    Member("1", NOW, is_caller=True),
    Member("2", NOW - timedelta(days=50), is_caller=False),
    Member("3", NOW - timedelta(days=9), is_caller=False),
]
LINKED = Chat(id=1, customer_id="cus_1", linked_at=START)
ORDER = timeline(order(happened(0, "placed").model_copy(update={"order_number": "1001"})))

Say = Callable[[Reader], Message | str]


def choice(of: settings.Choice) -> Say:
    return lambda reader: settings.choice_screen(of, CHOSEN, reader)


def can(chat: Chat) -> Say:
    return lambda reader: options.options(ORDER, chat, reader)


SETTINGS: Mapping[str, Mapping[str, Say]] = {
    "Settings": {
        "settings.nothing_chosen": lambda reader: settings.overview(Preferences(), reader, NOW),
        "settings.much_chosen": lambda reader: settings.overview(CHOSEN, reader, NOW),
        "settings.not_linked": lambda reader: settings.not_linked(
            linking.not_linked(reader), reader
        ),
        "settings.saved": settings.saved,
        **{f"settings.{name}": choice(of) for name, of in settings.CHOICES.items()},
        "settings.quiet": lambda reader: settings.quiet_screen(CHOSEN, reader, NOW),
        "settings.quiet.from": settings.quiet_from,
        "settings.quiet.until": lambda reader: settings.quiet_until(20, reader),
        "settings.language": lambda reader: settings.language_screen(CHOSEN, reader),
        "settings.language.changed": settings.language_changed,
    },
    "The time zone": {
        "zone": lambda reader: zones.zone_screen(
            CHOSEN, known.likely(reader.language, None, "UTC"), reader, NOW, then=settings.ZONE
        ),
        "zone.first": lambda reader: zones.zone_screen(
            Preferences(),
            known.likely(reader.language, None, "UTC"),
            reader,
            NOW,
            then=settings.QUIET,
        ),
        "zone.regions": lambda reader: zones.regions_screen(reader, then=settings.ZONE),
        "zone.region": lambda reader: zones.region_screen(
            "Africa", 1, reader, NOW, then=settings.ZONE
        ),
        "zone.location": zones.ask_location,
        "zone.location.found": lambda reader: zones.located("Africa/Kampala", reader, NOW),
        "zone.location.at_sea": zones.not_located,
        "zone.location.not_now": zones.not_shared,
    },
    "The household": {
        "household": lambda reader: household.household_screen(MEMBERS[:2], reader),
        "household.several": lambda reader: household.household_screen(MEMBERS, reader),
        "household.alone": lambda reader: household.household_screen(MEMBERS[:1], reader),
        "household.joined": lambda reader: household.joined(MEMBERS[1], reader),
        "household.question": lambda reader: household.ask_end(MEMBERS[1], reader),
        "household.ended": household.ended,
        "household.gone": household.gone,
        "household.told": household.told_ended,
    },
    "One order's options": {
        "options": can(LINKED),
        "options.is_muted": can(LINKED.model_copy(update={"muted": ["ord_1"]})),
        "options.is_followed": can(LINKED.model_copy(update={"followed": ["ord_1"]})),
        "options.muted": options.muted,
        "options.followed": options.followed,
        "options.as_usual": options.as_usual,
    },
}
