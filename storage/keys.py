"""The service's own keys: made at the first start, and kept with the data.

The first is random and never changes: fingerprints and digests are made with it, and where there
are no ENCRYPTION_KEYS it seals. Behind it stand those made of each BOT_TOKEN that the service was
started with, for older versions sealed with that. Where there are ENCRYPTION_KEYS, what is kept is
sealed with the first of them: whoever reads the database alone has nothing.
"""

from collections.abc import Sequence
from typing import Protocol

from cryptography.fernet import Fernet
from pymongo.errors import DuplicateKeyError

from storage.mongo import Mongo
from storage.sealing import Seal, SealedWithAnotherKey

_PLAIN, _SEALED = b"plain:", b"sealed:"


class KeysClosed(Exception):
    """None of ENCRYPTION_KEYS opens what is kept."""

    def __init__(self) -> None:
        super().__init__(
            "ENCRYPTION_KEYS: none of them opens the keys that are kept with the data: put back "
            "the one that was there"
        )


class Keeper(Protocol):
    """Where the keys are."""

    async def read(self) -> bytes | None: ...

    async def write(self, kept: bytes, before: bytes | None) -> None:
        """In the place of what stood there ``before``; if it is another by now, it stays."""


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
            return  # another replica that starts was quicker


async def own_keys(keeper: Keeper, given: Sequence[str], made: str) -> list[str]:
    """The keys that are kept, with the one ``made`` of the token among them.

    ``given``: ENCRYPTION_KEYS. Replicas that start at once agree: what counts is read back.
    Raises `KeysClosed`.
    """
    while True:
        kept = await keeper.read()
        keys = _opened(kept, given) if kept else [Fernet.generate_key().decode()]
        wanted = keys if made in keys else [*keys, made]
        if kept and wanted == keys and _is_sealed_as_it_should(kept, given):
            return keys
        await keeper.write(_closed(wanted, given), kept)


async def known_keys(keeper: Keeper, given: Sequence[str], made: str) -> list[str]:
    """The same, for who only looks: nothing is made or written. Raises `KeysClosed`."""
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
