"""The secrets of links: a token in an address, and a code that people type."""

import hashlib
import re
import secrets
from collections.abc import Sequence

from bot.services.orders.references import plainly

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without characters that look alike: no 0 and O, no 1, I and L."""
CODE_LENGTH, LONG_CODE_LENGTH = 8, 12
"""Links to an order are valid for months, so their codes are longer."""
TOKEN_LENGTH = 43
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}", re.ASCII)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def new_code(length: int) -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def bare_code(text: str) -> str | None:
    """The code, if the message is only a code such as ``K7WM-3XQP``, in upper or lower case.

    Numbers and ordinary words in the same letters are not codes.
    """
    text = plainly(text).strip()
    code = re.sub(r"[\W_]", "", text).upper()
    fours = re.fullmatch(r"[^\W_]{4}([\W_]?[^\W_]{4}){1,2}", text)
    if not fours or not set(code) <= set(CODE_ALPHABET):
        return None
    is_mixed = not code.isdigit() and not code.isalpha()
    has_dash = len(text) > len(code) and not re.search(r"\s", text)
    return code if is_mixed or (code.isalpha() and has_dash) else None


def normalised(secret: str) -> str:
    """The code without its dash and in upper case. Tokens stay as they are."""
    secret = plainly(secret)
    code = re.sub(r"[\W_]", "", secret).upper()
    return code if len(code) in {CODE_LENGTH, LONG_CODE_LENGTH} else secret


def in_fours(code: str) -> Sequence[str]:
    return [code[start : start + 4] for start in range(0, len(code), 4)]


def is_secret(text: str) -> bool:
    """Whether the text has the form of a token or a code."""
    is_code = len(text) in {CODE_LENGTH, LONG_CODE_LENGTH} and set(text) <= set(CODE_ALPHABET)
    return is_code or bool(_TOKEN.fullmatch(text))


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
