"""A carrier by what it is called: its name for people, and the page that shows a parcel."""

import re
from urllib.parse import quote

from bot.services.orders.carrier_list import CARRIERS, Known
from storage.models import Carrier

PLAUSIBLE = re.compile(r"[A-Z0-9]{8,40}", re.IGNORECASE)
"""A tracking number without spaces and dashes, as any of them gives; others get no link."""


def _plain(code: str) -> str:
    """``"Sagawa (EN)"``, ``"royal_mail"`` → ``"sagawa"``, ``"royalmail"``"""
    return re.sub(r"[\W_]", "", re.sub(r"\(.*?\)", "", code)).casefold()


_BY_CODE = {_plain(code): known for known in CARRIERS for code in known.codes.split()}


def from_code(code: str) -> str:
    """What to keep of a system's code for a carrier: itself if we know it, else as words."""
    words = re.sub(r"[-_]+", " ", code).strip()
    return code if _plain(code) in _BY_CODE else words.upper() if len(words) <= 4 else words.title()


def completed(carrier: Carrier | None) -> Carrier | None:
    """With its name as people write it, and its page where none was told.

    A name that was written for people stays as it is.
    """
    known = _BY_CODE.get(_plain(carrier.name)) if carrier and carrier.name else None
    if carrier is None or known is None:
        return carrier
    name = carrier.name if carrier.name != (carrier.name or "").lower() else known.name
    url = carrier.tracking_url or _page(known, carrier.tracking_number or "")
    return carrier.model_copy(update={"name": name, "tracking_url": url})


def _page(known: Known, number: str) -> str | None:
    number = re.sub(r"[\s-]", "", number)
    if known.page is None or not PLAUSIBLE.fullmatch(number):
        return None
    return known.page.format(quote(number))
