"""Updates that no Bot API server should send. Each contains a word that must not be logged."""

from typing import Any

from sandbox import Person

CANARY = "canary: behind the blue door"


def said(person: Person, update_id: int, text: str = "/help") -> dict[str, Any]:
    sender = {"id": person.id, "is_bot": False, "first_name": CANARY, "language_code": "en"}
    message = {
        "message_id": 1,
        "date": 1_800_000_000,
        "chat": {"id": person.id, "type": "private", "first_name": CANARY},
        "from": sender,
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}],
    }
    return {"update_id": update_id, "message": message}


def odd_ones(person: Person, first_id: int) -> dict[str, Any]:
    """The updates by what is odd about them. Their ids, if any, are consecutive."""

    def one(**changes: object) -> dict[str, Any]:
        update = said(person, first_id + len(odd))
        update["message"] |= changes
        return update

    odd: dict[str, Any] = {}
    odd["no date"] = one()
    del odd["no date"]["message"]["date"]
    odd["a date out of range"] = one(date=10**20)
    odd["an entity without a length"] = one(entities=[{"type": "bot_command", "offset": 0}])
    odd["a person who may be a bot"] = one(**{"from": {"id": person.id, "first_name": CANARY}})
    odd["a person's id that is a list"] = one(
        **{"from": {"id": [CANARY], "is_bot": False, "first_name": CANARY}}
    )
    odd["a chat's id that is an object"] = one(chat={"id": {"a": CANARY}, "type": "private"})
    odd["a chat's id beyond all bounds"] = one(chat={"id": 2**70, "type": "private"})
    odd["a press without its chat_instance"] = {
        "update_id": first_id + len(odd),
        "callback_query": {"id": "1", "from": one()["message"]["from"], "data": CANARY},
    }
    odd["a message that is a number"] = {"update_id": first_id + len(odd), "message": 5}
    odd["a message that is a word"] = {"update_id": first_id + len(odd), "message": CANARY}
    return odd
