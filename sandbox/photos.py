"""Photos, uploaded or by file id, with a caption.

Deliberately stricter than the real server in one point: it fetches no photo from an address.
Source of limits and error texts: Bot API, sendPhoto; TDLib's FileManager.cpp, MessageContent.cpp.
"""

from __future__ import annotations

import secrets
from typing import Any

from sandbox import images
from sandbox.calls import Params, Upload, boolean, method, text, unsupported
from sandbox.errors import bad_request
from sandbox.formatting import CAPTION_PARAMETERS, formatted_caption
from sandbox.model import Photo
from sandbox.sending import SENDING, send
from sandbox.updates import JsonObject
from sandbox.world import World

LARGEST = 10 * 1024 * 1024
WIDTH_AND_HEIGHT = 10_000
"""The limit of width plus height, in pixels."""
RATIO = 20


def upload(raw: Any) -> Upload | str:
    return raw if isinstance(raw, Upload) else text(raw)


@method(
    "sendPhoto",
    **SENDING,
    **CAPTION_PARAMETERS,
    photo=upload,
    show_caption_above_media=boolean,
    has_spoiler=unsupported("spoilers"),
)
def send_photo(world: World, params: Params) -> JsonObject:
    formatted, html = formatted_caption(params)
    return send(world, params, formatted, html=html, photo=_photo(world, params.get("photo")))


def _photo(world: World, given: Upload | str | None) -> Photo:
    match given:
        case None:
            raise bad_request("there is no photo in the request")
        case str() if given.startswith(("http://", "https://")):
            raise bad_request("the sandbox fetches no photo from an address")
        case str():
            if given not in world.photos:
                raise bad_request("wrong file identifier/HTTP URL specified")
            return world.photos[given]
    return taken(world, given.content)


def taken(world: World, content: bytes) -> Photo:
    """Store the photo. Raises ApiError if the real server would not accept it."""
    if not content:
        raise bad_request("file must be non-empty")
    if len(content) > LARGEST:
        raise bad_request(
            f"file of size {len(content)} bytes is too big for a photo; "
            f"the maximum size is {LARGEST} bytes"
        )
    try:
        size, kind = images.size(content), images.content_type(content)
    except images.NoPicture:
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if sum(size) > WIDTH_AND_HEIGHT or max(size) > RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    photo = Photo(f"AgAC{secrets.token_urlsafe(24)}", content, kind, *size)
    world.photos[photo.file_id] = photo
    return photo
