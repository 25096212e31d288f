"""Seconds to the phone, read off the buckets of a histogram."""

import pytest

from bot.services.console.figures import percentile


@pytest.mark.parametrize(
    ("phone", "share", "seconds"),
    [
        ({}, 0.5, None),
        ({"50": 0}, 0.5, None),
        ({"50": 10}, 0.5, 0.025),
        ({"50": 10}, 1.0, 0.05),
        ({"100": 10}, 0.5, pytest.approx(0.075)),
        ({"50": 9, "10000": 1}, 0.5, pytest.approx(0.0278, abs=1e-4)),
        ({"50": 9, "10000": 1}, 0.95, 7.5),
        ({"50": 50, "250": 50}, 0.99, pytest.approx(0.247)),
        ({"inf": 3}, 0.5, 7200),
    ],
)
def test_a_percentile_lies_between_the_bounds_of_its_bucket(
    phone: dict[str, int], share: float, seconds: float | None
) -> None:
    assert percentile(phone, share) == seconds
