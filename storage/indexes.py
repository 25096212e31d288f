"""All indexes of the database, by collection."""

from collections.abc import Mapping

from pymongo import ASCENDING, IndexModel

INDEXES: Mapping[str, list[IndexModel]] = {
    "orders": [
        IndexModel(
            [("keys", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)], name="found_by"
        ),
        IndexModel([("look_at", ASCENDING)], name="to_look_at", sparse=True),
    ],
    "chats": [
        IndexModel([("links.whose", ASCENDING)], name="following"),
        IndexModel([("due_at", ASCENDING)], name="due", sparse=True),
        IndexModel([("lease", ASCENDING)], name="held", sparse=True),
        IndexModel([("tell_at", ASCENDING)], name="newcomers", sparse=True),
    ],
    "link_tokens": [
        IndexModel([("code_hash", ASCENDING)], name="of_code"),
        IndexModel([("expires_at", ASCENDING)], name="expiry"),
        IndexModel([("whose", ASCENDING)], name="to_whose"),
    ],
    "shares": [
        IndexModel([("chat_id", ASCENDING), ("order_id", ASCENDING)], name="of_order"),
        IndexModel([("whose", ASCENDING)], name="by_whose"),
        IndexModel([("order_id", ASCENDING)], name="to_order"),
        IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),
    ],
    "waits": [
        IndexModel([("order_id", ASCENDING)], name="of_order"),
        IndexModel([("chat_id", ASCENDING), ("order_id", ASCENDING)], name="of_chat"),
        IndexModel([("share", ASCENDING)], name="by_share"),
        IndexModel([("whose", ASCENDING)], name="by_whose"),
        IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),
    ],
    "feedback": [
        IndexModel([("at", ASCENDING), ("reference", ASCENDING)], name="by_age"),
        IndexModel([("order_id", ASCENDING)], name="of_order"),
        IndexModel([("customer_id", ASCENDING)], name="of_customer"),
        IndexModel([("chat_id", ASCENDING), ("prompt", ASCENDING)], name="asked_by"),
    ],
    "phones": [IndexModel([("hash", ASCENDING)], name="by_hash")],
    "couriers": [
        IndexModel([("due_at", ASCENDING)], name="due", sparse=True),
        IndexModel([("maps.chat_id", ASCENDING)], name="of_chat", sparse=True),
        IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),
    ],
    "dead_letters": [
        IndexModel([("since", ASCENDING), ("reference", ASCENDING)], name="by_time"),
        IndexModel([("reference", ASCENDING)], name="by_reference"),
        IndexModel([("order_id", ASCENDING)], name="of_order"),
        IndexModel([("chat_id", ASCENDING)], name="of_chat"),
        IndexModel([("is_fresh", ASCENDING)], name="fresh", sparse=True),
    ],
    "console": [
        IndexModel([("kind", ASCENDING)], name="by_kind", sparse=True),
        IndexModel([("until", ASCENDING)], name="expiry", expireAfterSeconds=0),
    ],
    "staff": [IndexModel([("until", ASCENDING)], name="expiry", expireAfterSeconds=0)],
    "shop_events": [
        IndexModel([("due_at", ASCENDING)], name="due", sparse=True),
        IndexModel([("customer_id", ASCENDING)], name="of_customer", sparse=True),
        IndexModel([("order_id", ASCENDING)], name="of_order", sparse=True),
        IndexModel([("chat_id", ASCENDING)], name="of_chat", sparse=True),
        IndexModel([("at", ASCENDING)], name="four_days", expireAfterSeconds=4 * 24 * 3600),
    ],
    "conversations": [
        IndexModel([("due_at", ASCENDING)], name="due", sparse=True),
        IndexModel([("ends_at", ASCENDING)], name="over"),
        IndexModel([("topic", ASCENDING)], name="in_topic", sparse=True),
        IndexModel([("chat_id", ASCENDING)], name="of_chat"),
        IndexModel([("order_id", ASCENDING)], name="of_order"),
        IndexModel([("customer_id", ASCENDING)], name="of_customer", sparse=True),
    ],
    "old_topics": [
        IndexModel([("at", ASCENDING)], name="a_month", expireAfterSeconds=30 * 24 * 3600)
    ],
    "throttles": [IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0)],
    "sign_ins": [IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0)],
    "updates": [IndexModel([("at", ASCENDING)], name="a_week", expireAfterSeconds=7 * 24 * 3600)],
    "repeatables": [
        IndexModel([("at", ASCENDING)], name="a_day", expireAfterSeconds=24 * 3600),
        IndexModel([("customer_id", ASCENDING)], name="of_customer", sparse=True),
        IndexModel([("order_id", ASCENDING)], name="of_order", sparse=True),
    ],
    "checkpoints": [
        IndexModel([("at", ASCENDING)], name="a_week", expireAfterSeconds=7 * 24 * 3600)
    ],
    "privacy_requests": [
        IndexModel([("due_at", ASCENDING)], name="due", sparse=True),
        IndexModel([("until", ASCENDING)], name="expiry", sparse=True, expireAfterSeconds=0),
    ],
    "removals": [IndexModel([("at", ASCENDING)], name="an_hour", expireAfterSeconds=3600)],
}

FOR_STAFF: Mapping[str, list[IndexModel]] = {
    "orders": [IndexModel([("closed", ASCENDING), ("latest_at", ASCENDING)], name="standing")],
}
"""Further indexes, if the staff is told of orders that stand still. Each event writes to it."""


OUTDATED: Mapping[str, list[str]] = {
    "orders": [
        "event_once",
        "of_customer",
        "by_key",
        "open_first",
        "known_as",
        "unfanned",
        "to_remind",
        "by_age",
    ],
    "chats": ["of_customer"],
    "link_tokens": ["by_code", "of_customer"],
    "shares": ["of_customer"],
    "throttles": ["of_person"],
    "dead_letters": ["by_age"],
}
"""Indexes of older versions, which are dropped, as each would make every write more expensive."""
