"""A shop's names for states of its own, and its emoji for any state."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.texts.languages import REFERENCE

ByLanguage = Mapping[str, str]
"""By state and language, in lower case: ``{"engraving.fr": "En gravure"}``."""


@dataclass(frozen=True)
class StateWords:
    """``news``: sentences about a state, with the placeholder {order} and perhaps {shop}.
    ``emoji``: by state."""

    names: ByLanguage = field(default_factory=dict)
    news: ByLanguage = field(default_factory=dict)
    emoji: Mapping[str, str] = field(default_factory=dict)


def said(words: ByLanguage, state: str, language: str) -> str | None:
    """The words in this language, else in English; None if there are neither."""
    found = (words.get(f"{state}.{tag}".casefold()) for tag in (language, REFERENCE))
    return next(filter(None, found), None)
