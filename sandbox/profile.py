"""The bot's profile: name, descriptions, commands, menu button."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

Command = dict[str, str]
"""Bot API: BotCommand."""


@dataclass(slots=True)
class BotProfile:
    """By language code; "" is for languages without an entry. Commands are also by scope."""

    username: str
    names: dict[str, str]
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[Hashable, str], list[Command]] = field(default_factory=dict)
    menu_buttons: dict[int | None, dict[str, object]] = field(default_factory=dict)

    def menu_button(self, chat_id: int | None) -> dict[str, object]:
        """Bot API: MenuButton. The chat's own, or the default one."""
        default = self.menu_buttons.get(None, {"type": "default"})
        return self.menu_buttons.get(chat_id, default)

    def shown_commands(self, chat_id: int, language: str) -> list[Command]:
        """The menu of a private chat. Source: Bot API, "Determining list of commands"."""
        for scope in (("chat", chat_id), ("all_private_chats",), ("default",)):
            for code in (language, ""):
                if commands := self.commands.get((scope, code)):
                    return commands
        return []
