"""Programs that a test runs, and that not every machine has."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
"""Where ours are found: of a process that is started by itself, the `PYTHONPATH`."""


def need(*names: str) -> None:
    """Skips the test where one of them is not installed."""
    for name in names:
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")
