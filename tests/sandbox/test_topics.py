"""Topics of a forum and copies of messages, through the Bot API: as strict as the real server."""

from __future__ import annotations

import pytest
import telegram

from sandbox import Chat, Person, Sandbox
from tests.sandbox.conftest import Api
from tests.support.pictures import png


@pytest.fixture
def office(sandbox: Sandbox, alice: Person) -> Chat:
    return sandbox.forum("Office", [alice])


async def opened(api: Api, office: Chat, name: str = "#1001") -> int:
    told = await api.result("createForumTopic", chat_id=office.id, name=name)
    topic: int = told["message_thread_id"]
    return topic


async def messages(api: Api) -> list[dict[str, object]]:
    return [each["message"] for each in await api.updates(timeout=5) if "message" in each]


async def test_a_topic_is_opened_and_takes_messages(api: Api, office: Chat) -> None:
    topic = await opened(api, office)
    sent = await api.result("sendMessage", chat_id=office.id, text="Hello", message_thread_id=topic)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (topic, True)
    assert office.topics[topic].name == "#1001"
    assert (await api.result("getChat", chat_id=office.id))["is_forum"] is True


async def test_a_name_is_cut_and_is_not_empty(api: Api, office: Chat) -> None:
    told = await api.result("createForumTopic", chat_id=office.id, name="n" * 200)
    assert len(told["name"]) == 128
    refused = await api.refusal("createForumTopic", chat_id=office.id, name=" ")
    assert refused == (400, "Bad Request: title must be non-empty")


async def test_it_is_closed_and_reopened_once(api: Api, office: Chat) -> None:
    where = {"chat_id": office.id, "message_thread_id": await opened(api, office)}
    assert await api.result("closeForumTopic", **where) is True
    again = await api.refusal("closeForumTopic", **where)
    assert again == (400, "Bad Request: TOPIC_NOT_MODIFIED")
    await api.result("sendMessage", text="An admin may write there still", **where)
    assert await api.result("reopenForumTopic", **where) is True
    assert (await api.refusal("reopenForumTopic", **where))[0] == 400


async def test_what_is_deleted_is_gone_with_all_that_was_said_there(api: Api, office: Chat) -> None:
    where = {"chat_id": office.id, "message_thread_id": await opened(api, office)}
    await api.result("sendMessage", text="Hello", **where)
    assert await api.result("deleteForumTopic", **where) is True
    assert (office.topics, office.messages) == ({}, {})
    refused = await api.refusal("sendMessage", text="Hello", **where)
    assert refused == (400, "Bad Request: message thread not found")
    assert await api.refusal("deleteForumTopic", **where) == (
        400,
        "Bad Request: TOPIC_ID_INVALID",
    )


async def test_without_the_right_nothing_of_it_may_be_done(
    sandbox: Sandbox, api: Api, alice: Person
) -> None:
    office = sandbox.forum("Office", [alice], manages_topics=False)
    where = {"chat_id": office.id, "message_thread_id": await alice.open_topic(office, "Lunch")}
    assert [
        (await api.refusal(method, **params))[1].removeprefix("Bad Request: ")
        for method, params in (
            ("createForumTopic", {"chat_id": office.id, "name": "#1001"}),
            ("closeForumTopic", where),
            ("deleteForumTopic", where),
        )
    ] == [
        "not enough rights to create a topic",
        "not enough rights to close or open the topic",
        "not enough rights to delete the topic",
    ]
    await alice.close_topic(office, where["message_thread_id"])
    refused = await api.refusal("sendMessage", text="Hello", **where)
    assert refused == (400, "Bad Request: TOPIC_CLOSED")


@pytest.mark.parametrize("method", ["createForumTopic", "closeForumTopic"])
async def test_a_group_is_no_forum(sandbox: Sandbox, api: Api, alice: Person, method: str) -> None:
    family = sandbox.group("Family", [alice])
    params = {"name": "#1001"} if method == "createForumTopic" else {"message_thread_id": 7}
    refused = await api.refusal(method, chat_id=family.id, **params)
    assert refused == (400, "Bad Request: the chat is not a forum")


async def test_what_people_do_with_topics_the_bot_hears_and_not_what_it_does_itself(
    api: Api, office: Chat, alice: Person
) -> None:
    topic = await opened(api, office)
    await alice.close_topic(office, topic)
    await alice.reopen_topic(office, topic)
    await alice.send_in_group(office, "No command", topic=topic)
    closed, reopened, said = await messages(api)
    assert (closed["forum_topic_closed"], reopened["forum_topic_reopened"]) == ({}, {})
    assert (said["text"], said["message_thread_id"]) == ("No command", topic)


async def test_whoever_is_no_admin_hears_commands_only(
    sandbox: Sandbox, api: Api, alice: Person
) -> None:
    family = sandbox.group("Family", [alice])
    await alice.send_in_group(family, "No command")
    await alice.send_in_group(family, "/order")
    assert [each["text"] for each in await messages(api)] == ["/order"]


async def test_the_bot_s_rights_can_be_asked_for(
    sandbox: Sandbox, api: Api, office: Chat, alice: Person
) -> None:
    me = (await api.result("getMe"))["id"]
    told = await api.result("getChatMember", chat_id=office.id, user_id=me)
    read = telegram.ChatMember.de_json(told, None)
    assert isinstance(read, telegram.ChatMemberAdministrator)
    assert read.can_manage_topics is True
    family = sandbox.group("Family", [alice])
    told = await api.result("getChatMember", chat_id=family.id, user_id=me)
    assert told["status"] == "member"
    assert (await api.refusal("getChatMember", chat_id=family.id, user_id=5))[0] == 400


# Copies


async def test_a_photo_is_copied_into_a_topic_with_another_caption(
    api: Api, office: Chat, alice: Person
) -> None:
    topic = await opened(api, office)
    said = await alice.send_photo(png(), "Torn")
    told = await api.result(
        "copyMessage",
        chat_id=office.id,
        from_chat_id=alice.id,
        message_id=said.id,
        message_thread_id=topic,
        caption="<b>The customer:</b> torn",
        parse_mode="HTML",
    )
    copy = office.messages[told["message_id"]]
    assert copy.photo is not None
    assert (copy.photo.content, copy.text, copy.topic) == (png(), "The customer: torn", topic)
    assert set(told) == {"message_id"}


async def test_a_text_is_copied_as_it_is(api: Api, office: Chat, alice: Person) -> None:
    said = await alice.send("Hello")
    told = await api.result(
        "copyMessage",
        chat_id=office.id,
        from_chat_id=alice.id,
        message_id=said.id,
        caption="Not for texts",
    )
    assert office.messages[told["message_id"]].text == "Hello"


async def test_what_is_protected_or_not_there_is_not_copied(
    api: Api, office: Chat, alice: Person
) -> None:
    said = await alice.send_photo(png(), protected=True)
    where = {"chat_id": office.id, "from_chat_id": alice.id}
    assert await api.refusal("copyMessage", **where, message_id=said.id) == (
        400,
        "Bad Request: message can't be copied",
    )
    assert await api.refusal("copyMessage", **where, message_id=999) == (
        400,
        "Bad Request: message to copy not found",
    )
