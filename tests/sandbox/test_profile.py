"""What the bot says about itself: commands, name, descriptions, menu button."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Person
from tests.sandbox.conftest import Api

HELP = {"command": "help", "description": "Shows help"}


async def test_commands_are_kept_by_scope_and_language(api: Api, alice: Person) -> None:
    other = {"command": "orders", "description": "Shows orders"}
    private = {"type": "all_private_chats"}
    hers = {"type": "chat", "chat_id": alice.id}
    await api.result("setMyCommands", commands=[HELP])
    await api.result("setMyCommands", commands=[other], scope=private, language_code="de")
    await api.result("setMyCommands", commands=[other], scope=hers)
    assert await api.result("getMyCommands") == [HELP]
    assert await api.result("getMyCommands", scope=private) == []
    assert await api.result("getMyCommands", scope=private, language_code="de") == [other]
    assert await api.result("getMyCommands", scope=hers) == [other]
    await api.result("deleteMyCommands")
    assert await api.result("getMyCommands") == []


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"commands": [{**HELP, "command": "Help"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{**HELP, "command": "/"}]}, "command must be non-empty"),
        ({"commands": [{**HELP, "command": "x" * 33}]}, "command length must not exceed 32"),
        ({"commands": [{**HELP, "description": ""}]}, "command description must be non-empty"),
        (
            {"commands": [{**HELP, "description": "x" * 257}]},
            "command description length must not exceed 256",
        ),
        ({"commands": [HELP] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": ["help"]}, "can't parse BotCommand: expected an Object"),
        (
            {"commands": [{"command": "a"}]},
            "can't parse BotCommand: Can't find field \"description\"",
        ),
        ({"commands": [HELP], "language_code": "english"}, "invalid language code specified"),
        (
            {"commands": [HELP], "scope": {"type": "everybody"}},
            "can't parse BotCommandScope: Unsupported type specified",
        ),
        (
            {"commands": [HELP], "scope": {"type": "chat"}},
            "can't parse BotCommandScope: Can't find field \"chat_id\"",
        ),
        ({"commands": [HELP], "scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
        (
            {"commands": [HELP], "scope": {"type": "chat_administrators", "chat_id": 1001}},
            "can't use specified scope in private chats",
        ),
        (
            {"commands": [HELP], "scope": {"type": "chat_member", "chat_id": 1001}},
            "can't parse BotCommandScope: Can't find field \"user_id\"",
        ),
        (
            {
                "commands": [HELP],
                "scope": {"type": "chat_member", "chat_id": 1001, "user_id": 0},
            },
            "can't parse BotCommandScope: Invalid user_id specified",
        ),
    ],
)
async def test_commands_that_are_wrong_are_refused(
    api: Api, alice: Person, params: dict[str, Any], reason: str
) -> None:
    assert alice.id == 1001
    assert await api.refusal("setMyCommands", **params) == (400, f"Bad Request: {reason}")


@pytest.mark.parametrize(
    ("what", "field", "most", "default"),
    [
        ("Name", "name", 64, "Trackline"),
        ("Description", "description", 512, ""),
        ("ShortDescription", "short_description", 120, ""),
    ],
)
async def test_texts_are_kept_by_language_within_their_length(
    api: Api, what: str, field: str, most: int, default: str
) -> None:
    await api.result(f"setMy{what}", **{field: "Sendungen"}, language_code="de")
    assert await api.result(f"getMy{what}", language_code="de") == {field: "Sendungen"}
    assert await api.result(f"getMy{what}", language_code="fr") == {field: default}
    await api.result(f"setMy{what}", language_code="de")
    assert await api.result(f"getMy{what}", language_code="de") == {field: default}
    status, _ = await api.refusal(f"setMy{what}", **{field: "x" * (most + 1)})
    assert status == 400


async def test_the_menu_button_is_the_chats_own_or_the_default(api: Api, alice: Person) -> None:
    await api.result("setChatMenuButton", menu_button={"type": "commands"})
    assert await api.result("getChatMenuButton", chat_id=alice.id) == {"type": "commands"}
    await api.result("setChatMenuButton", chat_id=alice.id, menu_button={"type": "default"})
    assert await api.result("getChatMenuButton", chat_id=alice.id) == {"type": "default"}
    assert await api.refusal("setChatMenuButton", menu_button={"type": "no"}) == (
        400,
        "Bad Request: can't parse menu button: MenuButton has unsupported type",
    )
