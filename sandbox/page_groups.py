"""The page's API for the staff's group: its topics, and what its first member does there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.model import Chat, Message, Topic
from sandbox.page_api import (
    ANSWER_TIMEOUT,
    body_of,
    number_of,
    problem,
    sent,
    text_of,
)
from sandbox.people import Person
from sandbox.shown import message_json
from sandbox.updates import JsonObject
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.server import Sandbox


GENERAL = Topic(0, "General")
"""The general topic, which every forum has. For a bot, its messages have no topic."""


class GroupsPage:
    """Routes as in `sandbox.page_api`."""

    def __init__(self, sandbox: Sandbox, world: World) -> None:
        self._sandbox = sandbox
        self._world = world

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        one = r"/sandbox/groups/{id:-?\d+}/topics/{topic:\d+}"
        return [
            web.get("/sandbox/groups", self._groups),
            web.post(f"{one}/send", self._send),
            web.post(f"{one}/photo", self._send_photo),
            web.post(f"{one}/press", self._press),
            web.post(f"{one}/close", self._close),
            web.post(f"{one}/reopen", self._reopen),
            web.post(f"{one}/delete", self._delete),
        ]

    async def _groups(self, request: web.Request) -> web.Response:
        forums = [chat for chat in self._world.chats.values() if chat.is_forum and chat.members]
        return web.json_response([self._group_json(forum) for forum in forums])

    async def _send(self, request: web.Request) -> web.Response:
        group, topic, member = self._where(request)
        text = text_of(await body_of(request), "text")
        return await sent(member.send_in_group(group, text, topic.id or None))

    async def _send_photo(self, request: web.Request) -> web.Response:
        group, topic, member = self._where(request)
        content, caption = await request.read(), request.query.get("caption", "")
        return await sent(member.send_photo(content, caption, group=group, topic=topic.id or None))

    async def _press(self, request: web.Request) -> web.Response:
        group, _, member = self._where(request)
        body = await body_of(request)
        message_id, data = number_of(body, "message_id"), text_of(body, "data")
        answer = await member.pressed(group.id, message_id, data, ANSWER_TIMEOUT)
        return web.json_response({"text": answer.text if answer else None})

    async def _close(self, request: web.Request) -> web.Response:
        group, topic, member = self._which_may_end(request)
        await member.close_topic(group, topic.id)
        return web.json_response({})

    async def _reopen(self, request: web.Request) -> web.Response:
        group, topic, member = self._which_may_end(request)
        await member.reopen_topic(group, topic.id)
        return web.json_response({})

    async def _delete(self, request: web.Request) -> web.Response:
        group, topic, member = self._which_may_end(request)
        await member.delete_topic(group, topic.id)
        return web.json_response({})

    def _where(self, request: web.Request) -> tuple[Chat, Topic, Person]:
        group = self._world.chats.get(int(request.match_info["id"]))
        wanted = int(request.match_info["topic"])
        topic = {GENERAL.id: GENERAL, **group.topics}.get(wanted) if group else None
        if group is None or topic is None or not group.members:
            raise problem(web.HTTPNotFound, "There is no such topic.")
        return group, topic, Person(self._world, next(iter(group.members.values())))

    def _which_may_end(self, request: web.Request) -> tuple[Chat, Topic, Person]:
        group, topic, member = self._where(request)
        if topic is GENERAL:
            raise problem(web.HTTPConflict, "The general topic stays.")
        return group, topic, member

    def _group_json(self, group: Chat) -> JsonObject:
        return {
            "id": group.id,
            "title": group.title,
            "member": next(iter(group.members.values())).name,
            "topics": [_topic_json(group, each) for each in (GENERAL, *group.topics.values())],
        }


def _topic_json(group: Chat, topic: Topic) -> JsonObject:
    said = [message for message in group.messages.values() if (message.topic or 0) == topic.id]
    return {
        "id": topic.id,
        "name": topic.name,
        "closed": topic.closed,
        "messages": [_said_json(message) for message in said],
    }


def _said_json(message: Message) -> JsonObject:
    """A message as JSON. The text of a service message says what happened."""
    return message_json(message) | {"service": next(iter(message.service or {}), None)}
