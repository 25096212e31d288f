"""Makes the services, each with the stores and the other services that it needs."""

from collections.abc import Callable
from datetime import timedelta

from bot.services.console.console import Console
from bot.services.console.figures import Counting
from bot.services.console.lately import LATELY
from bot.services.console.sessions import Sessions
from bot.services.console.stories import Stories
from bot.services.console.words import StatusWords
from bot.services.container import Services
from bot.services.news.deliveries import Deliveries
from bot.services.news.undelivered import Undelivered
from bot.services.orders.buyers import VISITS, Buyers
from bot.services.orders.pictures import Addresses, Pictures
from bot.services.orders.traces import API, WEBHOOK
from bot.services.orders.tracking import Tracking
from bot.services.people.app_sessions import AppSessions
from bot.services.people.blocking import Blocking
from bot.services.people.choosing import Choosing
from bot.services.people.exports import Exports
from bot.services.people.feedback import Feedback
from bot.services.people.following import Following
from bot.services.people.guests import Guests
from bot.services.people.household import Household
from bot.services.people.linking import Linking
from bot.services.people.links import Links
from bot.services.people.mini_app import MiniApp
from bot.services.people.offering import Offering
from bot.services.people.onlookers import TrackingPages
from bot.services.people.people import People
from bot.services.people.phones import PhoneLinking
from bot.services.people.privacy_requests import PrivacyDuties
from bot.services.people.proofs import Proofs
from bot.services.people.sharing import Sharing
from bot.services.people.throttle import CODES, LOOKUPS, Throttle
from bot.services.people.waiting import Waiting
from bot.services.shop.desk import Desk
from bot.services.shop.idempotency import Idempotency
from bot.services.shop.quotas import Quotas
from bot.services.shop.staff import Door, Room, Staff
from bot.settings import Settings
from bot.texts.message import Reader
from bot.writing import Stores, Writing
from storage.backlog import Backlog
from storage.console import ConsoleNotes
from storage.idempotency import Repeatables
from storage.models import Preferences
from storage.privacy_requests import PrivacyRequests
from storage.shop_events import ShopEvents
from storage.sign_ins import SignIns
from storage.sources import OrdersBySource
from storage.staff import StaffNotes
from storage.throttles import Throttles
from storage.writers import Writers


def reader_of(settings: Settings) -> Reader:
    """The reader of whom nothing is known yet. Raises `WrongFile`."""
    texts = settings.texts
    return Reader(
        texts.spoken(settings.default_language),
        settings.timezone,
        settings.shop_name,
        settings.words_of_states,
        settings.support_url,
        texts,
        shop_listens=settings.shop_webhook_url is not None,
        shop_url=settings.shop_url,
    )


def _nowhere() -> str:
    return ""


def compose(
    settings: Settings,
    writing: Writing,
    room: Room | None,
    *,
    own_url: Callable[[], str] = _nowhere,
    console_url: Callable[[], str] = _nowhere,
) -> Services:
    """All services. ``room``: the staff's, if there is one.

    ``own_url``: the web server's address; empty while it does not listen. ``console_url``: the
    console's address; empty: there is none.
    """
    stores, privacy, shop = writing.stores, writing.privacy, writing.shop
    mongo, orders, chats = stores.mongo, stores.orders, stores.chats
    throttles, waits, clock = Throttles(mongo), stores.waits, writing.recording.clock
    guessing, lookups = Throttle(throttles, CODES), Throttle(throttles, LOOKUPS)
    linking = _linking(settings, writing, guessing, lookups)
    sharing = Sharing(stores.shares, waits, chats, orders, seal=mongo.sealing)
    order_links = timedelta(days=settings.order_link_days)
    staff = Staff(room, writing.recording)
    addresses = Addresses(mongo.sealing, _pictures_at(settings, own_url))
    return Services(
        intake=writing.intake,
        courier=writing.courier,
        tracking=Tracking(writing.recording, lookups),
        people=People(chats, orders, clock),
        blocking=Blocking(chats=chats, waits=waits, shop=shop, clock=clock),
        following=Following(orders, linking),
        guests=Guests(
            orders=orders,
            linking=linking,
            throttle=guessing,
            lookup=settings.order_lookup,
            shop=shop,
        ),
        household=Household(chats, linking),
        linking=linking,
        links=Links(chats, stores.tokens, linking),
        phones=PhoneLinking(stores.phones, linking, privacy=privacy, throttle=guessing),
        privacy=privacy,
        privacy_duties=PrivacyDuties(
            requests=PrivacyRequests(mongo),
            privacy=privacy,
            orders=OrdersBySource(mongo),
            clock=clock,
        ),
        buyers=Buyers(
            orders=orders, throttle=Throttle(throttles, VISITS), lasts=order_links, clock=clock
        ),
        sharing=sharing,
        offering=Offering(orders, stores.shares, mongo.sealing),
        pictures=Pictures(addresses, orders, sharing),
        pages=TrackingPages(_pages_at(settings, own_url)),
        watching=writing.watching,
        waiting=Waiting(waits, sharing, orders, chats, clock),
        feedback=Feedback(stores.opinions, shop),
        choosing=Choosing(writing.recording, shop),
        exports=_exports(stores),
        deliveries=Deliveries(chats, orders),
        undelivered=Undelivered(stores.letters, chats, orders, clock),
        staff=staff,
        console=_console(settings, writing, staff, console_url),
        desk=Desk(
            door=Door(),
            conversations=stores.conversations,
            writers=Writers(mongo),
            silence=timedelta(days=settings.silence_days),
            clock=clock,
        ),
        app_sessions=AppSessions(mongo.sealing, SignIns(mongo)),
        mini_app=MiniApp(_app_at(settings, own_url), is_local=settings.mini_app == "local"),
        quotas=Quotas(settings.api_rate),
        idempotency=Idempotency(Repeatables(mongo), clock, mongo.sealing),
    )


