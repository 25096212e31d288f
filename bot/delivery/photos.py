"""The photo that goes with news. Whatever is wrong with it, the news goes without it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.photos.fetching import NoPhoto, Photos
from bot.photos.sending import is_caption, tell
from bot.texts.message import Message
from storage.models import Chat

MOST_TRIES = 2
"""After so many sends that failed, the text goes alone: the photo may be what is wrong."""


@asynccontextmanager
async def at_hand(
    photos: Photos, url: str | None, chat: Chat, caption: Message
) -> AsyncIterator[bytes | None]:
    """The photo, for as long as it is being sent. None: there is none to send.

    To fetch it takes `fetching.DEADLINE` at most, which the chat's lease allows for.
    """
    async with AsyncExitStack() as held:
        photo = None
        if url and chat.attempts >= MOST_TRIES:
            tell("failed", chat.id)
        elif url and not is_caption(caption):
            tell("caption", chat.id)
        elif url:
            try:
                photo = await held.enter_async_context(photos.fetched(url))
            except NoPhoto as why:
                tell(why.reason, chat.id)
        yield photo
