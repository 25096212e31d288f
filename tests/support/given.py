"""The Hypothesis profile: the same examples in every run, and a failure shows its input.

``HYPOTHESIS_PROFILE=dev`` tries 25 times as many examples, different ones each time. This module
is imported before any test, because a test uses the profile at the time of its decoration.
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
