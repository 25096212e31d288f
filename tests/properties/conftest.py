"""What holds for all input. Every run tries the same examples; a failure comes with its input.

``HYPOTHESIS_PROFILE=dev`` looks at 25 times as many, other ones each time.
"""

import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings

from bot.services.people.linking import Linking
from bot.services.people.privacy import Privacy
from bot.services.people.throttle import CODES, LOOKUPS, Throttle
from bot.services.tracking import Tracking
from storage.chats import Chats
from storage.erasures import Erasures
from storage.link_tokens import LinkTokens
from storage.mongo import Driver, Mongo
from storage.orders import Orders
from storage.throttles import Throttles
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
def privacy(mongo: Mongo, chats: Chats) -> Privacy:
    return Privacy(Erasures(mongo), chats)


@pytest.fixture
def tracking(mongo: Mongo, orders: Orders, privacy: Privacy) -> Tracking:
    throttle = Throttle(Throttles(mongo), LOOKUPS)
    return Tracking(orders, status_words={}, privacy=privacy, throttle=throttle)


@pytest.fixture
def linking(mongo: Mongo, chats: Chats, privacy: Privacy) -> Linking:
    return Linking(
        LinkTokens(mongo),
        chats,
        lifetime=timedelta(minutes=15),
        privacy=privacy,
        throttle=Throttle(Throttles(mongo), CODES),
    )
