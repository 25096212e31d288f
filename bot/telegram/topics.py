"""What the bot may do with the topics of a group."""

from dataclasses import dataclass

from telegram import Bot, ChatMemberAdministrator

from bot.telegram.reading import understood


@dataclass(frozen=True)
class Topics:
    """``are_on``: the group has topics. ``are_ours``: the bot may open and close them and reads all
    messages, as an admin with the right to manage topics."""

    are_on: bool
    are_ours: bool


async def topics_of(bot: Bot, chat_id: int) -> Topics:
    """Bot API: getChat, getChatMember. Raises `TelegramError`."""
    with understood():
        chat = await bot.get_chat(chat_id)
        we = await bot.get_chat_member(chat_id, bot.id)
    may = isinstance(we, ChatMemberAdministrator) and bool(we.can_manage_topics)
    return Topics(bool(chat.is_forum), may)
