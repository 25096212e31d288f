"""What a person sees in their chats."""

from sandbox.model import Account, Chat, Message
from sandbox.profile import Command
from sandbox.waiting import TIMEOUT
from sandbox.world import World


class View:
    """A person's private chat with the bot, and their chats with other people, as they see them."""

    def __init__(self, world: World, account: Account) -> None:
        self._world = world
        self.account = account

    def __repr__(self) -> str:
        return f"<{self.name} {self.id}>"

    @property
    def id(self) -> int:
        """Also the id of the private chat."""
        return self.account.id

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def chat(self) -> Chat:
        return self._world.chats[self.id]

    @property
    def messages(self) -> list[Message]:
        """All messages that are in the chat now."""
        return list(self.chat.messages.values())

    @property
    def inbox(self) -> list[Message]:
        """The bot's messages that are in the chat now."""
        return [message for message in self.chat.messages.values() if message.from_bot]

    @property
    def commands(self) -> list[Command]:
        """The commands in the chat's menu."""
        return self._world.profile.shown_commands(self.id, self.account.language)

    @property
    def description(self) -> str:
        """The text that an empty chat shows. Bot API: setMyDescription."""
        descriptions = self._world.profile.descriptions
        return descriptions.get(self.account.language) or descriptions.get("", "")

    @property
    def menu_button(self) -> dict[str, object]:
        """The button beside the input field. Bot API: MenuButton."""
        return self._world.profile.menu_button(self.id)

    @property
    def from_friends(self) -> list[Message]:
        """The messages in the chats with other people, by time."""
        chats = self._world.between_people.values()
        found = [m for chat in chats if self.id in chat.members for m in chat.messages.values()]
        return sorted(found, key=lambda message: message.id)

    async def receives(self, containing: str = "", timeout: float = TIMEOUT) -> Message:  # noqa: ASYNC109 - the contract's name
        """The bot's next message, new or edited, whose text contains this.

        Each is returned once, as it was when it arrived. Raises AssertionError, with the chat as
        text, if none arrives within `timeout` seconds.
        """
        message = await self.chat.changed.until(lambda: self._take(containing), timeout)
        if message is None:
            raise AssertionError(
                f"no message containing {containing!r} within {timeout} s, {self.transcript()}"
            )
        return message

    def transcript(self) -> str:
        """The chat as text, for the error of a failed test."""
        lines = [f"{self.name}'s chat:"] + [
            f"  {'bot' if m.from_bot else self.name}: {m.text} {_labels(m)}" for m in self.messages
        ]
        return "\n".join(lines) if self.messages else f"{self.name}'s empty chat"

    def _take(self, containing: str) -> Message | None:
        for message in self.chat.unseen:
            if containing in message.text:
                self.chat.unseen.remove(message)
                return message
        return None


def _labels(message: Message) -> str:
    return " ".join(f"[{button.text}]" for row in message.buttons for button in row)
