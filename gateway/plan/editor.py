"""JSON Schemas for editors and the reference page, made from the same specifications that decode.

Laws: 1. Nothing is said here that a specification does not say. 2. What comes later is not offered. 3. An editor's schema refuses no
document that the checker takes.
Must not know: documents.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..values.keys import Key, KindSpec, ListOf, MapOf, OneOf, Record, Scalar, Shape
from ..values.model import Json
from .decode import describe_shape
from .kinds import KINDS
from .scalars import BYTES, SECONDS, describe_scalar, show_amount

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_UNITS: dict[str, dict[str, float] | dict[str, int]] = {"duration": SECONDS, "size": BYTES}
_PATTERNS = {
    "duration": r"^[0-9]+(\.[0-9]+)?(ms|s|m|h|d)$",
    "size": r"^[0-9]+(\.[0-9]+)?(B|KiB|MiB|GiB)$",
    "date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "address": r"^.+:[0-9]+$",
    "secret": r"^\$\{(env:[A-Za-z_][A-Za-z0-9_]*|file:/[^{}]+)\}$",
}


def kind_schema(kind: str) -> dict[str, Json]:
    """Give the JSON Schema of one kind of document."""
    spec = KINDS[kind]
    schema = _schema(spec.body)
    id_ = {**_schema(spec.id), "description": f"The id. {spec.doc}"}
    schema["properties"] = {spec.name: id_, **schema["properties"]}
    schema["required"] = [spec.name, *schema.get("required", [])]
    return {"$schema": DRAFT, "title": spec.name, "description": spec.doc, **schema}


def file_schema() -> dict[str, Json]:
    """Give the JSON Schema of any document of a federation: the kind key says which kind's it is."""
    kinds = [spec.name for spec in KINDS.values() if not spec.later]
    return {
        "$schema": DRAFT,
        "title": "Jembatan federation",
        "type": "object",
        "oneOf": [{"required": [kind], "$ref": f"#/$defs/{kind}"} for kind in kinds],
        "$defs": {kind: {key: value for key, value in kind_schema(kind).items() if key != "$schema"} for kind in kinds},
    }


def _schema(shape: Shape) -> dict[str, Json]:
    if isinstance(shape, Scalar):
        return _scalar_schema(shape)
    if isinstance(shape, ListOf):
        return {"type": "array", "items": _schema(shape.item), "minItems": shape.least, "maxItems": shape.most}
    if isinstance(shape, MapOf):
        return {"type": "object", "additionalProperties": _schema(shape.value), "minProperties": shape.least, "maxProperties": shape.most}
    if isinstance(shape, Record):
        return _record_schema(shape)
    if isinstance(shape, OneOf):
        return {"anyOf": [_schema(part) for part in _parts(shape)]}
    return {}


def _parts(shape: OneOf) -> Iterator[Shape]:
    """Give the shapes of a union that are served."""
    yield from (part for part in (shape.scalar, shape.sequence) if part is not None)
    yield from (record for word, record in shape.records if not _is_later(record, word))
    if shape.mapping is not None:
        yield shape.mapping


def _is_later(record: Record, word: str) -> bool:
    return any(key.later for key in record.keys if key.name == word)


def _record_schema(shape: Record) -> dict[str, Json]:
    served = [key for key in shape.keys if not key.later]
    schema: dict[str, Json] = {
        "type": "object",
        "properties": {key.name: {**_schema(key.shape), **_about(key)} for key in served},
        "additionalProperties": False if shape.rest is None else _schema(shape.rest),
    }
    if required := [key.name for key in served if key.required]:
        schema["required"] = required
    names = {key.name for key in served}
    groups: list[Json] = [{"oneOf": [{"required": [word]} for word in group if word in names]} for group in shape.exactly_one]
    groups += [{"not": {"required": list(group)}} for group in shape.at_most_one]
    if groups:
        schema["allOf"] = groups
    return schema


def _about(key: Key) -> dict[str, Json]:
    about: dict[str, Json] = {"description": key.doc}
    if key.default is not None:
        about["default"] = _written(key.shape, key.default)
    return about


def _scalar_schema(shape: Scalar) -> dict[str, Json]:
    if shape.type == "boolean":
        return {"type": "boolean"}
    if shape.type in ("integer", "number"):
        bounds = {"minimum": shape.low, "maximum": shape.high}
        return {"type": shape.type, **{word: _whole(bound) for word, bound in bounds.items() if bound is not None}}
    if shape.type == "enum":
        return {"enum": list(shape.choices)}
    schema: dict[str, Json] = {"type": "string"}
    if shape.type in ("string", "identifier"):
        bounds = {"minLength": shape.low, "maxLength": shape.high}
        schema |= {word: _whole(bound) for word, bound in bounds.items() if bound is not None}
    pattern = f"^(?:{shape.pattern})$" if shape.pattern else _PATTERNS.get(shape.type, "")
    return {**schema, "pattern": pattern} if pattern else schema


