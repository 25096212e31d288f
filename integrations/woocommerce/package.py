"""Packs the plugin: `python -m integrations.woocommerce.package` writes the zip into `dist/`.

The same plugin gives the same bytes: files are sorted, have one date, and are not compressed.
"""

import io
import struct
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

from integrations.woocommerce import DOMAIN, PLUGIN
from integrations.woocommerce.texts import catalogues, template, translation

OF_THE_PLUGIN = {".php", ".css", ".txt", ".po"}
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can have."""


def pack(folder: Path) -> Path:
    """Write the zip, which WordPress can install, and return its path."""
    folder.mkdir(exist_ok=True, parents=True)
    target = folder / f"{DOMAIN}.zip"
    with ZipFile(target, "w") as zipped:
        for name, content in sorted(_files().items()):
            entry = ZipInfo(f"{DOMAIN}/{name}", LONG_AGO)
            entry.external_attr = 0o100644 << 16
            zipped.writestr(entry, content)
    return target


def _files() -> dict[str, bytes]:
    """The files by their names in the plugin's folder. Translations are also included compiled."""
    files = {
        file.relative_to(PLUGIN).as_posix(): file.read_bytes()
        for file in PLUGIN.rglob("*")
        if file.suffix in OF_THE_PLUGIN
    }
    pot = io.BytesIO()
    write_po(pot, template(), width=0, include_lineno=False)
    files[f"languages/{DOMAIN}.pot"] = pot.getvalue()
    for language in catalogues():
        files[f"languages/{DOMAIN}-{language}.mo"] = compiled(translation(language))
    return files


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue in the binary format that WordPress reads.

    WordPress takes the beginning of the hash table as the end of the translations' index. Babel
    writes no hash table and leaves this offset 0, so it is set here.
    """
    mo = io.BytesIO()
    write_mo(mo, catalogue)
    content = bytearray(mo.getvalue())
    [translations] = struct.unpack_from("I", content, 16)
    [messages] = struct.unpack_from("I", content, 8)
    struct.pack_into("I", content, 24, translations + 8 * messages)
    return bytes(content)


if __name__ == "__main__":
    print(pack(Path("dist")))  # noqa: T201
