"""A backup: one file with all documents, in the form of `mongodump`, and the keys beside them.

orders.bson …   the documents of a collection, one behind the other
keys            what opens their personal text, as `storage.keys` keeps it
backup.json     when it was made; of each collection how many documents, and their sum
"""

import json
import os
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from storage.copies import COLLECTIONS, Progress, Sum, documents
from storage.mongo import Mongo

FORMAT = 1
_LENGTH = 4  # bytes in which BSON says its own


class WrongArchive(Exception):
    """One line: the file is no backup of ours, or not whole."""


@dataclass(frozen=True)
class Archive:
    """A backup that was opened. ``sums``: collection → documents and their sum."""

    file: zipfile.ZipFile
    made_at: datetime
    sums: Mapping[str, Sum]
    keys: bytes | None

    @property
    def name(self) -> str:
        """What it is told apart by from other backups."""
        return " ".join([self.made_at.isoformat(), *(each.hex for each in self.sums.values())])

    async def documents(self, collection: str) -> AsyncIterator[bytes]:
        """Raises `WrongArchive`, when the last is read and all do not make the sum."""
        found = Sum()
        for document in self._read(collection) if collection in self.sums else ():
            found.add(document)
            yield document
        if found != self.sums.get(collection, Sum()):
            raise WrongArchive(f"{collection} in the backup is not what was written there")

    def _read(self, collection: str) -> Iterator[bytes]:
        try:
            with self.file.open(f"{collection}.bson") as entry:
                while head := entry.read(_LENGTH):
                    yield head + entry.read(int.from_bytes(head, "little") - _LENGTH)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise WrongArchive(f"{collection} in the backup is damaged: {error}") from None


async def write(
    path: Path, mongo: Mongo, keys: bytes | None, now: datetime, done: Progress
) -> Mapping[str, Sum]:
    """Writes a backup for its owner only: as a whole, or not at all.

    Raises `OSError`; `FileExistsError` if there is such a file.
    """
    sums = {}
    with _new_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in COLLECTIONS:
            sums[name] = Sum()
            with archive.open(f"{name}.bson", "w", force_zip64=True) as entry:
                async for document in documents(mongo, name):
                    entry.write(document)
                    sums[name].add(document)
                    done(1)
        if keys:
            archive.writestr("keys", keys)
        about: dict[str, Any] = {"format": FORMAT, "made_at": now.isoformat()}
        about["collections"] = {
            name: {"documents": each.documents, "sum": each.hex} for name, each in sums.items()
        }
        archive.writestr("backup.json", json.dumps(about, indent=2))
    return sums


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Raises `WrongArchive`, `OSError`."""
    with path.open("rb") as opened_file:
        try:
            archive = _described(zipfile.ZipFile(opened_file))
        except (zipfile.BadZipFile, KeyError, ValueError):
            raise WrongArchive(f"{path} is no backup of Trackline's, or not whole") from None
        with archive.file:
            yield archive


def _described(file: zipfile.ZipFile) -> Archive:
    about = json.loads(file.read("backup.json"))
    if about["format"] != FORMAT or not about["collections"].keys() <= set(COLLECTIONS):
        raise WrongArchive("the backup was written by a newer version of Trackline")
    sums = {
        name: Sum(each["documents"], int(each["sum"], 16))
        for name, each in about["collections"].items()
    }
    keys = file.read("keys") if "keys" in file.namelist() else None
    return Archive(file, datetime.fromisoformat(about["made_at"]), sums, keys)


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    if path.exists():
        raise FileExistsError
    part = path.with_name(f"{path.name}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