def _whole(bound: float) -> Json:
    return int(bound) if bound == int(bound) else bound


def _written(shape: Shape, value: Json) -> Json:
    """Give a decoded value as it is written."""
    if isinstance(shape, Scalar) and shape.type == "duration":
        return show_amount(value, SECONDS) if value else "0s"
    if isinstance(shape, Scalar) and shape.type == "size":
        return show_amount(value, BYTES)
    return value


def render_reference() -> str:
    """Render the reference page of every kind and key, in Markdown."""
    lines = [
        "# YAML reference",
        "",
        "Made from the specifications that the checker itself reads; a test holds that this page is up to date. Every document has",
        "exactly one kind key, and its value is the id. A key that is not listed here is refused; one marked *not yet* is known and",
        "comes in a later release.",
        "",
        "| kind | what it is |",
        "| --- | --- |",
        *(f"| {_link(spec)} | {spec.doc}{' *Not yet.*' if spec.later else ''} |" for spec in KINDS.values()),
        "",
    ]
    for spec in KINDS.values():
        if not spec.later:
            lines += _kind_lines(spec)
    return "\n".join(lines)


def _link(spec: KindSpec) -> str:
    return f"`{spec.name}`" if spec.later else f"[`{spec.name}`](#{spec.name})"


def _kind_lines(spec: KindSpec) -> list[str]:
    lines = [f"## {spec.name}", "", spec.doc, ""]
    if spec.example:
        lines += ["```yaml", spec.example.rstrip("\n"), "```", ""]
    lines += ["| key | value | default | what it says |", "| --- | --- | --- | --- |"]
    lines.append(f"| `{spec.name}` | {_cell(describe_scalar(spec.id))} | *required* | The id. |")
    lines += [_row(path, key) for path, key in _walk(spec.body, "", set())]
    if spec.body.rest is not None:
        lines.append("| … | free JSON | | Every other key is kept as it is. |")
    return [*lines, ""]


def _row(path: str, key: Key) -> str:
    if key.later:
        return f"| `{path}` | | *not yet* | {_cell(key.doc)} |"
    default = "*required*" if key.required else "" if key.default is None else f"`{_plain(_written(key.shape, key.default))}`"
    example = f" Example: `{_cell(key.example)}`" if key.example else ""
    return f"| `{path}` | {_cell(_describe(key.shape))} | {default} | {_cell(key.doc)}{example} |"


def _plain(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _walk(shape: Shape, above: str, opened: set[int]) -> Iterator[tuple[str, Key]]:
    """Give the keys under a shape, each by its path; a union that was opened above is not opened again."""
    if isinstance(shape, Record):
        yield from _walk_keys(shape, above, opened)
    elif isinstance(shape, ListOf):
        yield from _walk(shape.item, f"{above[:-1]}[].", opened)
    elif isinstance(shape, MapOf):
        yield from _walk(shape.value, f"{above}*.", opened)
    elif isinstance(shape, OneOf) and id(shape) not in opened:
        opened.add(id(shape))
        rows: dict[str, Key] = {}
        for path, key in (row for part in _parts(shape) for row in _walk(part, above, opened)):
            rows.setdefault(path, key)
        yield from rows.items()


def _walk_keys(shape: Record, above: str, opened: set[int]) -> Iterator[tuple[str, Key]]:
    for key in shape.keys:
        yield f"{above}{key.name}", key
        if not key.later and f".{key.name}." not in f".{above}":
            yield from _walk(key.shape, f"{above}{key.name}.", opened)


def _describe(shape: Shape) -> str:
    if isinstance(shape, Scalar):
        return describe_scalar(shape) + _range(shape)
    if isinstance(shape, ListOf):
        return f"a list: {_describe(shape.item)}"
    if isinstance(shape, MapOf):
        return f"a map: {describe_scalar(shape.key)} → {_describe(shape.value)}"
    return describe_shape(shape)


def _range(shape: Scalar) -> str:
    if shape.type not in ("integer", "number", "duration", "size") or shape.low is None or shape.high is None:
        return ""
    units = _UNITS.get(shape.type)
    low = show_amount(shape.low, units) if shape.low else "0"
    return f", {low} to {show_amount(shape.high, units)}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
