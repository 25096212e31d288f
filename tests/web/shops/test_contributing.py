"""`CONTRIBUTING.md`: the system that it adds from start to end reads what it says it reads."""

import json
import re
from pathlib import Path
from textwrap import dedent

from handlers.web.shops.system import Post, ShopSystem

PAGE = Path(__file__).parents[3] / "CONTRIBUTING.md"


def block(language: str, containing: str) -> str:
    found = re.findall(rf"^   ```{language}\n(.*?)^   ```", PAGE.read_text(), re.S | re.M)
    [one] = [dedent(block) for block in found if containing in block]
    return one


def test_the_invented_system_s_adapter_gives_the_line_that_stands_there() -> None:
    module: dict[str, object] = {}
    exec(block("python", "SYSTEM = ShopSystem("), module)  # noqa: S102
    system = module["SYSTEM"]
    assert isinstance(system, ShopSystem)
    example = json.loads(block("json", '"posts"'))
    post = system.read({}, example["posts"][0]["body"])
    assert isinstance(post, Post)
    [said] = [each.event.data for each in post.events]
    ours = system.dialect.words[said.status or ""]
    assert f"placed > {ours}({said.parcel}); {said.parcel}" in block("text", "example: ")
    assert post.called
    assert post.called.number == "#" + example["told"][0]["order_number"]
