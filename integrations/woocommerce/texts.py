"""The plugin's texts, and their translations.

`python -m integrations.woocommerce.texts` brings the catalogues up to date with the plugin.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from integrations.woocommerce import CATALOGUES, DOMAIN, PLUGIN

TEXT = r"'((?:[^'\\]|\\.)*)'"
CALL = re.compile(
    r"(?:/\*\s*translators:(?P<hint>[^*]*)\*/\s*\S*?[^;{]*?)?"
    rf"\b(?:(?:esc_html|esc_attr)?_[_e]\(\s*{TEXT}|_n\(\s*{TEXT},\s*{TEXT},[^;]*?),\s*'{DOMAIN}'"
)
DESCRIPTION = re.compile(r"^ \* Description:\s+(.+)$", re.MULTILINE)
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""The date in each catalogue: a fixed one, so that the same plugin gives the same files."""


def template() -> Catalog:
    """All texts of the plugin, with their places in the source."""
    catalogue = Catalog(
        project="Trackline for WooCommerce",
        copyright_holder="Trackline contributors",
        creation_date=MADE,
        charset="utf-8",
        fuzzy=False,
    )
    for file in sorted(PLUGIN.rglob("*.php")):
        place = file.relative_to(PLUGIN).as_posix()
        for text, hints in _texts(file):
            catalogue.add(text, locations=[(place, 0)], auto_comments=hints)
    return _of_php(catalogue)


def catalogues() -> dict[str, Path]:
    """The catalogues by language."""
    return {file.stem.removeprefix(f"{DOMAIN}-"): file for file in CATALOGUES.glob("*.po")}


def translation(language: str) -> Catalog:
    with catalogues()[language].open("rb") as file:
        return read_po(file, locale=language)


def _texts(file: Path) -> Iterator[tuple[str | tuple[str, str], list[str]]]:
    code = file.read_text()
    for header in DESCRIPTION.findall(code):
        yield header, ["Of the plugin, in WordPress's list"]
    for call in CALL.finditer(code):
        hint, one, singular, plural = call.groups()
        hints = [f"translators: {hint.strip()}"] if hint else []
        yield _read(one) if one else (_read(singular), _read(plural)), hints


def _read(quoted: str) -> str:
    return re.sub(r"\\(['\\])", r"\1", quoted)


def _of_php(catalogue: Catalog) -> Catalog:
    """Mark formats as PHP's: Babel takes each % for Python's."""
    for message in catalogue:
        if "python-format" in message.flags:
            message.flags = message.flags - {"python-format"} | {"php-format"}
    return catalogue


def _bring_up_to_date() -> None:
    texts = template()
    for language, file in catalogues().items():
        catalogue = translation(language)
        catalogue.update(texts, no_fuzzy_matching=True)
        with file.open("wb") as out:
            write_po(out, _of_php(catalogue), width=0, ignore_obsolete=True, include_lineno=False)


if __name__ == "__main__":
    _bring_up_to_date()
