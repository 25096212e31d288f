"""The screens of `/settings`, as Telegram reads them, in every language."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from telegram import InlineKeyboardMarkup

from bot.services.people import zones
from bot.services.people.following import Followed
from bot.services.people.household import Member
from bot.texts import following, household, linking, quiet, settings
from bot.texts import zones as texts
from bot.texts.languages import LANGUAGES
from bot.texts.message import Message, Reader
from bot.texts.screens import QUIET
from storage.models import Preferences
from tests.texts.reading import READER, buttons, read

NOW = datetime(2026, 11, 23, 13, 24, tzinfo=UTC)
LONGEST = {1: 42, 2: 19}
"""What a button holds on a narrow phone, by how many share a row; of more, an hour."""

CHOSEN = Preferences(timezone="Africa/Kampala", quiet=(20, 6), digest=18, language="fr")
MEMBERS = [
    Member("1", NOW, is_caller=True, whose="of cus_1"),
    Member("2", NOW - timedelta(days=50), is_caller=False, whose="of cus_1"),
    Member("3", NOW - timedelta(days=50, hours=1), is_caller=False, whose="of cus_1"),
]
ACCOUNT = Followed("1", "of cus_1", NOW, account_hint="a•••@example.com")
ORDER = Followed("4", "order ord_1", NOW - timedelta(days=2), number="1001")


def all_screens(chosen: Preferences, reader: Reader) -> Iterator[Message]:
    yield settings.overview(chosen, reader, NOW)
    yield settings.not_linked(linking.not_linked(reader), reader)
    for choice in settings.CHOICES.values():
        yield settings.choice_screen(choice, chosen, reader)
    yield quiet.quiet_screen(chosen, reader, NOW)
    yield quiet.quiet_from(reader)
    yield quiet.quiet_until(22, reader)
    yield settings.language_screen(chosen, reader)
    likely = zones.likely(reader.language, None, "Africa/Kampala")
    yield texts.zone_screen(chosen, likely, reader, NOW, then=QUIET)
    yield texts.regions_screen(reader, then=QUIET)
    for region in zones.REGIONS:
        for page in range(10):
            yield texts.region_screen(region, page, reader, NOW, then=settings.DIGEST.field)
    yield household.household_screen(MEMBERS[:1], [ACCOUNT], reader)
    yield household.household_screen(MEMBERS, [ACCOUNT], reader)
    yield household.household_screen(MEMBERS, [ACCOUNT, ORDER], reader)
    yield following.follows_screen([ACCOUNT], reader)
    yield following.follows_screen([ACCOUNT, ORDER], reader)
    yield following.ask_end(ORDER, reader)
    yield household.ask_end(MEMBERS[1], reader)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chosen", [Preferences(), CHOSEN], ids=["nothing", "much"])
def test_telegram_takes_every_screen(language: str, chosen: Preferences) -> None:
    for screen in all_screens(chosen, replace(READER, language=language)):
        read(screen)


def test_no_screen_is_a_dead_end_nor_has_two_buttons_that_look_alike() -> None:
    for screen in all_screens(CHOSEN, READER):
        labels = [button.text for button in buttons(screen)]
        assert len(set(labels)) == len(labels)
        assert labels == [] or {"‹ Back", "My orders", "No, leave it", "No, keep it"} & set(labels)


def test_every_label_has_words_and_is_short_enough_for_its_place() -> None:
    for screen in all_screens(CHOSEN, READER):
        keyboard = screen.keyboard
        for row in keyboard.inline_keyboard if isinstance(keyboard, InlineKeyboardMarkup) else ():
            for button in row:
                assert any(letter.isalnum() for letter in button.text)
                assert len(button.text) <= LONGEST.get(len(row), 7), button.text


def test_the_overview_says_in_words_what_is_set() -> None:
    lines = read(settings.overview(CHOSEN, READER, NOW)).text.splitlines()
    assert lines[2:10] == [
        "📣 Updates · Every change",
        "🔔 Sound · On",
        "🌙 Quiet hours · 20:00 – 06:00",
        "🕐 Time zone · Kampala · 16:24",
        "💬 Messages · New messages",
        "📬 Daily summary · At 18:00",
        "⏰ Reminders · In the morning",
        "🌐 Language · Français",
    ]


@pytest.mark.parametrize(
    ("zone", "language", "called"),
    [
        ("Africa/Dar_es_Salaam", "lg", "Dar es Salaam · 16:24"),
        ("America/Argentina/Buenos_Aires", "en", "Buenos Aires · 10:24"),
        ("Europe/Moscow", "ru", "Москва · 16:24"),
        ("Asia/Kolkata", "en", "Kolkata · 18:54"),
    ],
)
def test_a_zone_is_called_by_a_place_and_its_time(zone: str, language: str, called: str) -> None:
    assert texts.zone_label(zone, replace(READER, language=language), NOW) == called


def test_chats_of_one_day_are_told_apart_by_the_time() -> None:
    text = read(household.household_screen(MEMBERS, [ACCOUNT], READER)).text
    assert "• This chat, since 23 Nov 2026\n" in text
    assert "• Another chat, since 4 Oct 2026, 16:24\n" in text
    assert "• Another chat, since 4 Oct 2026, 15:24\n" in text
