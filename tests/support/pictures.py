"""Pictures of minimal size."""

import struct
import zlib


def png(width: int = 40, height: int = 30) -> bytes:
    """A complete PNG in one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((1 + (width + 7) // 8) * height))
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def jpeg(width: int = 40, height: int = 30, *, length: int = 0) -> bytes:
    """The header of a JPEG, as a camera writes it, followed by zeros up to ``length`` bytes."""
    exif = b"\xff\xe1" + struct.pack(">H", 2 + 6) + b"Exif\0\0"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 8 + 3, 8, height, width, 1) + b"\x01\x11\x00"
    return (b"\xff\xd8" + exif + frame).ljust(length, b"\0")


def webp(width: int = 40, height: int = 30) -> bytes:
    """The header of a WebP in the newest of its three formats."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + bytes(4) + b"WEBPVP8X" + (10).to_bytes(4, "little") + bytes(4) + size
