"""`/settings`: what each button changes, and that nobody changes anybody else's."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.services.people.people import LOCATION_LIFETIME
from sandbox import Message, Person, Sandbox
from storage.chats import Chats
from storage.models import Preferences
from storage.mongo import Mongo
from tests.conftest import Link, unlinks
from tests.support.shop import ShopBackend
from tests.support.waiting import until

KAMPALA = (0.3476, 32.5825)


@pytest.fixture
async def screen(shop: ShopBackend, alice: Person, link: Link) -> Message:
    """Alice's, just opened; every press changes this message in its place."""
    await link(alice, "customer-1")
    await alice.send("/settings")
    return await alice.receives(containing="Settings")


def shown(person: Person, message: Message) -> Message:
    """As it stands in the chat now."""
    return person.chat.messages[message.id]


def labels(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


async def chosen(chats: Chats, person: Person) -> Preferences:
    chat = await chats.get(person.id)
    assert chat is not None
    return chat.preferences


async def goes(person: Person, *path: str) -> str | None:
    """Presses one button after another; what the last one is answered with."""
    answer = None
    for label in path:
        answer = (await person.press(label)).text
    return answer


async def knows_the_zone(person: Person) -> None:
    await person.press_data("settings:zone:zone:Africa/Kampala")
    await person.press_data("settings")


def assert_at_hand(message: Message) -> None:
    """It brings the usual keyboard back."""
    assert message.reply_keyboard is not None
    assert "📦 My orders" in [button.text for row in message.reply_keyboard for button in row]


# One message, that changes in its place


async def test_it_says_what_is_set_and_every_screen_leads_back(
    alice: Person, screen: Message
) -> None:
    assert "📣 Updates · Every change" in screen.text
    assert "🕐 Time zone · Not set" in screen.text
    said = len(alice.messages)
    for name in labels(screen):
        if name != "My orders":
            await alice.press(name, shown(alice, screen))
            assert shown(alice, screen).text != screen.text
            await alice.press("‹ Back", shown(alice, screen))
            assert shown(alice, screen).text == screen.text
    assert len(alice.messages) == said


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        (["📣 Updates", "Main steps"], {"hear": "main"}),
        (["📣 Updates", "Only delivery and problems"], {"hear": "important"}),
        (["📣 Updates", "Nothing"], {"hear": "none"}),
        (["📣 Updates", "Nothing", "Every change"], {}),
        (["🔔 Sound", "Off"], {"silent": True}),
        (["🔔 Sound", "Off", "On"], {}),
        (["💬 Messages", "One message per order"], {"cards": True}),
        (["💬 Messages", "One message per order", "New messages"], {}),
        (["⏰ Reminders", "Off"], {"reminders": False}),
        (["⏰ Reminders", "Off", "In the morning"], {}),
        (["📬 Daily summary", "At 08:00"], {"digest": 8}),
        (["📬 Daily summary", "At 20:00"], {"digest": 20}),
        (["📬 Daily summary", "At 12:00", "Off"], {}),
        (["🌙 Quiet hours", "21:00 – 07:00"], {"quiet": (21, 7)}),
        (["🌙 Quiet hours", "22:00 – 08:00"], {"quiet": (22, 8)}),
        (["🌙 Quiet hours", "23:00 – 08:00", "Off"], {}),
        (["🌙 Quiet hours", "Other hours", "20:00", "06:00"], {"quiet": (20, 6)}),
        (
            ["🌙 Quiet hours", "22:00 – 07:00", "Problems wait as well"],
            {"quiet": (22, 7), "problems_break_quiet": False},
        ),
    ],
    ids=lambda value: " ".join(value[1:]) if isinstance(value, list) else "",
)
async def test_a_choice_is_stored_and_marked_in_words(
    alice: Person, screen: Message, chats: Chats, path: list[str], changed: dict[str, object]
) -> None:
    await knows_the_zone(alice)
    assert await goes(alice, *path) == "Saved"
    expected = Preferences(timezone="Africa/Kampala").model_copy(update=changed)
    assert await chosen(chats, alice) == expected
    marked = path[-1] if path[-2] != "20:00" else "20:00 – 06:00"
    assert f"✓ {marked}" in labels(shown(alice, screen))


async def test_what_was_chosen_before_is_pressed_again_without_harm(
    alice: Person, screen: Message, chats: Chats
) -> None:
    for _ in range(2):
        assert await goes(alice, "📣 Updates", "✓ Every change", "‹ Back") is None
    assert await chosen(chats, alice) == Preferences()


async def test_the_keyboard_at_hand_opens_them(alice: Person, screen: Message) -> None:
    await alice.send("⚙️ Settings")
    assert (await alice.receives(containing="Settings")).text == screen.text


