"""A person blocks the bot or unblocks it: the only reasons for a `my_chat_member` update in a
private chat."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from telegram import ChatMember, Update
from telegram.ext import ChatMemberHandler

from handlers.chat.context import Context, Handlers
from storage.errors import DatabaseError, is_passing

RETRY_WAIT = 1.0
"""Seconds between two tries to store that somebody blocked or unblocked the bot."""

log = structlog.get_logger()


async def follow(update: Update, context: Context) -> None:
    change = update.my_chat_member
    if change is None or change.chat.type != change.chat.PRIVATE:
        return
    blocking, blocked = context.bot_data.blocking, ChatMember.BANNED
    change_to = blocking.block if change.new_chat_member.status == blocked else blocking.unblock
    await _insist(partial(change_to, change.chat.id, change.date))


async def _insist(write: Callable[[], Awaitable[None]]) -> None:
    """Retries until the database takes it, as Telegram tells this only once. The update is not
    confirmed meanwhile: if we are stopped, Telegram sends it again."""
    while True:
        try:
            return await write()
        except DatabaseError as error:
            if not is_passing(error):
                raise
            log.warning("membership_waits", error=type(error).__name__)
        await asyncio.sleep(RETRY_WAIT)


def handlers() -> Handlers:
    return [ChatMemberHandler(follow, ChatMemberHandler.MY_CHAT_MEMBER)]
