"""What holds for all input. Every run tries the same examples; a failure comes with its input.

``HYPOTHESIS_PROFILE=dev`` looks at ten times as many, other ones each time.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

from storage.mongo import Driver

settings.register_profile(
    "ci",
    max_examples=100,
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
    return "motor"
