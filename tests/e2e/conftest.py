"""The whole service, with both drivers."""

from tests.support.quiet import quiet

__all__ = ["quiet"]
