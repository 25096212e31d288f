"""Generates the clients' operations from the API's description: `make clients`.

It writes the files named `operations`. Everything else in the clients is written by hand, and does
not depend on single operations.
"""

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from handlers.web import api, orders
from handlers.web.api.openapi import document

HERE = Path(__file__).parent
NOTE = "Made by clients/generate.py out of the API's description: do not edit."
SIGNED = "/webhooks/orders"
"""Signed instead of sent with an API key: the clients have a handwritten method for it."""

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """``path``: with parameters in braces. ``body``, ``answer``: names of schemas, if any."""

    name: str
    method: str
    path: str
    summary: str
    parts: list[str]
    query: dict[str, tuple[Schema, bool]]
    body: str | None
    answer: str | None


def files() -> dict[Path, str]:
    """The content of each generated file."""
    app = web.Application()
    app.add_routes(api.ROUTES)
    app.add_routes(orders.routes)
    described = document(app)
    operations = list(_operations(described))
    schemas = described["components"]["schemas"]
    return {
        HERE / "js" / "operations.cjs": _javascript(operations),
        HERE / "js" / "operations.d.ts": _typescript(operations, schemas),
        HERE / "python" / "trackline_client" / "operations.py": _python(operations, schemas),
    }


def _operations(described: Schema) -> Iterator[Operation]:
    for path, item in described["paths"].items():
        if path == SIGNED:
            continue
        for method, one in item.items():
            given = [each for each in one.get("parameters", []) if "name" in each]
            yield Operation(
                name=one["operationId"],
                method=method.upper(),
                path=path,
                summary=one["summary"],
                parts=[each["name"] for each in given if each["in"] == "path"],
                query={
                    each["name"]: (each["schema"], each["required"])
                    for each in given
                    if each["in"] == "query"
                },
                body=_named(one.get("requestBody")),
                answer=next(
                    filter(None, (_named(a) for c, a in one["responses"].items() if c < "3")), None
                ),
            )


def _named(content: Schema | None) -> str | None:
    schema = ((content or {}).get("content") or {}).get("application/json", {}).get("schema")
    return schema["$ref"].rpartition("/")[2] if schema else None


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


# JavaScript


def _javascript(operations: list[Operation]) -> str:
    rows = [
        f'  {_camel(one.name)}: {{ method: "{one.method}", path: "{one.path}", '
        f"takes: {json.dumps('body' if one.body else 'query' if one.query else None)} }},"
        for one in operations
    ]
    return "\n".join([f"// {NOTE}", '"use strict";', "module.exports = {", *rows, "};", ""])


def _typescript(operations: list[Operation], schemas: Schema) -> str:
    lines = [f"// {NOTE}"]
    for name, schema in schemas.items():
        lines += _comment(schema.get("description"), "")
        if "properties" in schema:
            lines.append(f"export interface {name} {{")
            for member, (inner, is_required) in _members(schema).items():
                lines += _comment(inner.get("description"), "  ")
                lines.append(f"  {member}{'' if is_required else '?'}: {_ts(inner)};")
            lines.append("}")
        else:
            lines.append(f"export type {name} = {_ts(schema)};")
        lines.append("")
    lines += [
        "/** `idempotencyKey`: a repeat with the same key gets the first answer. */",
        "export interface Options { idempotencyKey?: string; signal?: AbortSignal }",
        "",
        "export interface Operations {",
    ]
    for one in operations:
        given = [f"{_camel(part)}: string" for part in one.parts]
        if one.body:
            given.append(f"body: {one.body}")
        elif one.query:
            members = [
                f"{name}{'' if needed else '?'}: {_ts(inner)}"
                for name, (inner, needed) in one.query.items()
            ]
            optional = "" if any(needed for _, needed in one.query.values()) else "?"
            given.append(f"query{optional}: {{ {'; '.join(members)} }}")
        answer = one.answer or "void"
        lines.append(f"  /** {one.summary}. `{one.method} {one.path}` */")
        given.append("options?: Options")
        lines.append(f"  {_camel(one.name)}({', '.join(given)}): Promise<{answer}>;")
    return "\n".join([*lines, "}", ""])


def _comment(text: str | None, indent: str) -> list[str]:
    return [f"{indent}/** {' '.join(text.replace('``', '`').split())} */"] if text else []


def _members(schema: Schema) -> dict[str, tuple[Schema, bool]]:
    required = schema.get("required", ())
    return {name: (inner, name in required) for name, inner in schema["properties"].items()}


