"""Shop systems whose own webhooks are understood. A folder each: ``adapter.py`` is how it signs and
what it says, ``shapes`` is in which forms and what these give, ``README.md`` how it is connected.
"""

from collections.abc import Collection, Iterable
from importlib import import_module
from pkgutil import iter_modules

from aiohttp import web

from handlers.web.shops.posts import taking
from handlers.web.shops.system import ShopSystem


def _system(folder: str) -> ShopSystem:
    system: ShopSystem = import_module(f"{__name__}.{folder}.adapter").SYSTEM
    return system


SYSTEMS = tuple(_system(found.name) for found in iter_modules(__path__) if found.ispkg)
"""By name. A folder more is a system more."""

DIALECTS = {system.name: system.dialect for system in SYSTEMS}


def routes(connected: Collection[str]) -> Iterable[web.AbstractRouteDef]:
    """Of those that there is a secret for; a system that signs as we say needs none of its own."""
    for system in SYSTEMS:
        if system.signature is None or system.name in connected:
            yield web.post(f"/webhooks/{system.name}", taking(system))
            yield from system.pages
