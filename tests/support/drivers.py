"""The drivers of the tests: both where it matters, or the one that `MONGODB_DRIVER` names."""

import os

from storage.mongo import Driver

_CHOSEN = os.environ.get("MONGODB_DRIVER")

BOTH: list[Driver] = [driver for driver in ("motor", "pymongo") if _CHOSEN in {None, driver}]


def one(default: Driver) -> Driver:
    """One driver, for tests of code that does not depend on the driver."""
    return BOTH[0] if _CHOSEN else default
