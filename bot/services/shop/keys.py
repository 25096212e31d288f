"""API keys: what each one is called, and what it may do."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


class Scope(StrEnum):
    """``read`` what is known, ``write`` orders, events and customers, ``link`` chats to them."""

    READ = "read"
    WRITE = "write"
    LINK = "link"


_NAMED = re.compile(r"([A-Za-z0-9_-]{1,32}):((?:read|write|link)(?:\+(?:read|write|link))*):(.+)")
_SECRET = re.compile(r"[\x21-\x7e]{16,}")


@dataclass(frozen=True)
class ApiKey:
    """A bearer ``secret``; ``name`` is how the operator knows it."""

    name: str
    scopes: frozenset[Scope]
    secret: str = field(repr=False)

    @classmethod
    def read(cls, text: str, place: int) -> Self:
        """``website:read+link:SECRET``, or a secret alone, which may do everything.

        ``place``: from 1, the name of one that has none. Raises ValueError.
        """
        named = _NAMED.fullmatch(text)
        name, scopes, secret = named.groups() if named else (f"key {place}", "", text)
        if not _SECRET.fullmatch(secret):
            raise ValueError("a key is shorter than 16 characters or has other than plain ASCII")
        return cls(name, frozenset(map(Scope, scopes.split("+"))) if named else ALL, secret)


ALL = frozenset(Scope)