def _ts(schema: Schema) -> str:  # noqa: PLR0911 - one for each kind
    match schema:
        case {"$ref": str(ref)}:
            return ref.rpartition("/")[2]
        case {"const": value}:
            return json.dumps(value)
        case {"enum": values}:
            return " | ".join(map(json.dumps, values))
        case {"anyOf": kinds}:
            return " | ".join(dict.fromkeys(map(_ts, kinds)))
        case {"type": "array"}:
            return f"Array<{_ts(schema.get('items', {}))}>"
        case {"properties": _}:
            inner = (f"{n}{'' if r else '?'}: {_ts(s)}" for n, (s, r) in _members(schema).items())
            return f"{{ {'; '.join(inner)} }}"
        case {"type": "object"}:
            return f"Record<string, {_ts(schema.get('additionalProperties') or {})}>"
        case {"type": str(kind)}:
            return {"integer": "number"}.get(kind, kind)
    return "unknown"


# Python


def _python(operations: list[Operation], schemas: Schema) -> str:
    lines = [
        f'"""The operations of the API, and what they take and give.\n\n{NOTE}\n"""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Any, Literal, NotRequired, TypedDict, cast",
        "",
        "from trackline_client.transport import Transport",
        "",
    ]
    for name, schema in _sorted(schemas):
        lines.append("")
        if "properties" in schema:
            lines.append(f"class {name}(TypedDict):")
            lines += _docstring(schema.get("description") or name, "    ")
            lines.append("")
            for member, (inner, is_required) in _members(schema).items():
                kind = _py(inner)
                lines.append(f"    {member}: {kind if is_required else f'NotRequired[{kind}]'}")
        else:
            lines.append(f"{name} = {_py(schema)}")
        lines.append("")
    lines += ["", "class Operations(Transport):", '    """A method for each operation."""']
    for one in operations:
        lines += ["", *_method(one)]
    formatted = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--stdin-filename", "operations.py", "-"],
        input="\n".join([*lines, ""]),
        capture_output=True,
        text=True,
        check=True,
    )
    return formatted.stdout


def _sorted(schemas: Schema) -> list[tuple[str, Schema]]:
    """Unions come last: they are values, made from classes that must exist before."""
    return sorted(schemas.items(), key=lambda pair: "properties" not in pair[1])


def _method(one: Operation) -> list[str]:
    given = ["self", *(f"{part}: str" for part in one.parts)]
    if one.body:
        given.append(f"body: {one.body}")
    if one.query or one.method != "GET":
        given.append("*")
    for name, (schema, needed) in one.query.items():
        given.append(f"{name}: {_py(schema)}" + ("" if needed else " | None = None"))
    if one.method != "GET":
        given.append("idempotency_key: str | None = None")
    path = "f" * bool(one.parts) + json.dumps(re.sub(r"{(\w+)}", r"{self.quoted(\1)}", one.path))
    passed = [f'"{one.method}"', path]
    if one.body:
        passed.append("body=body")
    if one.query:
        passed.append("query={" + ", ".join(f'"{name}": {name}' for name in one.query) + "}")
    if one.method != "GET":
        passed.append("key=idempotency_key")
    call = f"self.request({', '.join(passed)})"
    answer = one.answer or "None"
    done = f"return cast({answer}, {call})" if one.answer else call
    return [
        f"    def {one.name}({', '.join(given)}) -> {answer}:",
        *_docstring(f"{one.summary}. ``{one.method} {one.path}``", "        "),
        f"        {done}",
    ]


def _docstring(text: str, indent: str) -> list[str]:
    words = " ".join(text.replace("`", "").split())
    quotes = 2 * len('"""')
    first, *more = textwrap.wrap(
        words, 100 - len(indent) - quotes, break_long_words=False, break_on_hyphens=False
    )
    if not more:
        return [f'{indent}"""{first}"""']
    return [f'{indent}"""{first}', *(indent + line for line in more), f'{indent}"""']


def _py(schema: Schema) -> str:  # noqa: PLR0911 - one for each kind
    match schema:
        case {"$ref": str(ref)}:
            return ref.rpartition("/")[2]
        case {"const": value}:
            return f"Literal[{value!r}]"
        case {"enum": values}:
            return f"Literal[{', '.join(map(repr, values))}]"
        case {"anyOf": kinds}:
            return " | ".join(dict.fromkeys(map(_py, kinds)))
        case {"type": "array"}:
            return f"list[{_py(schema.get('items', {}))}]"
        case {"type": "object"}:
            return f"dict[str, {_py(schema.get('additionalProperties') or {})}]"
        case {"type": str(kind)}:
            known = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
            return {**known, "null": "None"}[kind]
    return "Any"


def main() -> None:
    """Writes the generated files."""
    for path, text in files().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
