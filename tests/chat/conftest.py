"""What people say, and what the bot answers. One driver: the stores are tested with both."""

import pytest

from storage.chats import Chats
from storage.mongo import Driver, Mongo
from tests.support.drivers import one
from tests.support.quiet import quiet

__all__ = ["quiet"]


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def chats(mongo: Mongo) -> Chats:
    return Chats(mongo)
