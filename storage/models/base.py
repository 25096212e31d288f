"""What every document is made of, and how its personal text is sealed."""

import json
import logging
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    SerializationInfo,
    ValidationInfo,
)
from pydantic_core import to_json

from storage.sealing import Seal, SealedWithAnotherKey

logger = logging.getLogger(__name__)


def _opened(value: object, info: ValidationInfo) -> object:
    """Text that no key opens is left out: an order without its note is better than none."""
    if not isinstance(value, bytes):
        return value
    try:
        return _seal(info).open(value)
    except SealedWithAnotherKey:
        logger.warning("personal text does not open: its key is missing (`doctor` tells of which)")
        return None


def _sealed(value: str | None, info: SerializationInfo) -> bytes | None:
    return None if value is None else _seal(info).close(value)


def _seal(info: ValidationInfo | SerializationInfo) -> Seal:
    if not isinstance(info.context, Seal):
        raise TypeError("personal text is read and written with a seal")
    return info.context


def _opened_or_nothing_is(value: object, info: ValidationInfo) -> object:
    """Raises `SealedWithAnotherKey`."""
    return _seal(info).open(value) if isinstance(value, bytes) else value


PersonalText = Annotated[str | None, BeforeValidator(_opened), PlainSerializer(_sealed)]
"""Text about or by a person: sealed in the database, plain in the model."""
EssentialText = Annotated[
    str | None, BeforeValidator(_opened_or_nothing_is), PlainSerializer(_sealed)
]
"""The same, where nothing is better than half: what holds it cannot be read without it."""


def _parts_opened(value: object, info: ValidationInfo) -> object:
    text = _opened(value, info)
    return json.loads(text) if isinstance(text, str) else text


def _parts_sealed(value: object, info: SerializationInfo) -> bytes | None:
    return _sealed(to_json(value, exclude_none=True).decode(), info) if value is not None else None


PERSONAL: tuple[BeforeValidator, PlainSerializer] = (
    BeforeValidator(_parts_opened),
    PlainSerializer(_parts_sealed),
)
"""For what has several parts, or is a list: sealed as one."""


class Model(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,  # they are logged
    )

    def to_mongo(self, seal: Seal | None = None) -> dict[str, Any]:
        """``seal`` is needed where there is personal text."""
        return self.model_dump(by_alias=True, exclude_none=True, context=seal)

    @classmethod
    def from_mongo(cls, found: Mapping[str, Any], seal: Seal | None = None) -> Self:
        return cls.model_validate(found, context=seal)
