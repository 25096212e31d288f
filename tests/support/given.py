"""How Hypothesis looks for examples: the same ones in every run; a failure comes with its input.

``HYPOTHESIS_PROFILE=dev`` looks at 25 times as many, other ones each time. Imported before any
test, as a test keeps the profile of the moment when it is decorated.
"""

import os

from hypothesis import HealthCheck, settings

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
