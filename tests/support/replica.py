"""The parts with which a replica writes orders, for tests and benches that need only these."""

from collections.abc import Callable
from datetime import datetime

from bot.jobs import Jobs
from bot.services.news.courier import CourierNews
from bot.services.news.fresh import FreshNews
from bot.services.orders.catching_up import CatchingUp
from bot.services.orders.noticed import Noticed
from bot.services.orders.recording import Recording
from bot.services.orders.tracking import Tracking
from bot.services.people.privacy import Privacy
from bot.services.people.sharing import Sharing
from bot.services.people.throttle import LOOKUPS, Throttle
from bot.services.people.waiting import Waiting
from storage.chats import Chats
from storage.clock import Clock
from storage.couriers import Couriers
from storage.erasures import Erasures
from storage.link_tokens import LinkTokens
from storage.mongo import Mongo
from storage.orders import Orders
from storage.shares import Shares
from storage.throttles import Throttles
from storage.waits import Waits


def a_privacy(mongo: Mongo, orders: Orders | None = None) -> Privacy:
    orders, clock = orders or Orders(mongo), Clock()
    courier = CourierNews(couriers=Couriers(mongo), orders=orders, clock=clock)
    return Privacy(
        erasures=Erasures(mongo), orders=orders, chats=Chats(mongo), maps=courier, clock=clock
    )


def a_recording(mongo: Mongo, orders: Orders | None = None) -> Recording:
    """A replica's recording. Its cache is empty, unless ``orders`` has one."""
    orders, chats = orders or Orders(mongo), Chats(mongo)
    return Recording(
        orders=orders,
        chats=chats,
        privacy=a_privacy(mongo, orders),
        fresh=FreshNews(),
        noticed=Noticed(),
        clock=Clock(),
    )


def a_replica_s_jobs(
    mongo: Mongo, *, fresh: FreshNews | None = None, clock: Callable[[], datetime] | None = None
) -> Jobs:
    """``fresh``: the queue of their announcements. Without one, nobody reads them."""
    orders, chats = Orders(mongo), Chats(mongo)
    return Jobs(
        orders=orders,
        chats=chats,
        tokens=LinkTokens(mongo),
        privacy=a_privacy(mongo, orders),
        fresh=fresh or FreshNews(),
        clock=clock or Clock(),
    )


def a_tracking(mongo: Mongo, orders: Orders) -> Tracking:
    lookups = Throttle(Throttles(mongo), LOOKUPS)
    return Tracking(a_recording(mongo, orders), lookups)


def a_waiting(mongo: Mongo, orders: Orders, chats: Chats) -> Waiting:
    sharing = Sharing(Shares(mongo), Waits(mongo), chats, orders, seal=mongo.sealing)
    return Waiting(Waits(mongo), sharing, orders, chats, Clock())


def a_catching_up(mongo: Mongo, orders: Orders | None = None) -> CatchingUp:
    recording = a_recording(mongo, orders)
    return CatchingUp(recording, status_words={})
