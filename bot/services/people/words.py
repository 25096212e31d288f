"""Words in the form in which they are compared, however somebody types them."""

import re
import unicodedata

from bot.services.orders.references import plainly

_ALIKE = str.maketrans("ةىٱکی", "هياكي", "ـ")
"""Variants of the same letter on Arabic keyboards, and the stroke that only stretches a word."""


def words(text: str) -> list[str]:
    """The words of a text, without case, accents, vowel signs, punctuation. An emoji is a word."""
    spread = unicodedata.normalize("NFKD", plainly(text)).casefold().translate(_ALIKE)
    bare = "".join(each for each in spread if unicodedata.category(each) != "Mn")
    found = re.findall(r"[^\W_]+|[^\w\s]", bare)
    return [each for each in found if each.isalnum() or unicodedata.category(each) == "So"]
