"""The page's API for the groups that a person shares with the bot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.model import Chat, Message
from sandbox.page_api import ANSWER_TIMEOUT, body_of, number_of, problem, sent, text_of
from sandbox.people import Person
from sandbox.shown import groups_of, message_json
from sandbox.updates import JsonObject
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.server import Sandbox


class PeoplesGroups:
    """Routes as in `sandbox.page_api`. A message has, in addition, `sender`: who wrote it, if that
    was somebody else."""

    def __init__(self, sandbox: Sandbox, world: World) -> None:
        self._sandbox = sandbox
        self._world = world

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        one = r"/sandbox/people/{id:\d+}/groups/{group:-\d+}"
        return [
            web.get(f"{one}/messages", self._messages),
            web.post(f"{one}/send", self._send),
            web.post(f"{one}/press", self._press),
        ]

    async def _messages(self, request: web.Request) -> web.Response:
        person, group = self._where(request)
        shown = [self._shown(message, person) for message in group.messages.values()]
        return web.json_response(shown)

    async def _send(self, request: web.Request) -> web.Response:
        person, group = self._where(request)
        body = await body_of(request)
        wanted = body.get("reply_to")
        reply_to = group.messages.get(wanted) if isinstance(wanted, int) else None
        return await sent(person.send_in_group(group, text_of(body, "text"), reply_to=reply_to))

    async def _press(self, request: web.Request) -> web.Response:
        person, group = self._where(request)
        body = await body_of(request)
        message_id, data = number_of(body, "message_id"), text_of(body, "data")
        answer = await person.pressed(group.id, message_id, data, ANSWER_TIMEOUT)
        return web.json_response(
            {
                "text": answer.text if answer else None,
                "show_alert": answer.show_alert if answer else None,
            }
        )

    def _where(self, request: web.Request) -> tuple[Person, Chat]:
        group = self._world.chats.get(int(request.match_info["group"]))
        wanted = int(request.match_info["id"])
        for person in self._sandbox.people:
            if person.id == wanted and group and group in groups_of(person.id, self._world):
                return person, group
        raise problem(web.HTTPNotFound, "They are in no such group.")

    def _shown(self, message: Message, person: Person) -> JsonObject:
        if message.from_bot:
            return message_json(message)
        is_own = message.sender_id == person.id
        sender = None if is_own else self._world.accounts[message.sender_id].name
        return message_json(message) | {"sender": sender, "incoming": not is_own}
