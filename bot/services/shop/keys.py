"""API keys: their names and scopes."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


class Scope(StrEnum):
    """What a key may do: ``read`` data; ``write`` orders, events and customers; ``link`` chats."""

    READ = "read"
    WRITE = "write"
    LINK = "link"


_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
_SECRET = re.compile(r"[\x21-\x7e]{16,}")


@dataclass(frozen=True)
class ApiKey:
    """A bearer ``secret``. ``name``: how the operator identifies it.

    ``is_named``: the operator chose the name. Otherwise it is the place in the list, which may go
    to another key later.
    """

    name: str
    scopes: frozenset[Scope]
    secret: str = field(repr=False)
    is_named: bool = True

    @classmethod
    def read(cls, text: str, place: int) -> Self:
        """Reads ``website:read+link:SECRET``, or a secret without a colon, which has all scopes.

        ``place``: in the list, from 1; names a key without a name. Raises ValueError, which tells
        the place.
        """
        if ":" not in text:
            return cls(f"key {place}", ALL, _long_enough(text, place), is_named=False)
        name, _, rest = text.partition(":")
        scopes, _, secret = rest.partition(":")
        if not _NAME.fullmatch(name):
            raise ValueError(
                f"key {place} should have a name before its colon: up to 32 letters, digits, _ or -"
            )
        wanted = scopes.split("+")
        if not set(wanted) <= set(Scope):
            raise ValueError(f"each scope of key {place} should be one of {', '.join(Scope)}")
        return cls(name, frozenset(map(Scope, wanted)), _long_enough(secret, place))


def _long_enough(secret: str, place: int) -> str:
    if not _SECRET.fullmatch(secret):
        raise ValueError(
            f"the secret of key {place} should be at least 16 characters of ASCII without spaces"
        )
    return secret


ALL = frozenset(Scope)
