"""What holds a `gather:` to its laws: bounds, the rows that a call means, what an answer must equal, where missing parts are said.

Laws: 1. How many rows a call may ask is known from the table itself, at whatever time. 2. What rows are told by is surely there and of
their columns' types; so is what an answer must equal.
Must not know: how a provider is asked, how answers are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from ..journey.together import Member
from ..schema.pointers import make_pointer
from ..translate.paths import Lost, Place, Segments, Shape, find_place, read_shape, split_path
from ..translate.references import find_reference, locate, read_call
from ..values.model import Json
from ..values.problem import Path, Problem, suggest_name
from ..values.route import Exchange, Row
from .calls import CanonicalCall, is_list
from .choices import make_reader
from .decode import Document
from .gather_merge import AT, CODE_MERGE, NOT_COMPILED, Merging
from .providers import answer_type
from .routes import DEADLINE_S, Ground
from .tables import Table

CODE_BOUND, CODE_MISSING, CODE_FORM = "JB-GTH-001", "JB-GTH-003", "JB-GTH-004"
HERE: Path = ("providers", "gather")
_ROOTS = ("body", "path", "query", "header", "caller", "purpose")
_ENTRY: Mapping[str, str] = {"agency": "string", "code": "string", "status": "integer", "retry": "boolean", "row": "string"}


_ASKED_MAX = 1000

_Rule: TypeAlias = "tuple[bool, Path, str, str, str]"  # is it broken, where, code, message, hint


def check_form(ground: Ground, document: Document) -> None:
    """Note what cannot be gathered, and fan-outs without a bound."""
    name = document.value["providers"]["gather"].get("table") or ""
    table = ground.tables.get(name)
    if name and table is None:
        return  # a table that is wrong, or is not there, is noted where it stands
    key = "" if table is None else f"row.{table.document.value['key']}"
    for rules in (_list_forms(document), _list_bounds(document), _list_list_forms(document, key)):
        for is_wrong, at, code, message, hint in rules:
            if is_wrong:
                ground.notes.note(document, at, code, message, hint, NOT_COMPILED)


def _list_forms(document: Document) -> Sequence[_Rule]:
    value, given = document.value, document.value["providers"]["gather"]
    is_first, has_table = given["until"] == "first", bool(given.get("table"))
    return (
        (value["effect"] != "read", ("effect",), CODE_FORM, "a write is not sent to many at once", "a journey with a step for each"),
        (value["bodies"] == "streamed", ("bodies",), CODE_FORM, "what nobody reads cannot be gathered", "bodies: buffered"),
        (not has_table and bool(given.get("where")), (*HERE, "where"), CODE_FORM, "rows are told apart in a table", "table: TABLE"),
        (is_first and bool(given.get("merge")), (*HERE, "merge"), CODE_FORM, "the first good answer is not merged", "take it out"),
        (is_first and bool(given.get("least")), (*HERE, "least"), CODE_FORM, "the first good answer is enough", "take it out"),
    )


def _list_bounds(document: Document) -> Sequence[_Rule]:
    value, given = document.value, document.value["providers"]["gather"]
    has_table, word = bool(given.get("table")), "all_of" if value["providers"].get("all_of") else "any_of"
    whole = (value.get("limits") or {}).get("deadline") or DEADLINE_S
    is_quorum, longest = given["until"] == "quorum", f"at most {given['deadline']:g}s"
    asked = given.get("most", _ASKED_MAX) if has_table else len(value["providers"][word])
    own = [
        (bool(line.get("deadline")) and line["deadline"] > given["deadline"], ("providers", word, number, "deadline"), CODE_BOUND,
         "it is longer than that of all together", longest)
        for number, line in enumerate(value["providers"][word])
    ]  # fmt: skip
    return (
        (has_table != (word == "any_of"), HERE, CODE_BOUND, "nothing says who is asked", "table: TABLE with any_of, or all_of without"),
        (has_table and not given.get("most"), HERE, CODE_BOUND, "nothing bounds how many rows one call asks", "most: 60"),
        (given["deadline"] >= whole, (*HERE, "deadline"), CODE_BOUND, f"the whole call ends after {whole:g} s", "limits: {deadline: …}"),
        (given.get("least", 1) > asked, (*HERE, "least"), CODE_BOUND, f"{asked} are asked at most", f"least: {asked}"),
        (is_quorum and not given.get("least"), (*HERE, "until"), CODE_BOUND, "nothing says how many are enough", "least: 2"),
        *own,
    )


def _list_list_forms(document: Document, key: str) -> Sequence[_Rule]:
    given = document.value["providers"]["gather"]
    if not is_list(document):
        return ()
    hint = f"merge: {{key: [FIELD]}}, or same: {{FIELD: {key or 'row.KEY'}}} where each has its own"
    beside = "a list says what is missing beside `items`"
    has_key = bool((given.get("merge") or {}).get("key"))
    return (
        (given["until"] != "all", (*HERE, "until"), CODE_FORM, "a list is gathered of all", "take it out"),
        (bool(given.get("problems")), (*HERE, "problems"), CODE_FORM, beside, "take it out"),
        (
            not has_key and key not in (given.get("same") or {}).values(),
            HERE,
            CODE_MERGE,
            "nothing says which elements of two providers are the same",
            hint,
        ),
    )


# -- which rows


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a column of the rows must equal: the reference, where it stands in the call, and what reads it."""

    column: str
    text: str
    place: Place
    read: Callable[[Exchange], Json]
    part: str
    pointer: str


