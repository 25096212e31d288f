"""The languages we speak: English, and one file in `catalogues` for each other.

A catalogue is a gettext file, read as it is: there is nothing to compile. ``make texts`` brings all
of them up to date with the code; a test finds what is missing. A shop may have files of its own.
"""

import gettext
import io
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel import Locale, negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "catalogues"
REFERENCE = "en"
"""The language that the code itself is written in."""

LANGUAGES = (REFERENCE, *sorted(file.stem for file in FOLDER.glob("*.po")))


BETA = frozenset({"lg"})
"""Those that no native speaker has read yet and that need it most."""


class Texts:
    """What the bot says in each of its ``languages``: ours, and the shop's own words before them.

    ``own``: the shop's catalogues by language. One in a language that we do not speak adds it; what
    it leaves out is said in English. ``unused``: a line for each of the shop's that stands for no
    text of ours.
    """

    def __init__(
        self, own: Mapping[str, Catalog] = MappingProxyType({}), *, unused: Sequence[str] = ()
    ) -> None:
        self.unused = unused
        self._own = {language: _before_ours(language, own[language]) for language in own}
        self.counts = {language: len(own[language]) for language in own}
        """How many texts of the shop's own there are."""
        self.languages = (REFERENCE, *sorted({*LANGUAGES, *own} - {REFERENCE}))

    def of(self, language: str) -> gettext.NullTranslations:
        return self._own.get(language) or translations(language)

    def spoken(self, *wanted: str | None, default: str = REFERENCE) -> str:
        """The first of the ``wanted`` languages (``pt-BR``, ``sw``; None is passed over) that we
        speak.

        A region is dropped: ``fr-CA`` is answered in ``fr``.
        """
        preferred = [tag.replace("-", "_") for tag in wanted if tag]
        return negotiate_locale(preferred, self.languages) or default

    def in_all(self, text: str) -> set[str]:
        """All that a text may be called: in any language, in the shop's words and in ours."""
        ours = {translations(language).gettext(text) for language in LANGUAGES}
        return ours | {self.of(language).gettext(text) for language in self.languages}


def own_name(language: str) -> str:
    """What its speakers call it: ``Français``."""
    name = Locale.parse(language).get_language_name(language) or language
    return name[:1].upper() + name[1:]


def offered_name(language: str) -> str:
    """The same where it is chosen: ``Luganda (beta)``."""
    return f"{own_name(language)} (beta)" if language in BETA else own_name(language)


def is_right_to_left(language: str) -> bool:
    return bool(Locale.parse(language).text_direction == "rtl")


def catalogue(language: str) -> Catalog:
    """The catalogue as it stands in its file."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Ours."""
    if language not in LANGUAGES or language == REFERENCE:
        return gettext.NullTranslations()
    return _compiled(catalogue(language))


def _before_ours(language: str, own: Catalog) -> gettext.GNUTranslations:
    """What it leaves empty is ours."""
    said = _compiled(own)
    said.add_fallback(translations(language))
    return said


def _compiled(catalogue: Catalog) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


OURS = Texts()
