"""Carriers: the name to show, and the page that tracks a parcel."""

import re
from urllib.parse import quote

from bot.services.orders.carrier_list import CARRIERS, Known
from storage.models import Carrier

PLAUSIBLE = re.compile(r"[A-Z0-9]{8,40}", re.IGNORECASE)
"""What a tracking number looks like without spaces and dashes. Others get no link."""


def _plain(code: str) -> str:
    """``"Sagawa (EN)"``, ``"royal_mail"`` → ``"sagawa"``, ``"royalmail"``"""
    return re.sub(r"[\W_]", "", re.sub(r"\(.*?\)", "", code)).casefold()


_BY_CODE = {_plain(code): known for known in CARRIERS for code in known.codes.split()}


def from_code(code: str) -> str:
    """The name to store for a system's carrier code: the code if known, else readable words."""
    words = re.sub(r"[-_]+", " ", code).strip()
    return code if _plain(code) in _BY_CODE else words.upper() if len(words) <= 4 else words.title()


def completed(carrier: Carrier | None) -> Carrier | None:
    """The carrier with its usual name and, if it has no tracking address, the known one.

    A name that already has capitals stays as it is.
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