def find_where(ground: Ground, document: Document, call: CanonicalCall, table: Table | None) -> list[Wanted] | None:
    """Resolve `where:`; None where something is wrong, which is noted."""
    given = document.value["providers"]["gather"].get("where") or {}
    found = [_find_wanted(ground, document, call, table, column, text) for column, text in given.items()]
    wanted = [each for each in found if each is not None]
    return wanted if len(wanted) == len(found) else None


def _find_wanted(ground: Ground, document: Document, call: CanonicalCall, table: Table | None, column: str, text: str) -> Wanted | None:
    at = (*HERE, "where", column)
    known = {} if table is None else {name: each for name, each in table.columns.items() if not each.type.is_optional}
    if column not in known:
        hint = suggest_name(column, known) or "a column that every row has"
        ground.notes.note(document, at, CODE_FORM, f'no row surely has a column "{column}"', hint, NOT_COMPILED, on_key=True)
        return None
    place, kind = _find_sure(ground, document, call, text, at), known[column].type.kind
    if place is None:
        return None
    message = hint = ""
    if place.path[0] not in _ROOTS:
        message, hint = f"{text} is nothing that a caller says", "roots: " + ", ".join(_ROOTS)
    elif not place.shape.types <= {kind}:
        message = f"{text} is {' or '.join(sorted(place.shape.types))}, and the column is {kind}"
    if message:
        ground.notes.note(document, at, CODE_FORM, message, hint, NOT_COMPILED)
        return None
    part, segments = locate(place.path)
    return Wanted(column, text, place, make_reader(place.path), part, make_pointer(segments))


def _find_sure(ground: Ground, document: Document, call: CanonicalCall, text: str, at: Path) -> Place | None:
    """Resolve a reference to something that is surely there; None where it is not, which is noted."""
    problems: list[Problem] = []
    place = find_reference(text, read_call(call.shape, ground.shelf.library), at, problems)
    ground.notes.note_problems(document, (), problems, NOT_COMPILED)
    if place is not None and place.conditions:
        ground.notes.note(document, at, CODE_FORM, f"{text} may be absent", "make it required", NOT_COMPILED)
        return None
    return place


def index_rows(
    ground: Ground, document: Document, table: Table, members: Sequence[Member], wanted: Sequence[Wanted]
) -> dict[tuple[Json, ...], tuple[Member, ...]]:
    """Give the rows by the values that a call names, in the order of their keys; note where one call would ask more of them than `most`."""
    found: dict[tuple[Json, ...], list[Member]] = {}
    for member in sorted(members, key=lambda member: member.key):
        assert member.row is not None
        found.setdefault(tuple(member.row.cells[each.column] for each in wanted), []).append(member)
    most = document.value["providers"]["gather"]["most"]
    count, values = max(
        ((count_at_once([each.row for each in some if each.row is not None]), key) for key, some in found.items()), default=(0, ())
    )
    if count > most:
        shown = " and ".join(f"{each.column} {value}" for each, value in zip(wanted, values, strict=True)) or "all of it"
        message = f"{shown} is {count} rows of {table.document.id} at one time, and one call asks {most} at most"
        ground.notes.note(document, (*HERE, "most"), CODE_BOUND, message, f"most: {count}, or `where:` with another column", NOT_COMPILED)
    return {key: tuple(some) for key, some in found.items()}


def count_at_once(rows: Sequence[Row]) -> int:
    """Give how many of some rows hold at one time, at most."""
    turns = sorted([(row.until_s, -1) for row in rows] + [(row.since_s, 1) for row in rows])
    most = holding = 0
    for _, turn in turns:
        holding += turn
        most = max(most, holding)
    return most


