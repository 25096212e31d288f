"""Stands in for Telegram, as a separate process: answers at once and notes each message.

    python -m bench.far_end

It serves one bot. Besides the Bot API's methods, whose parameters it mostly ignores, it has
commands for the bench under `/bench/`; `bench.telegram.Telegram` is their client.
"""

import asyncio
import itertools
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

ME = {"id": 1234567, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
ALWAYS = {"getMe": ME, "getChatMenuButton": {"type": "commands"}}
"""Answers by method. All other methods answer true."""
POLLED = 100
"""The most updates in one answer (Bot API: getUpdates)."""


class FarEnd:
    """``calls``: when and to which chat messages were sent since the last `forget`."""

    def __init__(self) -> None:
        self.calls: list[tuple[float, int]] = []
        self._refusing = 0
        self._questions: dict[int, str] = {}
        self._asked_at: dict[int, float] = {}
        self._waits: list[float] = []
        self._updates: list[dict[str, Any]] = []
        self._ids = itertools.count(1)
        self._news = asyncio.Event()

    async def answer(self, request: web.BaseRequest) -> web.Response:
        _, place, verb = request.path.split("/", 2)
        body = await request.read()
        if place == "bench":
            return _json(getattr(self, f"do_{verb}")(**json.loads(body or b"{}")))
        form = _form(request, body)
        match verb:
            case "sendMessage":
                return self._send(form)
            case "getUpdates":
                return await self._poll(form)
            case "editMessageText":
                return _result(_message(int(form["chat_id"]), int(form["message_id"])))
            case _:
                return _result(ALWAYS.get(verb, True))

    # The Bot API

    def _send(self, form: Mapping[str, str]) -> web.Response:
        if self._refusing:
            wait = {"parameters": {"retry_after": self._refusing}}
            answer = {"ok": False, "error_code": 429, "description": "Too Many Requests", **wait}
            return _json(answer, status=429)
        now, chat = time.monotonic(), int(form["chat_id"])
        self.calls.append((now, chat))
        if chat in self._asked_at:
            self._waits.append(now - self._asked_at.pop(chat))
            self._ask(chat)
        return _result(_message(chat, next(self._ids)))

    async def _poll(self, form: Mapping[str, str]) -> web.Response:
        offset = int(form.get("offset", 0))
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        if not self._updates:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), float(form.get("timeout", 0)))
            except TimeoutError:
                return _result([])
        return _result(self._updates[:POLLED])

    def _ask(self, chat: int) -> None:
        """Posts the chat's question, if it still has one."""
        if question := self._questions.get(chat):
            self._asked_at[chat] = time.monotonic()
            self._updates.append(_update(next(self._ids), chat, question))
            self._news.set()

    # The bench's own commands

    def do_forget(self) -> None:
        self.calls.clear()
        self._waits.clear()

    def do_count(self) -> int:
        return len(self.calls)

    def do_calls(self) -> list[tuple[float, int]]:
        return self.calls

    def do_waits(self) -> list[float]:
        """Seconds from each question to its answer."""
        return self._waits

    def do_refuse(self, seconds: int) -> None:
        """Answer every message with 429 and this `retry_after`; 0: no longer."""
        self._refusing = seconds

    def do_ask(self, questions: dict[str, str]) -> None:
        """Each chat asks, and asks again when it is answered, until `hush`."""
        self._questions = {int(chat): question for chat, question in questions.items()}
        for chat in self._questions:
            self._ask(chat)

    def do_hush(self) -> None:
        self._questions = {}

    def do_unanswered(self) -> int:
        return len(self._asked_at)


def _form(request: web.BaseRequest, body: bytes) -> dict[str, str]:
    if request.content_type == "application/json":
        return {name: str(value) for name, value in json.loads(body).items()}
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


def _message(chat: int, message_id: int) -> dict[str, Any]:
    there = {"id": chat, "type": "private", "first_name": "Person"}
    return {
        "message_id": message_id,
        "date": 1_790_000_000,
        "chat": there,
        "from": ME,
        "text": "The text as Telegram has understood it.",
    }


def _update(number: int, chat: int, text: str) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "Person", "language_code": "en"}
    command = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
    message = _message(chat, number) | {"from": person, "text": text, "entities": [command]}
    return {"update_id": number, "message": message}


def _result(value: object) -> web.Response:
    return _json({"ok": True, "result": value})


def _json(value: object, status: int = 200) -> web.Response:
    body = json.dumps(value).encode()
    return web.Response(body=body, status=status, content_type="application/json")


async def main() -> None:
    runner = web.ServerRunner(web.Server(FarEnd().answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=512).start()
    host, port = runner.addresses[0][:2]
    print(f"ready http://{host}:{port}", flush=True)  # noqa: T201
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
