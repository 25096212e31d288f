"""Which photo goes with a message."""

from bot.services.news.notices import Item, news_in
from bot.services.orders.parcels import counting
from storage.models import Chat


def photo_for(chat: Chat, item: Item) -> str | None:
    """The address of the latest photo that was recorded with this news, or after it.

    So a photo that arrives shortly after its state is sent with it, and no photo is sent again with
    later news.
    """
    ids = set(news_in(chat, item))
    fresh = [event.recorded_at for event in item.order.events if event.id in ids]
    if not fresh:
        return None
    events = [e for e in counting(item.order.events) if e.recorded_at >= min(fresh)]
    return next((event.photo_url for event in reversed(events) if event.photo_url), None)