# -- what an answer must equal, and what its elements are told by


Same: TypeAlias = "tuple[Segments, Callable[[Exchange], Json]]"


def find_same(ground: Ground, document: Document, call: CanonicalCall, table: Table | None) -> tuple[Same, ...] | None:
    """Resolve `same:`; None where something is wrong, which is noted."""
    given = document.value["providers"]["gather"].get("same") or {}
    here = call if table is None else replace(call, row=table.schema)
    found = [_find_one_same(ground, document, here, text, source) for text, source in given.items()]
    same = tuple(each for each in found if each is not None)
    return same if len(same) == len(found) else None


def _find_one_same(ground: Ground, document: Document, call: CanonicalCall, text: str, source: str) -> Same | None:
    at = (*HERE, "same", text)
    shape = read_shape({"$ref": answer_type(document)}, ground.shelf.library.schemas)
    field, place = find_place(shape, split_path(text)), _find_sure(ground, document, call, source, at)
    message = hint = ""
    if isinstance(field, Lost):
        message, hint = f'the answer has no "{field.name}"', suggest_name(field.name, field.known)
    elif field.conditions:
        message, hint = f"{text} may be absent in the answer", "name a field that is always there"
    elif place is not None and not place.shape.types <= field.shape.types:
        kinds = [" or ".join(sorted(each.types)) for each in (place.shape, field.shape)]
        message = f"{source} is {kinds[0]}, and {text} is {kinds[1]}"
    elif place is not None:
        return field.path, _make_any_reader(place.path)
    if message:
        ground.notes.note(document, at, CODE_FORM, message, hint, NOT_COMPILED, on_key=True)
    return None


def _make_any_reader(path: Segments) -> Callable[[Exchange], Json]:
    if path[0] != "row":
        return make_reader(path)
    column = path[1]
    return lambda x: None if x.row is None else x.row.cells[column]


def find_key(merging: Merging, given: Json) -> tuple[Segments, ...] | None:
    """Resolve the key of a merged list; () where none is given, None where it is wrong, which is noted."""
    found = []
    named = given.get("key") or ()
    if named and not is_list(merging.document):
        merging.note((*AT, "key"), CODE_MERGE, "a key tells the elements of a list apart", "take it out; same: {FIELD: body.FIELD}")
        return None
    for index, text in enumerate(named):
        at = (*AT, "key", index)
        place = merging.find_field(text, at)
        if place is not None and (place.conditions or place.shape.types not in ({"string"}, {"integer"})):
            merging.note(at, CODE_MERGE, f"{text} is no text or whole number that is always there", "a required field")
        elif place is not None:
            found.append(place.path)
    return tuple(found) if len(found) == len(named) else None


# -- what is missing


def check_problems(ground: Ground, document: Document, shape: Shape, *, has_rows: bool, is_sure: bool) -> None:
    """Hold a document to a field that lists what is missing, wherever something may be."""
    if is_list(document):
        return
    text = document.value["providers"]["gather"].get("problems")
    if bool(text) == is_sure:
        what = "no part can be missing" if is_sure else "a part may be missing, and nothing in the answer says so"
        hint = "take it out" if is_sure else "problems: FIELD, a list of {agency, code, status, retry} in the answer's schema"
        ground.notes.note(document, (*HERE, "problems") if text else HERE, CODE_MISSING, what, hint, NOT_COMPILED)
        return
    if not text:
        return
    place = find_place(shape, split_path(text))
    wrong = f'the answer has no "{place.name}"' if isinstance(place, Lost) else _judge_entry(place, has_rows)
    if wrong:
        hint = "a list of objects {agency, code, status, retry}" + (", and row" if has_rows else "")
        ground.notes.note(document, (*HERE, "problems"), CODE_MISSING, f"{text} cannot say what is missing: {wrong}", hint, NOT_COMPILED)


def _judge_entry(place: Place, has_rows: bool) -> str:
    """Say why a field cannot hold the list of what is missing; "" where it can."""
    entry = place.shape.item
    wanted = {name: kind for name, kind in _ENTRY.items() if name != "row" or has_rows}
    if place.path not in place.optional or place.shape.types != {"array"} or entry is None:
        return "it is no list that may be absent"
    lacks = next((name for name, kind in wanted.items() if not _takes(entry, name, kind)), "")
    if lacks:
        return f"its elements have no {lacks} ({wanted[lacks]})"
    more = sorted(entry.required - wanted.keys())
    return f"its elements must have {more[0]}" if more else ""


def _takes(entry: Shape, name: str, kind: str) -> bool:
    child = entry.child(name)
    return child is not None and kind in child.types
