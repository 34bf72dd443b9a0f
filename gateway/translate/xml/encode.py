"""Documents → XML: closures compiled from a grammar, one for each place.

Laws: 1. Tags are the plan's, values are escaped: whatever a value holds, it opens and closes nothing. 2. What the grammar does not name
is refused, never left out. 3. Read again by the same grammar, it is the same document; a list without an element of its own that is
absent reads as empty.
Must not know: envelopes, where bytes go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.schema.pointers import make_pointer
from gateway.schema.registry import Registry
from gateway.values.model import Json

from .decode import XSI
from .forms import escape_attribute, escape_text, write_scalar
from .grammar import Field, Grammar, Name, Node, make_grammar
from .parse import say_wrong

WriteElement: TypeAlias = Callable[[Json], str]
_Write: TypeAlias = Callable[[Json, list[str]], None]  # the whole element, tags and all

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NIL = f' xmlns:xsi="{XSI}" xsi:nil="true"/>'


class _Wrong(Exception):
    """One value that cannot be written; the places that it passes on its way out make the pointer."""

    def __init__(self, keyword: str, detail: str, *steps: str | int) -> None:
        super().__init__(keyword)
        self.keyword, self.detail, self.steps = keyword, detail, list(steps)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Which namespaces are bound where an element begins. Shape: `prefixes` are pairs (prefix, namespace)."""

    default: str = ""
    prefixes: frozenset[tuple[str, str]] = field(default_factory=frozenset)


def compile_encoder(registry: Registry, schema: str, *, root: str = "", namespace: str = "") -> Callable[[Json], bytes]:
    """Compile what writes a document of a schema as a whole XML document in UTF-8.

    Faults: KeyError for an unknown schema, ValueError where XML cannot carry it; what is compiled raises Untranslatable.
    """
    grammar = make_grammar(registry.documents, schema, root, namespace)
    if grammar.problems:
        raise ValueError(grammar.problems[0].message)
    write = compile_writer(grammar)
    return lambda document: (_DECLARATION + write(document)).encode()


def compile_writer(grammar: Grammar) -> WriteElement:
    """Compile what writes a document as one element that stands anywhere."""
    write = _Compiler().compile(grammar.root.name, grammar.root.node, _Scope())

    def write_root(document: Json) -> str:
        out: list[str] = []
        try:
            write(document, out)
        except _Wrong as wrong:
            keyword, detail, pointer = wrong.keyword, wrong.detail, make_pointer(reversed(wrong.steps))
        else:
            return "".join(out)
        raise say_wrong(keyword, detail, pointer)

    return write_root


class _Compiler:
    def __init__(self) -> None:
        self.made: dict[tuple[int, Name, _Scope], list[_Write]] = {}

    def compile(self, name: Name, node: Node, scope: _Scope) -> _Write:
        """Compile an element; one that is being compiled is recursive, and is looked up when it runs."""
        key = (id(node), name, scope)
        holder = self.made.get(key)
        if holder is not None:
            return holder[0] if holder else _make_link(holder)
        holder = self.made[key] = []
        tag, begin, inner = _open_tag(name, node, scope)
        forms = {"text": self.make_text, "fields": self.make_fields, "list": self.make_list}
        content = forms[node.form](node, inner, f"<{begin}", f"</{tag}>")
        nil = f"<{begin}{_NIL}" if node.is_nillable else ""

        def write(value: Json, out: list[str]) -> None:
            if value is not None:
                content(value, out)
            elif nil:
                out.append(nil)
            else:
                raise _Wrong("nil", "cannot be null")

        holder.append(write)
        return write

    def make_text(self, node: Node, scope: _Scope, begin: str, end: str) -> _Write:
        opened = begin + ">"

        def write_text(value: Json, out: list[str]) -> None:
            out.append(opened + escape_text(_write_scalar(value)) + end)

        return write_text

    def make_list(self, node: Node, scope: _Scope, begin: str, end: str) -> _Write:
        item = node.item
        assert item is not None
        opened, write_item = begin + ">", self.compile(item.name, item.node, scope)

        def write_list(value: Json, out: list[str]) -> None:
            out.append(opened)
            _write_items(value, write_item, out)
            out.append(end)

        return write_list

    def make_fields(self, node: Node, scope: _Scope, begin: str, end: str) -> _Write:
        attributes = tuple((each.key, f" {_qualify(each.name, node)}=") for each in node.attributes)
        elements = tuple((each.key, each.is_list, self.compile(each.name, each.node, scope)) for each in node.elements)
        text = node.text.key if node.text is not None else None
        named = frozenset(each.key for each in (*node.attributes, *node.elements)) | ({text} if text is not None else set())

        def write_fields(value: Json, out: list[str]) -> None:
            _check_keys(value, named)
            key = ""
            out.append(begin)
            try:
                for key, opened in attributes:
                    if key in value:
                        out.append(f'{opened}"{escape_attribute(_write_scalar(value[key]))}"')
                out.append(">")
                if text is not None and text in value:
                    key = text
                    out.append(escape_text(_write_scalar(value[text])))
                for key, is_list, write in elements:
                    if key in value:
                        _write_items(value[key], write, out) if is_list else write(value[key], out)
            except _Wrong as wrong:
                wrong.steps.append(key)
                raise
            out.append(end)

        return write_fields


def _check_keys(value: Json, named: frozenset[str]) -> None:
    if type(value) is not dict:
        raise _Wrong("type", "is no object")
    if not value.keys() <= named:
        raise _Wrong("unknown", "has no place in XML", min(value.keys() - named))


def _make_link(holder: list[_Write]) -> _Write:
    return lambda value, out: holder[0](value, out)


def _write_items(value: Json, write: _Write, out: list[str]) -> None:
    if type(value) is not list:
        raise _Wrong("type", "is no list")
    index = 0
    try:
        for item in value:
            write(item, out)
            index += 1
    except _Wrong as wrong:
        wrong.steps.append(index)
        raise


def _write_scalar(value: Json) -> str:
    try:
        return write_scalar(value)
    except ValueError as error:
        detail = str(error)
    raise _Wrong("form", detail)


def _open_tag(name: Name, node: Node, scope: _Scope) -> tuple[str, str, _Scope]:
    """Give an element's qualified name, its start tag up to its attributes, and what is bound inside."""
    default, prefixes, declared = scope.default, dict(scope.prefixes), ""
    if not name.prefix and name.namespace != default:
        default = name.namespace
        declared += f' xmlns="{escape_attribute(default)}"'
    wanted = [(name.prefix, name.namespace)] if name.prefix else []
    wanted += [(_prefix_of(each, node), each.name.namespace) for each in node.attributes if each.name.namespace]
    for prefix, namespace in wanted:
        if prefixes.get(prefix) != namespace:
            prefixes[prefix] = namespace
            declared += f' xmlns:{prefix}="{escape_attribute(namespace)}"'
    tag = f"{name.prefix}:{name.local}" if name.prefix else name.local
    return tag, tag + declared, _Scope(default, frozenset(prefixes.items()))


def _prefix_of(attribute: Field, node: Node) -> str:
    """Give an attribute's prefix: its own, or one by its place, since an attribute without one has no namespace."""
    return attribute.name.prefix or f"a{node.attributes.index(attribute)}"


def _qualify(name: Name, node: Node) -> str:
    if not name.namespace:
        return name.local
    (attribute,) = (each for each in node.attributes if each.name == name)
    return f"{_prefix_of(attribute, node)}:{name.local}"
