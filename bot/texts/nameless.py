"""Sentences about a shop without a name (`SHOP_NAME`): “Ask the shop.”

The catalogues say how such a shop is called. If a language needs other words around it, they are
here: *chez {shop}* becomes *à la boutique*.
"""

import re
from collections.abc import Mapping
from functools import lru_cache, partial

_AROUND: Mapping[str, Mapping[str, str]] = {
    "ar": {r"لـ\{shop\}": "للمتجر"},
    "fr": {r"\bchez \{shop\}": "à la boutique"},
    "lg": {
        r"\b(eza|eya|owa|lwa|ya|za) \{shop\}": "{before}'edduuka",
        r"\bewa \{shop\}": "ku dduuka",
        r"\b(mu|ku) \{shop\}": "{word} dduuka",
        r"\bne \{shop\}": "n'ab'edduuka",
    },
    "ru": {r"\b(магазин\w*) \{shop\}": "{word}"},
    "sw": {r"\bkwa \{shop\}": "dukani"},
}
"""By language: a pattern in the text, and what replaces it. ``{word}``: the word in brackets;
``{before}``: the same without its last letter."""

_SENTENCE_BEGINS = re.compile(r"(^|[.!?؟…]\s|\n)$")


@lru_cache(maxsize=1024)
def without_a_name(text: str, language: str, shop: str) -> str:
    """The text without ``{shop}``. ``shop``: what such a shop is called in this language."""
    for around, said in _AROUND.get(language, {}).items():
        text = re.sub(around, partial(_said, said), text, flags=re.IGNORECASE)
    return re.sub(r"\{shop\}", partial(_said, shop), text)


def _said(said: str, found: re.Match[str]) -> str:
    word = found[1] if found.re.groups else ""
    phrase = said.format(word=word, before=word[:-1])
    begins = _SENTENCE_BEGINS.search(found.string[: found.start()])
    return phrase[:1].upper() + phrase[1:] if begins else phrase
