"""What people say, and what the bot answers. One driver: the stores are tested with both."""

import pytest

from storage.mongo import Driver
from tests.support.drivers import one
from tests.support.quiet import quiet

__all__ = ["quiet"]


@pytest.fixture
def driver() -> Driver:
    return one("motor")
