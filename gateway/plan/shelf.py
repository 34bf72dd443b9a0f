"""The named things of a federation that routes and policies refer to: schemas, code lists, faults, mappings.

Laws: 1. What is wrong is noted once, at its own place; whoever refers to it keeps quiet. 2. Everything here is compiled once.
Must not know: routes, policies.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field

from ..schema.check import Schema
from ..schema.codelists import CodeList, parse_codelist
from ..schema.endless import find_endless
from ..schema.lint import lint_schema
from ..schema.registry import Registry
from ..schema.unknown import DropUnknown, FindUnknown, compile_drop, compile_refuse
from ..translate.compile import Compiled, compile_mapping
from ..translate.dialect import Dialect
from ..translate.library import Library
from ..translate.prove.mapping import make_prover
from ..values.faults import CATALOGUE, Kind
from ..values.model import Json
from .classes import Classes
from .decode import Document
from .federation import Federation
from .instances import Instances, list_values, read_parametric
from .notes import Notes
from .proofs import Proofs

_SCHEMA_KEYS = ("schema", "version")


@dataclass(slots=True)
class Shelf:
    """What was compiled, by name; a name that is missing here was wrong and has been noted."""

    registry: Registry
    library: Library
    proofs: Proofs
    codelists: dict[str, CodeList] = field(default_factory=dict)
    faults: dict[str, Kind] = field(default_factory=dict)
    mappings: dict[str, Compiled] = field(default_factory=dict)
    wrong_schemas: set[str] = field(default_factory=set)
    mapping_documents: dict[str, Document] = field(default_factory=dict)  # of instances too
    instances: Instances = field(default_factory=lambda: Instances(lambda document: None))
    dialects: dict[str, Dialect] = field(default_factory=dict)  # of upstreams that no route refines
    _drops: dict[str, DropUnknown] = field(default_factory=dict)
    _refusals: dict[str, FindUnknown] = field(default_factory=dict)
    _classes: dict[str, Classes] = field(default_factory=dict)

    def find_schema(self, name: str) -> Schema | None:
        """Give a compiled schema; None where it is unknown or wrong."""
        if name in self.wrong_schemas or name not in self.registry.documents:
            return None
        return self.registry.compile_schema(name)

    def find_drop(self, name: str) -> DropUnknown:
        """Give what leaves unknown fields out of a schema's documents; one for all routes."""
        if name not in self._drops:
            self._drops[name] = compile_drop(self.registry, name)
        return self._drops[name]

    def find_refusal(self, name: str) -> FindUnknown:
        """Give what refuses unknown fields of a schema's documents; one for all routes."""
        if name not in self._refusals:
            self._refusals[name] = compile_refuse(self.registry, name)
        return self._refusals[name]

    def find_classes(self, name: str) -> Classes:
        """Give what tells the classes of a schema's fields; one for all routes and grants."""
        if name not in self._classes:
            self._classes[name] = Classes(self.registry, name)
        return self._classes[name]


def fill_shelf(federation: Federation, notes: Notes, kept: MutableMapping[str, Json] | None = None) -> Shelf:
    """Compile everything that is referred to by name. `kept` are verdicts of runs before."""
    registry, wrong = read_schemas(federation, notes)
    codelists = _read_codelists(federation, notes)
    library = Library(registry.documents, codelists)
    proofs = Proofs(make_prover(registry), codelists, {} if kept is None else kept)
    shelf = Shelf(registry, library, proofs, codelists, _read_faults(federation, notes), {}, wrong)
    shelf.instances = Instances(lambda document: _put_mapping(shelf, document, notes))
    for identifier, document in federation.of("mapping").items():
        if not {document.value.get("from"), document.value.get("to")} <= registry.documents.keys() - wrong:
            continue
        if not document.value.get("params"):
            _put_mapping(shelf, document, notes)
        elif (parametric := read_parametric(document, registry, codelists, notes)) is not None:
            shelf.instances.known[identifier] = parametric
            for values in list_values(parametric):
                shelf.instances.find_instance(identifier, values)
    return shelf


def _put_mapping(shelf: Shelf, document: Document, notes: Notes) -> Compiled | None:
    """Compile a mapping, or an instance of one with parameters, and keep it; None where it is wrong, which is noted."""
    shelf.mapping_documents[document.id] = document
    compiled = compile_mapping(document.value, shelf.library)
    if notes.note_problems(document, (), compiled.problems, "the mapping is not compiled"):
        return None
    shelf.mappings[document.id] = compiled
    return compiled


def read_schemas(federation: Federation, notes: Notes) -> tuple[Registry, set[str]]:
    """Read every schema; give the registry and the names of those that are wrong, which is noted."""
    known = federation.of("schema")
    documents: dict[str, Json] = {}
    wrong: set[str] = set()
    for name, document in known.items():
        body = {key: value for key, value in document.value.items() if key not in _SCHEMA_KEYS}
        if notes.note_problems(document, (), lint_schema(name, body, known.keys()), "whatever uses the schema is not compiled"):
            wrong.add(name)
            body = {}
        documents[name] = body
    registry = Registry(documents)
    for name, problem in find_endless(registry):
        notes.note_problems(known[name], (), (problem,), "no document could satisfy it")
        wrong.add(name)
    return registry, wrong


def _read_codelists(federation: Federation, notes: Notes) -> dict[str, CodeList]:
    """Read the canonical lists first: an agency's list names one of them."""
    lists: dict[str, CodeList] = {}
    ordered = sorted(federation.of("codelist").items(), key=lambda item: bool(item[1].value.get("to")))
    for name, document in ordered:
        text = _read_csv(federation, document)
        if text is None and "file" in document.value:
            continue  # a file that could not be read was noted when it was read
        parsed, problems = parse_codelist(document.value, text, lists)
        notes.note_problems(document, (), problems, "the code list is not compiled")
        if parsed is not None and not notes.is_wrong(document):
            lists[name] = parsed
    return lists


def _read_csv(federation: Federation, document: Document) -> str | None:
    reference = document.value.get("file")
    if not isinstance(reference, str):
        return None
    raw = federation.raw_file(document, reference)
    return None if raw is None else raw.decode("utf-8-sig", "replace")


def _read_faults(federation: Federation, notes: Notes) -> dict[str, Kind]:
    kinds = dict(CATALOGUE)
    for name, document in federation.of("fault").items():
        if name in CATALOGUE:
            notes.note(document, ("fault",), "JB-REF-005", f"the built-in fault {name} may not be redefined", "choose another name")
            continue
        value = document.value
        title = value.get("title", {})
        cure = value.get("cure", {})
        status = int(value["status"])
        words = (title.get("en", ""), title.get("id", ""), cure.get("en", ""), cure.get("id", ""))
        kinds[name] = Kind(name, value["whose"], status, value["retry"], *words)
    return kinds
