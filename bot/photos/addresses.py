"""Which addresses are the public internet's: all that a shop may have us ask for a photo."""

import asyncio
import re
import socket
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult

UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that is given out: no multicast, and few of the forms that hold another address."""
TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 as a NAT64 gateway has it (RFC 6052): the last 32 bits are the address that it leads to."""
TUNNELLED = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))
"""6to4 and Teredo, in which an IPv4 address is hidden, and which nobody uses any more."""
CLOUDS_OWN = (IPv4Network("168.63.129.16/32"), IPv4Network("192.0.0.0/24"))
"""Where Azure and Oracle tell a machine about itself; the others do so at link-local addresses."""

Lookup = Callable[[str, int], Sequence[str]]
"""The addresses of a name, for a port. It may take its time. Raises `OSError`."""


class NotPublic(OSError):
    """The name leads, be it with one of its addresses, to somewhere else than the internet."""


def is_public(address: str) -> bool:
    """Whether everybody could reach it. False for what is no address at all."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return _is_public(found)
    if found.ipv4_mapped:
        return _is_public(found.ipv4_mapped)
    if found in TRANSLATED:
        return _is_public(IPv4Address(int(found) & 0xFFFFFFFF))
    is_hiding = any(found in network for network in TUNNELLED)
    return found in UNICAST and found.is_global and not is_hiding


def _is_public(address: IPv4Address) -> bool:
    is_clouds_own = any(address in network for network in CLOUDS_OWN)
    return address.is_global and not address.is_multicast and not is_clouds_own


def is_name(host: str) -> bool:
    """Whether it is one, and no address in any of the ways to write one.

    An address is not looked up, so that `PublicOnly` would not see it. Names do not end in a
    number, as IPv4 does however it is written: ``127.0.0.1``, ``127.1``, ``0x7f.1``, ``2130706433``
    (WHATWG URL, "ends in a number").
    """
    _, _, last = host.rstrip(".").rpartition(".")
    is_number = re.fullmatch("[0-9]+|0x[0-9a-f]*", last, re.IGNORECASE)
    return bool(last) and ":" not in host and not is_number


def addresses_of(host: str, port: int) -> Sequence[str]:
    """As this machine looks them up."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for _, _, _, _, address in found]


class PublicOnly(AbstractResolver):
    """Finds the addresses of a name, all of which must be public.

    aiohttp asks once for each connection and goes to one of what it got, so that no second answer
    can lead it astray. ``allowed``: hosts and ports that may be anywhere. ``public``: what is.
    """

    def __init__(
        self,
        allowed: Collection[tuple[str, int]],
        lookup: Lookup = addresses_of,
        public: Callable[[str], bool] = is_public,
    ) -> None:
        self._allowed, self._lookup, self._public = allowed, lookup, public
        # Names that nobody answers for block a thread each: not those that Telegram's name needs.
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="photo-names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises `NotPublic`, or the `OSError` of a name that leads nowhere."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, self._lookup, host, port)
        if (host, port) not in self._allowed and not all(map(self._public, found)):
            raise NotPublic
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
