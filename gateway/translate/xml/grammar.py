"""The grammar of XML that a JSON Schema with `xml:` keywords gives: which element or attribute is which property.

Laws: 1. `name`, `namespace`, `prefix`, `attribute` and `wrapped` mean what OpenAPI says; `text: true` is the text of an element that
has attributes. 2. An element's namespace holds for the elements inside, an attribute has none, unless they say their own. 3. Elements
are written in the order in which the schema names the properties. 4. Each place has one type; what XML could not bring back is a problem.
Must not know: messages, SOAP.
Source: OpenAPI 3.1 4.8.26; XML namespaces 6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gateway.values.model import Json
from gateway.values.problem import Problem

from ..paths import Segments, Shape, read_shape

CODE = "JB-XML-002"
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_SCALARS = {frozenset({"integer", "number"}): "number", **{frozenset({word}): word for word in ("string", "integer", "boolean")}}
_OPENERS = ("additionalProperties", "unevaluatedProperties", "patternProperties")


@dataclass(frozen=True, slots=True)
class Name:
    """An element's or attribute's name; the prefix is for writing only."""

    namespace: str
    local: str
    prefix: str = ""

    @property
    def clark(self) -> str:
        """The name as the parser gives it."""
        return f"{{{self.namespace}}}{self.local}" if self.namespace else self.local


@dataclass(slots=True, eq=False)
class Node:
    """What one element holds: a text, fields, or the items of a wrapped list. A recursive schema gives a cycle.

    Shape: `type` is that of a text. Where `is_open`, fields that are not named are neither counted nor refused.
    """

    form: Literal["text", "fields", "list"]
    type: str = ""
    is_collapsed: bool = False
    is_nillable: bool = False
    is_open: bool = False
    attributes: tuple[Field, ...] = ()
    text: Field | None = None
    elements: tuple[Field, ...] = ()
    item: Field | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One property: its key and its name in XML. Where `is_list`, the element is repeated; where `is_always`, none gives []."""

    key: str
    name: Name
    node: Node
    is_list: bool = False
    is_always: bool = False


