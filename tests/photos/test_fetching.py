"""A photo is fetched, or there is a reason why not."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.photos.fetching import AT_ONCE, NoPhoto, Photos
from tests.support import photo_host
from tests.support.photo_host import Answer, PhotoHost, picture
from tests.support.pictures import jpeg, png, webp
from tests.support.waiting import until

SELF_SIGNED = Path(photo_host.__file__).parent / "self_signed.pem"
NAMES = {
    "loopback.test": ["127.0.0.1"],
    "loopback6.test": ["::1"],
    "private.test": ["10.1.2.3"],
    "private6.test": ["fd12::1"],
    "metadata.test": ["169.254.169.254"],
    "mapped.test": ["::ffff:10.1.2.3"],
    "both.test": ["8.8.8.8", "192.168.1.1"],
}


def lookup(name: str, _: int) -> Sequence[str]:
    if name not in NAMES:
        raise OSError("no such name")
    return NAMES[name]


@pytest.fixture
async def host() -> AsyncIterator[PhotoHost]:
    async with PhotoHost() as host:
        yield host


@pytest.fixture
async def photos(host: PhotoHost) -> AsyncIterator[Photos]:
    """To which the host was named."""
    async with Photos([host.place, ("loopback.test", host.port)], lookup=lookup) as photos:
        yield photos


async def fetch(photos: Photos, url: str) -> bytes:
    async with photos.fetched(url) as photo:
        return photo


async def why_not(photos: Photos, url: str) -> tuple[str, bool]:
    """The reason, and whether it is for good. No word of it says where the photo is."""
    with pytest.raises(NoPhoto) as no_photo:
        await fetch(photos, url)
    why = no_photo.value
    assert str(why) == why.reason
    assert not isinstance(why.__context__, aiohttp.ClientError)
    return why.reason, why.permanent


async def test_a_photo_comes_as_it_is(photos: Photos, host: PhotoHost) -> None:
    assert await fetch(photos, host.url) == jpeg()
    (asked,) = host.asked
    assert asked.headers["Accept-Encoding"] == "identity"
    assert not {"Cookie", "Authorization", "Referer"} & set(asked.headers)


@pytest.mark.parametrize(
    ("content", "kind"), [(png(), "image/png"), (jpeg(), "image/jpg"), (webp(), "image/webp")]
)
async def test_three_kinds_are_photos(
    photos: Photos, host: PhotoHost, content: bytes, kind: str
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return picture(content, kind)

    host.answer = answer
    assert await fetch(photos, host.url) == content


@pytest.mark.parametrize("name", NAMES)
async def test_a_name_that_leads_with_any_address_into_our_network_is_not_asked(
    photos: Photos, host: PhotoHost, name: str
) -> None:
    assert await why_not(photos, f"https://{name}/1.jpg") == ("address", True)
    assert host.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://photos.test/1.jpg",
        "https://photos.test:8443/1.jpg",
        "https://127.0.0.1/1.jpg",
        "https://8.8.8.8/1.jpg",
        "https://[::1]/1.jpg",
        "https://[::ffff:127.0.0.1]/1.jpg",
        "https://somebody:secret@photos.test/1.jpg",
        "ftp://photos.test/1.jpg",
        "file:///etc/passwd",
        "/etc/passwd",
        "",
    ],
)
async def test_only_names_are_asked_over_https_at_its_own_port(photos: Photos, url: str) -> None:
    assert await why_not(photos, url) == ("address", True)


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST"])
async def test_this_machine_s_own_name_is_looked_up_and_not_asked(name: str) -> None:
    async with Photos() as photos:
        assert await why_not(photos, f"https://{name}/1.jpg") == ("address", True)


@pytest.mark.parametrize(
    "address",
    [
        *("127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "8.8.8.8."),
        *("１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1", "[fe80::1%25lo]", "[::ffff:7f00:1]"),
    ],
)
async def test_an_address_is_one_however_it_is_written(address: str) -> None:
    def found(name: str, _: int) -> Sequence[str]:
        raise AssertionError(f"{name} was looked up")

    async with Photos(lookup=found) as photos:
        assert await why_not(photos, f"https://{address}/1.jpg") == ("address", True)


async def test_a_host_that_cannot_prove_who_it_is_is_not_believed() -> None:
    secure = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secure.load_cert_chain(SELF_SIGNED)
    async with PhotoHost(secure=secure) as host, Photos([host.place]) as photos:
        assert await why_not(photos, host.url) == ("unreachable", False)
        assert host.asked == []


async def test_a_host_that_was_named_may_be_anywhere_but_at_another_port(
    photos: Photos, host: PhotoHost
) -> None:
    assert await fetch(photos, f"http://loopback.test:{host.port}/1.jpg") == jpeg()
    assert await why_not(photos, "https://loopback.test/1.jpg") == ("address", True)
    assert await why_not(photos, f"http://127.0.0.1:{host.port - 1}/1.jpg") == ("address", True)


async def test_where_we_go_is_what_was_looked_up_once(host: PhotoHost) -> None:
    """A name that leads to the internet when it is checked, and to us when it is asked again."""
    asked = []

    def rebinding(name: str, _: int) -> Sequence[str]:
        asked.append(name)
        return ["127.0.0.2" if len(asked) == 1 else "127.0.0.1"]

    async with Photos(lookup=rebinding, public=lambda address: address == "127.0.0.2") as photos:
        assert await why_not(photos, "https://photos.test/1.jpg") == ("unreachable", False)
        assert asked == ["photos.test"]
        assert await why_not(photos, "https://photos.test/1.jpg") == ("address", True)


async def test_a_redirection_is_followed(photos: Photos, host: PhotoHost) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/elsewhere.jpg":
            return picture(jpeg())
        raise web.HTTPFound("/elsewhere.jpg")

    host.answer = answer
    assert await fetch(photos, host.url) == jpeg()


@pytest.mark.parametrize(
    "where", ["https://loopback.test/", "http://127.0.0.1:1/", "https://127.0.0.1/", "file:///etc"]
)
async def test_but_not_into_our_network(photos: Photos, host: PhotoHost, where: str) -> None:
    host.answer = photo_host.answers(302, Location=where)
    assert await why_not(photos, host.url) == ("address", True)
    assert len(host.asked) == 1


async def test_nor_for_ever(photos: Photos, host: PhotoHost) -> None:
    host.answer = photo_host.answers(302, Location="/again")
    assert await why_not(photos, host.url) == ("answer", False)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (photo_host.answers(404), ("gone", True)),
        (photo_host.answers(410), ("gone", True)),
        (photo_host.answers(403), ("answer", False)),
        (photo_host.answers(500), ("answer", False)),
        (photo_host.without_end, ("large", True)),
    ],
    ids=["404", "410", "403", "500", "30 MB in parts"],
)
async def test_other_answers_are_no_photo(
    photos: Photos, host: PhotoHost, answer: Answer, why: tuple[str, bool]
) -> None:
    host.answer = answer
    assert await why_not(photos, host.url) == why


@pytest.mark.parametrize(
    ("content", "kind", "why"),
    [
        (b"<html>sorry</html>", "text/html", "type"),
        (b"<html>sorry</html>", "image/jpeg", "type"),
        (jpeg(), "text/html", "type"),
        (b"", "image/png", "type"),
        (b"<svg/>", "image/svg+xml", "type"),
        (jpeg(length=30_000_000), "image/jpeg", "large"),
    ],
    ids=["a page", "a page that says otherwise", "a photo as a page", "nothing", "svg", "30 MB"],
)
async def test_other_content_is_no_photo(
    photos: Photos, host: PhotoHost, content: bytes, kind: str, why: str
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return picture(content, kind)

    host.answer = answer
    assert await why_not(photos, host.url) == (why, True)


async def test_who_answers_in_drips_is_not_waited_for(
    photos: Photos, host: PhotoHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.photos.fetching.DEADLINE", 0.2)
    host.answer = photo_host.in_drips
    began = time.monotonic()
    assert await why_not(photos, host.url) == ("slow", False)
    assert time.monotonic() - began < 20


async def test_a_name_that_nobody_answers_for_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.photos.fetching.DEADLINE", 0.2)

    def slowly(_: str, __: int) -> Sequence[str]:
        time.sleep(1)
        return []

    async with Photos(lookup=slowly) as photos:
        assert await why_not(photos, "https://photos.test/1.jpg") == ("slow", False)


async def test_a_name_that_leads_nowhere_or_to_nobody_is_unreachable(photos: Photos) -> None:
    assert await why_not(photos, "https://nowhere.test/1.jpg") == ("unreachable", False)
    async with PhotoHost() as gone:
        url, place = gone.url, gone.place
    async with Photos([place]) as others:
        assert await why_not(others, url) == ("unreachable", False)


async def test_so_many_are_in_memory_at_once_and_no_more(photos: Photos, host: PhotoHost) -> None:
    done = asyncio.Event()

    async def hold() -> None:
        async with photos.fetched(host.url):
            await done.wait()

    holding = [asyncio.create_task(hold()) for _ in range(AT_ONCE)]

    async def all_places_are_taken() -> bool:
        return len(host.asked) == AT_ONCE

    await until(all_places_are_taken)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("bot.photos.fetching.DEADLINE", 0.2)
        assert await why_not(photos, host.url) == ("busy", False)
    done.set()
    await asyncio.gather(*holding)
    assert await fetch(photos, host.url) == jpeg()
