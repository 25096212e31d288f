"""What replicas share for the operator's console. No hot path writes here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pymongo import UpdateOne

from storage.models import Figures, Meaning, Source, Trace, Word
from storage.mongo import Document, Mongo

WORDS_KEPT = timedelta(days=30)
"""How long an unknown word is kept after its latest event."""
TRACES_KEPT = timedelta(minutes=2)
"""How long a replica's traces are kept after its last report."""


@dataclass
class Shared:
    """What was asked for, and empty otherwise.

    ``traces``: a list for each other replica. ``watched_until``: somebody has the console open
    until then; None: nobody has.
    """

    words: list[Word] = field(default_factory=list)
    meanings: list[Meaning] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    traces: list[Sequence[Trace]] = field(default_factory=list)
    watched_until: datetime | None = None


@dataclass(frozen=True)
class Counted:
    """What one replica has counted since its last report, which is made ``at`` this time.

    ``more``: increments by field. ``most``: gauges by field, of which the maximum is kept.
    ``linked``: the number of linked chats. ``words``: unknown words by normalised form, each with
    its spelling and how often it came.
    """

    at: datetime
    more: Mapping[str, int]
    most: Mapping[str, float]
    linked: int
    words: Mapping[str, tuple[str, int]]
    sources: Sequence[Source]


class ConsoleNotes:
    """The collection ``console``. A TTL index deletes each document at its ``until``."""

    def __init__(self, mongo: Mongo) -> None:
        self._notes = mongo.database["console"]

    # The current state

    async def shared(self, *kinds: str, but: str = "") -> Shared:
        """Reads these ``kinds`` (``word``, ``meaning``, ``source``, ``traces``, ``watched``) in one
        query.

        ``but``: the replica whose traces are left out.
        """
        shared = Shared()
        async for note in self._notes.find({"kind": {"$in": list(kinds)}}):
            match note["kind"]:
                case "word":
                    shared.words.append(Word.from_mongo(note))
                case "meaning":
                    shared.meanings.append(Meaning.from_mongo(note))
                case "source":
                    shared.sources.append(Source.from_mongo(note))
                case "traces" if note["_id"] != _traces_of(but):
                    shared.traces.append([Trace.from_mongo(each) for each in note["traces"]])
                case "watched":
                    shared.watched_until = note["until"]
        return shared

    async def watch(self, until: datetime) -> None:
        await self._put("watched", {"kind": "watched", "until": until})

    async def leave_traces(self, replica: str, traces: Sequence[Trace], now: datetime) -> None:
        documents = [trace.to_mongo() for trace in traces]
        left = {"kind": "traces", "traces": documents, "until": now + TRACES_KEPT}
        await self._put(_traces_of(replica), left)

    async def give_meaning(self, key: str, meaning: Meaning) -> None:
        """``key``: the normalised form of the word."""
        await self._put(f"meaning {key}", {"kind": "meaning"} | meaning.to_mongo())

    async def take_meaning_back(self, key: str) -> bool:
        """Deletes the meaning of a word. False: it had none."""
        result = await self._notes.delete_one({"_id": f"meaning {key}"})
        return bool(result.deleted_count)

    async def _put(self, name: str, note: Document) -> None:
        await self._notes.update_one({"_id": name}, {"$set": note}, upsert=True)

    # Figures

    async def add(self, figures: Mapping[str, tuple[datetime, timedelta]], new: Counted) -> None:
        """Adds a replica's counts in one bulk write.

        ``figures``: by the name of each document to add to, when its period began and how long it
        is kept.
        """
        updates = [
            UpdateOne({"_id": name}, _added(new, since, new.at + kept), upsert=True)
            for name, (since, kept) in figures.items()
        ]
        for key, (word, count) in new.words.items():
            seen = {"kind": "word", "word": word, "seen_at": new.at, "until": new.at + WORDS_KEPT}
            again = {"$inc": {"count": count}, "$set": seen}
            updates.append(UpdateOne({"_id": f"word {key}"}, again, upsert=True))
        for source in new.sources:
            heard = source.to_mongo()
            named = {"kind": "source", "name": heard.pop("name")}
            later = {"$max": heard, "$set": named}
            updates.append(UpdateOne({"_id": f"source {source.name}"}, later, upsert=True))
        await self._notes.bulk_write(updates, ordered=False)

    async def figures(self, names: Sequence[str]) -> dict[str, Figures]:
        """The figures with these names; missing ones are left out."""
        found = await self._notes.find({"_id": {"$in": list(names)}}).to_list(None)
        return {note["_id"]: Figures.from_mongo(note) for note in found}


def _added(new: Counted, since: datetime, until: datetime) -> Document:
    update: Document = {
        "$max": dict(new.most),
        "$set": {"at": since, "until": until, "linked": new.linked},
    }
    return update | ({"$inc": dict(new.more)} if new.more else {})


def _traces_of(replica: str) -> str:
    return f"traces {replica}"
