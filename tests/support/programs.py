"""Programs that a test runs, and that not every machine has."""

import shutil

import pytest


def need(*names: str) -> None:
    """Skips the test where one of them is not installed."""
    for name in names:
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")
