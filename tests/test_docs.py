"""The commands of the pages, run as they stand there; and where the pages' links lead."""

import json
import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.settings import Settings
from sandbox import Person
from tests.conftest import Link
from tests.support.drivers import one
from tests.support.examples import example, run
from tests.support.shop import ShopBackend

ROOT = Path(__file__).parent.parent
ANY_SHOP = (ROOT / "docs" / "connect" / "generic.md").read_text()
BUTTONS = (ROOT / "docs" / "buttons.md").read_text()
GUESTS = (ROOT / "docs" / "connect" / "guests.md").read_text()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"live_messages": "on"})


@pytest.mark.parametrize("driver", [one("motor")], indirect=True)
@pytest.mark.parametrize(
    ("language", "order_before", "told"),
    [
        ("sh", False, "📝 Order placed\nOrder #1001"),
        ("python", True, "🚚 Shipped\nOrder #1001"),
        ("js", True, "🛵 Out for delivery\nOrder #1001"),
    ],
)
async def test_any_shop_s_events_are_recorded_and_told_in_each_language(
    shop: ShopBackend, alice: Person, link: Link, language: str, order_before: bool, told: str
) -> None:
    await link(alice, "cus_7")
    if order_before:
        await shop.create("ord_1", "cus_7", order_number="1001", notify=False)

    printed = await run(language, example(ANY_SHOP, language, "/webhooks/orders"), shop.url)

    assert printed == '{"result": "recorded"}'
    await alice.receives(containing=told)


@pytest.mark.parametrize("driver", [one("motor")], indirect=True)
async def test_any_shop_s_event_is_recorded_once(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "cus_7")
    once = example(ANY_SHOP, "sh", "/webhooks/orders")
    twice = f"{once}sleep 1.1\n{once}"  # the clock of the posts goes on
    printed = await run("sh", twice, shop.url)
    assert printed == '{"result": "recorded"}{"result": "duplicate"}'
    await alice.receives(containing="📝 Order placed\nOrder #1001")


@pytest.mark.parametrize("driver", [one("motor")], indirect=True)
async def test_the_request_for_a_link_is_answered_as_it_says(shop: ShopBackend) -> None:
    asking = example(ANY_SHOP, "sh", "/api/v1/links")
    printed = await run("sh", asking, shop.url)
    assert re.fullmatch(
        r'{"url":"https://t.me/\w+\?start=[\w-]+","code":"\w{4}-\w{4}",'
        r'"expires_at":"[\dT:-]+Z","link_id":"\w+","qr":null}',
        printed,
    )


@pytest.mark.parametrize("driver", [one("motor")], indirect=True)
async def test_the_guests_page_leads_to_the_message_that_it_says(
    shop: ShopBackend, alice: Person
) -> None:
    await run("sh", example(GUESTS, "sh", '"order.created"'), shop.url)
    offer = json.loads(await run("sh", example(GUESTS, "sh", "/api/v1/links"), shop.url))
    await alice.send(f"/link {offer['code']}")
    await alice.receives(containing="Follow order 2001")
    await alice.press("Yes, follow it")
    await run("sh", example(GUESTS, "sh", '"order.status_changed"'), shop.url)
    [said] = re.findall("The phone says “(.+?)”", GUESTS)
    await alice.receives(containing=said)


def pages() -> list[Path]:
    folders = [ROOT / name for name in ("bench", "docs", "examples", "handlers")]
    found = [*ROOT.glob("*.md"), *(page for folder in folders for page in folder.rglob("*.md"))]
    return [page for page in found if "node_modules" not in page.parts]  # other tests' npm


def test_no_command_of_a_page_is_silent_about_why_it_got_no_answer() -> None:
    silent = re.compile(r"\bcurl (-\w+ )*-s ")
    assert [page for page in pages() if silent.search(page.read_text())] == []


def links() -> list[tuple[Path, str, str]]:
    """Within the project: the page, where it leads to, and the heading there or nothing."""
    link = re.compile(r"\]\((?!\w+:)([^)\s#]*)#?([^)\s]*)\)")
    return [(page, *found) for page in pages() for found in link.findall(page.read_text())]


