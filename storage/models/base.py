"""The base class of all documents, and field types for personal text."""

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
    """The plain text. None if no key opens it: an order without its note is better than none."""
    if not isinstance(value, bytes):
        return value
    try:
        return _seal(info).open(value)
    except SealedWithAnotherKey:
        logger.warning("personal text does not open: its key is missing (run `doctor` for details)")
        return None


def _sealed(value: str | None, info: SerializationInfo) -> bytes | None:
    return None if value is None else _seal(info).close(value)


def _seal(info: ValidationInfo | SerializationInfo) -> Seal:
    if not isinstance(info.context, Seal):
        raise TypeError("personal text cannot be read or written without a seal")
    return info.context


def _opened_or_nothing_is(value: object, info: ValidationInfo) -> object:
    """The plain text. Raises `SealedWithAnotherKey`."""
    return _seal(info).open(value) if isinstance(value, bytes) else value


PersonalText = Annotated[str | None, BeforeValidator(_opened), PlainSerializer(_sealed)]
"""Text about or by a person: sealed in the database, plain in the model."""
EssentialText = Annotated[
    str | None, BeforeValidator(_opened_or_nothing_is), PlainSerializer(_sealed)
]
"""The same, but a document with text that no key opens cannot be read at all."""


def _parts_opened(value: object, info: ValidationInfo) -> object:
    text = _opened(value, info)
    return json.loads(text) if isinstance(text, str) else text


def _parts_sealed(value: object, info: SerializationInfo) -> bytes | None:
    return _sealed(to_json(value, exclude_none=True).decode(), info) if value is not None else None


PERSONAL: tuple[BeforeValidator, PlainSerializer] = (
    BeforeValidator(_parts_opened),
    PlainSerializer(_parts_sealed),
)
"""For a model or a list: sealed as a whole."""


class Model(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,  # errors are logged
    )

    def to_mongo(self, seal: Seal | None = None) -> dict[str, Any]:
        """The document. ``seal`` is needed if there is personal text."""
        return self.model_dump(by_alias=True, exclude_none=True, context=seal)

    @classmethod
    def from_mongo(cls, found: Mapping[str, Any], seal: Seal | None = None) -> Self:
        """The model. ``seal`` is needed if there is personal text."""
        return cls.model_validate(found, context=seal)
