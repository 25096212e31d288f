"""Samples of `/settings` and of an order's options."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.services.orders.timeline import Timeline, timeline
from bot.services.people import zones as known
from bot.services.people.following import Followed
from bot.services.people.household import Member
from bot.texts import following, household, linking, options, quiet, screens, settings, zones
from bot.texts.message import Message, Reader
from storage.models import Chat, Link, Preferences
from tests.services.orders.history import DHL, START, happened, order

NOW = START + timedelta(hours=30)
CHOSEN = Preferences(timezone="Africa/Kampala", quiet=(20, 6), digest=18, language="en")
MEMBERS = [
    Member("1", NOW, is_caller=True, whose="of cus_1"),
    Member("2", NOW - timedelta(days=50), is_caller=False, whose="of cus_1"),
    Member("3", NOW - timedelta(days=9), is_caller=False, whose="of cus_1"),
]
ACCOUNT = Followed("1", "of cus_1", NOW, account_hint="a•••@example.com")
SINGLE = Followed("2", "order ord_1", NOW - timedelta(days=2), number="1001")
UNNAMED = [
    Followed("3", "order ord_2", NOW - timedelta(days=2)),
    Followed("4", "of cus_2", NOW - timedelta(days=3)),
]
LINK = Link(whose="of cus_1", reference="link", since=NOW - timedelta(days=50))
LINKED = Chat(id=1, links=[LINK])
MORE = Chat(id=1, links=[LINK, Link(whose="order ord_1", reference="other", since=NOW)])
ORDER = timeline(order(happened(0, "placed").model_copy(update={"order_number": "1001"})))
SHIPPED = timeline(order(happened(0, "shipped", order_number="1001", carrier=DHL)))
PARCELS = timeline(
    order(*(happened(0, "shipped", order_number="1001", parcel=name, carrier=DHL) for name in "AB"))
)

Say = Callable[[Reader], Message | str]


def choice(of: settings.Choice) -> Say:
    return lambda reader: settings.choice_screen(of, CHOSEN, reader)


def can(chat: Chat, order: Timeline = ORDER) -> Say:
    return lambda reader: options.options(order, chat, reader)


SETTINGS: Mapping[str, Mapping[str, Say]] = {
    "Settings": {
        "settings.nothing_chosen": lambda reader: settings.overview(Preferences(), reader, NOW),
        "settings.much_chosen": lambda reader: settings.overview(CHOSEN, reader, NOW),
        "settings.not_linked": lambda reader: settings.not_linked(
            linking.not_linked(reader), reader
        ),
        "settings.saved": settings.saved,
        **{f"settings.{name}": choice(of) for name, of in settings.CHOICES.items()},
        "settings.quiet": lambda reader: quiet.quiet_screen(CHOSEN, reader, NOW),
        "settings.quiet.problems_wait": lambda reader: quiet.quiet_screen(
            CHOSEN.model_copy(update={"problems_break_quiet": False}), reader, NOW
        ),
        "settings.quiet.from": quiet.quiet_from,
        "settings.quiet.until": lambda reader: quiet.quiet_until(20, reader),
        "settings.language": lambda reader: settings.language_screen(CHOSEN, reader),
        "settings.language.changed": settings.language_changed,
    },
    "The time zone": {
        "zone": lambda reader: zones.zone_screen(
            CHOSEN, known.likely(reader.language, None, "UTC"), reader, NOW, then=screens.ZONE
        ),
        "zone.first": lambda reader: zones.zone_screen(
            Preferences(),
            known.likely(reader.language, None, "UTC"),
            reader,
            NOW,
            then=screens.QUIET,
        ),
        "zone.by_name": lambda reader: zones.is_it_there(["Africa/Kampala"], reader, NOW),
        "zone.regions": lambda reader: zones.regions_screen(reader, then=screens.ZONE),
        "zone.region": lambda reader: zones.region_screen(
            "Africa", 1, reader, NOW, then=screens.ZONE
        ),
        "zone.location": zones.ask_location,
        "zone.location.found": lambda reader: zones.located("Africa/Kampala", reader, NOW),
        "zone.location.at_sea": zones.not_located,
        "zone.location.not_now": zones.not_shared,
    },
    "The household": {
        "household": lambda reader: household.household_screen(MEMBERS[:2], [ACCOUNT], reader),
        "household.several": lambda reader: household.household_screen(
            MEMBERS, [ACCOUNT, SINGLE], reader
        ),
        "household.alone": lambda reader: household.household_screen(
            MEMBERS[:1], [ACCOUNT], reader
        ),
        "household.joined": lambda reader: household.joined(LINK, reader),
        "household.joined.order": lambda reader: household.joined(MORE.links[1], reader),
        "household.question": lambda reader: household.ask_end(MEMBERS[1], reader),
        "household.ended": household.ended,
        "household.gone": household.gone,
        "household.told": lambda reader: household.disconnected(LINKED, reader),
        "household.told.one_of_several": lambda reader: household.disconnected(MORE, reader),
    },
    "What is followed": {
        "follows": lambda reader: following.follows_screen([SINGLE, ACCOUNT], reader),
        "follows.without_names": lambda reader: following.follows_screen(UNNAMED, reader),
        "follows.question": lambda reader: following.ask_end(SINGLE, reader),
        "follows.ended": following.ended,
        "follows.which": lambda reader: following.which([SINGLE, ACCOUNT], reader),
        "follows.new": lambda reader: following.followed(ORDER, reader, NOW),
        "follows.new.to_come": lambda reader: following.followed(None, reader, NOW),
        "follows.order_ended": lambda reader: following.link_ended(MORE, "order ord_1", reader),
        "follows.account_ended": lambda reader: following.link_ended(MORE, "of cus_1", reader),
    },
    "One order's options": {
        "options": can(LINKED),
        "options.shipped": can(LINKED, SHIPPED),
        "options.parcels": can(LINKED, PARCELS),
        "options.is_muted": can(LINKED.model_copy(update={"muted": ["ord_1"]})),
        "options.is_followed": can(LINKED.model_copy(update={"followed": ["ord_1"]})),
        "options.muted": options.muted,
        "options.followed": options.followed,
        "options.as_usual": options.as_usual,
    },
}
