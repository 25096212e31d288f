"""The database operations between which a process may die, as they pass on the wire."""

from storage.mongo import Document
from tests.support.mongo_proxy import Wanted


def storing_an_event(command: Document) -> bool:
    return any("events" in update.get("$push", {}) for update in _updates(command, "orders"))


def claiming_a_mailbox(command: Document) -> bool:
    return any("lease" in update.get("$set", {}) for update in _updates(command, "chats"))


def completing_a_mailbox(command: Document) -> bool:
    return any("lease" in update.get("$unset", {}) for update in _updates(command, "chats"))


def taking_in_words(command: Document) -> bool:
    return any("taken" in update.get("$set", {}) for update in _updates(command, "conversations"))


def claiming_a_conversation(command: Document) -> bool:
    return any("lease" in update.get("$set", {}) for update in _updates(command, "conversations"))


def marking_words_as_brought(command: Document) -> bool:
    return any("lease" in update.get("$unset", {}) for update in _updates(command, "conversations"))


def _updates(command: Document, collection: str) -> list[Document]:
    is_it = command.get("update") == collection
    return [each["u"] for each in command["updates"]] if is_it else []


def adding_a_shop_event(kind: str) -> Wanted:
    def is_it(command: Document) -> bool:
        added = command.get("documents", []) if command.get("insert") == "shop_events" else []
        return any(event["type"] == kind for event in added)

    return is_it


def finishing_a_shop_event(command: Document) -> bool:
    return any(set(update) == {"at"} for update in _updates(command, "shop_events"))
