"""`/link [code]`, and the question whether to link, which every link asks first."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.linking import LinkInvalid
from bot.services.throttle import TooManyTries
from bot.texts import linking, privacy
from handlers.chat.context import (
    Context,
    Handlers,
    acknowledge,
    chat_id,
    pressed,
    replace,
    say,
)


async def link(update: Update, context: Context) -> None:
    code = "".join(context.args or [])
    if code:
        await ask_consent(update, context, code)
    else:
        await say(update, linking.ask_for_code(context.bot_data.reader))


async def ask_consent(update: Update, context: Context, secret: str) -> None:
    services = context.bot_data
    try:
        offer = await services.linking.offer(secret, chat_id(update))
    except LinkInvalid:
        await say(update, linking.invalid(services.reader))
    except TooManyTries as tries:
        await say(update, privacy.too_many_tries(tries.wait))
    else:
        await say(update, linking.consent(offer, services.reader))


async def agree(update: Update, context: Context) -> None:
    services, person = context.bot_data, update.effective_user
    secret = pressed(update, linking.AGREE)
    language = person.language_code if person else None
    try:
        await services.linking.redeem(secret, chat_id(update), language)
    except LinkInvalid:
        message = linking.invalid(services.reader)
    except TooManyTries as tries:
        await say(update, privacy.too_many_tries(tries.wait))  # the question stays, to try again
        await acknowledge(update)
        return
    else:
        recent = await services.tracking.recent(chat_id(update))
        message = linking.linked([o for o in recent if o.is_open], services.reader)
    await replace(update, message)
    await acknowledge(update)


async def decline(update: Update, context: Context) -> None:
    services = context.bot_data
    await services.linking.void(pressed(update, linking.DECLINE))
    await replace(update, linking.declined(services.reader))
    await acknowledge(update)


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("link", link, where),
        CallbackQueryHandler(agree, pattern=f"^{linking.AGREE}"),
        CallbackQueryHandler(decline, pattern=f"^{linking.DECLINE}"),
    ]
