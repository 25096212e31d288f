"""People: who writes to us, and how they like to be written to."""

from storage.chats import Chats
from storage.models import Chat, Preferences


class People:
    def __init__(self, chats: Chats) -> None:
        self._chats = chats

    async def find(self, chat_id: int) -> Chat | None:
        """None: the chat is not linked."""
        return await self._chats.get(chat_id)

    async def prefer(self, chat: Chat, **changes: object) -> Chat:
        """The chat with the changed `Preferences`, which count from the next message on."""
        preferences = Preferences.model_validate(chat.preferences.model_dump() | changes)
        await self._chats.prefer(chat.id, preferences)
        return chat.model_copy(update={"preferences": preferences})
