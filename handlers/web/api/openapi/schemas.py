"""The models of requests and answers as JSON schemas, each once."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from pydantic_core import core_schema

Schema = dict[str, Any]
_WHERE = "#/components/schemas/{model}"


class _Plain(GenerateJsonSchema):
    """Without what says nothing: titles made of names, and null as a default."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        described = super().default_schema(schema)
        if "default" in described and described["default"] is None:
            del described["default"]
        return described


class Schemas:
    """``taken``: what bodies of requests hold, ``answered``: those of answers."""

    def __init__(
        self, taken: Iterable[type[BaseModel]], answered: Iterable[type[BaseModel]]
    ) -> None:
        self._references, described = models_json_schema(
            [
                *((model, "validation") for model in taken),
                *((model, "serialization") for model in answered),
            ],
            ref_template=_WHERE,
            schema_generator=_Plain,
        )
        self._named: dict[str, Schema] = described.get("$defs", {})

    def taken(self, model: type[BaseModel]) -> Schema:
        return self._references[model, "validation"]

    def answered(self, model: type[BaseModel]) -> Schema:
        return self._references[model, "serialization"]

    def inline(self, model: type[BaseModel]) -> Schema:
        """The schema itself, of parts of an address."""
        schema = model.model_json_schema(ref_template=_WHERE, schema_generator=_Plain)
        self._named |= schema.pop("$defs", {})
        return schema

    def components(self) -> dict[str, Schema]:
        """Whatever a reference has named up to now."""
        untitled = {
            name: {key: value for key, value in schema.items() if key != "title"}
            for name, schema in self._named.items()
        }
        return dict(sorted(untitled.items()))
