"""`/link [code]`, and the question whether to link, which comes before every link."""

from datetime import UTC, datetime

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.orders.timeline import Timeline, timeline
from bot.services.orders.tracking import OrderNotFound
from bot.services.people.linking import LinkInvalid, LinkStands, Unconfirmed
from bot.services.people.throttle import TooManyTries
from bot.texts import following, general, linking, orders, privacy
from bot.texts.lists import order_list
from bot.texts.message import Message
from handlers.chat import guests
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
from storage.models import Chat
from storage.whose import order_of


async def link(update: Update, context: Context) -> None:
    code = "".join(context.args or [])
    if await guests.understood(update, context, " ".join(context.args or [])):
        return
    if code:
        await ask_consent(update, context, code)
    else:
        by_phone = await context.bot_data.phones.is_offered()
        await say(update, linking.ask_for_code(await reader(update, context), by_phone=by_phone))


async def ask_consent(update: Update, context: Context, secret: str) -> None:
    who = await caller(update, context)
    await say(update, await question(context.bot_data, who, secret))


async def question(services: Services, who: Caller, secret: str) -> Message:
    """The question whether to link, or the reason why not. Somebody who follows the order already
    sees it instead."""
    try:
        offer = await services.linking.offer(secret, who.id)
    except LinkStands as stands:
        if stands.order_id and (order := await _if_known(services, stands.order_id)):
            return orders.order_timeline(order, who.reader, datetime.now(UTC))
        page = await services.tracking.page(who.chat)
        return linking.stands(order_list(page, who.reader, datetime.now(UTC)), who.reader)
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
        await services.people.remind_again(chat)
        await replace(update, await _linked(services, who, chat))
        await acknowledge(update)
        await say(update, general.at_hand(who.reader))  # an edited message cannot bring a keyboard
        return
    await replace(update, message)
    await acknowledge(update)


async def _linked(services: Services, who: Caller, chat: Chat) -> Message:
    """``chat``: with its new link, which is the latest."""
    order_id = order_of(chat.links[-1].whose)
    if order_id is None:
        recent = (await services.tracking.page(chat)).orders
        return linking.linked([order for order in recent if order.is_open], who.reader)
    order = await _if_known(services, order_id)
    return following.followed(order, who.reader, datetime.now(UTC))


async def _if_known(services: Services, order_id: str) -> Timeline | None:
    """None: the shop has not posted it yet."""
    try:
        return timeline(await services.tracking.order(order_id))
    except OrderNotFound:
        return None


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
    """The question stays, to be answered again later."""
    await say(update, privacy.too_many_tries(tries.wait, who.reader))
    await acknowledge(update)


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("link", link, where),
        CallbackQueryHandler(agree, pattern=f"^{linking.AGREE}"),
        CallbackQueryHandler(decline, pattern=f"^{linking.DECLINE}"),
    ]
