"""Where fields are lowered: the two schemas in view, what was claimed, and what each field is resolved against.

Laws: what is wrong in itself is a problem; what only stops one direction is kept with that direction.
Must not know: the forms of the mapping language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .chain import CODE_TYPE, Chain, build_chain
from .claims import BOTH, Chosen, Claim
from .ir import Step, Write
from .leftover import Leftover
from .library import Library
from .operators.assume import Assumption
from .paths import EVERY, Lost, Place, Segments, Shape, Types, find_place, is_meeting, narrow_shape, show_path, type_of

CODE_UNKNOWN, CODE_ARRAY, CODE_NULL = "JB-MAP-005", "JB-MAP-006", "JB-MAP-013"
Direction = Literal["to_canonical", "to_agency"]
DIRECTIONS: tuple[Direction, Direction] = ("to_canonical", "to_agency")


@dataclass(frozen=True, slots=True)
class Line:
    """What the report says of one field: where it comes from and its class per direction ("-" where it does not run)."""

    canonical: str
    agency: tuple[str, ...]
    to_canonical: str
    to_agency: str


@dataclass(slots=True)
class Draft:
    """What lowering has found so far; `agency` and `canonical` are the claims on each side, with full paths.

    Shape: `cases` are the tags (agency's, canonical) that are known together, and where that is written; `kept` the places of the agency's
    document that no canonical document can give back; `left` those of each direction's source that are left out on purpose.
    """

    library: Library
    problems: list[Problem] = field(default_factory=list)
    blocked: Mapping[Direction, list[Problem]] = field(default_factory=lambda: {way: [] for way in DIRECTIONS})
    agency: list[Claim] = field(default_factory=list)
    canonical: list[Claim] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    cases: list[tuple[Chosen, Chosen, Path]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    left: Mapping[Direction, list[Leftover]] = field(default_factory=lambda: {way: [] for way in DIRECTIONS})
    assumptions: list[Assumption] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where fields are resolved: the whole documents, or an element on each side (`…_prefix` are their full paths).

    Shape: `…_chosen` are the tags whose values are known here.
    """

    agency: Shape
    canonical: Shape
    draft: Draft
    agency_prefix: Segments = ()
    canonical_prefix: Segments = ()
    only: str = ""
    agency_chosen: Chosen = ()
    canonical_chosen: Chosen = ()

    def choose(self, agency: tuple[tuple[Segments, Json], ...], canonical: tuple[tuple[Segments, Json], ...], only: str) -> Scope:
        """Give the scope in which tags on both sides (paths from here) have these values."""
        theirs, ours = self.agency, self.canonical
        for path, value in agency:
            theirs = narrow_shape(theirs, path, value)
        for path, value in canonical:
            ours = narrow_shape(ours, path, value)
        return replace(
            self,
            agency=theirs,
            canonical=ours,
            only=only or self.only,
            agency_chosen=self.agency_chosen + tuple((self.agency_prefix + path, value) for path, value in agency),
            canonical_chosen=self.canonical_chosen + tuple((self.canonical_prefix + path, value) for path, value in canonical),
        )

    def find(self, side: Literal["agency", "canonical"], path: Segments, at: Path, *, through_arrays: bool = False) -> Place | None:
        """Resolve a path on one side; None, and a problem with a did-you-mean, where it leads nowhere."""
        found = find_place(getattr(self, side), path, through_arrays=through_arrays)
        if isinstance(found, Place):
            return found
        word = "the agency's schema" if side == "agency" else "the canonical schema"
        message = f"{show_path(path)} leads nowhere in {word}: " + (found.why or f'unknown name "{found.name}"')
        self.draft.problems.append(Problem(at, CODE_UNKNOWN, message, _hint(found), side == "canonical" or through_arrays))
        return None

    def claim(self, at: Path, only: str, canonical: Segments, *agency: Segments) -> None:
        """Note the claims of one field."""
        ways = frozenset({only or self.only}) if only or self.only else BOTH
        self.draft.canonical.append(Claim(self.canonical_prefix + canonical, at, ways, self.canonical_chosen))
        self.claim_agency(at, ways, *agency)

    def claim_agency(self, at: Path, ways: frozenset[str], *agency: Segments) -> None:
        """Note claims on the agency's side alone; without directions, readings."""
        self.draft.agency.extend(Claim(self.agency_prefix + path, at, ways, self.agency_chosen) for path in agency)
        if "to_agency" not in ways and ways:
            self.draft.kept.extend(show_path(self.agency_prefix + path) for path in agency)

    def leave(self, way: Direction, path: Segments) -> None:
        """Note a place of a direction's source that is left behind on purpose."""
        if way == "to_canonical":
            self.draft.left[way].append(Leftover((*self.agency_prefix, *path), self.agency_chosen))
        else:
            self.draft.left[way].append(Leftover((*self.canonical_prefix, *path), self.canonical_chosen))

    def note(self, only: str, classes: tuple[str, str], canonical: Segments, *agency: Segments) -> None:
        """Note the line of one field for reports."""
        shown = [("F" if only else own) if only in ("", way) else "-" for way, own in zip(DIRECTIONS, classes, strict=True)]
        froms = tuple(show_path(self.agency_prefix + path) for path in agency)
        self.draft.lines.append(Line(show_path(self.canonical_prefix + canonical), froms, *shown))

    def downgrade(self, canonical: Sequence[Segments]) -> None:
        """Give the lines at and below these canonical places the class C towards the agency."""
        shown = tuple(show_path(self.canonical_prefix + path) for path in canonical)
        for index, line in enumerate(self.draft.lines):
            if line.canonical in shown or line.canonical.startswith(tuple(one + "." for one in shown)):
                self.draft.lines[index] = replace(line, to_agency="C" if line.to_agency in ("I", "Q") else line.to_agency)


def _hint(lost: Lost) -> str:
    return suggest_name(lost.name, lost.known) or (f"known there: {', '.join(sorted(lost.known)[:8])}" if lost.known else "")


Lowered = dict[Direction, list[Write]]


def steps_of(chain: Chain, way: Direction) -> tuple[Step, ...]:
    """Give a chain's steps in the order in which one direction runs them."""
    if way == "to_canonical":
        return tuple(Step(op.name, op.to_canonical, op.emit_to_canonical, op.detail, op.images[0], op.to_agency) for op in chain.operators)
    return tuple(
        Step(op.name, op.to_agency, op.emit_to_agency, op.detail, op.images[1], op.to_canonical) for op in reversed(chain.operators)
    )


def is_loose(chain: Chain) -> bool:
    """Whether several agency values may have one canonical meaning."""
    return any(operator.classes != ("I", "I") for operator in chain.operators)


def read_chain(via: Json, at: Path, agency: Types, canonical: Types, scope: Scope) -> Chain | None:
    """Read a `via:` between two places; None, and problems, where the types do not meet."""
    chain = Chain()
    if via is not None:
        chain, problems = build_chain(via, (*at, "via"), agency, canonical, scope.draft.library)
        if problems:
            scope.draft.problems.extend(problems)
            return None
    flowing = chain.operators[-1].canonical if chain.operators else agency
    scope.draft.assumptions.extend(op for op in chain.operators if isinstance(op, Assumption))
    wanted = canonical - {"null"} or canonical
    if not is_meeting(flowing - {"null"} or flowing, wanted):
        gets, wants = " or ".join(sorted(flowing)), " or ".join(sorted(wanted))
        scope.draft.problems.append(
            Problem(at, CODE_TYPE, f"the canonical field is {wants} and gets {gets}", "an operator in `via` may convert it")
        )
        return None
    if chain.default and type_of(chain.default.value) not in canonical:
        scope.draft.problems.append(Problem(at, CODE_TYPE, "the default is not of the canonical field's type"))
    return chain


def check_null(source: Types, target: Types, absorbs: bool, at: Path, way: Direction, scope: Scope) -> None:
    """Note what blocks a direction where null could come to a place that takes none."""
    if "null" in source and source != EVERY and "null" not in target and not absorbs:
        message = f"the source may be null and the destination may not ({way})"
        scope.draft.blocked[way].append(Problem(at, CODE_NULL, message, "via: [{null_as: null}]"))


def says_null(place: Place) -> bool:
    """Whether a schema names null here (one that says nothing of types does not)."""
    return "null" in place.shape.types and place.shape.types != EVERY


def find_item(place: Place, side: str, at: Path, scope: Scope) -> Shape | None:
    """Give the shape of a list's elements; None, and a problem, where there is no such list."""
    item = place.shape.item
    shown = show_path(place.path)
    if item is None or not place.shape.types <= {"array", "null"}:
        scope.draft.problems.append(
            Problem(at, CODE_ARRAY, f"{shown} of {side} schema is no list with described elements", "each runs over lists")
        )
        return None
    if "null" in item.types and item.types != EVERY:
        scope.draft.problems.append(Problem(at, CODE_NULL, f"elements of {shown} of {side} schema may be null"))
    return item
