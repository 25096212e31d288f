"""The form of a text: its placeholders and its markup."""

import gettext
import re
from string import Formatter

MARKS = frozenset({"b", "i", "u", "s", "code", "a"})
"""The tags that a text may use, of those that Telegram knows (Bot API: HTML style)."""

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z]+)(?P<rest>[^<>]*)>|<")
_HREF = re.compile(r' href="https://[^"<>]+"')
NUMBERS = range(200)
"""Enough numbers to tell the plural forms of every language apart."""


class MarkupError(ValueError):
    """Telegram would refuse the text, or show its tags."""


def placeholders(text: str) -> set[str] | None:
    """The names in braces. None: a brace is wrong, or holds more than a name."""
    try:
        parts = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError:
        return None
    is_plain = all(str(name).isidentifier() and not (spec or how) for _, name, spec, how in parts)
    return {str(name) for _, name, _, _ in parts} if is_plain else None


def beside(text: str) -> str:
    """The text without its placeholders."""
    return re.sub(r"\{\w+\}", "", text)


def check_markup(text: str, *, is_plain: bool) -> None:
    """``is_plain``: the text is shown without markup. Raises `MarkupError`."""
    open_tags: list[str] = []
    for tag in _TAG.finditer(text):
        if is_plain:
            raise MarkupError("no < or markup can stand here")
        name = tag["name"]
        if name not in MARKS:
            raise MarkupError(f"only {', '.join(sorted(MARKS))} can mark a text; < itself is &lt;")
        if not tag["end"]:
            if (name == "a") != bool(tag["rest"]) or (name == "a" and not _HREF.fullmatch(tag[3])):
                raise MarkupError('a tag is like <b>, a link like <a href="https://…">')
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            raise MarkupError(f"</{name}> ends what was not begun last")
    if open_tags:
        raise MarkupError(f"<{open_tags[-1]}> has no end")


def pattern_of(plural: str) -> list[int] | None:
    """Which form each of the `NUMBERS` takes. None: it is no plural expression of gettext."""
    try:
        form_of = gettext.c2py(plural)
        return [form_of(number) for number in NUMBERS]
    except (ValueError, ZeroDivisionError):
        return None


def is_of_one_number(plural: str, form: int) -> bool:
    """Whether the form is for one number only. It may then say the number in words."""
    return (pattern_of(plural) or []).count(form) == 1
