"""Asking with aiogram: the same as the floor (`bench.floors.asking`), as aiogram's users write it.

python -m bench.peers.asking TELEGRAM MONGODB_URI TOKEN
"""

import asyncio
import sys
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, CommandObject
from aiogram.types import Message
from motor.motor_asyncio import AsyncIOMotorClient

TEXT = "<b>Order {}</b>\nIt is on its way to you. We tell you when it is there."


async def main(telegram: str, uri: str, token: str) -> None:
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(uri, tz_aware=True)
    orders = client.get_default_database()["orders"]
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(telegram)))
    dispatcher = Dispatcher()

    async def track(message: Message, command: CommandObject) -> None:
        order = await orders.find_one({"_id": command.args})
        if order:
            await message.answer(TEXT.format(order["_id"]), parse_mode="HTML")

    async def ready() -> None:
        print("ready", telegram, flush=True)  # noqa: T201

    dispatcher.message.register(track, Command("track"))
    dispatcher.startup.register(ready)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
