"""JSON schemas for the models of requests and responses."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from pydantic_core import core_schema

Schema = dict[str, Any]
_WHERE = "#/components/schemas/{model}"


class _Plain(GenerateJsonSchema):
    """Leaves out titles made from names, and defaults that are null."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        described = super().default_schema(schema)
        if "default" in described and described["default"] is None:
            del described["default"]
        return described


class Schemas:
    """``taken``: the models of request bodies. ``answered``: those of response bodies."""

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
        """The schema itself instead of a reference, for parameters."""
        schema = model.model_json_schema(ref_template=_WHERE, schema_generator=_Plain)
        self._named |= schema.pop("$defs", {})
        return schema

    def components(self) -> dict[str, Schema]:
        """The schemas that were referred to so far, by name."""
        untitled = {
            name: {key: value for key, value in schema.items() if key != "title"}
            for name, schema in self._named.items()
        }
        return dict(sorted(untitled.items()))
