"""The button below a timeline that shows the shop's photo of the order."""

from datetime import UTC, datetime
from functools import partial

from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.photos import sending
from bot.photos.fetching import NoPhoto
from bot.texts import photos
from bot.texts.news import caption
from handlers.chat.context import Context, Handlers, acknowledge, caller, pressed, say
from handlers.chat.own_order import NotTheirs, own_order


async def show(update: Update, context: Context) -> None:
    """The photo is fetched each time, as no copy is kept. Bot API: sendPhoto."""
    await acknowledge(update)
    services, who = context.bot_data, await caller(update, context)
    try:
        chat, order = await own_order(services, who, pressed(update, photos.PHOTO))
    except NotTheirs as not_theirs:
        await say(update, not_theirs.answer)
        return
    about = caption(order, who.reader, datetime.now(UTC))
    trace = partial(sending.trace, chat_id=chat.id, orders=[order.order_id])
    try:
        async with services.photos.fetched(order.photo_url or "") as photo:
            await sending.send_photo(context.bot, chat.id, photo, about)
    except NoPhoto as why:
        trace(why.reason)
        gone, later = photos.not_there(order, who.reader), photos.not_now(who.reader)
        await say(update, gone if why.permanent else later)
    except sending.NotTaken as why:
        trace("refused", error=str(why))
        await say(update, photos.not_there(order, who.reader))
    else:
        trace("sent")


def handlers() -> Handlers:
    return [CallbackQueryHandler(show, pattern=f"^{photos.PHOTO}")]
