"""The Bot API's methods for updates and the bot's profile."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any
from urllib.parse import urlsplit

from sandbox.calls import (
    Params,
    Result,
    boolean,
    chat,
    integer,
    json_value,
    method,
    only_fields,
    text,
    unsupported,
)
from sandbox.errors import bad_request
from sandbox.links import LinkError
from sandbox.markup import app_url
from sandbox.mini_apps import check_app
from sandbox.profile import Command
from sandbox.updates import JsonObject, Webhook
from sandbox.world import World

_UPDATE_KINDS = json_value("allowed updates", list)
_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")
_SCOPE_FIELDS = frozenset({"type", "chat_id", "user_id"})
_scope_json = json_value("BotCommandScope", dict)


@method("getUpdates", offset=integer, limit=integer, timeout=integer, allowed_updates=_UPDATE_KINDS)
async def get_updates(world: World, params: Params) -> list[JsonObject]:
    """Values of `limit` and `timeout` outside their range are clamped, as on the real server."""
    _allow(world, params)
    found = await world.updates.poll(
        params.get("offset", 0),
        min(max(params.get("limit", 100), 1), 100),
        min(max(params.get("timeout", 0), 0), 50),
    )
    return [update.as_json() for update in found]


@method(
    "setWebhook",
    url=text,
    certificate=unsupported("webhook certificates"),
    ip_address=text,
    max_connections=integer,
    allowed_updates=_UPDATE_KINDS,
    drop_pending_updates=boolean,
    secret_token=text,
)
def set_webhook(world: World, params: Params) -> Result:
    """Deliberately laxer than the real server, which requires https on port 443, 80, 88 or 8443."""
    url = params.get("url")
    if not url:
        return _delete_webhook(world, params)
    address = urlsplit(url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise bad_request("invalid webhook URL specified")
    secret = params.get("secret_token", "")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    _allow(world, params)
    if params.get("drop_pending_updates"):
        world.updates.clear()
    connections = min(max(params.get("max_connections", 40), 1), 100)
    world.updates.set_webhook(Webhook(url, secret, connections, params.get("ip_address", "")))
    return Result(True, "Webhook was set")


@method("deleteWebhook", drop_pending_updates=boolean)
def delete_webhook(world: World, params: Params) -> Result:
    return _delete_webhook(world, params)


def _delete_webhook(world: World, params: Params) -> Result:
    if params.get("drop_pending_updates"):
        world.updates.clear()
    was_set = world.updates.webhook is not None
    world.updates.set_webhook(None)
    return Result(True, "Webhook was deleted" if was_set else "Webhook is already deleted")


@method("getWebhookInfo")
def get_webhook_info(world: World, params: Params) -> JsonObject:
    hook = world.updates.webhook
    found: JsonObject = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if hook:
        found["max_connections"] = hook.max_connections
        for name in ("ip_address", "last_error_date", "last_error_message"):
            if value := getattr(hook, name):
                found[name] = value
    if world.updates.allowed:
        found["allowed_updates"] = list(world.updates.allowed)
    return found


def _scope(raw: Any) -> tuple[Hashable, ...]:
    """A key for the Bot API's BotCommandScope."""
    found = _scope_json(raw)
    only_fields(found, _SCOPE_FIELDS, "a BotCommandScope")
    kind = found.get("type")
    if kind in _SCOPES:
        return (kind,)
    if kind not in _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    for name in ("chat_id", "user_id")[: 1 + (kind == "chat_member")]:
        if name not in found:
            raise bad_request(f"can't parse BotCommandScope: Can't find field \"{name}\"")
    key = (kind, chat(found["chat_id"]))
    if kind != "chat_member":
        return key
    if (user := integer(found["user_id"])) <= 0:
        raise bad_request("can't parse BotCommandScope: Invalid user_id specified")
    return (*key, user)


def _language(raw: Any) -> str:
    if not re.fullmatch("[a-z]{2}", str(raw)):
        raise bad_request("invalid language code specified")
    return str(raw)


@method(
    "setMyCommands", commands=json_value("commands", list), scope=_scope, language_code=_language
)
def set_my_commands(world: World, params: Params) -> bool:
    commands = [_command(found) for found in params.get("commands", [])]
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.profile.commands[_commands_key(world, params)] = commands
    world.on_profile()
    return True


@method("getMyCommands", scope=_scope, language_code=_language)
def get_my_commands(world: World, params: Params) -> list[Command]:
    return world.profile.commands.get(_commands_key(world, params), [])


