"""What holds for all input. Every run tries the same examples; a failure comes with its input.

``HYPOTHESIS_PROFILE=dev`` looks at 25 times as many, other ones each time.
"""

import os
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, settings

from bot.services.orders.recording import Recording
from bot.services.orders.tracking import Tracking
from bot.services.people.linking import Linking
from bot.services.people.privacy import Privacy
from bot.services.people.proofs import Proofs
from bot.services.people.throttle import CODES, LOOKUPS, Throttle
from storage.chats import Chats
from storage.erasures import Erasures
from storage.link_tokens import LinkTokens
from storage.models import Preferences
from storage.mongo import Driver, Mongo
from storage.orders import Orders
from storage.sealing import Seal
from storage.throttles import Throttles
from storage.waits import Waits
from tests.support.drivers import one

settings.register_profile(
    "ci",
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,  # a shared machine is slow at times
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile(
    "dev", settings.get_profile("ci"), max_examples=1000, derandomize=False, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture
def driver() -> Driver:
    """One is enough: what is looked for here lies on this side of the driver."""
    return one("motor")


@pytest.fixture
def tracking(mongo: Mongo, orders: Orders, chats: Chats, recording: Recording) -> Tracking:
    return Tracking(orders, chats, recording, Throttle(Throttles(mongo), LOOKUPS))


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
        privacy=Privacy(Erasures(mongo), Orders(mongo), chats),
        throttle=Throttle(Throttles(mongo), CODES),
        lookups=Throttle(Throttles(mongo), LOOKUPS),
        proofs=Proofs(Seal([Fernet.generate_key().decode()])),
    )
