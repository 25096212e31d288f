"""The button below an order's live message that opens its page inside Telegram."""

from telegram import InlineKeyboardButton, WebAppInfo

from bot.services.orders.timeline import Timeline
from bot.texts import general
from bot.texts.message import Reader


def row(order: Timeline, reader: Reader) -> list[InlineKeyboardButton]:
    """Empty without a Mini App. For private chats only."""
    address = reader.mini_app.of(order.order_id) if reader.mini_app else None
    if address is None:
        return []
    label = "📱 " + general.live(reader)
    return [InlineKeyboardButton(label, web_app=WebAppInfo(address))]
