"""Which addresses are on the public internet: photos are fetched from no others."""

import asyncio
import re
import socket
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult

UNICAST = IPv6Network("2000::/3")
"""All IPv6 unicast addresses that are assigned: without multicast and most embedded addresses."""
TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 behind a NAT64 gateway (RFC 6052): the last 32 bits are the address it leads to."""
TUNNELLED = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))
"""6to4 and Teredo, which hide an IPv4 address and are not in use any more."""
CLOUDS_OWN = (IPv4Network("168.63.129.16/32"), IPv4Network("192.0.0.0/24"))
"""Metadata services of Azure and Oracle. Other clouds have them at link-local addresses."""

Lookup = Callable[[str, int], Sequence[str]]
"""The addresses of a host and port. May block. Raises `OSError`."""


class NotPublic(OSError):
    """At least one address of the name is not on the public internet."""


def is_public(address: str) -> bool:
    """Whether the address is on the public internet. False if it is no address."""
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
    """Whether the host is a name, and not an address in any notation.

    Addresses are not looked up, so `PublicOnly` would not see them. A name does not end in a
    number, but IPv4 does in every notation: ``127.0.0.1``, ``127.1``, ``0x7f.1``, ``2130706433``
    (WHATWG URL, "ends in a number").
    """
    _, _, last = host.rstrip(".").rpartition(".")
    is_number = re.fullmatch("[0-9]+|0x[0-9a-f]*", last, re.IGNORECASE)
    return bool(last) and ":" not in host and not is_number


def addresses_of(host: str, port: int) -> Sequence[str]:
    """The addresses by this machine's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for _, _, _, _, address in found]


class PublicOnly(AbstractResolver):
    """Resolves names, all of whose addresses must be public.

    aiohttp resolves once for each connection and uses that answer, so a second answer cannot lead
    it elsewhere. ``allowed``: hosts and ports that may be anywhere. ``public``: the check.
    """

    def __init__(
        self,
        allowed: Collection[tuple[str, int]],
        lookup: Lookup = addresses_of,
        public: Callable[[str], bool] = is_public,
    ) -> None:
        self._allowed, self._lookup, self._public = allowed, lookup, public
        # Threads of its own: a name without an answer blocks one, and Telegram's needs one, too.
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="photo-names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises `NotPublic`, or the `OSError` of a failed lookup."""
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
