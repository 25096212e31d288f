"""The photo that is sent with news. If anything is wrong with it, the news is sent without it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.photos.fetching import NoPhoto, Photos
from bot.photos.sending import is_caption, trace
from bot.texts.message import Message
from storage.models import Chat

MOST_TRIES = 2
"""After so many failed sends the text is sent alone: the photo may be the reason."""


@asynccontextmanager
async def at_hand(
    photos: Photos, url: str | None, chat: Chat, caption: Message
) -> AsyncIterator[bytes | None]:
    """The photo, in memory while it is being sent. None: there is none to send.

    To fetch it takes at most `fetching.DEADLINE` seconds, for which the chat's lease has room.
    """
    async with AsyncExitStack() as held:
        photo = None
        if url and chat.attempts >= MOST_TRIES:
            trace("failed", chat.id)
        elif url and not is_caption(caption):
            trace("caption", chat.id)
        elif url:
            try:
                photo = await held.enter_async_context(photos.fetched(url))
            except NoPhoto as why:
                trace(why.reason, chat.id)
        yield photo
