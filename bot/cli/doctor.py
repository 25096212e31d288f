"""`doctor`: finds what keeps the service from working, and says what to do about it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import typer
from telegram import Bot, Chat
from telegram.error import InvalidToken, TelegramError

from bot import logs
from bot.cli.running import read_settings
from bot.database import connected
from bot.errors import CommandFailed
from bot.settings import Settings, is_open_to_others
from bot.telegram.asking import introduced
from bot.telegram.topics import topics_of
from bot.texts.own import known
from storage.closed_texts import closed_texts
from storage.embedded import EmbeddedDatabaseError
from storage.errors import DatabaseError
from storage.foreign import foreign_collections, foreign_indexes
from storage.mongo import Mongo
from storage.privacy_requests import PrivacyRequests

MOST_NAMED = 3
"""Wrong indexes that a line names."""


@dataclass(frozen=True)
class Finding:
    """``fix``: what to do. None: this part is all right. Empty: ``says`` says what to do."""

    part: str
    says: str
    fix: str | None = None


def doctor() -> None:
    """Check the settings, the database, Telegram and the webhook; say what to fix."""
    logs.configure("ERROR", "console")
    settings = read_settings()
    if not asyncio.run(examine(settings)):
        raise typer.Exit(1)


async def examine(settings: Settings) -> bool:
    """Prints a line for each finding. Returns whether all is well."""
    well = True
    async for finding in _findings(settings):
        mark = typer.style("ok", fg="green") if finding.fix is None else typer.style("!!", fg="red")
        typer.echo(f"{mark}  {finding.part}: {finding.says}")
        if finding.fix:
            typer.echo(f"      → {finding.fix}")
        well = well and finding.fix is None
    return well


async def _findings(settings: Settings) -> AsyncIterator[Finding]:
    yield Finding("settings", "every setting can be read")
    if is_open_to_others():
        yield Finding("settings", "other users may read .env and its secrets", "chmod 600 .env")
    for finding in _own_words(settings):
        yield finding
    systems = ", ".join(sorted(settings.shop_secrets))
    yield Finding("shop systems", systems or "none has a secret")
    async for finding in _database(settings):
        yield finding
    async for finding in _telegram(settings):
        yield finding


def _own_words(settings: Settings) -> Iterator[Finding]:
    """The shop's own words. Mistakes in the files were reported when the settings were read."""
    if settings.states_file:
        states = ", ".join(dict.fromkeys(settings.states.words.values()))
        yield Finding("states", f"the shop's own: {states or 'none, but emoji for ours'}")
    if settings.texts_dir:
        texts = settings.texts
        counts = texts.counts
        of = len(known())
        said = ", ".join(f"{count} of {of} in {tag}" for tag, count in counts.items())
        yield Finding("texts", f"the shop's own words: {said}")
        for line in texts.unused:
            yield Finding("texts", line, "take the msgid of today, or the text out of the file")


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    where = "MONGODB_URI" if settings.mongodb_uri else f"embedded, in {settings.data_dir}"
    try:
        async with connected(settings, beside=True) as database:
            await database.mongo.ping()
            yield Finding("database", f"answers ({where})")
            mongo = await database.sealed(only_looking=True)
            yield await _indexes(mongo)
            for finding in await _somebody_else_s(mongo):
                yield finding
            yield await _personal_text(mongo)
            for finding in await _asked_about_data(mongo):
                yield finding
    except (CommandFailed, EmbeddedDatabaseError) as error:
        yield Finding("database", str(error), fix="")
    except DatabaseError as error:
        yield Finding(
            "database",
            f"does not answer: {type(error).__name__}",
            f"check that it runs and that {where} is right",
        )


async def _indexes(mongo: Mongo) -> Finding:
    wrong = await mongo.wrong_indexes()
    if len(wrong) == sum(len(models) for models in mongo.indexes.values()):
        return Finding("indexes", "none yet: the next start creates them")
    if wrong:
        fix = "start the bot once: it creates what is missing. Drop what differs first."
        more = [f"and {len(wrong) - MOST_NAMED} more"] if len(wrong) > MOST_NAMED else []
        return Finding("indexes", "; ".join([*wrong[:MOST_NAMED], *more]), fix)
    return Finding("indexes", "all there")


async def _somebody_else_s(mongo: Mongo) -> list[Finding]:
    wrong = await foreign_indexes(mongo)
    if names := await foreign_collections(mongo):
        wrong.append(f"{', '.join(names)} holds somebody else's documents")
    fix = "give Trackline a database of its own in MONGODB_URI, or drop what is not its"
    return [Finding("database", sentence, fix) for sentence in wrong]


