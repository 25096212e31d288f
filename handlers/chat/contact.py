"""A shared contact: a person's own phone number can show which shop account is theirs."""

from dataclasses import replace as with_changes

from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler, filters
from telegram.ext.filters import BaseFilter

from bot.services.people.phones import NumberUnknown
from bot.services.people.throttle import TooManyTries
from bot.texts import general, linking, privacy
from handlers.chat.context import (
    Context,
    Handlers,
    acknowledge,
    caller,
    pressed,
    replace,
    say,
)
from handlers.chat.link import question


async def recognise(update: Update, context: Context) -> None:
    """Each answer removes the keyboard that offered to share the number, or shows it again."""
    services, who = context.bot_data, await caller(update, context)
    number = _own_number(update)
    if number is None:
        by_phone = await services.phones.is_offered()
        await say(update, linking.not_your_contact(who.reader, by_phone=by_phone))
        return
    try:
        offers = await services.phones.recognise(number, who.id)
    except NumberUnknown:
        await say(update, linking.number_unknown(who.reader))
    except TooManyTries as tries:
        wait = privacy.too_many_tries(tries.wait, who.reader)
        await say(update, with_changes(wait, keyboard=general.keyboard(who.reader)))
    else:
        ask = linking.consent(offers[0], who.reader)
        if len(offers) > 1:
            ask = linking.which_account(offers, who.reader)
        await say(update, linking.number_received(who.reader))
        await say(update, ask)


def _own_number(update: Update) -> str | None:
    """The sender's own number, if they shared it themselves. Telegram vouches for it: a contact
    says whose number it is (`user_id`), and a forwarded one was shared by somebody else."""
    message, person = update.message, update.effective_user
    if message is None or message.contact is None or person is None:
        return None
    is_own = message.contact.user_id == person.id and message.forward_origin is None
    return message.contact.phone_number if is_own else None


async def choose(update: Update, context: Context) -> None:
    """One of several accounts with the same number was chosen. The question replaces the list."""
    who, secret = await caller(update, context), pressed(update, linking.CHOOSE)
    await replace(update, await question(context.bot_data, who, secret))
    await acknowledge(update)


def handlers(where: BaseFilter) -> Handlers:
    return [
        MessageHandler(filters.CONTACT & where, recognise),
        CallbackQueryHandler(choose, pattern=f"^{linking.CHOOSE}"),
    ]
