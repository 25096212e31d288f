"""The service's own keys: made at the first start, and kept with the data.

The first key is random and never changes. It makes fingerprints and digests, and seals text if
ENCRYPTION_KEYS is not set. The others are derived from each BOT_TOKEN that the service was started
with, because older versions sealed with that. If ENCRYPTION_KEYS is set, the kept keys are sealed
with the first of those, so that access to the database alone is not enough.
"""

from collections.abc import Sequence
from typing import Protocol

from cryptography.fernet import Fernet
from pymongo.errors import DuplicateKeyError

from storage.mongo import Mongo
from storage.sealing import Seal, SealedWithAnotherKey

_PLAIN, _SEALED = b"plain:", b"sealed:"


class KeysClosed(Exception):
    """None of ENCRYPTION_KEYS opens the kept keys."""

    def __init__(self) -> None:
        super().__init__(
            "ENCRYPTION_KEYS: none of them opens the keys that are kept with the data: put back "
            "the one that was there"
        )


class Keeper(Protocol):
    """Where the keys are kept."""

    async def read(self) -> bytes | None: ...

    async def write(self, kept: bytes, before: bytes | None) -> None:
        """Replaces ``before``. Does nothing if something else is kept there by now."""


class KeptInDatabase:
    """The document ``keys`` of the collection ``service``."""

    def __init__(self, mongo: Mongo) -> None:
        self._service = mongo.database["service"]

    async def read(self) -> bytes | None:
        found = await self._service.find_one({"_id": "keys"})
        return found["kept"] if found else None

    async def write(self, kept: bytes, before: bytes | None) -> None:
        if before is not None:
            as_read = {"_id": "keys", "kept": before}
            await self._service.update_one(as_read, {"$set": {"kept": kept}})
            return
        try:
            await self._service.insert_one({"_id": "keys", "kept": kept})
        except DuplicateKeyError:
            return  # another starting replica was faster


async def own_keys(keeper: Keeper, given: Sequence[str], made: str) -> list[str]:
    """The kept keys, including the one ``made`` from the token; they are created if needed.

    ``given``: ENCRYPTION_KEYS. Reads back what it has written, so that replicas that start at the
    same time agree. Raises `KeysClosed`.
    """
    while True:
        kept = await keeper.read()
        keys = _opened(kept, given) if kept else [Fernet.generate_key().decode()]
        wanted = keys if made in keys else [*keys, made]
        if kept and wanted == keys and _is_sealed_as_it_should(kept, given):
            return keys
        await keeper.write(_closed(wanted, given), kept)


async def known_keys(keeper: Keeper, given: Sequence[str], made: str) -> list[str]:
    """Like `own_keys`, but read-only: creates and writes nothing. Raises `KeysClosed`."""
    kept = await keeper.read()
    return [*(_opened(kept, given) if kept else []), made]


def _closed(keys: Sequence[str], given: Sequence[str]) -> bytes:
    plain = " ".join(keys)
    return _SEALED + Seal(given[:1]).close(plain) if given else _PLAIN + plain.encode()


def _opened(kept: bytes, given: Sequence[str]) -> list[str]:
    if kept.startswith(_PLAIN):
        return kept.removeprefix(_PLAIN).decode().split()
    if not given:
        raise KeysClosed
    try:
        return Seal(given).open(kept.removeprefix(_SEALED)).split()
    except SealedWithAnotherKey:
        raise KeysClosed from None


def _is_sealed_as_it_should(kept: bytes, given: Sequence[str]) -> bool:
    if not given or kept.startswith(_PLAIN):
        return not given and kept.startswith(_PLAIN)
    try:
        return bool(_opened(kept, given[:1]))
    except KeysClosed:
        return False
