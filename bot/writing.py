"""How orders are written: the stores, and the services that record what is reported of orders."""

from collections.abc import Mapping

from bot.services.console.words import Words
from bot.services.news.courier import CourierNews
from bot.services.news.fresh import FreshNews
from bot.services.orders.catching_up import CatchingUp
from bot.services.orders.intake import Intake
from bot.services.orders.meanings import Meanings
from bot.services.orders.noticed import Noticed
from bot.services.orders.recording import Recording
from bot.services.orders.watching import Watching
from bot.services.people.privacy import Privacy
from bot.services.shop.shop_events import UNHEARD, ShopNews
from bot.settings import Settings
from storage.chats import Chats
from storage.clock import Clock
from storage.conversations import Conversations
from storage.couriers import Couriers
from storage.dead_letters import DeadLetters
from storage.erasures import Erasures
from storage.feedback import Opinions
from storage.link_tokens import LinkTokens
from storage.mongo import Mongo
from storage.orders import Orders
from storage.phones import Phones
from storage.shares import Shares
from storage.waits import Waits


class Stores:
    """Stores that several parts use.

    ``words``: the shop's own words for states, with their meaning.
    """

    def __init__(self, mongo: Mongo, settings: Settings) -> None:
        self.mongo = mongo
        self.words = Words(settings.words_for_states)
        self.meanings = Meanings(self.words)
        self.orders = Orders(mongo, self.meanings.today)
        self.chats = Chats(mongo)
        self.tokens = LinkTokens(mongo)
        self.letters = DeadLetters(mongo)
        self.erasures = Erasures(mongo)
        self.conversations = Conversations(mongo)
        self.couriers = Couriers(mongo)
        self.shares = Shares(mongo)
        self.waits = Waits(mongo)
        self.phones = Phones(mongo)
        self.opinions = Opinions(mongo)


class Writing:
    """What records reports of orders, from the shop or from its book.

    ``fresh``: recorded news that has to be sent. ``noticed``: counts the states of orders.
    """

    def __init__(
        self, settings: Settings, stores: Stores, clock: Clock, shop: ShopNews = UNHEARD
    ) -> None:
        self.stores, self.shop = stores, shop
        self.fresh, self.noticed = FreshNews(), Noticed(settings.named_states)
        self.courier = CourierNews(
            couriers=stores.couriers,
            orders=stores.orders,
            clock=clock,
            is_on={"on": True, "off": False}.get(settings.courier_map),
        )
        self.privacy = Privacy(
            erasures=stores.erasures,
            orders=stores.orders,
            chats=stores.chats,
            maps=self.courier,
            shop=shop,
            clock=clock,
        )
        self.watching = Watching(stores.orders, stores.shares, clock)
        self.recording = Recording(
            orders=stores.orders,
            chats=stores.chats,
            privacy=self.privacy,
            fresh=self.fresh,
            noticed=self.noticed,
            clock=clock,
            watched=(self.courier.recorded, self.watching.recorded),
        )
        words = stores.words
        self.intake = Intake(self.recording, status_words=words)
        self.catching_up = self.catching_up_by(words)

    def catching_up_by(self, words: Mapping[str, str]) -> CatchingUp:
        """``words``: the book's words for states."""
        return CatchingUp(self.recording, status_words=words)
