"""The update that adds an event to its order: a pipeline, so that one write does it all.

What is derived is derived from the document as it then stands, by the database itself: whether the
event is news, whether the order is closed, and when to remind of its delivery.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta

from storage.models import Event, Window
from storage.mongo import Document
from storage.sealing import Seal

AHEAD = timedelta(days=1)
"""So long before a delivery is expected, it is morning of that day nowhere yet."""
CHANGES = 50
"""Of how many changes it is remembered which events they were: more do not wait to be told."""


def appended(
    events: Sequence[Event],
    seal: Seal | None,
    *,
    keys: list[str],
    told: Collection[str],
    closing: Sequence[str],
) -> list[Document]:
    """``told``: ids of the ``events`` (oldest first) that count as news, each as if it came alone.

    ``closing``: the states after which nothing more is expected.
    """
    stages: list[Document] = []
    waiting: list[Event] = []
    for event in events:
        waiting.append(event)
        if event.id in told:
            stages += [_added(waiting, seal), *_counted_as_news(event)]
            waiting = []
    if waiting:
        stages.append(_added(waiting, seal))
    first, last = events[0], events[-1]
    known: Document = {"$ifNull": ["$keys", []]}
    whole = {
        "keys": {"$setUnion": [known, {"$literal": keys}]},
        "created_at": {"$ifNull": ["$created_at", first.recorded_at]},
    }
    return [*stages, {"$set": whole}, _dated(last), {"$set": {"closed": _is_closed(closing)}}]


def _added(events: Sequence[Event], seal: Seal | None) -> Document:
    known: Document = {"$ifNull": ["$events", []]}
    new: Document = {"$literal": [event.to_mongo(seal) for event in events]}
    in_order = {
        "$sortArray": {
            "input": {"$concatArrays": [known, new]},
            "sortBy": {"occurred_at": 1, "rank": 1, "id": 1},
        }
    }
    return {"$set": {"events": in_order}}


def replaced(
    events: Sequence[Event],
    seal: Seal | None,
    *,
    keys: list[str],
    notify: bool,
    closing: Sequence[str],
) -> list[Document]:
    """The update that puts these sorted ``events`` in the place of all that were told.

    It is news if the newest state is another than it was. What gives way is remembered by its id.
    """
    newest, ids = events[-1], [event.id for event in events]
    stated = _events_where(_HAS_STATUS)
    gone = {
        "$concatArrays": [
            {"$ifNull": ["$replaced", []]},
            {
                "$map": {
                    "input": {"$ifNull": ["$events", []]},
                    "as": "event",
                    "in": {"id": "$$event.id", "digest": "$$event.digest"},
                }
            },
        ]
    }
    not_back = {"$not": [{"$in": ["$$event.id", {"$literal": ids}]}]}
    status = {"$getField": {"field": "status", "input": "$$newest"}}
    state = {"$let": {"vars": {"newest": _nth(stated, -1)}, "in": {"$ifNull": [status, None]}}}
    return [
        {"$set": {"events": {"$ifNull": ["$events", []]}}},
        {
            "$set": {
                "was": state,
                "replaced": {"$filter": {"input": gone, "as": "event", "cond": not_back}},
                "events": {"$literal": [event.to_mongo(seal) for event in events]},
                "keys": {"$literal": keys},
                "created_at": {"$ifNull": ["$created_at", newest.recorded_at]},
            }
        },
        _dated(newest),
        *(_counted(newest, {"$ne": ["$was", state]}) if notify else []),
        {"$set": {"closed": _is_closed(closing)}},
        {"$unset": "was"},
    ]


def _dated(event: Event) -> Document:
    latest = {"$getField": {"field": "occurred_at", "input": _nth("$events", -1)}}
    return {"$set": {"latest_at": latest, "remind_at": _reminded_at(event)}}


def created(events: Sequence[Event], seal: Seal | None, *, closing: Sequence[str]) -> Document:
    """What `appended` makes of no order, where there is neither a parcel, a window nor news."""
    return {
        "events": [event.to_mongo(seal) for event in events],
        "created_at": events[-1].recorded_at,
        "latest_at": events[-1].occurred_at,
        "closed": events[-1].status in closing,
    }


def _counted_as_news(event: Event) -> list[Document]:
    """News: the event is now the newest of its parcel, and says another thing than the one before.

    So a late event, and a state told twice under two ids, are kept but are not news. Of an expected
    delivery the first word is none either: it comes with a state, as a rule.
    """
    kinds: list[Document] = []
    if event.status:
        kinds.append(_changes_state(event))
    elif event.implies:
        kinds.append(_IS_THE_FIRST_WORD)
    if (window := event.estimated_delivery) and (window.earliest or window.latest):
        kinds.append(_is_moved_delivery(event, window))
    return _counted(event, {"$or": kinds}) if kinds else []


def _counted(event: Event, is_news: Document) -> list[Document]:
    count = {"$add": [{"$ifNull": ["$news", 0]}, {"$cond": ["$is_news", 1, 0]}]}
    marked = {"$cond": ["$is_news", event.recorded_at, "$$REMOVE"]}
    known: Document = {"$ifNull": ["$changes", []]}
    change = {"$cond": ["$is_news", [{"event": {"$literal": event.id}, "news": "$news"}], []]}
    changes = {"$slice": [{"$concatArrays": [known, change]}, -CHANGES]}
    return [
        {"$set": {"is_news": is_news}},
        {"$set": {"news": count, "unfanned_since": {"$ifNull": ["$unfanned_since", marked]}}},
        {"$set": {"changes": changes}},
        {"$unset": "is_news"},
    ]


def _changes_state(event: Event) -> Document:
    """The event is now the newest of its parcel, and its state is not that of the one before.

    So a late event, and a state told twice under two ids, are kept but are not news.
    """
    own: Document = {"$eq": [{"$ifNull": ["$$event.parcel", None]}, {"$literal": event.parcel}]}
    stated = _events_where({"$and": [_HAS_STATUS, own]})
    implying = _events_where({"$and": [_IMPLIES, own]})
    return {
        "$let": {
            "vars": {
                "newest": _nth(stated, -1),
                "before": _nth(stated, -2),
                "implying": _nth(implying, 0),
            },
            "in": {
                "$and": [
                    {"$eq": ["$$newest.id", {"$literal": event.id}]},
                    {
                        "$ne": [
                            {"$ifNull": ["$$before.status", "$$implying.implies"]},
                            {"$literal": event.status},
                        ]
                    },
                ]
            },
        }
    }


def _events_where(condition: Document) -> Document:
    return {"$filter": {"input": "$events", "as": "event", "cond": condition}}


_HAS_STATUS: Document = {"$gt": ["$$event.status", None]}
_IMPLIES: Document = {"$gt": ["$$event.implies", None]}
_IS_THE_FIRST_WORD: Document = {
    "$eq": [{"$size": _events_where({"$or": [_HAS_STATUS, _IMPLIES]})}, 1]
}
"""No other event has told or implied a state: an order is told to be created once."""


def _is_moved_delivery(event: Event, window: Window) -> Document:
    before = "$$before.estimated_delivery"
    was_known = {"$gt": [{"$ifNull": [f"{before}.earliest", f"{before}.latest"]}, None]}
    moved: list[Document] = [
        {"$ne": [{"$ifNull": [f"{before}.{end}", None]}, at]}
        for end, at in (("earliest", window.earliest), ("latest", window.latest))
    ]
    is_another = {"$and": [was_known, {"$or": moved}]}
    return _newest_of_its_parcel(event, "estimated_delivery", is_another)


def _newest_of_its_parcel(event: Event, field: str, condition: Document) -> Document:
    """Of the events with this field. ``condition`` may speak of the one ``$$before`` it."""
    same_parcel: Document = {
        "$filter": {
            "input": "$events",
            "as": "event",
            "cond": {
                "$and": [
                    {"$gt": [f"$$event.{field}", None]},
                    {"$eq": [{"$ifNull": ["$$event.parcel", None]}, {"$literal": event.parcel}]},
                ]
            },
        }
    }
    is_newest: Document = {"$eq": ["$$newest.id", {"$literal": event.id}]}
    return {
        "$let": {
            "vars": {"newest": _nth(same_parcel, -1), "before": _nth(same_parcel, -2)},
            "in": {"$and": [is_newest, condition]},
        }
    }


def _reminded_at(event: Event) -> Document:
    """`AHEAD` of the newest expected delivery; absent when there is none, or it is long past."""
    dated = {
        "$filter": {
            "input": "$events",
            "as": "event",
            "cond": {"$gt": ["$$event.estimated_delivery", None]},
        }
    }
    window = "$$newest.estimated_delivery"
    first = {"$ifNull": [f"{window}.earliest", {"$ifNull": [f"{window}.latest", None]}]}
    ahead = {"$subtract": ["$$first", int(AHEAD.total_seconds() * 1000)]}
    is_to_come = {"$gt": ["$$first", event.recorded_at - AHEAD]}
    return {
        "$let": {
            "vars": {"newest": _nth(dated, -1)},
            "in": {
                "$let": {
                    "vars": {"first": first},
                    "in": {"$cond": [is_to_come, ahead, "$$REMOVE"]},
                }
            },
        }
    }


def _is_closed(states: Sequence[str]) -> Document:
    """Whether each parcel, or the order that has none, is in one of the ``states``.

    A parcel is in the newest state that was told of it or of the whole order. Each step walks the
    events once; of pairs that have the same key, `$arrayToObject` keeps the last.
    """
    told, of_parcel = {"$gt": ["$$event.status", None]}, {"$gt": ["$$event.parcel", None]}

    def each(events: Document | str, then: object) -> Document:
        return {"$map": {"input": events, "as": "event", "in": then}}

    def those(events: Document | str, condition: Document) -> Document:
        return {"$filter": {"input": events, "as": "event", "cond": condition}}

    def closes(status: object) -> Document:
        return {"$in": [status, {"$literal": states}]}

    of_all = {"$and": [told, {"$not": [of_parcel]}]}
    since = {"$indexOfArray": [each({"$reverseArray": "$events"}, of_all), True]}
    newest_of_all = _nth("$events", {"$subtract": [-1, "$$since"]})
    whole = {
        "$and": [
            {"$gte": ["$$since", 0]},
            closes({"$getField": {"field": "status", "input": newest_of_all}}),
        ]
    }
    how_many = {"$cond": [{"$lt": ["$$since", 0]}, {"$size": "$events"}, {"$max": [1, "$$since"]}]}
    later = {"$slice": ["$events", {"$subtract": [0, how_many]}]}
    by_default = each(those("$events", of_parcel), ["$$event.parcel", "$$whole"])
    own = each(
        those(later, {"$and": [told, of_parcel]}), ["$$event.parcel", closes("$$event.status")]
    )
    parcels = {"$objectToArray": {"$arrayToObject": [{"$concatArrays": [by_default, own]}]}}
    each_one = {"$map": {"input": "$$parcels", "as": "parcel", "in": "$$parcel.v"}}
    answer: Document = {
        "$cond": [{"$eq": ["$$parcels", []]}, "$$whole", {"$allElementsTrue": [each_one]}]
    }
    for name, value in (("parcels", parcels), ("whole", whole), ("since", since)):
        answer = {"$let": {"vars": {name: value}, "in": answer}}
    return answer


def _nth(array: Document | str, index: Document | int) -> Document:
    return {"$arrayElemAt": [array, index]}
