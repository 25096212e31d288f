"""Programs that a test runs, and that may not be installed."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
"""The root of our modules: the `PYTHONPATH` of a separate process."""


def need(*names: str) -> None:
    """Skips the test if one of them is not installed."""
    for name in names:
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")
