"""The warnings and errors in a log."""

from collections.abc import Iterable, Mapping
from typing import Any


def warned(logs: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of the lines above the level info."""
    return [line["event"] for line in logs if line["log_level"] != "info"]
