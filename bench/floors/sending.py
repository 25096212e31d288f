"""Ways to send a message: a bare aiohttp POST, and python-telegram-bot over two transports.

python -m bench.floors.sending TELEGRAM bare|ours|stock
"""

import asyncio
import sys

import aiohttp
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bench.ours import AiohttpRequest
from bench.sends import AT_ONCE, TEXT, obey
from bench.telegram import TOKEN


async def bare(telegram: str) -> None:
    """The floor: the answer is read but not parsed."""
    url = f"{telegram}/bot{TOKEN}/sendMessage"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def send(chat: int) -> None:
            form = {"chat_id": str(chat), "text": TEXT, "parse_mode": "HTML"}
            async with session.post(url, data=form) as response:
                await response.read()

        await obey(send)


async def through(request: BaseRequest, telegram: str) -> None:
    bot = Bot(TOKEN, base_url=f"{telegram}/bot", request=request)
    async with request:
        await obey(lambda chat: bot.send_message(chat, TEXT, parse_mode="HTML"))


async def main(telegram: str, way: str) -> None:
    match way:
        case "bare":
            await bare(telegram)
        case "ours":
            await through(AiohttpRequest(), telegram)
        case _:
            await through(HTTPXRequest(), telegram)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
