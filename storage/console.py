"""What the replicas share for the operator's console: no hot path writes here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pymongo import UpdateOne

from storage.models import Figures, Meaning, Source, Trace, Word
from storage.mongo import Document, Mongo

WORDS_KEPT = timedelta(days=30)
"""After its latest event, a word that nobody knows is forgotten."""
TRACES_KEPT = timedelta(minutes=2)
"""After so long without a word of a replica, it is gone, and its traces with it."""


@dataclass
class Shared:
    """``traces``: those of each other replica. ``watched_until``: somebody looks until then."""

    words: list[Word] = field(default_factory=list)
    meanings: list[Meaning] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    traces: list[Sequence[Trace]] = field(default_factory=list)
    watched_until: datetime | None = None


@dataclass(frozen=True)
class Counted:
    """What a replica has counted since the last time. ``at``: now.

    ``more``: how much, by its field. ``most``: what waits, and may be less than it was. ``linked``:
    how many are. ``words``: those that nobody knew, by `plain`, and how often each came.
    """

    at: datetime
    more: Mapping[str, int]
    most: Mapping[str, float]
    linked: int
    words: Mapping[str, tuple[str, int]]
    sources: Sequence[Source]


class ConsoleNotes:
    """The collection ``console``. An index ends each document when its ``until`` is over."""

    def __init__(self, mongo: Mongo) -> None:
        self._notes = mongo.database["console"]

    # What is so now

    async def shared(self, *kinds: str, but: str = "") -> Shared:
        """Of these ``kinds``: ``word``, ``meaning``, ``source``, ``traces``, ``watched``. One read.

        ``but``: the replica whose traces are at hand.
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
        """``key``: by this, words are the same."""
        await self._put(f"meaning {key}", {"kind": "meaning"} | meaning.to_mongo())

    async def take_meaning_back(self, key: str) -> bool:
        """False: it had none."""
        result = await self._notes.delete_one({"_id": f"meaning {key}"})
        return bool(result.deleted_count)

    async def _put(self, name: str, note: Document) -> None:
        await self._notes.update_one({"_id": name}, {"$set": note}, upsert=True)

    # What was counted

    async def add(self, figures: Mapping[str, tuple[datetime, timedelta]], new: Counted) -> None:
        """One round for all. ``figures``: the names of those to add to, since when they count, and
        how long they are kept."""
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
        """Those of them that there are."""
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