def _linking(
    settings: Settings, writing: Writing, guessing: Throttle, lookups: Throttle
) -> Linking:
    stores = writing.stores
    return Linking(
        tokens=stores.tokens,
        chats=stores.chats,
        orders=stores.orders,
        waits=stores.waits,
        begin_with=Preferences(cards=settings.live_messages == "on"),
        lifetime=timedelta(minutes=settings.link_minutes),
        order_lifetime=timedelta(days=settings.order_link_days),
        privacy=writing.privacy,
        throttle=guessing,
        lookups=lookups,
        proofs=Proofs(stores.mongo.sealing),
        shop=writing.shop,
        clock=writing.recording.clock,
    )


def _exports(stores: Stores) -> Exports:
    return Exports(
        orders=stores.orders,
        chats=stores.chats,
        tokens=stores.tokens,
        opinions=stores.opinions,
        phones=stores.phones,
        shares=stores.shares,
        waits=stores.waits,
        letters=stores.letters,
        events=ShopEvents(stores.mongo),
        conversations=stores.conversations,
        couriers=stores.couriers,
    )


def _console(settings: Settings, writing: Writing, staff: Staff, url: Callable[[], str]) -> Console:
    stores, mongo, clock = writing.stores, writing.stores.mongo, writing.recording.clock
    notes = ConsoleNotes(mongo)
    counting = Counting(
        notes=notes,
        backlog=Backlog(mongo),
        chats=stores.chats,
        letters=stores.letters,
        noticed=writing.noticed,
        lately=LATELY,
        clock=clock,
    )
    sessions = Sessions(
        members=settings.staff_members,
        seal=mongo.sealing,
        notes=StaffNotes(mongo),
        clock=clock,
        at=url,
    )
    return Console(
        notes=notes,
        counting=counting,
        words=StatusWords(notes, stores.words, stores.meanings.forget),
        stories=Stories(staff, stores.chats, stores.letters, mongo.sealing),
        sessions=sessions,
        connected=[WEBHOOK, API, *settings.shop_secrets],
    )


def _pages_at(settings: Settings, own_url: Callable[[], str]) -> Callable[[], str]:
    """The address of tracking pages."""
    if settings.tracking_page == "local":
        return own_url
    public = settings.public_url or ""
    return (lambda: public) if settings.tracking_page == "on" else _nowhere


def _pictures_at(settings: Settings, own_url: Callable[[], str]) -> Callable[[], str]:
    """The address of pictures. Telegram's servers fetch them over https only."""
    return _seen_by_telegram(settings.pictures, settings, own_url)


def _app_at(settings: Settings, own_url: Callable[[], str]) -> Callable[[], str]:
    """The address of the Mini App. Telegram opens it over https only."""
    return _seen_by_telegram(settings.mini_app, settings, own_url)


def _seen_by_telegram(
    how: str, settings: Settings, own_url: Callable[[], str]
) -> Callable[[], str]:
    if how == "local":
        return own_url
    public = settings.public_url or ""
    return (lambda: public) if how == "on" and public.startswith("https://") else _nowhere
