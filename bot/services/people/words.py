"""Words as they are compared: however somebody writes them, they are the same."""

import re
import unicodedata

from bot.services.orders.references import plainly

_ALIKE = str.maketrans("ةىٱکی", "هياكي", "ـ")
"""Letters that Arabic keyboards have several of, and the stroke that only stretches a word."""


def words(text: str) -> list[str]:
    """Those of a text, without case, accents, vowel signs and punctuation; an emoji is one."""
    spread = unicodedata.normalize("NFKD", plainly(text)).casefold().translate(_ALIKE)
    bare = "".join(each for each in spread if unicodedata.category(each) != "Mn")
    found = re.findall(r"[^\W_]+|[^\w\s]", bare)
    return [each for each in found if each.isalnum() or unicodedata.category(each) == "So"]
