"""From a read document to a decoded one, by the specification of its kind.

Laws: 1. One small function a shape; what may stand where is data (`kinds`). 2. Every mistake of a document is found in one walk.
3. Positions are not kept: a mark is found again when it is asked for, so that a plan without mistakes pays nothing.
Must not know: files, other documents.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from ..values.keys import Key, KindSpec, ListOf, MapOf, OneOf, Open, Record, Scalar, Shape
from ..values.model import Json
from ..values.problem import suggest_name
from .diagnose import Diagnostic, Related
from .kinds import KINDS
from .marks import Mark, Path, Source
from .read import MISTAKES_MAX, QUOTED, Tree, locate
from .scalars import EXACT_MAX, INTEGER_MAX, WrongValue, convert_scalar, describe_scalar, looks_like_text, resolve_plain

_MISSING = object()  # what decodes to nothing, because it is wrong


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One decoded document.

    Shape: `value` is plain Python, converted (durations float seconds, sizes int bytes, dates str), with defaults filled
    in; it holds the kind key too (`value["route"] == id`). Nobody writes to it. `mark` is the place of the id (the value
    of the kind key); `index` the document's place in its file. `moved` are parts of the value that stand elsewhere in the file: path in
    the value → path in the file.
    """

    kind: str
    id: str
    value: dict[str, Json]
    mark: Mark
    source: Source
    index: int = 0
    moved: tuple[tuple[Path, Path], ...] = ()

    def mark_at(self, path: Path) -> Mark:
        """Give the place of the value at a path, or of its nearest ancestor that stands in the file."""
        return locate(self.source, self.index, self._find_path(path), False)

    def key_mark_at(self, path: Path) -> Mark:
        """Give the place of the key that a path ends with, or of its nearest ancestor that stands in the file."""
        return locate(self.source, self.index, self._find_path(path), True)

    def _find_path(self, path: Path) -> Path:
        return next(((*there, *path[len(here) :]) for here, there in self.moved if path[: len(here)] == here), path)


def decode_document(tree: Tree) -> tuple[Document | None, list[Diagnostic]]:
    """Decode one document; None where it has no kind or no id. A document with mistakes holds what was right in it."""
    walk = _Walk(tree)
    found = walk.find_kind()
    if found is None:
        return None, walk.found
    spec, key, node = found
    if spec.later:
        walk.say("JB-YET-001", f'the kind "{spec.name}" is known and not served yet', key, "take the document out", "nothing of it is used")
        return None, walk.found
    try:
        walk.example = node, spec.example.partition("\n")[0]
        id_ = walk.decode(spec.id, node)
        value = walk.decode_body(spec, tree.root, key)
    except _TooManyMistakes:
        walk.found.append(
            Diagnostic("JB-SYN-016", f"more than {MISTAKES_MAX} mistakes", tree.mark(key), "mend these first", "the rest is not looked at")
        )
        return None, walk.found
    if id_ is _MISSING:
        return None, walk.found
    return Document(spec.name, id_, {spec.name: id_, **value}, tree.mark(node), tree.source, tree.index), walk.found


class _TooManyMistakes(Exception):
    """Ends a walk; never leaves this room."""