async def test_choices_at_the_same_time_all_count(
    alice: Person, screen: Message, chats: Chats
) -> None:
    pressed = ["hear:main", "silent:yes", "cards:yes", "reminders:no", "language:fr"]
    await asyncio.gather(*(alice.press_data(f"settings:{data}") for data in pressed))
    assert await chosen(chats, alice) == Preferences(
        hear="main", silent=True, cards=True, reminders=False, language="fr"
    )


async def test_each_of_a_household_has_their_own(
    alice: Person, bob: Person, screen: Message, chats: Chats, link: Link
) -> None:
    await link(bob, "customer-1")
    await goes(alice, "📣 Updates", "Nothing")
    assert await chosen(chats, bob) == Preferences()


# Languages


async def test_a_language_is_offered_by_its_own_name_and_counts_at_once(
    alice: Person, screen: Message, chats: Chats
) -> None:
    await alice.press("🌐 Language")
    offered = labels(shown(alice, screen))
    assert {
        "English",
        "Français",
        "Kiswahili",
        "Luganda (beta)",
        "Español",
        "العربية",
        "Русский",
    } <= set(offered)
    assert "✓ Like my phone" in offered
    await alice.press("Русский")
    assert (await chosen(chats, alice)).language == "ru"

    async def has_come() -> bool:
        """The keyboard at hand, with a message of its own: an edit cannot bring it along."""
        last = alice.inbox[-1]
        return last.id > screen.id and last.reply_keyboard is not None

    await until(has_come)
    await alice.press_data("settings:household", screen)
    assert "Этот чат, с " in shown(alice, screen).text  # a date as it is written in Russian
    await alice.press_data("settings:language:phone", screen)
    assert (await chosen(chats, alice)).language is None


# What was forged


@pytest.mark.parametrize(
    "data",
    [
        "settings:",
        "settings:hear:",
        "settings:hear:everything",
        "settings:customer_id:customer-2",
        "settings:preferences:x",
        "settings:silent:True",
        "settings:digest:3",
        "settings:digest:-8",
        "settings:quiet:7",
        "settings:quiet:7-7",
        "settings:quiet:22-24",
        "settings:quiet:-1-7",
        "settings:quiet:٢-٧",
        "settings:quiet:22-7-8",
        "settings:quiet:from:99",
        "settings:language:tlh",
        "settings:language:../en",
        "settings:problems:maybe",
        "settings:zone:zone:Mars/Olympus",
        "settings:zone:zone:",
        "settings:zone:zone:UTC",
        "settings:zone:zone:regions:Mars:0",
        "settings:zone:zone:regions:Africa:-1",
        "settings:zone:zone:regions:Africa:99:99:99",
        "settings:zone:quiet:regions:Asia:" + "9" * 30,
        "settings:zone",
        "settings:household:end:" + "9" * 40,
        "settings:household:ask:x",
        "settings:household:x",
    ],
)
async def test_a_forged_button_changes_nothing_and_is_answered(
    alice: Person, screen: Message, chats: Chats, data: str
) -> None:
    await knows_the_zone(alice)
    before = await chats.get(alice.id)
    await alice.press_data(data)
    assert await chats.get(alice.id) == before
    assert shown(alice, screen).buttons


@pytest.mark.parametrize("data", ["settings:quiet:22-7", "settings:digest:8"])
async def test_what_goes_by_the_clock_is_not_set_before_the_clock_is_known(
    alice: Person, screen: Message, chats: Chats, data: str
) -> None:
    await alice.press_data(data)
    assert "your current time" in shown(alice, screen).text
    assert await chosen(chats, alice) == Preferences()


# Without a link


async def test_settings_come_with_a_connected_account(shop: ShopBackend, charlie: Person) -> None:
    await charlie.send("/settings")
    answer = await charlie.receives(containing="Settings appear once you follow")
    assert "Connect your account at Nile Coffee" in answer.text


@pytest.mark.parametrize(
    "data",
    [
        "settings",
        "settings:hear",
        "settings:hear:none",
        "settings:quiet:from",
        "settings:zone:zone:Africa/Kampala",
        "settings:zone:zone:phone",
        "settings:zone:zone:regions:Africa:0",
        "settings:household",
        "settings:household:end:1",
    ],
)
async def test_an_old_screen_says_kindly_that_there_is_no_connection_any_more(
    alice: Person, screen: Message, chats: Chats, data: str
) -> None:
    await unlinks(alice)
    await alice.press_data(data, screen)
    assert "Settings appear once you follow" in shown(alice, screen).text
    assert shown(alice, screen).buttons == []
    assert await chats.get(alice.id) is None


