"""The database operations between which a process may die, as they pass on the wire."""

from typing import Any

from storage.mongo import Document


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