async def _asked_about_data(mongo: Mongo) -> list[Finding]:
    """Open requests of shop systems about people's data, which the shop has to deal with."""
    asked = await PrivacyRequests(mongo).of_kind("copy", "erase_all", limit=100)
    now = datetime.now(UTC)
    until = [each.until for each in asked if each.until and each.until > now]
    gone = [(each.source, each.due_at) for each in asked if each.due_at]
    found = []
    if until:
        says = f"{len(until)} to be handed a copy, the first by {min(until):%Y-%m-%d}"
        found.append(Finding("privacy", says, f"{_LISTED}; end each once it is handed over"))
    for source, at in gone:
        says = f"all that came from {source} is erased on {at:%Y-%m-%d}: the shop has left it"
        found.append(Finding("privacy", says, f"{_LISTED}; end it if that is not so"))
    return found


_LISTED = "GET /api/v1/privacy-requests lists it"


async def _personal_text(mongo: Mongo) -> Finding:
    found = [each async for each in closed_texts(mongo)]
    texts, closed = sum(each.texts for each in found), [each for each in found if each.closed]
    seen = "" if all(each.all_seen for each in found) else " of those that were looked at"
    if not closed:
        return Finding("personal text", f"all {texts:,} texts{seen} open" if texts else "none yet")
    says = "; ".join(
        f"{each.closed:,} of {each.texts:,} texts in {each.collection} do not open, sealed from "
        f"{each.first:%Y-%m-%d} to {each.last:%Y-%m-%d}"
        for each in closed
    )
    return Finding("personal text", f"{says}{seen}: the key of that time is missing", _MISSING_KEY)


_MISSING_KEY = (
    "put the key of that time behind the others in ENCRYPTION_KEYS; if there was none, start the "
    "service once with the BOT_TOKEN of that time, be it valid or not, or bring back the keys that "
    "were kept with the data then"
)


async def _telegram(settings: Settings) -> AsyncIterator[Finding]:
    try:
        async with introduced(settings) as bot:
            yield Finding("token", f"it is the bot @{bot.username}")
            yield _inline(bot)
            yield await _webhook(settings, bot)
            if settings.staff_chat:
                yield await _staff(settings.staff_chat[0], bot)
                if settings.staff_members:
                    yield await _conversations(settings.staff_chat[0], bot)
    except InvalidToken:
        yield Finding("token", "Telegram does not know it", "copy BOT_TOKEN from @BotFather again")
    except TelegramError as error:
        yield Finding("Telegram", error.message, f"is {settings.bot_api_url} reachable from here?")


def _inline(bot: Bot) -> Finding:
    """Never a fault: a shop may not want inline mode."""
    if bot.supports_inline_queries:
        return Finding("inline mode", f"on: customers type @{bot.username} to share an order")
    return Finding("inline mode", "off: /setinline at @BotFather lets customers share an order")


async def _staff(chat_id: int, bot: Bot) -> Finding:
    try:
        chat = await bot.get_chat(chat_id)
    except TelegramError as error:
        fix = "add the bot to the group, and take the group's id for STAFF_CHAT"
        return Finding("staff", f"cannot be reached: {error.message}", fix)
    if chat.type == Chat.PRIVATE:
        return Finding("staff", "STAFF_CHAT is no group", "take the id of a private group")
    return Finding("staff", "the bot knows their group")


async def _conversations(chat_id: int, bot: Bot) -> Finding:
    """A group without topics is no fault: a shop may not want conversations."""
    try:
        topics = await topics_of(bot, chat_id)
    except TelegramError:
        return Finding("conversations", "off: the staff's group is not seen")
    if not topics.are_on:
        return Finding("conversations", "off: topics in the staff's group let customers write")
    if not topics.are_ours:
        fix = "make it an admin of the group, with the right to manage topics"
        return Finding("conversations", "off: the bot may not open topics", fix)
    return Finding("conversations", "on: customers write to the staff's group")


async def _webhook(settings: Settings, bot: Bot) -> Finding:
    info = await bot.get_webhook_info()
    if settings.public_url is None:
        return Finding("updates", "come by long polling (PUBLIC_URL is unset)")
    if info.url != f"{settings.public_url}/telegram":
        return Finding("updates", "the webhook is not set yet", "start the bot: it sets it")
    if info.last_error_message:
        return Finding(
            "updates",
            f"Telegram could not deliver: {info.last_error_message}",
            "make PUBLIC_URL reachable from outside, with a valid certificate",
        )
    return Finding("updates", f"come to {info.url}; {info.pending_update_count} are waiting")
