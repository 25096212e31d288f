"""`/link [code]`, and the question whether to link, which every link asks first."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.people.linking import LinkInvalid, LinkStands, Unconfirmed
from bot.services.people.throttle import TooManyTries
from bot.texts import general, linking, privacy
from bot.texts.message import Message
from handlers.chat.context import (
    Caller,
    Context,
    Handlers,
    Services,
    acknowledge,
    caller,
    pressed,
    reader,
    replace,
    say,
)


async def link(update: Update, context: Context) -> None:
    code = "".join(context.args or [])
    if code:
        await ask_consent(update, context, code)
    else:
        by_phone = await context.bot_data.phones.is_offered()
        await say(update, linking.ask_for_code(await reader(update, context), by_phone=by_phone))


async def ask_consent(update: Update, context: Context, secret: str) -> None:
    who = await caller(update, context)
    await say(update, await question(context.bot_data, who, secret))


async def question(services: Services, who: Caller, secret: str) -> Message:
    """Whether to link, or why not."""
    try:
        offer = await services.linking.offer(secret, who.id)
    except LinkStands:
        return linking.stands(who.reader)
    except LinkInvalid:
        return linking.invalid(who.reader)
    except TooManyTries as tries:
        return privacy.too_many_tries(tries.wait, who.reader)
    return linking.consent(offer, who.reader)


async def agree(update: Update, context: Context) -> None:
    services, who = context.bot_data, await caller(update, context)
    secret = pressed(update, linking.AGREE)
    try:
        chat = await services.linking.redeem(secret, who.id, who.phone)
    except LinkInvalid:
        message = linking.invalid(who.reader)
    except Unconfirmed as agreed:
        message = linking.unconfirmed(agreed.proof, who.reader)
    except TooManyTries as tries:
        await _try_again_later(update, who, tries)
        return
    else:
        await services.people.has_joined(chat)
        recent = await services.tracking.recent(chat)
        message = linking.linked([o for o in recent if o.is_open], who.reader)
        await replace(update, message)
        await acknowledge(update)
        await say(update, general.at_hand(who.reader))  # an edited message cannot bring a keyboard
        return
    await replace(update, message)
    await acknowledge(update)


async def decline(update: Update, context: Context) -> None:
    who = await caller(update, context)
    try:
        await context.bot_data.linking.decline(pressed(update, linking.DECLINE), who.id)
    except TooManyTries as tries:
        await _try_again_later(update, who, tries)
        return
    await replace(update, linking.declined(who.reader))
    await acknowledge(update)


async def _try_again_later(update: Update, who: Caller, tries: TooManyTries) -> None:
    """The question stays."""
    await say(update, privacy.too_many_tries(tries.wait, who.reader))
    await acknowledge(update)


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("link", link, where),
        CallbackQueryHandler(agree, pattern=f"^{linking.AGREE}"),
        CallbackQueryHandler(decline, pattern=f"^{linking.DECLINE}"),
    ]