def anchors(page: Path) -> set[str]:
    """Of the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.+)$", page.read_text(), re.MULTILINE)
    shown = (re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in shown}


def test_every_link_of_a_page_leads_somewhere() -> None:
    assert [(page, to) for page, to, _ in links() if not (page.parent / to).exists()] == []


def test_every_link_to_a_heading_finds_it() -> None:
    to_headings = [
        (page, page.parent / to if to else page, name) for page, to, name in links() if name
    ]
    assert [link for link in to_headings if link[2] not in anchors(link[1])] == []


NOT_HERE = {
    "bench/peers/.venv",  # made by a bench
    "bot/texts/catalogues/pt.po",  # a language to add
    "bot/texts/catalogues/pt.toml",
    "docs/messages/pt.md",
    "handlers/web/shops/parcelo",  # a system to add
    "storage/appending.py",  # of which a decision says that it is gone
}
SOURCES = "bench|bot|clients|deploy|docs|examples|handlers|integrations|sandbox|storage|tests"


def test_every_file_that_a_page_names_exists() -> None:
    named = re.compile(
        rf"(?<=`)(?!(?:integrations|storage|sandbox)/(?:\w+/)*test_)(?:{SOURCES})/[\w./-]+\w(?=/?(?:`|::))"
    )
    files = {(page, file) for page in pages() for file in named.findall(page.read_text())}
    missing = {(page, file) for page, file in files if not (ROOT / file).exists()}
    assert {each for each in missing if each[1] not in NOT_HERE} == set()


def test_every_test_that_makes_a_fault_happen_exists() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text()
    named = re.findall(r"`([\w/]*test_\w+\.py|…)(?:::(\w+)…)?`", page)
    assert named
    file = ROOT
    for path, name in named:
        file = file if path == "…" else ROOT / "tests" / path
        assert file.exists(), path
        assert f"def {name}" in file.read_text(), name


def test_the_table_of_libraries_has_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(each for extra in extras for each in extra)]
    names = {re.split(r"[\[>=;]", each)[0].lower() for each in wanted} - {"trackline"}
    page = (ROOT / "docs" / "decisions" / "0001-libraries.md").read_text().lower()
    rows = " ".join(re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE))
    assert names - set(re.findall(r"[\w-]+", rows)) == set()


def test_the_index_of_the_docs_has_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / to).resolve() for page, to, _ in links() if page == index}
    docs = [page for page in (ROOT / "docs").glob("*.md") if page != index]
    connect = (ROOT / "docs" / "connect").glob("*.md")
    assert [page for page in [*docs, *connect] if page not in listed] == []


@pytest.mark.parametrize("driver", [one("motor")], indirect=True)
async def test_any_shop_s_phone_number_is_taken_and_recognised(
    shop: ShopBackend, alice: Person
) -> None:
    assert await run("sh", example(ANY_SHOP, "sh", "/phone"), shop.url) == ""
    await alice.share_contact("256700000000", of=alice)
    await alice.receives(containing="Connect this chat to a•••@example.com")


@pytest.mark.parametrize("driver", [one("motor")], indirect=True)
@pytest.mark.parametrize(
    ("command", "row"),
    [
        ('"payment_url"', ["💳 Pay now"]),
        ('"pickup"', ["🗺️ On the map", "🔑 Copy the code"]),
        ('"actions"', ["How to store coffee"]),  # nobody listens for the others
    ],
)
async def test_the_commands_of_the_buttons_page_show_what_it_says(
    shop: ShopBackend, alice: Person, link: Link, command: str, row: list[str]
) -> None:
    await link(alice, "cus_7")
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    await shop.create("ord_1", "cus_7", order_number="1001", at=an_hour_ago, notify=False)
    await run("sh", example(BUTTONS, "sh", command), shop.url)
    told = await alice.receives(containing="#1001")
    assert row in [[button.text for button in each] for each in told.buttons]
