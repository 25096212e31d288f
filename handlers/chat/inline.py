"""Inline queries: somebody types the bot's name in any chat and is offered their own orders to
share."""

from datetime import UTC, datetime

from telegram import InlineQueryResultArticle, Update
from telegram.error import BadRequest
from telegram.ext import InlineQueryHandler
from telegram.helpers import create_deep_linked_url

from bot.services.people.offering import ShareOffer
from bot.services.people.sharing import SharedView
from bot.texts import inline, pictures
from bot.texts.message import Reader
from handlers.chat.context import Context, Handlers

CACHED = 5
"""Seconds for which Telegram may show the same offers again to the same person."""


async def offer(update: Update, context: Context) -> None:
    """Offers their orders. Somebody who has blocked the bot can still ask, and that does not resume
    their chat.

    Bot API: answerInlineQuery.
    """
    query, services = update.inline_query, context.bot_data
    if query is None:
        return
    person, now = query.from_user, datetime.now(UTC)
    chat = await services.people.find(person.id)
    reader = services.reader.of(chat, person.language_code)
    offered = await services.offering.offers(chat, query.query, now) if chat else []
    button = None
    if not offered:
        button = inline.none_fits(reader) if chat else inline.connect(reader)
    try:
        await query.answer(
            [_result(each, context.bot.username, reader, now) for each in offered],
            cache_time=CACHED,
            is_personal=True,
            button=button,
        )
    except BadRequest as error:
        if "query is too old" not in error.message.lower():
            raise


def _result(
    offered: ShareOffer, bot: str, reader: Reader, now: datetime
) -> InlineQueryResultArticle:
    url = create_deep_linked_url(bot, offered.token)
    view = SharedView.of(offered.order, now, reader.timezone)
    picture = pictures.of_share(view, offered.token, reader)
    return inline.offer(offered.order, url, reader, picture=picture)


def handlers() -> Handlers:
    return [InlineQueryHandler(offer)]
