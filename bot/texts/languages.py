"""The languages we speak: English, and one file in `catalogues` for each other.

A catalogue is a gettext file, read as it is: there is nothing to compile. ``make texts`` brings all
of them up to date with the code; a test finds what is missing.
"""

import gettext
import io
from functools import cache
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "catalogues"
REFERENCE = "en"
"""The language that the code itself is written in."""

LANGUAGES = (REFERENCE, *sorted(file.stem for file in FOLDER.glob("*.po")))


def spoken(*wanted: str | None, default: str = REFERENCE) -> str:
    """The first of the ``wanted`` languages (``pt-BR``, ``sw``; None is passed over) that we speak.

    A region is dropped: ``fr-CA`` is answered in ``fr``.
    """
    preferred = [tag.replace("-", "_") for tag in wanted if tag]
    return negotiate_locale(preferred, LANGUAGES) or default


def own_name(language: str) -> str:
    """What its speakers call it: ``Français``."""
    name = Locale.parse(language).get_language_name(language) or language
    return name[:1].upper() + name[1:]


def is_right_to_left(language: str) -> bool:
    return bool(Locale.parse(language).text_direction == "rtl")


def catalogue(language: str) -> Catalog:
    """The catalogue as it stands in its file."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


@cache
def translations(language: str) -> gettext.NullTranslations:
    if language not in LANGUAGES or language == REFERENCE:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