@dataclass(slots=True)
class Grammar:
    """A root, and what is wrong with the schema where it is XML."""

    root: Field
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where an envelope inside XML has its code and its payload. Shape: `payload` () = the whole."""

    code: Segments
    type: str
    payload: Segments


def make_grammar(schemas: Mapping[str, Json], schema: str, root: str = "", namespace: str = "", verdict: Verdict | None = None) -> Grammar:
    """Make the grammar of a schema.

    Shape: `root` names the root where the schema does not, `namespace` is the root's where the schema says none; with a verdict the
    schema is that of the payload inside an envelope whose root is `root`.
    Faults: KeyError for an unknown schema or reference, ValueError for references in a circle.
    """
    maker = _Maker(schema)
    shape = read_shape(schemas[schema], schemas)
    if verdict is not None and verdict.payload:
        return Grammar(maker.make_envelope(shape, Name(namespace, root), verdict), maker.problems)
    words = _words_of(shape)
    name = Name(words.get("namespace", namespace), words.get("name", root), words.get("prefix", ""))
    if not name.local:
        maker.note((), "the root element has no name", "write xml: {name: …} at the top of the schema")
    if shape.types == {"array"} and not words.get("wrapped"):
        maker.note((), "a list has no element of its own", "write xml: {wrapped: true} at the top, or a schema of the element around it")
    return Grammar(Field("", name, maker.make_node(shape, name, ())), maker.problems)


class _Maker:
    def __init__(self, schema: str) -> None:
        self.schema = schema
        self.problems: list[Problem] = []
        self.known: dict[tuple[frozenset[int], str, str], Node] = {}

    def note(self, at: Segments, message: str, hint: str) -> None:
        where = f"{self.schema}, {'.'.join(at)}" if at else self.schema
        self.problems.append(Problem((), CODE, f"{where}: {message}", hint))

    def make_node(self, shape: Shape, name: Name, at: Segments) -> Node:
        key = (shape.key, name.namespace, name.local if shape.types == {"array"} else "")
        if shape.key and key in self.known:
            return self.known[key]
        types = shape.types - {"null"}
        node = Node("text", is_nillable="null" in shape.types)
        if shape.key:
            self.known[key] = node
        if types == {"object"}:
            self.fill_fields(node, shape, name.namespace, at)
        elif types == {"array"}:
            node.form = "list"
            node.item = self.make_item("", shape, name.namespace, name.local, at)
        elif types in _SCALARS:
            node.type = _SCALARS[types]
            node.is_collapsed = any("format" in part.node for part in shape.parts)
        else:
            self.note(at, "XML needs one type here", "write `type:` with one word (and null, where nil may stand)")
        return node

    def fill_fields(self, node: Node, shape: Shape, namespace: str, at: Segments) -> None:
        node.form = "fields"
        if any(part.node.get(word, False) is not False for part in shape.parts for word in _OPENERS):
            self.note(at, "XML carries only properties that are named", "take additionalProperties and patternProperties out")
        attributes, elements = [], []
        for key in shape.names:
            child = shape.child(key)
            assert child is not None, "a name of a shape has a child"
            words = _words_of(child)
            if words.get("attribute"):
                attributes.append(self.make_attribute(key, child, words, (*at, key)))
            elif words.get("text"):
                self.check_scalar(child, "a text", (*at, key))
                node.text = Field(key, Name("", key), self.make_node(child, Name("", key), (*at, key)))
            else:
                elements.append(self.make_field(key, child, namespace, key in shape.required, (*at, key)))
        node.attributes, node.elements = tuple(attributes), tuple(elements)
        if node.text is not None and elements:
            self.note(at, "text and elements stand side by side", "an element has a text or elements, not both")
        for fields in (attributes, elements):
            self.check_names(fields, at)

    def make_attribute(self, key: str, shape: Shape, words: dict[str, Json], at: Segments) -> Field:
        self.check_scalar(shape, "an attribute", at)
        name = self.make_name(key, words, "", at)
        return Field(key, name, self.make_node(shape, name, at))

    def check_scalar(self, shape: Shape, what: str, at: Segments) -> None:
        if shape.types not in _SCALARS:
            self.note(at, f"{what} is one scalar, never null", "write `type: string`, integer, number or boolean")

    def make_field(self, key: str, shape: Shape, namespace: str, is_required: bool, at: Segments) -> Field:
        words = _words_of(shape)
        if shape.types - {"null"} != {"array"} or words.get("wrapped"):
            name = self.make_name(key, words, namespace, at)
            return Field(key, name, self.make_node(shape, name, at))
        if "null" in shape.types:
            self.note(at, "a list without an element of its own cannot be nil", "write `type: array`, or xml: {wrapped: true}")
        least = max((int(part.node.get("minItems", 0)) for part in shape.parts), default=0)
        return self.make_item(key, shape, namespace, key, at, is_always=is_required or least == 0)

    def make_item(self, key: str, shape: Shape, namespace: str, usual: str, at: Segments, is_always: bool = True) -> Field:
        item = shape.item
        if item is None:
            self.note(at, "the items have no schema", "write `items:`")
            return Field(key, Name(namespace, usual), Node("text", "string"), True, is_always)
        words = _words_of(item)
        if "array" in item.types and not words.get("wrapped"):
            self.note(at, "a list of lists needs an element for each inner list", "write xml: {wrapped: true} on the inner list")
        name = self.make_name(usual, words, namespace, at)
        return Field(key, name, self.make_node(item, name, (*at, "[]")), True, is_always)

    def make_name(self, key: str, words: dict[str, Json], namespace: str, at: Segments) -> Name:
        local = words.get("name", key)
        if _NAME.fullmatch(local) is None:
            self.note(at, "this can be no name in XML", "write xml: {name: …}")
        name = Name(words.get("namespace", namespace), local, words.get("prefix", ""))
        if name.prefix and not name.namespace:
            self.note(at, "a prefix stands for a namespace, and there is none", "write xml: {namespace: …} beside it")
        return name

    def check_names(self, fields: list[Field], at: Segments) -> None:
        names = [each.name.clark for each in fields]
        for name in {name for name in names if names.count(name) > 1}:
            self.note(at, f"two properties are called {name} in XML", "give one of them another xml: {name: …}")

    def make_envelope(self, shape: Shape, root: Name, verdict: Verdict) -> Field:
        """Make the elements around a payload, which name only where the code and the payload stand."""
        *above, last = verdict.payload
        payload = self.make_field(last, shape, root.namespace, is_required=False, at=verdict.payload)
        if payload.is_list:
            payload = Field(last, payload.name, payload.node, True, False)
        *code_above, code = verdict.code
        text = Node("text", verdict.type, is_collapsed=True)
        branches = [(tuple(above), payload), (tuple(code_above), Field(code, Name(root.namespace, code), text))]
        return Field("", root, _nest(branches, root.namespace))


def _nest(branches: list[tuple[Segments, Field]], namespace: str) -> Node:
    elements = [leaf for above, leaf in branches if not above]
    for name in dict.fromkeys(above[0] for above, _ in branches if above):
        inner = [(above[1:], leaf) for above, leaf in branches if above and above[0] == name]
        elements.append(Field(name, Name(namespace, name), _nest(inner, namespace)))
    return Node("fields", is_open=True, elements=tuple(elements))


def _words_of(shape: Shape) -> dict[str, Json]:
    """Give the `xml:` of a place: what stands nearest wins, word by word."""
    words: dict[str, Json] = {}
    for part in shape.parts:
        given = part.node.get("xml")
        if isinstance(given, dict):
            words = {**given, **words}
    return words
