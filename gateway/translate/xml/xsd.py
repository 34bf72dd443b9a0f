"""XSD → JSON Schema with `xml:` keywords: a draft, for a person to look over.

Laws: 1. What is drafted reads every message that the XSD allows, where XML Schema can be said in JSON Schema at all; what cannot is
noted (`remarks`) and left open as a text. 2. An identifier is a text, whatever number type the XSD gives it. 3. Nothing is fetched.
Must not know: files, WSDL.
Source: XSD 1.1 part 1, 3.3, 3.4, 3.8; part 2, 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from gateway.schema.lint import is_identifier
from gateway.schema.patterns import find_pattern_fault
from gateway.values.model import Json

XS = "{http://www.w3.org/2001/XMLSchema}"
_Element = etree._Element
_BOUNDS = {"byte": 2**7, "short": 2**15, "int": 2**31}
_INTEGERS = "integer long nonNegativeInteger positiveInteger negativeInteger nonPositiveInteger byte short int unsignedLong unsignedInt unsignedShort unsignedByte"  # noqa: E501
_LEAST = {"nonNegativeInteger": 0, "positiveInteger": 1, "unsignedLong": 0, "unsignedInt": 0, "unsignedShort": 0, "unsignedByte": 0}
_BUILT_IN: dict[str, Json] = {
    **{name: {"type": "integer"} for name in _INTEGERS.split()},
    **{name: {"type": "integer", "minimum": -bound, "maximum": bound - 1} for name, bound in _BOUNDS.items()},
    **{name: {"type": "integer", "minimum": least} for name, least in _LEAST.items()},
    **{name: {"type": "number"} for name in ("decimal", "float", "double")},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "dateTime": {"type": "string", "format": "date-time"},
}
_FACETS = {
    "minLength": "minLength", "maxLength": "maxLength", "minInclusive": "minimum", "maxInclusive": "maximum",
    "minExclusive": "exclusiveMinimum", "maxExclusive": "exclusiveMaximum",
}  # fmt: skip
_GROUPS = (XS + "sequence", XS + "all", XS + "choice")


@dataclass(slots=True)
class Types:
    """All named parts of some XSDs. Shape: keyed by the kind of part and its name as the parser gives it; `remarks` are for a person."""

    parts: dict[tuple[str, str], _Element] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def add(self, schema: _Element) -> None:
        """Take a schema's named parts."""
        namespace = schema.get("targetNamespace") or ""
        for part in schema:
            name = part.get("name")
            if isinstance(part.tag, str) and name:
                self.parts[part.tag.removeprefix(XS), _clark(namespace, name)] = part

    def draft(self, name: str) -> Json:
        """Draft the schema of a message whose root is this element.

        Faults: KeyError where there is no such element.
        """
        drafter = _Drafter(self)
        element = self.parts["element", name]
        schema = drafter.draft_element(element, _namespace_of(element))
        _, _, local = name.rpartition("}")
        schema["xml"] = {"name": local, "namespace": _namespace_of(element)}
        return {**schema, "$defs": drafter.named} if drafter.named else schema


