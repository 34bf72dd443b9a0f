"""XML → documents: closures compiled from a grammar, one for each place.

Laws: 1. The result has the types of the schema; whether it is valid is the schema's own check. 2. Each element that the grammar does
not name is one field dropped, or refused. 3. The first mistake ends the reading; its pointer is that of the document.
Must not know: envelopes, where bytes come from.
Source: XSD 1.1 part 1, 2.7 (xsi:nil, xsi:type, xsi:schemaLocation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from lxml import etree

from gateway.schema.pointers import make_pointer
from gateway.schema.registry import Registry
from gateway.values.model import Json

from ..problems import Untranslatable
from .forms import BLANKS, READERS, read_big_integer, read_collapsed
from .grammar import Field, Grammar, Node, make_grammar
from .parse import DEPTH_MAX, ELEMENTS_MAX, parse_xml, say_wrong

Decode: TypeAlias = Callable[[bytes], tuple[Json, int]]  # bytes → document, and how many fields were dropped
ReadElement: TypeAlias = Callable[[etree._Element], tuple[Json, int]]
_Read: TypeAlias = "Callable[[etree._Element, _Seen], Json]"
_ReadInside: TypeAlias = "Callable[[etree._Element, _Seen, dict[str, Json]], None]"

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NIL = f"{{{XSI}}}nil"
_BESIDE = (f"{{{XSI}}}", "{http://www.w3.org/XML/1998/namespace}", "{http://schemas.xmlsoap.org/soap/encoding/}")
_ENCODING_STYLES = frozenset(
    {f"{{http://{place}}}encodingStyle" for place in ("schemas.xmlsoap.org/soap/envelope/", "www.w3.org/2003/05/soap-envelope")}
)


class _Wrong(Exception):
    """One mistake; the places that it passes on its way out make the pointer."""

    def __init__(self, keyword: str, detail: str) -> None:
        super().__init__(keyword)
        self.keyword, self.detail, self.steps = keyword, detail, list[str | int]()


class _Seen:
    """What one reading meets: how many fields were dropped, and whether any may be."""

    __slots__ = ("dropped", "is_refusing")

    def __init__(self, is_refusing: bool) -> None:
        self.dropped, self.is_refusing = 0, is_refusing

    def meet_unknown(self, is_open: bool = False) -> None:
        if is_open:
            return
        if self.is_refusing:
            raise _Wrong("unknown", "is in no schema")
        self.dropped += 1


def compile_decoder(
    registry: Registry, schema: str, *, root: str = "", namespace: str = "", unknown: str = "drop", encoding: str = "utf-8"
) -> Decode:
    """Compile what reads a whole XML document by a schema.

    Shape: `unknown` drop | refuse. Faults: KeyError for an unknown schema, ValueError where XML cannot carry it; what is compiled
    raises Untranslatable.
    """
    grammar = make_grammar(registry.documents, schema, root, namespace)
    if grammar.problems:
        raise ValueError(grammar.problems[0].message)
    read = compile_reader(grammar, unknown, registry.compile_schema(schema).has_big_integers)
    return lambda raw: read(parse_xml(raw, encoding, ELEMENTS_MAX))


def compile_reader(grammar: Grammar, unknown: str = "drop", has_big_integers: bool = False) -> ReadElement:
    """Compile what reads a parsed element by a grammar."""
    root = grammar.root
    tag, is_refusing = root.name.clark, unknown == "refuse"
    read = _Compiler(has_big_integers).compile(root.node)

    def read_root(element: etree._Element) -> tuple[Json, int]:
        if element.tag != tag:
            raise say_wrong("root", f"the root is not {tag}")
        seen = _Seen(is_refusing)
        try:
            return read(element, seen), seen.dropped
        except _Wrong as wrong:
            keyword, detail, pointer = wrong.keyword, wrong.detail, make_pointer(reversed(wrong.steps))
        raise say_wrong(keyword, detail, pointer)

    return read_root


class _Compiler:
    def __init__(self, has_big_integers: bool) -> None:
        self.readers = {**READERS, "integer": read_big_integer} if has_big_integers else READERS
        self.made: dict[int, list[_Read]] = {}

    def compile(self, node: Node) -> _Read:
        """Compile a node; one that is being compiled is recursive, and is looked up when it runs."""
        made = self.made.get(id(node))
        if made is not None:
            return made[0] if made else _make_link(self.made[id(node)])
        self.made[id(node)] = []
        forms: Mapping[str, Callable[[Node], _Read]] = {"text": self.make_text, "fields": self.make_fields, "list": self.make_list}
        read = forms[node.form](node)
        self.made[id(node)].append(read)
        return read

    def convert_of(self, node: Node) -> Callable[[str], Json]:
        return read_collapsed if node.is_collapsed and node.type == "string" else self.readers[node.type]

    def make_text(self, node: Node) -> _Read:
        convert, is_nillable = self.convert_of(node), node.is_nillable

        def read_text(element: etree._Element, seen: _Seen) -> Json:
            if element.keys() and _is_nil(element, seen, is_nillable):
                return None
            if len(element):
                raise _Wrong("mixed", "elements stand where a value belongs")
            return _convert(convert, element.text or "")

        return read_text

    def make_list(self, node: Node) -> _Read:
        item, is_nillable = node.item, node.is_nillable
        assert item is not None
        tag, read = item.name.clark, self.compile(item.node)

        def read_list(element: etree._Element, seen: _Seen) -> Json:
            if element.keys() and _is_nil(element, seen, is_nillable):
                return None
            items: list[Json] = []
            try:
                for child in element:
                    if child.tag == tag:
                        items.append(read(child, seen))
                    else:
                        seen.meet_unknown()
            except _Wrong as wrong:
                wrong.steps.append(len(items))
                raise
            if any(text and text.strip(BLANKS) for text in (element.text, *(child.tail for child in element))):
                raise _Wrong("mixed", "text stands between elements")
            return items

        return read_list

    def make_fields(self, node: Node) -> _Read:
        always = tuple(each.key for each in node.elements if each.is_list and each.is_always)
        is_nillable = node.is_nillable
        read_attributes = self.make_attributes(node)
        read_inside = self.make_children(node) if node.text is None else self.make_own_text(node.text)

        def read_fields(element: etree._Element, seen: _Seen) -> Json:
            out: dict[str, Json] = {key: [] for key in always}
            if element.keys() and read_attributes(element, seen, out, is_nillable):
                return None
            read_inside(element, seen, out)
            return out

        return read_fields

    def make_children(self, node: Node) -> _ReadInside:
        rules = {each.name.clark: (each.key, each.is_list, self.compile(each.node), self.find_plain(each)) for each in node.elements}
        is_open = node.is_open

        def read_children(element: etree._Element, seen: _Seen, out: dict[str, Json]) -> None:  # house: one loop a message, no call a text
            key, between = "", element.text or ""
            try:
                for child in element:
                    if tail := child.tail:
                        between += tail
                    rule = rules.get(child.tag)
                    if rule is None:
                        key = etree.QName(child).localname
                        seen.meet_unknown(is_open)
                        continue
                    key, is_list, read, plain = rule
                    if plain and key not in out and not child.keys() and not len(child):  # most of what a message is made of
                        out[key] = (child.text or "") if plain == "text" else (child.text or "").strip(BLANKS)
                    elif is_list:
                        _add(out, key, read, child, seen)
                    elif key in out:
                        raise _Wrong("duplicate", "the element stands more than once")
                    else:
                        out[key] = read(child, seen)
            except _Wrong as wrong:
                wrong.steps.append(key)
                raise
            if between.strip(BLANKS):
                raise _Wrong("mixed", "text stands between elements")

        return read_children

    def find_plain(self, place: Field) -> str:
        """Say whether an element without attributes and elements is its `text`, or that `collapsed`; "" where it is read otherwise."""
        if place.is_list or place.node.form != "text" or place.node.type != "string":
            return ""
        return "collapsed" if place.node.is_collapsed else "text"

    def make_own_text(self, text: Field) -> _ReadInside:
        key, convert, is_string = text.key, self.convert_of(text.node), text.node.type == "string"

        def read_own(element: etree._Element, seen: _Seen, out: dict[str, Json]) -> None:
            own = element.text or ""
            if len(element):
                raise _Wrong("mixed", "elements stand where a value belongs")
            if is_string or own.strip(BLANKS):
                out[key] = _convert(convert, own)

        return read_own

    def make_attributes(self, node: Node) -> Callable[[etree._Element, _Seen, dict[str, Json], bool], bool]:
        known = {each.name.clark: (each.key, self.convert_of(each.node)) for each in node.attributes}
        is_open = node.is_open

        def read_attributes(element: etree._Element, seen: _Seen, out: dict[str, Json], is_nillable: bool) -> bool:
            for name, text in element.items():
                rule = known.get(str(name))
                if rule is not None:
                    try:
                        out[rule[0]] = _convert(rule[1], str(text))
                    except _Wrong as wrong:
                        wrong.steps.append(rule[0])
                        raise
                elif not _is_beside(str(name)):
                    seen.meet_unknown(is_open)
            return _NIL in element.keys() and _read_nil(element, is_nillable)  # noqa: SIM118 - an element holds elements, not names

        return read_attributes


def _add(out: dict[str, Json], key: str, read: _Read, child: etree._Element, seen: _Seen) -> None:
    items = out.setdefault(key, [])
    try:
        items.append(read(child, seen))
    except _Wrong as wrong:
        wrong.steps.append(len(items))
        raise


def _make_link(holder: list[_Read]) -> _Read:
    """Make the way back into a place that holds itself; only there can depth be the message's."""

    def read_again(element: etree._Element, seen: _Seen) -> Json:
        if sum(1 for _ in element.iterancestors()) > DEPTH_MAX:
            raise _Wrong("depth", f"nested deeper than {DEPTH_MAX}")
        return holder[0](element, seen)

    return read_again


def _convert(convert: Callable[[str], Json], text: str) -> Json:
    try:
        return convert(text)
    except ValueError as error:
        detail = str(error)
    raise _Wrong("form", detail)


def _is_beside(name: str) -> bool:
    """Whether an attribute belongs to XML itself or to XSD's instances, not to the agency's data."""
    return name.startswith(_BESIDE) or name in _ENCODING_STYLES


def _is_nil(element: etree._Element, seen: _Seen, is_nillable: bool) -> bool:
    """Meet the attributes of an element that has none of its own; say whether it is nil."""
    names = [str(name) for name in element.keys()]  # noqa: SIM118 - an element holds elements, not names
    for name in names:
        if not _is_beside(name):
            seen.meet_unknown()
    return _NIL in names and _read_nil(element, is_nillable)


def _read_nil(element: etree._Element, is_nillable: bool) -> bool:
    said = _convert(READERS["boolean"], element.get(_NIL) or "")
    if not said:
        return False
    if not is_nillable:
        raise _Wrong("nil", "may not be nil")
    if len(element) or element.text:
        raise _Wrong("nil", "is nil and not empty")
    return True


__all__ = ["Decode", "Field", "ReadElement", "Untranslatable", "compile_decoder", "compile_reader"]
