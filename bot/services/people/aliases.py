"""What people go by in the log: their ids stand nowhere in it.

`python -m bot who` finds the person behind an alias.
"""

from collections.abc import Sequence

from storage.sealing import Seal

LENGTH = 12
"""Hexadecimal digits: of a million people hardly two have the same."""


def alias(seal: Seal, kind: str, id_: object) -> str:
    """``kind``: what it is an id of, as the log calls it: ``chat`` or ``customer``."""
    return aliases(seal, kind, id_)[0]


def aliases(seal: Seal, kind: str, id_: object) -> Sequence[str]:
    """The alias, and those of the same id while another of the keys stood first."""
    return [mark.hex()[:LENGTH] for mark in seal.fingerprints(f"{kind} {id_}")]
