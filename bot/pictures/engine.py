"""The process that draws: reads SVG, writes PNG, each after its length in four bytes.

It ends when its standard input is closed, and so with the service.
"""

import sys
from typing import BinaryIO

import resvg_py

from bot.pictures.lettering import FILES


def png(svg: str) -> bytes:
    """Raises ValueError if it is not SVG."""
    return resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=FILES)


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    while len(head := asked.read(4)) == 4:
        drawn = png(asked.read(int.from_bytes(head)).decode())
        answers.write(len(drawn).to_bytes(4) + drawn)
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
