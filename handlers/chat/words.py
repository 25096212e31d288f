"""What is typed without a command: a button's text, an order number, a code, a question."""

from collections.abc import Awaitable, Callable, Mapping

from telegram import Update
from telegram.ext import MessageHandler, filters
from telegram.ext.filters import BaseFilter

from bot.services.orders.references import plainly, sought
from bot.services.people.codes import bare_code
from bot.texts import general
from bot.texts.lists import not_found
from bot.texts.phrases import Meaning
from handlers.chat import conversation, guests, talk, timezone
from handlers.chat.context import Caller, Context, Handlers, caller, say
from handlers.chat.feedback import take_comment
from handlers.chat.help import explain, wonder
from handlers.chat.link import ask_consent
from handlers.chat.orders import list_orders
from handlers.chat.own_order import NoSuchOrder, NotTheirs
from handlers.chat.settings import open_settings

Answer = Callable[[Update, Context], Awaitable[None]]

KEYBOARD: Mapping[str, Answer] = {
    general.ORDERS: list_orders,
    general.SETTINGS: open_settings,
    general.HELP: explain,
}
"""What the labels of the reply keyboard do."""


async def understand(update: Update, context: Context) -> None:
    text = (update.message and update.message.text) or ""
    if command := KEYBOARD.get(general.meant(text, context.bot_data.reader.texts) or ""):
        await command(update, context)
        return
    who = await caller(update, context)
    references = sought(text)
    if await conversation.is_taken(update, context, who):
        return
    if bare_code(text):
        await _code(update, context, who, text)
    elif await guests.understood(update, context, text):
        return
    elif references:
        await _order(update, context, who, text, references)
    elif not (
        await _is_a_comment(update, context, who)
        or await talk.understood(update, context, who, text)
        or await timezone.understood(update, context, who, text)
        or await conversation.came_too_late(update, context, who)
    ):
        await wonder(update, context)


async def _is_a_comment(update: Update, context: Context, who: Caller) -> bool:
    """Takes a comment that was asked for just now, although it is not a reply."""
    message = update.message
    is_reply = message is None or message.reply_to_message
    return not is_reply and await take_comment(update, context, who)


async def _code(update: Update, context: Context, who: Caller, typed: str) -> None:
    """Some shops have order numbers that look like a code: for a linked person, the order comes
    first."""
    if who.chat is None or not await _answered_of(update, context, who, [typed]):
        await ask_consent(update, context, typed)


async def _order(
    update: Update, context: Context, who: Caller, text: str, references: list[str]
) -> None:
    """The number may be part of an address, say: a wish that only the shop can fulfil leads to the
    shop even if no order has that number."""
    meaning = context.bot_data.understanding.meaning(_besides(references, text))
    if await _answered_of(update, context, who, references, meaning):
        return
    if meaning is not Meaning.SHOP or not await talk.understood(update, context, who, text):
        await say(update, not_found(who.reader))


def _besides(references: list[str], text: str) -> str:
    """The text without the references."""
    rest = plainly(text)
    for reference in references:
        rest = rest.replace(reference, " ") if reference != text else rest
    return rest


async def _answered_of(
    update: Update,
    context: Context,
    who: Caller,
    references: list[str],
    meaning: Meaning | None = None,
) -> bool:
    """Answers with the first reference that is an order. Each one that is not counts as a try."""
    for reference in references:
        try:
            answer = await talk.of_an_order(context.bot_data, who, reference, meaning)
        except NoSuchOrder:
            continue
        except NotTheirs as not_theirs:
            answer = not_theirs.answer
        await say(update, answer)
        return True
    return False


async def understand_command(update: Update, context: Context) -> None:
    """A command that we do not have, like `/disconnect`: its words may mean something."""
    typed = (update.message and update.message.text) or ""
    command, *rest = typed.removeprefix("/").split(maxsplit=1)
    text = " ".join([command.split("@")[0].replace("_", " "), *rest])
    references = sought(" ".join(rest))
    if context.bot_data.understanding.meaning(_besides(references, text)) is None:
        await wonder(update, context)
        return
    who = await caller(update, context)
    if references:
        await _order(update, context, who, text, references)
    else:
        await talk.understood(update, context, who, text)


def handlers(where: BaseFilter) -> Handlers:
    return [
        MessageHandler(filters.COMMAND & where, understand_command),
        MessageHandler(filters.TEXT & ~filters.COMMAND & where, understand),
    ]
