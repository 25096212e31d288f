"""Groups: nothing about anybody's orders is said where others can read it."""

from telegram import Chat, Update
from telegram.ext import BaseHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.texts import general
from handlers.chat.context import Context, Handlers, acknowledge, say, stranger


async def refuse(update: Update, context: Context) -> None:
    """A token that was shown in a group is made invalid, as anybody there could use it."""
    words = context.args or []
    shown = ["".join(words), *words]  # a code may be typed with spaces
    await context.bot_data.linking.void(shown)
    await context.bot_data.sharing.void(shown)
    message = general.only_in_private(context.bot.username, stranger(update, context))
    await say(update, message)


async def ignore(update: Update, _: Context) -> None:
    await acknowledge(update)


class _Press(BaseHandler[Update, Context, None]):
    """A button pressed outside a private chat. We put none there, so its data is forged."""

    def check_update(self, update: object) -> bool:
        if not isinstance(update, Update) or update.callback_query is None:
            return False
        chat = update.effective_chat
        return chat is None or chat.type != Chat.PRIVATE


def handlers(where: BaseFilter) -> Handlers:
    return [CommandHandler([*general.COMMANDS, "start"], refuse, where), _Press(ignore)]
