"""What is in an order, in words: the first things, and how many more there are."""

import re
from collections.abc import Iterable, Iterator, Sequence

from babel.lists import format_list

from bot.services.orders.goods import NOTHING, Contents, Good, count
from bot.services.orders.timeline import Timeline
from bot.texts.message import Reader, foreign, length, plain

NAMED = 2
"""How many things a line names."""
ROOM = 800
"""UTF-16 code units for the list of an order's things."""
LONGEST = 40
"""Characters of a name."""
SHORTEST = 8
"""Characters of a name that are shown even if there is less room."""


def line(
    goods: Sequence[Good], reader: Reader, *, named: int = NAMED, of: Contents = NOTHING
) -> list[str]:
    """``2 × Coffee beans, Mug and 4 more``, as HTML; empty if no thing has a name.

    ``of``: what the order holds, if the goods are a part of it: one of two mugs is ``1 × Mug``.
    """
    names = [good for good in goods if _is_named(good)][:named]
    if not names:
        return []
    lines = [_thing(good, reader, LONGEST, is_part=of.has_more_of(good)) for good in names]
    if left := count(goods) - count(names):
        lines.append(reader.count("{count} more", "{count} more", left))
    return [format_list(lines, locale=_locale(reader))]


def recognised_by(order: Timeline, reader: Reader, *, room: int) -> list[str]:
    """``2 × Coffee beans + 4``, as HTML: the first thing, with its name cut to fit into ``room``
    characters if possible."""
    goods = order.contents.all
    first = next((good for good in goods if _is_named(good)), None)
    if first is None:
        return []
    others = count(goods) - count([first])
    more = f" + {reader.number(others)}" if others else ""
    taken = _width(_thing(first, reader, 1)) - 1 + len(more)
    return [_thing(first, reader, max(room - taken, SHORTEST)) + more]


def all_of(order: Timeline, reader: Reader) -> list[str]:
    """A line for each thing, while there is `ROOM`. Empty if one line names all of them."""
    goods = order.contents.all
    if count(goods) == count(goods[:1]):
        return []
    shown = list(_fitting(goods, reader))
    lines = [_thing(good, reader, LONGEST) for good in shown]
    if (more := count(goods) - count(shown)) and shown:
        lines.append(reader.count("… and {count} more item", "… and {count} more items", more))
    return lines


def of_parcel(parcel: str, order: Timeline, reader: Reader) -> list[str]:
    return line(order.contents.of(parcel), reader, of=order.contents)


def left(order: Timeline, reader: Reader) -> str:
    """That more is to come and, if it is known, what."""
    if rest := line(order.contents.left, reader, of=order.contents):
        return reader.say("The rest of your order follows: {goods}", goods=rest[0])
    return reader.say("The rest of your order follows.")


def _fitting(goods: Iterable[Good], reader: Reader) -> Iterator[Good]:
    used = 0
    for good in goods:
        if _is_named(good):
            used += length(_thing(good, reader, LONGEST)) + 1
            if used > ROOM:
                return
            yield good


def _is_named(good: Good) -> bool:
    """Whether any of the name can be seen."""
    return bool(plain(good.name, LONGEST))


def _thing(good: Good, reader: Reader, longest: int, *, is_part: bool = False) -> str:
    name = foreign(good.name, longest)
    if good.quantity == 1 and not is_part:
        return reader.apart(name)
    return reader.say("{count} × {name}", count=reader.number(good.quantity), name=name)


def _width(html: str) -> int:
    """Characters that are seen."""
    return length(re.sub("[\u2068\u2069]", "", html))


def _locale(reader: Reader) -> str:
    """International English: “a, b and c”, without the American comma."""
    return "en_001" if reader.language == "en" else reader.language
