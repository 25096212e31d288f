"""The floor of asking: python-telegram-bot alone, one look-up by key, and one fixed message.

    python -m bench.floors.asking TELEGRAM MONGODB_URI [stock]

It uses the product's own transport; with `stock`, python-telegram-bot's own, which is a peer.
"""

import sys
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes
from telegram.request import BaseRequest, HTTPXRequest

from bench.ours import AiohttpRequest
from bench.telegram import TOKEN

TEXT = "<b>Order {}</b>\nIt is on its way to you. We tell you when it is there."
CONNECTIONS = 256
App = Application[Any, Any, Any, Any, Any, Any]


def application(telegram: str, uri: str, make: type[BaseRequest]) -> App:
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(uri, tz_aware=True)
    orders = client.get_default_database()["orders"]

    async def track(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        order = await orders.find_one({"_id": "".join(context.args or [])})
        if order and update.effective_chat:
            text = TEXT.format(order["_id"])
            await context.bot.send_message(update.effective_chat.id, text, parse_mode="HTML")

    async def ready(_app: App) -> None:
        print("ready", telegram, flush=True)  # noqa: T201

    request: Any = make
    app = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{telegram}/bot")
        .request(request(connection_pool_size=CONNECTIONS))
        .get_updates_request(request(connection_pool_size=2, read_timeout=30))
        .concurrent_updates(True)
        .post_init(ready)
        .build()
    )
    app.add_handler(CommandHandler("track", track))
    return app


if __name__ == "__main__":
    telegram, uri, *stock = sys.argv[1:]
    app = application(telegram, uri, HTTPXRequest if stock else AiohttpRequest)
    app.run_polling(poll_interval=0, timeout=10)