class _Walk:
    """One walk over one document: its tree, and what was found wrong so far."""

    __slots__ = ("example", "found", "tree")

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.found: list[Diagnostic] = []
        self.example: tuple[yaml.Node | None, str] = (None, "")  # how the key whose value is decoded may be written

    def say(self, code: str, message: str, node: yaml.Node, hint: str = "", effect: str = "", is_secret: bool = False) -> None:
        """Note a mistake at a node."""
        if len(self.found) >= MISTAKES_MAX:
            raise _TooManyMistakes
        self.found.append(Diagnostic(code, message, self.tree.mark(node), hint, effect, is_secret=is_secret))

    def find_kind(self) -> tuple[KindSpec, yaml.ScalarNode, yaml.Node] | None:
        """Find the one kind key of the document."""
        root = self.tree.root
        if not isinstance(root, yaml.MappingNode):
            self.say("JB-SYN-013", "the document is no map", root, "begin it with a kind: `route: ID`", "nothing of it is used")
            return None
        pairs = {key.value: (key, value) for key, value in reversed(root.value) if isinstance(key, yaml.ScalarNode)}
        kinds = [word for word in dict.fromkeys((*list(pairs)[-1:], *KINDS)) if word in pairs and word in KINDS]
        if not kinds:
            self.refuse_kindless(root)
            return None
        for other in kinds[1:]:
            first_mark = self.tree.mark(pairs[kinds[0]][0])
            message = f'two kinds in one document: "{kinds[0]}" and "{other}"'
            related = (Related("the kind", first_mark),)
            self.found.append(
                Diagnostic("JB-KEY-011", message, self.tree.mark(pairs[other][0]), "put a line `---` between them", "", related)
            )
        key, value = pairs[kinds[0]]
        return KINDS[kinds[0]], key, value

    def refuse_kindless(self, root: yaml.MappingNode) -> None:
        """Note that a document has no kind, with the kind that its first word may have meant."""
        first = root.value[0][0] if root.value else root
        word = first.value if isinstance(first, yaml.ScalarNode) else ""
        is_key = any(word in keys_of(spec.body) for spec in KINDS.values())
        near = "" if is_key else suggest_name(word, KINDS)
        near = near or "begin it with its kind, like `route: ID`; kinds: " + ", ".join(KINDS)
        self.say("JB-KEY-010", "a document without a kind", first, near, "nothing of it is used")

    def decode_body(self, spec: KindSpec, root: yaml.Node, kind_key: yaml.Node) -> dict[str, Json]:
        """Decode the keys beside the kind key."""
        others = [row for row in root.value if row[0] is not kind_key and not (isinstance(row[0].value, str) and row[0].value in KINDS)]
        made = self.decode_pairs(spec.body, others, kind_key, spec.name)
        return made if isinstance(made, dict) else {}

    def decode(self, shape: Shape, node: yaml.Node) -> Json:
        """Decode a node by a shape."""
        if isinstance(shape, Scalar):
            return self.decode_scalar(shape, node)
        if isinstance(shape, Record):
            return self.decode_record(shape, node)
        if isinstance(shape, OneOf):
            return self.decode_one_of(shape, node)
        if isinstance(shape, MapOf):
            return self.decode_map(shape, node)
        if isinstance(shape, ListOf):
            return self.decode_list(shape, node)
        return self.decode_open(node)

    def decode_scalar(self, shape: Scalar, node: yaml.Node) -> Json:
        """Decode one value."""
        if not isinstance(node, yaml.ScalarNode):
            return self.refuse_form(describe_scalar(shape), node)
        try:
            return convert_scalar(shape, node.value, node.tag != QUOTED)
        except WrongValue as wrong:
            self.say(wrong.code, wrong.message, node, wrong.hint or self.show_example(node), is_secret=wrong.code.startswith("JB-SEC"))
            return _MISSING

    def decode_record(self, shape: Record, node: yaml.Node) -> Json:
        """Decode a map with declared keys."""
        if not isinstance(node, yaml.MappingNode):
            return self.refuse_form("a map with " + ", ".join(key.name for key in shape.keys[:6] if not key.later), node)
        return self.decode_pairs(shape, node.value, node, shape.name)

    def decode_pairs(self, shape: Record, pairs: list[tuple[yaml.Node, yaml.Node]], at: yaml.Node, name: str) -> Json:
        """Decode the pairs of a record: each by its key, then what is missing, then what excludes one another."""
        keys = keys_of(shape)
        value: dict[str, Json] = {}
        present: dict[str, yaml.Node] = {}
        for key_node, node in pairs:
            word = key_node.value
            if not isinstance(word, str) or word in present or (word == "<<" and key_node.tag is None):
                continue  # reading said so
            present[word] = key_node
            key = keys.get(word)
            if key is None:
                self.decode_rest(shape, key_node, node, value, name)
            elif key.later:
                self.say(
                    "JB-YET-001",
                    f'"{word}" is known and not served yet',
                    key_node,
                    "take it out",
                    "nothing is ignored, so the document is refused",
                )
            elif (made := self.decode_value(key, node)) is not _MISSING:
                value[word] = made
        self.note_missing(shape, present, at, name)
        for key in shape.keys:
            if key.name not in present and (default := default_of(key)) is not None:
                value[key.name] = default
        return value

    def decode_value(self, key: Key, node: yaml.Node) -> Json:
        """Decode the value of a declared key."""
        self.example = node, _show_key(key)
        return self.decode(key.shape, node)

    def decode_rest(self, shape: Record, key_node: yaml.Node, node: yaml.Node, value: dict[str, Json], name: str) -> None:
        """Decode a key that a record does not declare, or refuse it."""
        if shape.rest is None:
            names = [key.name for key in shape.keys if not key.later]
            near = suggest_name(key_node.value, names) or ("keys: " + ", ".join(names[:24]))
            self.say("JB-KEY-001", f'unknown key "{key_node.value[:60]}"' + (f" of {name}" if name else ""), key_node, near)
        elif (made := self.decode(shape.rest, node)) is not _MISSING:
            value[key_node.value] = made

    def note_missing(self, shape: Record, present: Mapping[str, yaml.Node], at: yaml.Node, name: str) -> None:
        """Note required keys that are absent and groups that are not met; a key that comes later may stand for what is missing."""
        where = f" of {name}" if name else ""
        is_later = any(key.later and key.name in present for key in shape.keys)
        for key in () if is_later else shape.keys:
            if key.required and key.name not in present:
                self.say("JB-KEY-002", f'missing key "{key.name}"{where}', at, f"add `{_show_key(key)}`")
        for group in shape.exactly_one:
            if present.keys().isdisjoint(group):
                self.say("JB-KEY-002", f"missing key{where}: one of " + ", ".join(group), at, f"add {_show_keys(shape, group)}")
        for group in (*shape.exactly_one, *shape.at_most_one):
            self.note_excess(group, present)

    def note_excess(self, group: tuple[str, ...], present: Mapping[str, yaml.Node]) -> None:
        """Note keys that stand beside one that excludes them."""
        held = [word for word in group if word in present]
        for word in held[1:]:
            related = (Related(f'"{held[0]}" stands here', self.tree.mark(present[held[0]])),)
            message = f'"{word}" and "{held[0]}" exclude one another'
            self.found.append(Diagnostic("JB-KEY-009", message, self.tree.mark(present[word]), "keep one", "", related))

    def decode_one_of(self, shape: OneOf, node: yaml.Node) -> Json:
        """Decode a union: what stands there picks the shape."""
        if isinstance(node, yaml.ScalarNode):
            picked = shape.scalar
            if isinstance(picked, Scalar) and picked.type == "enum" and node.value not in ("", *picked.choices, *picked.later):
                hint = suggest_name(node.value, picked.choices) or describe_union(shape)
                self.say("JB-KEY-007", f'"{node.value[:60]}" is none of the words that may stand here', node, hint)
                return _MISSING
        elif isinstance(node, yaml.SequenceNode):
            picked = shape.sequence
        else:
            words = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
            picked = next((record for word, record in shape.records if word in words), shape.mapping)
        if picked is None:
            is_secret = isinstance(shape.scalar, Scalar) and shape.scalar.type == "secret"
            return self.refuse_form(describe_union(shape), node, is_secret=is_secret)
        return self.decode(picked, node)

    def decode_map(self, shape: MapOf, node: yaml.Node) -> Json:
        """Decode a map with free keys."""
        if not isinstance(node, yaml.MappingNode):
            return self.refuse_form("a map", node)
        value: dict[str, Json] = {}
        for key_node, child in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.value in value:
                continue
            is_plain = key_node.tag != QUOTED and not (shape.numbers and key_node.value.isdigit())
            try:
                word = convert_scalar(shape.key, key_node.value, is_plain)
            except WrongValue as wrong:
                self.say(wrong.code, wrong.message, key_node, wrong.hint)
                word = key_node.value
            if (made := self.decode(shape.value, child)) is not _MISSING:
                value[word] = made
        self.note_count(len(node.value), shape.least, shape.most, "entries", node)
        return value

    def decode_list(self, shape: ListOf, node: yaml.Node) -> Json:
        """Decode a list."""
        if not isinstance(node, yaml.SequenceNode):
            return self.refuse_form("a list", node, "write […]" if isinstance(node, yaml.ScalarNode) and node.value else "")
        self.note_count(len(node.value), shape.least, shape.most, "items", node)
        made = [self.decode(shape.item, child) for child in node.value]
        return [value for value in made if value is not _MISSING]

    def note_count(self, count: int, least: int, most: int, what: str, node: yaml.Node) -> None:
        """Note a list or map that is too short or too long."""
        if count < least:
            self.say("JB-KEY-006", f"{count} {what}", node, f"at least {least}")
        elif count > most:
            self.say("JB-KEY-006", f"{count:,} {what}", node, f"at most {most:,}")

    def decode_open(self, node: yaml.Node, is_exact: bool = False) -> Json:
        """Decode free JSON. Where a schema declares that an identifier is a number, that may be one beyond 2^53."""
        if isinstance(node, yaml.SequenceNode):
            return [self.decode_open(child, is_exact) for child in node.value]
        if isinstance(node, yaml.MappingNode):
            is_exact = any(key.value == "x-identifier" for key, _ in node.value)
            pairs = {
                self.open_key(key): self.decode_open(value, is_exact) for key, value in reversed(node.value) if isinstance(key.value, str)
            }
            return dict(reversed(pairs.items()))  # of a key twice the first holds; the order is the writer's: in XML it means something
        if node.tag == QUOTED:
            return node.value
        try:
            return resolve_plain(node.value, EXACT_MAX if is_exact else INTEGER_MAX)
        except WrongValue as wrong:
            self.say(wrong.code, wrong.message, node, wrong.hint)
            return None

    def open_key(self, key: yaml.Node) -> str:
        """Give the name of a key of free JSON; a number or a null is none."""
        text = str(key.value)
        if key.tag != QUOTED and not looks_like_text(text):
            self.say("JB-KEY-004", "a key of JSON is a text", key, f'quote it: "{text}"')
        return text

    def refuse_form(self, wanted: str, node: yaml.Node, hint: str = "", is_secret: bool = False) -> Json:
        """Note that something of another form stands where `wanted` belongs, and how its key may be written."""
        message = f"{_form_of(node)} stands where {wanted} belongs"
        self.say("JB-KEY-003", message, node, hint or self.show_example(node), is_secret=is_secret)
        return _MISSING

    def show_example(self, node: yaml.Node) -> str:
        """Say how the key with this value may be written; nothing where nothing is known."""
        holder, example = self.example
        return f"for example `{example}`" if holder is node and not example.endswith(": …") else ""


