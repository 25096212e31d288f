"""Aliases: names of people in the log, which never contains their ids.

`python -m bot who` finds the person behind an alias.
"""

from collections.abc import Sequence

from storage.sealing import Seal

LENGTH = 12
"""Hexadecimal digits. Among a million people, two with the same alias are unlikely."""


def alias(seal: Seal, kind: str, id_: object) -> str:
    """The alias of an id. ``kind``: the field in the log, ``chat`` or ``customer``."""
    return aliases(seal, kind, id_)[0]


def aliases(seal: Seal, kind: str, id_: object) -> Sequence[str]:
    """The present alias of an id, then its aliases with older keys."""
    return [mark.hex()[:LENGTH] for mark in seal.fingerprints(f"{kind} {id_}")]
