"""A person blocks the bot, or takes it back (`my_chat_member`, in private chats only these)."""

from telegram import ChatMember, Update
from telegram.ext import ChatMemberHandler

from handlers.chat.context import Context, Handlers, chat_id


async def follow(update: Update, context: Context) -> None:
    change = update.my_chat_member
    if change is None or change.chat.type != change.chat.PRIVATE:
        return
    linking = context.bot_data.linking
    if change.new_chat_member.status == ChatMember.BANNED:
        await linking.pause(chat_id(update))
    else:
        await linking.resume(chat_id(update))


def handlers() -> Handlers:
    return [ChatMemberHandler(follow, ChatMemberHandler.MY_CHAT_MEMBER)]
