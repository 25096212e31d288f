"""The page of an order: the inside, which changes, and what is around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo, available_timezones

from aiohttp import web
from markupsafe import Markup

from bot.texts import support, tracking
from bot.texts.connecting import Words
from bot.texts.languages import offered_name
from bot.texts.message import Reader
from handlers.web.html.pages import page, reader_of, rendered
from handlers.web.tracking.live import Over, Shown
from handlers.web.tracking.view import View

_ZONES = frozenset(available_timezones())


@dataclass(frozen=True)
class Face:
    """The preview of the page in messengers (Open Graph). It does not say whose order it is."""

    url: str
    description: str
    picture: str | None


@dataclass(frozen=True, kw_only=True)
class Around:
    """``live``, ``now``: its paths for `live.streamed` and `live.polled`, such as ``t/…/live``.

    ``telegram``: where its button leads. ``policy``: as in `handlers.web.html.pages.page`.
    """

    live: str
    now: str
    face: Face | None = None
    telegram: str | None = None
    policy: Mapping[str, str] = field(default_factory=dict)


def reader_there(request: web.Request) -> Reader:
    """A reader in the page's language and in the viewer's time zone, if the script sent it as
    ``?zone=``."""
    reader, zone = reader_of(request), request.query.get("zone", "")
    return replace(reader, timezone=ZoneInfo(zone)) if zone in _ZONES else reader


def inside(request: web.Request, shown: View, reader: Reader) -> Shown:
    """The part of the page that changes. It names its time zone unless the viewer is in it
    (``?zone=``)."""
    is_elsewhere = shown.zone != request.query.get("zone")
    values = {"view": shown, "words": _words(reader), "is_elsewhere": is_elsewhere}
    return Shown(rendered(request, "tracking/order.html", reader, **values))


def whole(request: web.Request, shown: View, reader: Reader, around: Around) -> web.Response:
    content = inside(request, shown, reader)
    return page(
        request,
        "tracking/page.html",
        reader,
        policy=around.policy,
        content=Markup(content.html),  # noqa: S704 - a template has made it
        mark=content.mark,
        view=shown,
        words=_words(reader),
        around=around,
        support=support.link(reader),
        languages=[(tag.replace("_", "-"), offered_name(tag)) for tag in reader.texts.languages],
    )


def over(request: web.Request, words: Words, reader: Reader) -> Over:
    """The exception for `streamed` and `polled`, with these words."""
    values = {"words": words, "link": ""}
    return Over(rendered(request, "html/words.html", reader, **values))


def _words(reader: Reader) -> dict[str, str]:
    return {
        "how_far": tracking.how_far(reader),
        "parcels": tracking.parcels(reader),
        "all_steps": tracking.all_steps(reader),
        "done": tracking.done(reader),
        "to_come": tracking.to_come(reader),
        "in_telegram": tracking.in_telegram(reader),
        "reload": tracking.reload_by_hand(reader),
        "is_live": tracking.is_live(reader),
        "is_cut_off": tracking.is_cut_off(reader),
        "language": tracking.language(reader),
    }
