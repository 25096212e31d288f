"""What is in the plugin's zip: its translations, its words, and nothing else."""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from babel.messages.mofile import read_mo

from bot.services.orders.statuses import Status
from bot.texts.languages import LANGUAGES
from handlers.web.shops.woocommerce.adapter import WORDS
from integrations.woocommerce import DOMAIN, PLUGIN
from integrations.woocommerce.package import pack
from integrations.woocommerce.texts import catalogues, template, translation

PLACEHOLDER = re.compile(r"%(?:\d\$)?[ds]")
STATES = (PLUGIN / "src" / "Orders" / "States.php").read_text()
MAPPED = dict(re.findall(r"^\t\t'([\w-]+)' +=> '(\w+)',$", STATES, re.MULTILINE))


def test_every_language_of_the_bot_has_a_catalogue() -> None:
    assert set(catalogues()) == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize("language", sorted(catalogues()))
def test_a_catalogue_has_each_text_and_each_placeholder(language: str) -> None:
    catalogue = translation(language)
    texts = {message.id: message for message in template() if message.id}
    assert {message.id for message in catalogue if message.id} == set(texts)
    for message in catalogue:
        meant = message.id if isinstance(message.id, str) else message.id[-1]
        said = [message.string] if isinstance(message.string, str) else message.string or [""]
        for translated in said if meant else []:
            assert translated
            assert sorted(PLACEHOLDER.findall(translated)) == sorted(PLACEHOLDER.findall(meant))


def test_the_same_plugin_gives_the_same_zip(tmp_path: Path) -> None:
    first, second = pack(tmp_path / "1"), pack(tmp_path / "2")
    assert first.read_bytes() == second.read_bytes()


def test_the_zip_is_one_folder_with_compiled_translations_and_nothing_of_ours(
    tmp_path: Path,
) -> None:
    with ZipFile(pack(tmp_path)) as zipped:
        names = zipped.namelist()
        assert {name.split("/")[0] for name in names} == {DOMAIN}
        assert {Path(name).suffix for name in names} == {
            ".php",
            ".css",
            ".txt",
            ".pot",
            ".po",
            ".mo",
        }
        for language in catalogues():
            with zipped.open(f"{DOMAIN}/languages/{DOMAIN}-{language}.mo") as file:
                assert "Follow in Telegram" in read_mo(file)


def test_the_plugin_maps_states_as_the_webhooks_adapter_does() -> None:
    adapters = {word: str(status) for word, status in WORDS.items() if word != "completed-pickup"}
    assert adapters | {"on-hold": Status.ON_HOLD} == MAPPED
