"""Putting the decisions together: each service with the stores and the services that it needs."""

from datetime import timedelta

from bot.services.news.deliveries import Deliveries
from bot.services.news.undelivered import Undelivered
from bot.services.orders.statuses import CLOSED
from bot.services.people.exports import Exports
from bot.services.people.feedback import Feedback
from bot.services.people.household import Household
from bot.services.people.linking import Linking
from bot.services.people.links import Links
from bot.services.people.people import People
from bot.services.people.phones import PhoneLinking
from bot.services.people.privacy import Privacy
from bot.services.people.sharing import GUESSES, Sharing
from bot.services.people.throttle import CODES, LOOKUPS, Throttle
from bot.services.shop.idempotency import Idempotency
from bot.services.shop.quotas import Quotas
from bot.services.shop.shop_events import ShopNews
from bot.services.shop.staff import Noticed, Room, Staff
from bot.services.tracking import Tracking
from bot.settings import Settings
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.erasures import Erasures
from storage.feedback import Opinions
from storage.idempotency import Repeatables
from storage.link_tokens import LinkTokens
from storage.mongo import Mongo
from storage.orders import Orders
from storage.phones import Phones
from storage.shares import Shares
from storage.throttles import Throttles


class Stores:
    """Those that several parts work with."""

    def __init__(self, mongo: Mongo) -> None:
        self.mongo = mongo
        self.orders = Orders(mongo, CLOSED)
        self.chats = Chats(mongo)
        self.tokens = LinkTokens(mongo)
        self.letters = DeadLetters(mongo)


class Decisions:
    """All the services. ``room``: the staff's; without one nothing is noticed for them."""

    def __init__(
        self, settings: Settings, stores: Stores, *, shop: ShopNews, room: Room | None
    ) -> None:
        mongo, orders, chats = stores.mongo, stores.orders, stores.chats
        throttles, phones, opinions = Throttles(mongo), Phones(mongo), Opinions(mongo)
        self.noticed = Noticed()
        self.privacy = Privacy(Erasures(mongo), chats, shop)
        self.tracking = Tracking(
            orders,
            status_words=settings.status_words,
            privacy=self.privacy,
            throttle=Throttle(throttles, LOOKUPS),
            notice=self.noticed.state if room else None,
        )
        guessing = Throttle(throttles, CODES)
        lifetime = timedelta(minutes=settings.link_minutes)
        self.linking = Linking(
            stores.tokens, chats, lifetime=lifetime, privacy=self.privacy, throttle=guessing
        )
        self.linking.share(shop)
        self.phones = PhoneLinking(phones, self.linking, privacy=self.privacy, throttle=guessing)
        self.links = Links(chats, stores.tokens, self.linking)
        self.people = People(chats, orders)
        self.household = Household(chats, shop)
        self.sharing = Sharing(Shares(mongo), chats, orders, Throttle(throttles, GUESSES))
        self.feedback = Feedback(opinions, shop)
        self.deliveries = Deliveries(chats)
        self.exports = Exports(orders, chats, opinions, phones)
        self.undelivered = Undelivered(stores.letters, chats)
        self.staff = Staff(room, orders, chats)
        self.quotas = Quotas(settings.api_rate)
        self.idempotency = Idempotency(Repeatables(mongo))
