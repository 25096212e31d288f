"""What a shop calls states: its own, and the emoji of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.texts.languages import REFERENCE

ByLanguage = Mapping[str, str]
"""By state and language, in small letters: ``{"engraving.fr": "En gravure"}``."""


@dataclass(frozen=True)
class StateWords:
    """``news``: sentences that tell of a state, with a place for the {order} and perhaps the
    {shop}. ``emoji``: by state."""

    names: ByLanguage = field(default_factory=dict)
    news: ByLanguage = field(default_factory=dict)
    emoji: Mapping[str, str] = field(default_factory=dict)


def said(words: ByLanguage, state: str, language: str) -> str | None:
    """In this language, else in English; None: in neither."""
    found = (words.get(f"{state}.{tag}".casefold()) for tag in (language, REFERENCE))
    return next(filter(None, found), None)
