"""Backups: a zip file with all documents, in the format of `mongodump`, and the keys.

orders.bson …   the documents of one collection, one after another
keys            the keys to their personal text, as `storage.keys` keeps them
backup.json     when it was made; for each collection the number of documents and their checksum
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
_LENGTH = 4  # bytes: each BSON document begins with its own length


class WrongArchive(Exception):
    """The file is not a backup of Trackline, or is damaged. Its text is one line."""


@dataclass(frozen=True)
class Archive:
    """An open backup. ``sums``: the number of documents and checksum by collection."""

    file: zipfile.ZipFile
    made_at: datetime
    sums: Mapping[str, Sum]
    keys: bytes | None

    @property
    def name(self) -> str:
        """Identifies this backup among others."""
        return " ".join([self.made_at.isoformat(), *(each.hex for each in self.sums.values())])

    async def documents(self, collection: str) -> AsyncIterator[bytes]:
        """The BSON documents of a collection.

        Raises `WrongArchive` after the last one, if the checksum is wrong.
        """
        found = Sum()
        for document in self._read(collection) if collection in self.sums else ():
            found.add(document)
            yield document
        if found != self.sums.get(collection, Sum()):
            raise WrongArchive(f"{collection} in the backup does not match its checksum")

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
    """Writes a complete backup or none, readable by its owner only. Returns the checksums.

    Raises `OSError`; `FileExistsError` if the file exists.
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
    """Opens a backup. Raises `WrongArchive` or `OSError`."""
    with path.open("rb") as opened_file:
        try:
            archive = _described(zipfile.ZipFile(opened_file))
        except (zipfile.BadZipFile, KeyError, ValueError):
            raise WrongArchive(f"{path} is not a backup of Trackline, or is damaged") from None
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
