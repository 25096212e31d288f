"""The shop's own buttons: a press asks for confirmation, and a yes tells the shop."""

from telegram import Update
from telegram.ext import CallbackQueryHandler
from telegram.ext.filters import BaseFilter

from bot.services.people.choosing import AlreadyChosen, ChoiceOver, NobodyHears
from bot.texts import choices, offers
from handlers.chat.context import Context, Handlers, acknowledge, caller, pressed, replace, say
from handlers.chat.own_order import NotTheirs, own_order


async def ask(update: Update, context: Context) -> None:
    """Asks in a new message; the message with the button stays as it is."""
    services, who, toast = context.bot_data, await caller(update, context), None
    reference, _, key = pressed(update, offers.CHOOSE).partition(":")
    try:
        _, order = await own_order(services, who, reference)
        action = services.choosing.meant(order, key)
    except NotTheirs as not_theirs:
        await say(update, not_theirs.answer)
    except NobodyHears:
        await say(update, choices.not_heard(order, who.reader))
    except ChoiceOver:
        await say(update, choices.over(order, who.reader))
    except AlreadyChosen:
        toast = choices.known_already(who.reader)
    else:
        await say(update, choices.question(action, order, who.reader))
    await acknowledge(update, toast)


async def tell(update: Update, context: Context) -> None:
    """Tells the shop. The result replaces the question."""
    services, who = context.bot_data, await caller(update, context)
    reference, _, key = pressed(update, choices.TELL).partition(":")
    try:
        chat, order = await own_order(services, who, reference)
        action = await services.choosing.pass_on(chat, order, key)
    except NotTheirs as not_theirs:
        message = not_theirs.answer
    except NobodyHears:
        message = choices.not_heard(order, who.reader)
    except ChoiceOver:
        message = choices.over(order, who.reader)
    except AlreadyChosen as before:
        message = choices.already_passed_on(before.action, order, who.reader)
    else:
        message = choices.passed_on(action, order, who.reader)
    await replace(update, message)
    await acknowledge(update)


async def leave(update: Update, context: Context) -> None:
    services, who = context.bot_data, await caller(update, context)
    reference, _, _ = pressed(update, choices.LEAVE).partition(":")
    try:
        _, order = await own_order(services, who, reference)
    except NotTheirs as not_theirs:
        message = not_theirs.answer
    else:
        message = choices.left(order, who.reader)
    await replace(update, message)
    await acknowledge(update)


def handlers(_: BaseFilter) -> Handlers:
    return [
        CallbackQueryHandler(ask, pattern=f"^{offers.CHOOSE}"),
        CallbackQueryHandler(tell, pattern=f"^{choices.TELL}"),
        CallbackQueryHandler(leave, pattern=f"^{choices.LEAVE}"),
    ]