@method("deleteMyCommands", scope=_scope, language_code=_language)
def delete_my_commands(world: World, params: Params) -> bool:
    world.profile.commands.pop(_commands_key(world, params), None)
    world.on_profile()
    return True


def _commands_key(world: World, params: Params) -> tuple[Hashable, str]:
    scope = params.get("scope", ("default",))
    if len(scope) > 1:
        found = world.chat(scope[1] if isinstance(scope[1], int) else 0)
        if found.person and scope[0] != "chat":
            raise bad_request("can't use specified scope in private chats")
    return scope, params.get("language_code", "")


def _command(found: Any) -> Command:
    if not isinstance(found, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    only_fields(found, frozenset({"command", "description"}), "a BotCommand")
    for field in ("command", "description"):
        if not isinstance(found.get(field), str):
            raise bad_request(f"can't parse BotCommand: Can't find field \"{field}\"")
    name, description = found["command"].strip().lstrip("/"), found["description"].strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > 32:
        raise bad_request("command length must not exceed 32")
    if not re.fullmatch("[a-z0-9_]+", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("command description length must not exceed 256")
    return {"command": name, "description": description}


def _profile_text(what: str, attribute: str, most: int) -> None:
    """Declare the setMy… and getMy… methods for a text that the profile keeps by language."""
    field = re.sub("(?<!^)([A-Z])", r"_\1", what).lower()

    @method(f"setMy{what}", **{field: text}, language_code=_language)
    def set_text(world: World, params: Params) -> bool:
        found, language = params.get(field, ""), params.get("language_code", "")
        if len(found) > most:
            raise bad_request(f"{field.upper()}_TOO_LONG")
        texts: dict[str, str] = getattr(world.profile, attribute)
        if found:
            texts[language] = found
        elif language or attribute != "names":
            texts.pop(language, None)
        world.on_profile()
        return True

    @method(f"getMy{what}", language_code=_language)
    def get_text(world: World, params: Params) -> JsonObject:
        texts: dict[str, str] = getattr(world.profile, attribute)
        return {field: texts.get(params.get("language_code", ""), texts.get("", ""))}


_profile_text("Name", "names", 64)
_profile_text("Description", "descriptions", 512)
_profile_text("ShortDescription", "short_descriptions", 120)


@method("setChatMenuButton", chat_id=chat, menu_button=json_value("menu button", dict))
def set_chat_menu_button(world: World, params: Params) -> bool:
    chat_id = _menu_chat(world, params)
    button = _menu_button(params.get("menu_button", {"type": "default"}), world)
    world.profile.menu_buttons[chat_id] = button
    world.on_profile()
    return True


@method("getChatMenuButton", chat_id=chat)
def get_chat_menu_button(world: World, params: Params) -> JsonObject:
    return dict(world.profile.menu_button(_menu_chat(world, params)))


def _menu_button(found: JsonObject, world: World) -> JsonObject:
    """Source: Bot API, MenuButton; telegram-bot-api, get_bot_menu_button."""
    kind = found.get("type")
    if kind not in ("default", "commands", "web_app"):
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    known = {"type", "text", "web_app"} if kind == "web_app" else {"type"}
    only_fields(found, frozenset(known), "a MenuButton")
    if kind != "web_app":
        return found
    for field in ("text", "web_app"):
        if field not in found:
            raise bad_request(f"can't parse menu button: Can't find field \"{field}\"")
    url = app_url(found["web_app"], "menu button")
    if not str(found["text"]).strip():
        raise bad_request("menu button text can't be empty")
    try:
        link = check_app(url, local=world.local_apps)
    except LinkError as error:
        raise bad_request(f"menu button web app URL '{url}' is invalid: {error}") from None
    return {"type": kind, "text": str(found["text"]), "web_app": {"url": link}}


def _menu_chat(world: World, params: Params) -> int | None:
    chat_id = params.get("chat_id")
    if chat_id is None:
        return None
    found = world.chat(chat_id if isinstance(chat_id, int) else 0)
    if not found.person:
        raise bad_request("invalid chat_id specified")
    return found.id


def _allow(world: World, params: Params) -> None:
    """Without a value, the setting stays unchanged. Unknown names are ignored."""
    if "allowed_updates" in params:
        world.updates.allowed = tuple(str(kind) for kind in params["allowed_updates"])
