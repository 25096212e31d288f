"""The chat page's API for inline mode, where the bot's name is typed in a chat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from sandbox.inline_mode import InlineAnswer
from sandbox.model import Message
from sandbox.people import NotPossible, Person
from sandbox.updates import JsonObject
from sandbox.world import World


async def offers(person: Person, typed: str) -> JsonObject:
    """Raises NotPossible."""
    answer = await _offered(person, typed)
    return {
        "results": [
            {"id": each.id, "title": each.title, "description": each.description}
            for each in answer.results
        ],
        "button": asdict(answer.button) if answer.button else None,
    }


async def choose(person: Person, typed: str, result_id: object, to: Person) -> Message:
    """Choose one of the results for the same text. Raises NotPossible."""
    answer = await _offered(person, typed)
    for result in answer.results:
        if result.id == result_id:
            return person.choose(result, to=to)
    raise NotPossible("That is no longer offered.")


async def _offered(person: Person, typed: str) -> InlineAnswer:
    try:
        return await person.type_inline(typed)
    except AssertionError:
        raise NotPossible("The bot does not answer.") from None


def with_friends(
    person: Person, world: World, shown: Callable[[Message], JsonObject]
) -> list[JsonObject]:
    """All messages on a person's phone, by time: the bot's chat, and the chats with friends.

    A message with a friend has `friend` (their name), `incoming` (whether the friend sent it) and
    `via` (the bot's name).
    """
    found = {message.id: shown(message) for message in person.messages}
    for chat in world.between_people.values():
        for friend in (each for each in chat.members.values() if person.id in chat.members):
            if friend.id != person.id:
                for message in chat.messages.values():
                    found[message.id] = shown(message) | {
                        "friend": friend.name,
                        "incoming": message.sender_id == friend.id,
                        "via": f"@{world.profile.username}",
                    }
    return [found[message_id] for message_id in sorted(found)]
