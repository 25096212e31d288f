"""Answers to what people say in their own words, if it names nothing that must be looked up."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime

from telegram import Update

from bot.services.orders.timeline import Timeline
from bot.services.orders.urgency import by_urgency
from bot.texts import general, linking, screens, talk
from bot.texts.lists import order_list
from bot.texts.message import Message
from bot.texts.phrases import Meaning
from handlers.chat.context import Caller, Context, Services, how_to_link, say
from handlers.chat.options import options_of
from handlers.chat.own_order import own_order
from handlers.chat.settings import of_a_stranger, screen_of
from handlers.chat.track import shown

Answer = Callable[[Context, Caller], Awaitable[Message]]


async def of_an_order(
    services: Services, who: Caller, reference: str, meaning: Meaning | None
) -> Message:
    """The order's timeline; to a wish that only the shop can fulfil, the way to the shop for this
    order; to "stop", the order's options, of which the first mutes it. Raises `NotTheirs`."""
    chat, order = await own_order(services, who, reference)
    if meaning is Meaning.SHOP:
        return talk.only_the_shop([order], who.reader)
    if meaning is Meaning.STOP:
        return await options_of(services, chat, order, who.reader)
    return await shown(services, who, chat, order)


async def understood(update: Update, context: Context, who: Caller, text: str) -> bool:
    """Answers, if the text has a meaning that we know."""
    meaning = context.bot_data.understanding.meaning(text)
    if meaning:
        await say(update, await _ANSWERS[meaning](context, who))
    return meaning is not None


async def _where(context: Context, who: Caller) -> Message:
    """The one order that can be meant, or the list."""
    if who.chat is None:
        return await how_to_link(context.bot_data, who)
    page = await context.bot_data.tracking.page(who.chat)
    if page.meant:
        return await shown(context.bot_data, who, who.chat, page.meant)
    return order_list(page, who.reader, datetime.now(UTC))


async def _settings(context: Context, who: Caller) -> Message:
    if who.chat is None:
        return await of_a_stranger(context.bot_data, who)
    return screen_of(screens.MAIN, who.chat, who, context)


async def _help(_: Context, who: Caller) -> Message:
    return general.help_text(who.reader)


async def _hello(_: Context, who: Caller) -> Message:
    return talk.hello(who.reader) if who.chat else linking.hello(who.reader)


async def _press(_: Context, who: Caller) -> Message:
    """Only the button answers a question: a typed "yes" may be meant for another one."""
    return talk.press(who.reader)


async def _any_time(_: Context, who: Caller) -> Message:
    return talk.any_time(who.reader)


async def _fewer(context: Context, who: Caller) -> Message:
    if who.chat:
        return talk.fewer(who.reader)
    if await context.bot_data.waiting.of(who.id):
        return await of_a_stranger(context.bot_data, who)
    return talk.nothing_to_stop(who.reader)


async def _shop(context: Context, who: Caller) -> Message:
    return talk.only_the_shop(await _may_be_meant(context, who), who.reader)


async def _may_be_meant(context: Context, who: Caller) -> Sequence[Timeline]:
    if who.chat is None:
        return []
    page = await context.bot_data.tracking.page(who.chat)
    if page.meant:
        return [page.meant]
    return by_urgency(page.orders, datetime.now(UTC), who.reader.timezone)


_ANSWERS: Mapping[Meaning, Answer] = {
    Meaning.SHOP: _shop,
    Meaning.STOP: _fewer,
    Meaning.ORDERS: _where,
    Meaning.SETTINGS: _settings,
    Meaning.HELP: _help,
    Meaning.ANSWER: _press,
    Meaning.THANKS: _any_time,
    Meaning.GREETING: _hello,
}
