"""Topics of a forum, and what the bot may do with them.

Source of the error texts: TDLib's ForumTopicManager.cpp; those in capitals come from the server.
"""

from __future__ import annotations

from sandbox.calls import Params, chat, integer, method, text, unsupported
from sandbox.errors import bad_request
from sandbox.model import Chat, Topic, as_admin
from sandbox.sending import chat_id_of
from sandbox.updates import JsonObject
from sandbox.world import World

LONGEST_NAME = 128
_COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


@method(
    "createForumTopic",
    chat_id=chat,
    name=text,
    icon_color=integer,
    icon_custom_emoji_id=unsupported("icons of topics"),
)
def create_forum_topic(world: World, params: Params) -> JsonObject:
    where = _forum(world, params)
    if not where.manages_topics:
        raise bad_request("not enough rights to create a topic")
    name = params.get("name", "").strip()[:LONGEST_NAME]
    if not name:
        raise bad_request("title must be non-empty")
    colour = params.get("icon_color", _COLOURS[0])
    if colour not in _COLOURS:
        raise bad_request("TOPIC_ICON_COLOR_INVALID")
    topic = world.add_topic(where, name, colour)
    return {"message_thread_id": topic.id, "name": name, "icon_color": colour}


@method("closeForumTopic", chat_id=chat, message_thread_id=integer)
def close_forum_topic(world: World, params: Params) -> bool:
    return _turn(world, params, closed=True)


@method("reopenForumTopic", chat_id=chat, message_thread_id=integer)
def reopen_forum_topic(world: World, params: Params) -> bool:
    return _turn(world, params, closed=False)


@method("deleteForumTopic", chat_id=chat, message_thread_id=integer)
def delete_forum_topic(world: World, params: Params) -> bool:
    where, topic = _topic(world, params)
    if not where.manages_topics:
        raise bad_request("not enough rights to delete the topic")
    world.delete_topic(where, topic)
    return True


@method("getChatMember", chat_id=chat, user_id=integer)
def get_chat_member(world: World, params: Params) -> JsonObject:
    where, user_id = world.chat(chat_id_of(params)), params.get("user_id", 0)
    if user_id in where.members:
        return {"user": where.members[user_id].as_json(), "status": "member"}
    if user_id != world.bot_id:
        raise bad_request("user not found")
    if where.manages_topics is None:
        return {"user": world.bot_json(), "status": "member"}
    return {"user": world.bot_json(), **as_admin(manages_topics=where.manages_topics)}


def _turn(world: World, params: Params, *, closed: bool) -> bool:
    where, topic = _topic(world, params)
    if not where.manages_topics:
        raise bad_request("not enough rights to close or open the topic")
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    world.turn_topic(where, topic, closed=closed)
    return True


def _topic(world: World, params: Params) -> tuple[Chat, Topic]:
    where, thread = _forum(world, params), params.get("message_thread_id", 0)
    if thread <= 0:
        raise bad_request("invalid message thread identifier specified")
    if thread not in where.topics:
        raise bad_request("TOPIC_ID_INVALID")
    return where, where.topics[thread]


def _forum(world: World, params: Params) -> Chat:
    where = world.writable(chat_id_of(params))
    if not where.is_forum:
        raise bad_request("the chat is not a forum")
    return where