def _form_of(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a map"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if node.tag == QUOTED or looks_like_text(node.value):
        return "a text"
    return "nothing" if node.value == "" else f"a bare {node.value[:20]}"


def _show_keys(shape: Record, names: tuple[str, ...]) -> str:
    return " or ".join(f"`{_show_key(key)}`" for key in shape.keys if key.name in names and not key.later)


def _show_key(key: Key) -> str:
    """Write a key as an example: its own, or what it must hold."""
    if key.example:
        return f"{key.name}: {key.example}"
    shape = key.shape
    if isinstance(shape, ListOf):
        return f"{key.name}: [{describe_shape(shape.item)}, …]" if isinstance(shape.item, Scalar) else f"{key.name}: […]"
    needed = [each.name for each in shape.keys if each.required] if isinstance(shape, Record) else []
    return f"{key.name}: {{{', '.join(f'{name}: …' for name in needed)}}}" if needed else f"{key.name}: …"


_keys: dict[int, dict[str, Key]] = {}
_defaults: dict[int, Json] = {}


def keys_of(shape: Record) -> dict[str, Key]:
    """Give the keys of a record by name; made once a record, which lives as long as its kind."""
    made = _keys.get(id(shape))
    if made is None:
        made = _keys[id(shape)] = {key.name: key for key in shape.keys}
    return made


def default_of(key: Key) -> Json:
    """Give what holds where a key is absent: its default, or the defaults of the record that it holds."""
    if id(key) not in _defaults:
        _defaults[id(key)] = None if key.later else key.default if key.default is not None else _record_default(key.shape)
    made = _defaults[id(key)]
    return copy.deepcopy(made) if isinstance(made, list | dict) else made


def _record_default(shape: Shape) -> Json:
    """Give the defaults of a record that needs nothing from the writer; None where it needs something or has none."""
    if not isinstance(shape, Record) or shape.exactly_one or any(key.required for key in shape.keys):
        return None
    return {key.name: value for key in shape.keys if (value := default_of(key)) is not None} or None


def describe_union(shape: OneOf) -> str:
    """Say in words which forms a union has."""
    forms = [describe_shape(part) for part in (shape.scalar, shape.sequence) if part is not None]
    forms += [f"a map with `{word}`" for word, record in shape.records if not keys_of(record)[word].later]
    if shape.mapping is not None:
        forms.append(describe_shape(shape.mapping))
    return " or ".join(forms)


def describe_shape(shape: Shape) -> str:
    """Say in words what belongs where a shape stands."""
    if isinstance(shape, Scalar):
        return describe_scalar(shape)
    if isinstance(shape, ListOf):
        return "a list"
    if isinstance(shape, Open):
        return "free JSON"
    return describe_union(shape) if isinstance(shape, OneOf) else "a map"
