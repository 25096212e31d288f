"""What a sentence says of a shop that has no name (`SHOP_NAME`): “Ask the shop.”

How it is called alone stands in the catalogues. Where a language wants other words around that,
they stand here: *chez {shop}* is *à la boutique*.
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
"""Language → what stands in the text → what takes its place. ``{word}``: the word that was found in
brackets; ``{before}``: the same without its last letter."""

_SENTENCE_BEGINS = re.compile(r"(^|[.!?؟…]\s|\n)$")


@lru_cache(maxsize=1024)
def without_a_name(text: str, language: str, shop: str) -> str:
    """The text without its ``{shop}``. ``shop``: what it is called alone, in this language."""
    for around, said in _AROUND.get(language, {}).items():
        text = re.sub(around, partial(_said, said), text, flags=re.IGNORECASE)
    return re.sub(r"\{shop\}", partial(_said, shop), text)


def _said(said: str, found: re.Match[str]) -> str:
    word = found[1] if found.re.groups else ""
    phrase = said.format(word=word, before=word[:-1])
    begins = _SENTENCE_BEGINS.search(found.string[: found.start()])
    return phrase[:1].upper() + phrase[1:] if begins else phrase
