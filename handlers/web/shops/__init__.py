"""Shop systems with webhooks of their own. Each has a folder: ``adapter.py`` verifies and reads its
posts, ``shapes`` has samples with the expected results, ``README.md`` says how to connect it.
"""

from collections.abc import Collection, Iterable
from importlib import import_module
from pkgutil import iter_modules

from aiohttp import web

from handlers.web.shops.posts import handler_of
from handlers.web.shops.system import ShopSystem


def _system(folder: str) -> ShopSystem:
    system: ShopSystem = import_module(f"{__name__}.{folder}.adapter").SYSTEM
    return system


SYSTEMS = tuple(_system(found.name) for found in iter_modules(__path__) if found.ispkg)
"""All systems, by name. Each folder is one."""

DIALECTS = {system.name: system.dialect for system in SYSTEMS}


def routes(connected: Collection[str]) -> Iterable[web.AbstractRouteDef]:
    """The routes of systems with a secret; a system that signs as Standard Webhooks needs none of
    its own."""
    for system in SYSTEMS:
        if system.signature is None or system.name in connected:
            yield web.post(f"/webhooks/{system.name}", handler_of(system))
            yield from system.pages
