"""Strict YAML: from the text of a file to positioned trees of documents.

Laws: 1. Never an exception: what cannot be read is a diagnostic, and the documents beside it are still read. 2. YAML 1.2 core
meaning only, and less than that: no tags, no merge keys, no directives, no key twice. 3. Everything is bounded before
the C parser sees it: bytes, documents, depth; and aliases before anybody walks them.
Must not know: kinds and keys.
Source: YAML 1.2.2, 10.3 (core schema).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import yaml

from .diagnose import Diagnostic, Related
from .marks import Mark, Path, Source
from .syntax import explain_syntax_error

NO_SIGN_HINT = 'write it as an escape inside "…"'
FILE_BYTES_MAX = 8 << 20
DOCUMENT_CHARS_MAX = 1 << 20
DOCUMENTS_MAX = 10_000
MISTAKES_MAX = 200  # noted of one document, so that a hostile one cannot drown the rest
DEPTH_MAX = 64
NODES_MAX = 500_000  # of one document, aliases counted as often as they are used
ALIASES_MAX = 100

QUOTED = "quoted"  # the tag that a quoted or block scalar gets from us; a plain one has None
_TEXT_TAG = "tag:yaml.org,2002:str"
_BREAK = re.compile(r"^---(?=[ \t\n]|\Z)", re.MULTILINE)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_BRACKET = re.compile(r"[\[\]{}]")
_STEEP = re.compile(r"^ {120}|^[ ]*(?:[-?:][ \t]+(?:[&!*]\S*[ \t]+)*){30}", re.MULTILINE)


class _Composer(yaml.CSafeLoader):
    """The C parser without PyYAML's (YAML 1.1) resolution: what has a tag of its own shows."""

    def resolve(self, kind: object, value: object, implicit: object) -> str | None:
        """Name nothing: a plain node gets None, a quoted one our word."""
        return QUOTED if implicit == (False, True) else None


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """One document as read: its root and where in the file its text begins. Units: `first` lines before it."""

    source: Source
    index: int
    root: yaml.Node
    first: int

    def mark(self, node: yaml.Node) -> Mark:
        """Give the place of a node; one that runs over several lines is marked by its first character."""
        start, end = node.start_mark, node.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return Mark(self.source.file, start.line + self.first + 1, start.column + 1, max(length, 1))


def make_source(file: str, raw: bytes) -> tuple[Source, list[Diagnostic]]:
    """Decode the bytes of a file; with a diagnostic the text is empty or cut before what is wrong."""
    digest = hashlib.sha256(raw).hexdigest()
    if len(raw) > FILE_BYTES_MAX:
        return Source(file, "", digest), [
            Diagnostic("JB-SYN-010", f"the file has {len(raw):,} bytes, more than {FILE_BYTES_MAX:,}", Mark(file), "split it")
        ]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        text = raw[: error.start].decode("utf-8", "replace")
        return Source(file, text, digest), [
            Diagnostic("JB-SYN-002", "the file is not UTF-8", _place(file, text, len(text), 0), "save it as UTF-8")
        ]
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    source = Source(file, text, digest)
    if found := _FORBIDDEN.search(text):
        mark = _place(file, text, found.start(), 1)
        message = f"a character that no text of a federation holds (U+{ord(found.group()):04X})"
        return source, [Diagnostic("JB-SYN-002", message, mark, NO_SIGN_HINT)]
    return source, []


def read_trees(source: Source) -> Iterator[tuple[Tree | None, list[Diagnostic]]]:
    """Read the documents of a file one after the other, so that only one tree is held at a time.

    Shape: a document that cannot be walked is None with its diagnostics; empty documents are left out. A tree's `index` counts
    the parts between `---` lines, empty ones too.
    """
    for index, (first, text) in enumerate(_parts(source.text)):
        if index >= DOCUMENTS_MAX:
            mark = Mark(source.file, first + 1, 1, 3)
            yield None, [Diagnostic("JB-SYN-010", f"more than {DOCUMENTS_MAX:,} documents in one file", mark, "split the file")]
            return
        made = _read_part(source, index, first, text)
        if isinstance(made, Diagnostic):
            yield None, [made]
        elif made is not None:
            findings, is_walkable = _inspect(made)
            yield (made if is_walkable else None), findings[:MISTAKES_MAX]


@lru_cache(maxsize=16)
def _tree_at(source: Source, index: int) -> Tree | None:
    for number, (first, text) in enumerate(_parts(source.text)):
        if number == index:
            made = _read_part(source, index, first, text)
            return made if isinstance(made, Tree) else None
    return None


def locate(source: Source, index: int, path: Path, want_key: bool) -> Mark:
    """Give the place of what stands at a path of a document, or of its nearest ancestor; the document is read again for it.

    Shape: a collection that runs over several lines is marked by its key.
    """
    tree = _tree_at(source, index)
    if tree is None:
        return Mark(source.file)
    node, key, mark = tree.root, None, Mark(source.file, tree.root.start_mark.line + tree.first + 1, 1, 1)
    steps = 0
    for step in path:
        found = _child(node, step)
        if found is None:
            break
        key, node = found
        mark = _mark_of(tree, key, node, mark)
        steps += 1
    return tree.mark(key) if want_key and key is not None and steps == len(path) else mark


