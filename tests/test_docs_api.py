"""`docs/api.md`: its commands, run in their order, get the answers that stand there.

``WRITE=1 make test ARGS=tests/test_docs_api.py`` writes down those that have changed.
"""

import json
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from handlers.web.problems import title
from sandbox import Fault, Person, Sandbox
from tests.conftest import start_token
from tests.support.drivers import one
from tests.support.examples import run
from tests.support.shop import ShopBackend
from tests.support.waiting import until

PAGE = Path(__file__).parent.parent / "docs" / "api.md"
STEP = re.compile(
    r"<!-- (?P<cue>.*?) -->|```sh\n(?P<sh>.*?)```\n\n```http\n(?P<http>.*?)```", re.DOTALL
)
CURL = "curl() { command curl -s -w '\\n%{http_code}' \"$@\"; }\n"
NEW_EACH_TIME = {
    *("url", "code", "next", "link_id", "feedback_id", "dead_letter_id"),
    *("expires_at", "linked_at", "used_at", "given_at", "first_told_at", "sent_at", "since"),
}
WIDE = 140


@dataclass
class Story:
    """``seen``: the newest value of each member of the answers up to now."""

    shop: ShopBackend
    sandbox: Sandbox
    alice: Person
    seen: dict[str, str] = field(default_factory=dict)

    async def agree(self) -> None:
        await self.alice.send(f"/start {start_token(self.seen['url'])}")
        await self.alice.receives(containing="Connect this chat")
        await self.alice.press("Yes, connect")
        told = await self.alice.receives(containing="type this code")
        self.seen["proof"] = re.findall(r"\d{3} \d{3}", told.text)[0]

    async def say_how_it_went(self) -> None:
        await self.shop.tell("ord_1", "delivered", at=datetime(2026, 11, 22, 15, tzinfo=UTC))
        await self.alice.receives(containing="How was your delivery?")
        await self.alice.press("🙁 Not great")
        prompt = await self._asked_for_a_comment()
        await self.alice.send("The box was wet", reply_to=prompt)
        await self.alice.receives(containing="will read it")
        await self._listed("/api/v1/customers/cus_7/deliveries", "deliveries", 1)

    async def have_a_message_refused(self) -> None:
        refusal = "Bad Request: BUTTON_URL_INVALID"
        self.sandbox.fail(Fault(method="sendMessage", status=400, description=refusal))
        await self.shop.tell("ord_2", "shipped", at=datetime(2026, 11, 22, 16, tzinfo=UTC))
        await self._listed("/api/v1/dead-letters", "dead_letters", 1)

    async def get_it_after_all(self) -> None:
        await self.alice.receives(containing="#1002")
        await self._listed("/api/v1/customers/cus_7/deliveries", "deliveries", 2)

    async def _asked_for_a_comment(self) -> Any:
        await self.alice.press("✍️ Add a comment")
        return await self.alice.receives(containing="What would you like to tell")

    async def _listed(self, path: str, name: str, count: int) -> None:
        async def are_there() -> bool:
            return len((await self.shop.api("GET", path)).body[name]) == count

        await until(are_there)


CUES: dict[str, Callable[[Story], Awaitable[None]]] = {
    "alice agrees": Story.agree,
    "alice says how it went": Story.say_how_it_went,
    "a message cannot be sent": Story.have_a_message_refused,
    "it can after all": Story.get_it_after_all,
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"tracking_page": "local"})


@pytest.mark.parametrize("driver", [one("motor")], indirect=True)
async def test_each_command_gets_the_answer_that_stands_below_it(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.people.feedback.SETTLED", timedelta())
    story = Story(shop, sandbox, alice)
    page = was = PAGE.read_text()
    for step in STEP.finditer(was):
        if step["cue"]:
            await CUES[step["cue"]](story)
            continue
        answer = await _answer(step["sh"], story)
        if _timeless(answer) != _timeless(step["http"]):
            opened = "```http\n"
            told = step[0].replace(f"{opened}{step['http']}", f"{opened}{answer}")
            page = page.replace(step[0], told)
    if os.environ.get("WRITE"):
        PAGE.write_text(page)
    assert page == was


async def _answer(command: str, story: Story) -> str:
    """As it stands in the page; its members are ``seen``."""
    names = {name.upper(): value for name, value in story.seen.items()}
    body, _, status = (await run("sh", CURL + command, story.shop.url, **names)).rpartition("\n")
    first = f"HTTP/1.1 {status} {title(HTTPStatus(int(status)))}\n"
    if not body:
        return first
    answered = json.loads(body)
    _see(answered, story.seen)
    return f"{first}\n{_laid_out(answered)}\n"


def _see(value: Any, seen: dict[str, str]) -> None:
    for name, inside in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inside, dict | list):
            _see(inside, seen)
        elif isinstance(inside, str):
            seen[str(name)] = inside


def _timeless(answer: str) -> str:
    names = "|".join(sorted(NEW_EACH_TIME))
    return re.sub(rf'"({names})": ".*?"', r'"\1": "…"', " ".join(answer.split()))


def _laid_out(value: Any, indent: int = 0) -> str:
    """Short values on a line of their own, long ones opened."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= WIDE or not isinstance(value, dict | list):
        return flat
    deeper = indent + 2
    if isinstance(value, dict):
        parts = [f'"{name}": {_laid_out(inside, deeper)}' for name, inside in value.items()]
    else:
        parts = [_laid_out(inside, deeper) for inside in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    lines = ",\n".join(" " * deeper + part for part in parts)
    return f"{opening}\n{lines}\n{' ' * indent}{closing}"
