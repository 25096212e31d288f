"""What a log warns of, beside its ordinary lines."""

from collections.abc import Iterable, Mapping
from typing import Any


def warned(logs: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of the lines that are not for information only."""
    return [line["event"] for line in logs if line["log_level"] != "info"]
