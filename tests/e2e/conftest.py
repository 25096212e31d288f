"""The whole service, with both drivers."""

import pytest

from storage.chats import Chats
from storage.mongo import Mongo
from storage.orders import Orders
from tests.support.quiet import quiet

__all__ = ["quiet"]


@pytest.fixture
def orders(mongo: Mongo) -> Orders:
    return Orders(mongo)


@pytest.fixture
def chats(mongo: Mongo) -> Chats:
    return Chats(mongo)