def _mark_of(tree: Tree, key: yaml.Node | None, node: yaml.Node, above: Mark) -> Mark:
    is_long = isinstance(node, yaml.CollectionNode) and node.end_mark.line != node.start_mark.line
    if not is_long:
        return tree.mark(node)
    if key is not None:
        return tree.mark(key)
    return tree.mark(node) if isinstance(node, yaml.CollectionNode) and node.flow_style else above


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and -1 < step < len(node.value):
        return None, node.value[step]
    return None


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Cut a text at its `---` lines, so that a mistake in one document hides no other; with the lines before each."""
    begin = lines = 0
    for rule in _BREAK.finditer(text):
        if rule.start() > begin:
            yield lines, text[begin : rule.start()]
            lines += text.count("\n", begin, rule.start())
        begin = rule.start()
    yield lines, text[begin:]


def _read_part(source: Source, index: int, first: int, text: str) -> Tree | Diagnostic | None:
    if text.lstrip().startswith("%"):
        line = first + text[: text.index("%")].count("\n") + 1
        return Diagnostic("JB-SYN-011", "a YAML directive", Mark(source.file, line, 1, 1), "take the line out; YAML 1.2 is what is read")
    if len(text) > DOCUMENT_CHARS_MAX:
        message = f"a document of {len(text):,} characters, more than {DOCUMENT_CHARS_MAX:,}"
        return Diagnostic(
            "JB-SYN-010", message, Mark(source.file, first + 1, 1, 1), "split it; what is large and regular belongs in a CSV file"
        )
    if (steep := _too_deep(text)) is not None:
        mark = Mark(source.file, first + steep[0] + 1, steep[1] + 1, 1)
        return Diagnostic("JB-SYN-009", f"nested deeper than {DEPTH_MAX} levels", mark, "flatten it")
    composer = _Composer(text)
    try:
        root = composer.get_single_node()
    except yaml.YAMLError as error:
        return explain_syntax_error(source.file, first, text, error)
    finally:
        composer.dispose()
    if root is None or (isinstance(root, yaml.ScalarNode) and root.value == "" and root.tag is None):
        return None
    return Tree(source, index, root, first)


def _too_deep(text: str) -> tuple[int, int] | None:
    """Give line and column where nesting goes too deep: a cheap look first, the event stream only where that is suspicious."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
        depth = max(depth, 0)
    if deepest <= DEPTH_MAX // 2 and _STEEP.search(text) is None:
        return None
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Composer):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEPTH_MAX:
                mark = event.start_mark
                return (mark.line, mark.column) if mark else (0, 0)
    except yaml.YAMLError:
        return None  # the composer stops at the same place, no deeper
    return None


def _inspect(tree: Tree) -> tuple[list[Diagnostic], bool]:
    """Find what YAML allows and a federation does not; the second value says whether the tree may be walked."""
    found: list[Diagnostic] = []
    known: set[int] = set()
    aliased: dict[int, yaml.Node] = {}
    uses = 0
    stack = [(tree.root, 1)]
    while stack:
        node, depth = stack.pop()
        if id(node) in known:
            uses += 1
            aliased[id(node)] = node
            continue
        known.add(id(node))
        if node.tag is not None and node.tag != QUOTED:
            found.append(Diagnostic("JB-SYN-007", f"a tag ({_short(node.tag)})", tree.mark(node), "take the tag out"))
        if depth > DEPTH_MAX:
            return [*found, Diagnostic("JB-SYN-009", f"nested deeper than {DEPTH_MAX} levels", tree.mark(node), "flatten it")], False
        if isinstance(node, yaml.MappingNode):
            _inspect_keys(tree, node, found)
        if isinstance(node, yaml.CollectionNode):
            stack += [(child, depth + 1) for child in _children(node)]
    if aliased and (problem := _inspect_aliases(tree, aliased, uses)):
        return [*found, problem], False
    return found, True


def _children(node: yaml.CollectionNode) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value)


def _inspect_keys(tree: Tree, node: yaml.MappingNode, found: list[Diagnostic]) -> None:
    seen: dict[str, yaml.Node] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            found.append(Diagnostic("JB-SYN-012", "a key that is no text", tree.mark(key), "write a plain name before the colon"))
        elif key.value == "<<" and key.tag is None:
            found.append(Diagnostic("JB-SYN-006", "a merge key", tree.mark(key), "write the keys out, or make it a table"))
        elif key.value in seen:
            first = tree.mark(seen[key.value])
            message = f'the key "{_short(key.value)}" stands twice'
            related = (Related("it stands first here", first),)
            found.append(Diagnostic("JB-SYN-005", message, tree.mark(key), "keep one of the two", "neither is taken", related))
        else:
            seen[key.value] = key


def _inspect_aliases(tree: Tree, aliased: dict[int, yaml.Node], uses: int) -> Diagnostic | None:
    mark = tree.mark(next(iter(aliased.values())))
    if uses > ALIASES_MAX:
        return Diagnostic(
            "JB-SYN-008", f"{uses} aliases in one document, more than {ALIASES_MAX}", mark, "write it out, or make it a table"
        )
    size = _size(tree.root, {}, frozenset())
    if size < 0:
        return Diagnostic("JB-SYN-008", "an alias that holds itself", mark, "write it out")
    if size > NODES_MAX:
        return Diagnostic(
            "JB-SYN-008", f"aliases make more than {NODES_MAX:,} values of this document", mark, "write it out, or make it a table"
        )
    return None


def _size(node: yaml.Node, sizes: dict[int, int], above: frozenset[int]) -> int:
    """Count the values under a node, an alias as often as it is used; -1 where one holds itself."""
    if isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) in sizes:
        return sizes[id(node)]
    if id(node) in above or len(above) > DEPTH_MAX * 2:
        return -1
    inside = above | {id(node)}
    total = 1
    for child in _children(node) if isinstance(node, yaml.CollectionNode) else ():
        size = _size(child, sizes, inside)
        if size < 0:
            return -1
        total += size
    sizes[id(node)] = total
    return total


def _place(file: str, text: str, index: int, length: int) -> Mark:
    line = text.count("\n", 0, index) + 1
    return Mark(file, line, index - (text.rfind("\n", 0, index) + 1) + 1, length)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
