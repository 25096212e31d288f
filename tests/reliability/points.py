"""The database operations between which a process may die, as they pass on the wire."""

from storage.mongo import Document


def storing_an_event(command: Document) -> bool:
    return command.get("update") == "orders" and isinstance(_update(command), list)


def reading_an_order(command: Document) -> bool:
    return command.get("find") == "orders"


def reading_a_chat(command: Document) -> bool:
    return command.get("find") == "chats" and "_id" in command["filter"]


def claiming_a_mailbox(command: Document) -> bool:
    return command.get("update") == "chats" and "lease" in _set(_update(command))


def completing_a_mailbox(command: Document) -> bool:
    return command.get("update") == "chats" and {"$unset": "lease"} in _update(command)


def _update(command: Document) -> Document | list[Document]:
    update: Document | list[Document] = command["updates"][0]["u"]
    return update


def _set(update: Document | list[Document]) -> Document:
    changes: Document = update.get("$set", {}) if isinstance(update, dict) else {}
    return changes
