"""Reads a picture's type and size from its first bytes, to refuse what Telegram refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

MARKERS_OF_SIZE = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's SOF0 to SOF15, without the numbers in that range that are other markers."""


class Size(NamedTuple):
    """In pixels."""

    width: int
    height: int


class NoPicture(ValueError):
    """The file is not a picture, or is broken."""


def content_type(content: bytes) -> str:
    """Raises NoPicture."""
    return _kind(content)[0]


def size(content: bytes) -> Size:
    """Raises NoPicture."""
    try:
        found = _kind(content)[1](content)
    except IndexError:
        raise NoPicture from None
    if not found.width or not found.height:
        raise NoPicture
    return found


def _kind(content: bytes) -> tuple[str, Callable[[bytes], Size]]:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", _png
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", _jpeg
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp", _webp
    raise NoPicture


def _number(content: bytes, start: int, length: int, order: str = "big") -> int:
    part = content[start : start + length]
    if len(part) < length:
        raise IndexError
    return int.from_bytes(part, "little" if order == "little" else "big")


def _png(content: bytes) -> Size:
    return Size(_number(content, 16, 4), _number(content, 20, 4))


def _jpeg(content: bytes) -> Size:
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker in MARKERS_OF_SIZE:
            return Size(_number(content, at + 7, 2), _number(content, at + 5, 2))
        at += 2 + _number(content, at + 2, 2)
    raise NoPicture


def _webp(content: bytes) -> Size:
    match content[12:16]:
        case b"VP8 ":
            width, height = (_number(content, at, 2, "little") & 0x3FFF for at in (26, 28))
            return Size(width, height)
        case b"VP8L":
            bits = _number(content, 21, 4, "little")
            return Size((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1)
        case b"VP8X":
            width, height = (_number(content, at, 3, "little") + 1 for at in (24, 27))
            return Size(width, height)
    raise NoPicture
