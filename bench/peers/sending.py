"""Sending with aiogram (see `bench.sends`).

python -m bench.peers.sending TELEGRAM TOKEN
"""

import asyncio
import sys

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bench.sends import TEXT, obey


async def main(telegram: str, token: str) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram))
    async with Bot(token, session=session) as bot:
        await obey(lambda chat: bot.send_message(chat, TEXT, parse_mode="HTML"))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
