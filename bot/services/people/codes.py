"""The secrets of links: a token in an address, and a code, as people type it."""

import hashlib
import re
import secrets
from collections.abc import Sequence

from bot.services.orders.references import plainly

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that looks like something else: no 0 and O, no 1, I and L."""
CODE_LENGTH, LONG_CODE_LENGTH = 8, 12
"""A code that is good for months is longer: a link is, to an order."""
TOKEN_LENGTH = 43
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}", re.ASCII)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def new_code(length: int) -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def bare_code(text: str) -> str | None:
    """The code, if a message is nothing but one: ``K7WM-3XQP``, in either case.

    Words that happen to be spelt with its letters are none, nor is a number.
    """
    text = plainly(text).strip()
    code = re.sub(r"[\W_]", "", text).upper()
    fours = re.fullmatch(r"[^\W_]{4}([\W_]?[^\W_]{4}){1,2}", text)
    if not fours or not set(code) <= set(CODE_ALPHABET):
        return None
    is_mixed = not code.isdigit() and not code.isalpha()
    has_dash = len(text) > len(code) and not re.search(r"\s", text)
    return code if is_mixed or (code.isalpha() and has_dash) else None


def plain(secret: str) -> str:
    """Codes are typed: with or without the dash, in either case. Tokens are not touched."""
    secret = plainly(secret)
    code = re.sub(r"[\W_]", "", secret).upper()
    return code if len(code) in {CODE_LENGTH, LONG_CODE_LENGTH} else secret


def in_fours(code: str) -> Sequence[str]:
    return [code[start : start + 4] for start in range(0, len(code), 4)]


def is_secret(text: str) -> bool:
    """By its shape."""
    is_code = len(text) in {CODE_LENGTH, LONG_CODE_LENGTH} and set(text) <= set(CODE_ALPHABET)
    return is_code or bool(_TOKEN.fullmatch(text))


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