class _Drafter:
    def __init__(self, types: Types) -> None:
        self.types = types
        self.named: dict[str, Json] = {}
        self.begun: dict[str, str] = {}

    def remark(self, what: str) -> None:
        if what not in self.types.remarks:
            self.types.remarks.append(what)

    def draft_element(self, element: _Element, namespace: str) -> dict[str, Json]:
        """Draft what an element holds; `namespace` is that of the element itself."""
        inside = next((child for child in element if child.tag in (XS + "complexType", XS + "simpleType")), None)
        given = element.get("type")
        if inside is not None and inside.tag == XS + "complexType":
            schema = self.draft_complex(inside, namespace)
        elif inside is not None:
            schema = self.draft_simple(inside)
        elif given is not None:
            schema = self.draft_named(_resolve(element, given), namespace)
        else:
            schema = {"type": "string"}
            self.remark(f"{element.get('name')} has no type: drafted as a text")
        if element.get("nillable") in ("true", "1"):
            schema = _allow_null(schema)
        return schema

    def draft_named(self, name: str, namespace: str) -> dict[str, Json]:
        if name.startswith(XS):
            return dict(_BUILT_IN.get(name.removeprefix(XS), {"type": "string"}))
        simple = self.types.parts.get(("simpleType", name))
        if simple is not None:
            return self.draft_simple(simple)
        found = self.types.parts.get(("complexType", name))
        if found is None:
            self.remark(f"the type {name} is nowhere: drafted as a text")
            return {"type": "string"}
        key = f"{name} {namespace}"
        if key not in self.begun:
            local = name.rpartition("}")[2]
            self.begun[key] = label = local if local not in self.begun.values() else f"{local}{len(self.begun)}"
            self.named[label] = {}
            self.named[label] = self.draft_complex(found, namespace)
        return {"$ref": f"#/$defs/{self.begun[key]}"}

    def draft_simple(self, simple: _Element) -> dict[str, Json]:
        restriction = simple.find(XS + "restriction")
        if restriction is None:
            self.remark(f"{simple.get('name') or 'a type'} is a list or a union: drafted as a text")
            return {"type": "string"}
        base = restriction.get("base")
        inner = restriction.find(XS + "simpleType")
        schema = self.draft_named(_resolve(restriction, base), "") if base else self.draft_simple(inner) if inner is not None else {}
        schema.setdefault("type", "string")
        for facet in restriction:
            self.add_facet(schema, str(facet.tag).removeprefix(XS), facet.get("value") or "")
        return schema

    def add_facet(self, schema: dict[str, Json], facet: str, value: str) -> None:
        is_text = schema["type"] == "string"
        if facet == "enumeration":
            schema.setdefault("enum", []).append(value if is_text else _read_number(value))
        elif facet == "pattern" and is_text and not find_pattern_fault(f"^(?:{value})$"):
            schema.setdefault("pattern", f"^(?:{value})$")
        elif facet == "length":
            schema["minLength"] = schema["maxLength"] = int(value)
        elif facet in _FACETS and (not is_text or "Length" in facet):
            schema[_FACETS[facet]] = int(value) if "Length" in facet else _read_number(value)

    def draft_complex(self, whole: _Element, namespace: str) -> dict[str, Json]:
        simple = whole.find(XS + "simpleContent")
        extended = (simple if simple is not None else whole).find(XS + "extension")
        schema: dict[str, Json] = {"type": "object", "required": [], "properties": {}}
        if simple is not None and extended is not None:
            text = self.draft_named(_resolve(extended, extended.get("base") or ""), "")
            self.add(schema, "nilai", {**(text if "type" in text else {"type": "string"}), "xml": {"text": True}}, is_required=True)
            self.add_attributes(schema, extended)
        else:
            self.fill(schema, whole, namespace)
        if whole.get("mixed") in ("true", "1"):
            self.remark(f"{whole.get('name') or 'a type'} mixes text and elements: its messages will be refused")
        return schema if schema["required"] else {key: value for key, value in schema.items() if key != "required"}

    def fill(self, schema: dict[str, Json], whole: _Element, namespace: str) -> None:
        """Take a type's elements and attributes; those of what it extends come first."""
        content = whole.find(XS + "complexContent")
        for part in content if content is not None else ():
            base = self.types.parts.get(("complexType", _resolve(part, part.get("base") or "")))
            if part.tag == XS + "extension" and base is not None:
                self.fill(schema, base, namespace)
            self.fill(schema, part, namespace)
        for group in whole:
            if group.tag in _GROUPS:
                self.add_group(schema, group, namespace, is_optional=False)
        self.add_attributes(schema, whole)

    def add_group(self, schema: dict[str, Json], group: _Element, namespace: str, *, is_optional: bool) -> None:
        is_optional = is_optional or group.tag == XS + "choice" or group.get("minOccurs") == "0"
        if group.get("maxOccurs", "1") != "1":
            self.remark("a group of elements that is repeated: each of its elements is drafted as a list of its own")
        for part in group:
            if part.tag == XS + "element":
                self.add_element(schema, part, namespace, is_optional=is_optional, is_many=group.get("maxOccurs", "1") != "1")
            elif part.tag in _GROUPS:
                self.add_group(schema, part, namespace, is_optional=is_optional)
            elif isinstance(part.tag, str) and part.tag != XS + "annotation":
                self.remark(f"{part.tag.removeprefix(XS)} is not drafted: what stands there is dropped")

    def add_element(self, schema: dict[str, Json], part: _Element, namespace: str, *, is_optional: bool, is_many: bool) -> None:
        reference = part.get("ref")
        element = self.types.parts.get(("element", _resolve(part, reference))) if reference else part
        if element is None:
            self.remark(f"the element {reference} is nowhere")
            return
        name = element.get("name") or ""
        own = _namespace_of(element) if reference or _is_qualified(part) else ""
        drafted = self.draft_element(element, own)
        if own != namespace:
            drafted["xml"] = {"namespace": own}
        is_there = part.get("minOccurs") != "0"
        if is_many or part.get("maxOccurs", "1") != "1":
            drafted, is_there = {"type": "array", "items": drafted}, True  # none of them is an empty list
        self.add(schema, name, drafted, is_required=is_there and not is_optional)

    def add_attributes(self, schema: dict[str, Json], whole: _Element) -> None:
        for part in whole.findall(XS + "attribute"):
            name = part.get("name")
            if not name or part.get("use") == "prohibited":
                continue
            given, inside = part.get("type"), part.find(XS + "simpleType")
            drafted = self.draft_named(_resolve(part, given), "") if given else self.draft_simple(inside) if inside is not None else {}
            key = name if name not in schema["properties"] else f"{name}_attribute"
            words = {"attribute": True, **({"name": name} if key != name else {})}
            self.add(schema, key, {"type": "string", **drafted, "xml": words}, is_required=part.get("use") == "required")

    def add(self, schema: dict[str, Json], name: str, drafted: dict[str, Json], *, is_required: bool) -> None:
        if is_identifier(name) and drafted.get("type") in ("integer", "number"):
            drafted = {"type": "string", **({"xml": drafted["xml"]} if "xml" in drafted else {})}
        schema["properties"][name] = drafted
        if is_required and name not in schema["required"]:
            schema["required"].append(name)


def read_types(schemas: Iterable[_Element]) -> Types:
    """Take the named parts of some XSDs."""
    types = Types()
    for schema in schemas:
        types.add(schema)
    return types


def _allow_null(schema: dict[str, Json]) -> dict[str, Json]:
    if "$ref" in schema:
        return schema  # an object that may be nil: said by a person
    return {**schema, "type": [schema["type"], "null"], **({"enum": [*schema["enum"], None]} if "enum" in schema else {})}


def _clark(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}" if namespace else name


def _resolve(element: _Element, name: str) -> str:
    """Give a qualified name as the parser gives names, by the prefixes that are bound there."""
    prefix, _, local = name.rpartition(":")
    return _clark(str(element.nsmap.get(prefix or None) or ""), local)


def _schema_of(element: _Element) -> _Element:
    return next(above for above in (element, *element.iterancestors()) if above.tag == XS + "schema")


def _namespace_of(element: _Element) -> str:
    return str(_schema_of(element).get("targetNamespace") or "")


def _is_qualified(element: _Element) -> bool:
    return (element.get("form") or _schema_of(element).get("elementFormDefault")) == "qualified"


def _read_number(value: str) -> Json:
    try:
        return int(value)
    except ValueError:
        return float(value)