# The time zone


async def test_quiet_hours_ask_for_the_time_zone_first_and_come_then(
    alice: Person, screen: Message, chats: Chats
) -> None:
    await alice.press("🌙 Quiet hours")
    asked = shown(alice, screen)
    assert "so that I write when it suits you" in asked.text
    assert "your current time" in asked.text
    [label] = [label for label in labels(asked) if label.startswith("Nairobi · ")]
    nairobi = ZoneInfo("Africa/Nairobi")
    clocks = {f"{datetime.now(nairobi) - timedelta(minutes=ago):%H:%M}" for ago in (0, 1)}
    assert label.removeprefix("Nairobi · ") in clocks
    await alice.press(label)
    assert "22:00 – 07:00" in labels(shown(alice, screen))
    assert "Time zone · Nairobi" in shown(alice, screen).text
    assert (await chosen(chats, alice)).timezone == "Africa/Nairobi"


async def test_who_asks_for_the_time_zone_itself_needs_no_reason(
    alice: Person, screen: Message
) -> None:
    await alice.press("🕐 Time zone")
    assert "First I need" not in shown(alice, screen).text


async def test_any_place_is_found_by_its_region(
    alice: Person, screen: Message, chats: Chats
) -> None:
    await goes(alice, "🕐 Time zone", "Another place", "Asia", "Next ›", "Next ›")
    label = next(one for one in labels(shown(alice, screen)) if one.startswith("Kathmandu · "))
    await alice.press(label)
    assert (await chosen(chats, alice)).timezone in {"Asia/Kathmandu", "Asia/Katmandu"}
    await goes(alice, "‹ Back", "🕐 Time zone", "Another place", "Europe", "‹ Back", "‹ Back")
    assert f"✓ {label[:9]}" in " ".join(labels(shown(alice, screen)))


async def asks_by_location(person: Person) -> Message:
    await goes(person, "🕐 Time zone", "📍 Find it by my location")
    return await person.receives(containing="I do not keep where you are")


async def test_a_location_that_was_asked_for_gives_the_time_zone_and_is_not_kept(
    alice: Person, screen: Message, chats: Chats, mongo: Mongo
) -> None:
    asked = await asks_by_location(alice)
    assert asked.reply_keyboard is not None
    share, not_now = (row[0] for row in asked.reply_keyboard)
    assert (share.text, share.request) == ("📍 Share my location", "location")
    assert (not_now.text, not_now.request) == ("Not now", None)

    await alice.share_location(*KAMPALA)
    thanks = await alice.receives(containing="I have not kept where you are")
    assert "Kampala · " in thanks.text
    assert_at_hand(thanks)
    await alice.receives(containing="🕐 Time zone · Kampala")
    assert (await chosen(chats, alice)).timezone == "Africa/Kampala"
    assert not await _kept_anywhere(mongo, *KAMPALA)


async def _kept_anywhere(mongo: Mongo, *numbers: float) -> bool:
    names = await mongo.database.list_collection_names()
    found = [await mongo.database[name].find({}).to_list(None) for name in names]
    assert len(found) > 2
    return any(str(number) in str(found) for number in numbers)


async def test_a_location_is_an_answer_once_and_else_like_anything_not_understood(
    alice: Person, screen: Message, chats: Chats
) -> None:
    await alice.share_location(*KAMPALA)
    await alice.receives(containing="I didn't get that")
    assert await chosen(chats, alice) == Preferences()
    await asks_by_location(alice)
    await alice.share_location(*KAMPALA)
    await alice.receives(containing="I have not kept where you are")
    await alice.share_location(48.85, 2.35)
    await alice.receives(containing="I didn't get that")
    assert (await chosen(chats, alice)).timezone == "Africa/Kampala"


async def test_a_location_that_comes_too_late_is_no_answer(
    alice: Person, screen: Message, chats: Chats
) -> None:
    await asks_by_location(alice)
    chat = await chats.get(alice.id)
    assert chat is not None
    assert chat.location_until is not None
    assert timedelta(0) < chat.location_until - datetime.now(UTC) <= LOCATION_LIFETIME
    await chats.expect_location(alice.id, datetime.now(UTC) - timedelta(seconds=1), "zone")
    await alice.share_location(*KAMPALA)
    await alice.receives(containing="I didn't get that")
    assert await chosen(chats, alice) == Preferences()


async def test_after_the_location_they_go_on_where_they_were(
    alice: Person, screen: Message, chats: Chats
) -> None:
    await goes(alice, "🌙 Quiet hours", "📍 Find it by my location")
    await alice.receives(containing="Share my location")
    await alice.share_location(*KAMPALA)
    await alice.receives(containing="I have not kept where you are")
    quiet = await alice.receives(containing="🌙 Quiet hours")
    assert "I send nothing during these hours" in quiet.text


