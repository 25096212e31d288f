"""What holds for all input."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from bot.services.orders.recording import Recording
from bot.services.orders.tracking import Tracking
from bot.services.people.linking import Linking
from bot.services.people.proofs import Proofs
from bot.services.people.throttle import CODES, LOOKUPS, Throttle
from storage.chats import Chats
from storage.link_tokens import LinkTokens
from storage.models import Preferences
from storage.mongo import Driver, Mongo
from storage.orders import Orders
from storage.sealing import Seal
from storage.throttles import Throttles
from storage.waits import Waits
from tests.support.drivers import one
from tests.support.replica import a_privacy


@pytest.fixture
def driver() -> Driver:
    """One is enough: what is looked for here lies on this side of the driver."""
    return one("motor")


@pytest.fixture
def tracking(mongo: Mongo, recording: Recording) -> Tracking:
    return Tracking(recording, Throttle(Throttles(mongo), LOOKUPS))


@pytest.fixture
def linking(mongo: Mongo, chats: Chats) -> Linking:
    return Linking(
        tokens=LinkTokens(mongo),
        chats=chats,
        orders=Orders(mongo),
        waits=Waits(mongo),
        lifetime=timedelta(minutes=15),
        order_lifetime=timedelta(days=90),
        begin_with=Preferences(),
        privacy=a_privacy(mongo),
        throttle=Throttle(Throttles(mongo), CODES),
        lookups=Throttle(Throttles(mongo), LOOKUPS),
        proofs=Proofs(Seal([Fernet.generate_key().decode()])),
    )
