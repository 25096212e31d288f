"""`texts`: writes our texts in one language, as a file for a shop's own words."""

import sys
from typing import Annotated

import typer
from babel.messages.pofile import write_po

from bot.cli.running import refusal
from bot.settings import SettingsError
from bot.texts.languages import LANGUAGES
from bot.texts.own import is_language, starter


def texts(
    language: Annotated[str, typer.Argument(help="Two letters, like de.", show_default=False)],
) -> None:
    """Write a file of texts to begin with: python -m bot texts de > texts/de.po"""
    if not is_language(language):
        raise refusal(
            SettingsError(
                "The language should be two letters: one that Trackline has texts in "
                f"({', '.join(LANGUAGES)}), or another that Telegram knows."
            )
        )
    write_po(sys.stdout.buffer, starter(language), width=0)