@pytest.mark.parametrize("said", ["Kampala", "kampala!", "Uganda", "Кампала", "كامبالا"])
async def test_a_zone_is_set_by_writing_a_city_s_name(
    alice: Person, screen: Message, chats: Chats, said: str
) -> None:
    await alice.send(said)
    question = await alice.receives(containing="Is this your time now?")
    assert question.buttons[0][0].text.startswith("Kampala · ")
    await alice.press(question.buttons[0][0].text, question)
    assert (await chosen(chats, alice)).timezone == "Africa/Kampala"


async def test_where_quiet_hours_are_set_it_says_that_problems_break_them(
    alice: Person, screen: Message, chats: Chats
) -> None:
    await knows_the_zone(alice)
    await goes(alice, "🌙 Quiet hours")
    assert "problems" not in shown(alice, screen).text
    await goes(alice, "22:00 – 07:00")
    assert "Only problems come at once, even then." in shown(alice, screen).text
    await goes(alice, "Problems wait as well")
    assert "Problems wait until then, too." in shown(alice, screen).text


async def test_at_sea_a_zone_is_chosen_from_the_list(
    alice: Person, screen: Message, chats: Chats
) -> None:
    await asks_by_location(alice)
    await alice.share_location(0.0, -150.0)
    sorry = await alice.receives(containing="can't tell the time zone of that place")
    assert_at_hand(sorry)
    await alice.receives(containing="your current time")
    assert await chosen(chats, alice) == Preferences()


async def test_who_would_rather_not_say_gets_the_list_and_their_keyboard_back(
    alice: Person, screen: Message, chats: Chats
) -> None:
    await asks_by_location(alice)
    await alice.send("Not now")
    answer = await alice.receives(containing="All right. Pick a city")
    assert_at_hand(answer)
    await alice.receives(containing="your current time")
    await alice.share_location(*KAMPALA)
    await alice.receives(containing="I didn't get that")


async def test_a_location_of_who_is_not_linked_tells_us_nothing(
    shop: ShopBackend, charlie: Person, chats: Chats, mongo: Mongo
) -> None:
    await charlie.share_location(*KAMPALA)
    await charlie.receives(containing="I didn't get that")
    assert await chats.get(charlie.id) is None
    assert not await mongo.database["chats"].count_documents({})


# Their life


async def test_settings_go_along_to_another_account(
    alice: Person, screen: Message, chats: Chats, link: Link
) -> None:
    await knows_the_zone(alice)
    await goes(alice, "📣 Updates", "Main steps")
    await link(alice, "customer-2")
    assert await chosen(chats, alice) == Preferences(timezone="Africa/Kampala", hear="main")


async def test_unlink_and_privacy_delete_them(
    alice: Person, screen: Message, chats: Chats, link: Link
) -> None:
    for command, says, then in (
        ("/unlink", "Disconnect this chat?", ["Yes, disconnect"]),
        ("/privacy", "What I keep", ["Delete my data", "Yes, delete it"]),
    ):
        await alice.press_data("settings:hear:none", screen)
        await alice.send(command)
        await alice.receives(containing=says)
        await goes(alice, *then)
        assert await chats.get(alice.id) is None
        await link(alice, "customer-1")
        assert await chosen(chats, alice) == Preferences()


async def test_privacy_says_that_settings_are_kept(alice: Person, screen: Message) -> None:
    await alice.send("/privacy")
    await alice.receives(containing="Your /settings, and which orders you mute or follow")


async def test_an_erasure_by_the_shop_takes_settings_and_marks(
    shop: ShopBackend, alice: Person, screen: Message, chats: Chats, mongo: Mongo
) -> None:
    await goes(alice, "📣 Updates", "Nothing")
    chat = await chats.get(alice.id)
    assert chat is not None
    await chats.mute(chat, "ord_1")
    await shop.api("DELETE", "/api/v1/customers/customer-1")
    assert not await mongo.database["chats"].count_documents({})


async def test_in_a_group_settings_are_nobody_s(
    sandbox: Sandbox, alice: Person, bob: Person, screen: Message, chats: Chats
) -> None:
    before = await chats.get(alice.id)
    family = sandbox.group("Family", members=[alice, bob])
    await alice.send_in_group(family, "/help")
    said = await family.changed.until(
        lambda: [m for m in family.messages.values() if m.from_bot], 5
    )
    assert said
    await alice.press_data("settings:hear:none", said[0])
    assert await chats.get(alice.id) == before
