"""`/privacy`: what is held about a person, and the question whether to delete it."""

from dataclasses import dataclass

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.privacy import Privacy
from bot.texts import privacy
from handlers.chat.context import Context, Handlers, acknowledge, chat_id, replace, say


@dataclass(frozen=True)
class _Conversation:
    service: Privacy

    async def tell(self, update: Update, context: Context) -> None:
        held = await self.service.held(chat_id(update))
        await say(update, privacy.held(held, context.bot_data.reader))

    async def ask(self, update: Update, context: Context) -> None:
        held = await self.service.held(chat_id(update))
        await replace(update, privacy.ask(held, context.bot_data.reader))
        await acknowledge(update)

    async def delete(self, update: Update, context: Context) -> None:
        await self.service.forget(chat_id(update))
        await replace(update, privacy.deleted(context.bot_data.reader))
        await acknowledge(update)

    async def keep(self, update: Update, _: Context) -> None:
        await replace(update, privacy.kept())
        await acknowledge(update)


def handlers(where: BaseFilter, service: Privacy) -> Handlers:
    talk = _Conversation(service)
    return [
        CommandHandler("privacy", talk.tell, where),
        CallbackQueryHandler(talk.ask, pattern=f"^{privacy.ASK}$"),
        CallbackQueryHandler(talk.delete, pattern=f"^{privacy.DELETE}$"),
        CallbackQueryHandler(talk.keep, pattern=f"^{privacy.KEEP}$"),
    ]
