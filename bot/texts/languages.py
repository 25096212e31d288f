"""The languages that we speak: English, and one catalogue each for the others.

A catalogue is a gettext file in `catalogues`, read as it is, without compiling. ``make texts``
updates all of them from the code, and a test finds what is missing. A shop may have files of its
own.
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
"""The language of the texts in the code."""

LANGUAGES = (REFERENCE, *sorted(file.stem for file in FOLDER.glob("*.po")))


BETA = frozenset({"lg"})
"""Languages that need a native reader most, and have had none yet."""


class Texts:
    """What the bot says in each of its ``languages``: the shop's own words first, then ours.

    ``own``: the shop's catalogues by language. One in a new language adds that language; texts that
    it lacks are said in English. ``unused``: a line for each text of the shop that replaces none of
    ours.
    """

    def __init__(
        self, own: Mapping[str, Catalog] = MappingProxyType({}), *, unused: Sequence[str] = ()
    ) -> None:
        self.unused = unused
        self._own = {language: _before_ours(language, own[language]) for language in own}
        self.counts = {language: len(own[language]) for language in own}
        """How many own texts the shop has in each language."""
        self.languages = (REFERENCE, *sorted({*LANGUAGES, *own} - {REFERENCE}))

    def of(self, language: str) -> gettext.NullTranslations:
        return self._own.get(language) or translations(language)

    def spoken(self, *wanted: str | None, default: str = REFERENCE) -> str:
        """The first of the ``wanted`` languages (``pt-BR``, ``sw``; None is skipped) that we speak.
        The region is ignored: ``fr-CA`` is answered in ``fr``."""
        preferred = [tag.replace("-", "_") for tag in wanted if tag]
        return negotiate_locale(preferred, self.languages) or default

    def in_all(self, text: str) -> set[str]:
        """The text in every language, in the shop's words and in ours."""
        ours = {translations(language).gettext(text) for language in LANGUAGES}
        return ours | {self.of(language).gettext(text) for language in self.languages}


def own_name(language: str) -> str:
    """The language's own name: ``Français``."""
    name = Locale.parse(language).get_language_name(language) or language
    return name[:1].upper() + name[1:]


def offered_name(language: str) -> str:
    """The name in the list of languages: ``Luganda (beta)``."""
    return f"{own_name(language)} (beta)" if language in BETA else own_name(language)


def is_right_to_left(language: str) -> bool:
    return bool(Locale.parse(language).text_direction == "rtl")


def catalogue(language: str) -> Catalog:
    """The catalogue as it stands in its file."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Our own translations."""
    if language not in LANGUAGES or language == REFERENCE:
        return gettext.NullTranslations()
    return _compiled(catalogue(language))


def _before_ours(language: str, own: Catalog) -> gettext.GNUTranslations:
    """The shop's catalogue; what it leaves empty comes from ours."""
    said = _compiled(own)
    said.add_fallback(translations(language))
    return said


def _compiled(catalogue: Catalog) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


OURS = Texts()
