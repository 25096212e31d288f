"""The database operations between which a process may die, as they pass on the wire."""

from typing import Any

from storage.mongo import Document
from tests.support.mongo_proxy import Wanted


def storing_an_event(command: Document) -> bool:
    return command.get("update") == "orders" and bool(_stages(command))


def reading_an_order(command: Document) -> bool:
    return command.get("find") == "orders"


def claiming_a_mailbox(command: Document) -> bool:
    changes = {} if _stages(command) else _update(command).get("$set", {})
    return command.get("update") == "chats" and "lease" in changes


def completing_a_mailbox(command: Document) -> bool:
    return command.get("update") == "chats" and {"$unset": "lease"} in _stages(command)


def _stages(command: Document) -> list[Document]:
    """Those of an update that is a pipeline."""
    update = _update(command)
    return update if isinstance(update, list) else []


def _update(command: Document) -> Any:
    return command["updates"][0]["u"] if "update" in command else {}


def adding_a_shop_event(kind: str) -> Wanted:
    def is_it(command: Document) -> bool:
        added = command.get("documents", []) if command.get("insert") == "shop_events" else []
        return any(event["type"] == kind for event in added)

    return is_it


def finishing_a_shop_event(command: Document) -> bool:
    return command.get("update") == "shop_events" and set(_update(command)) == {"at"}
