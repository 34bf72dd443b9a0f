"""Reading places from abstract values, as the compiled functions read them from documents.

Must not know: what is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gateway.values.model import Json
from gateway.values.problem import Path

from ..ir import Step, Write
from ..operators.spec import MISSES
from ..paths import Segments
from .domain import ANYTHING, NO_FACTS, Value, join_values, text_of
from .ranges import exact, has_number
from .texts import minus, of_words
from .transfer import Image, image_by_cases

ASSUME = "assume"  # what this operator refuses was taken for impossible: it is watched at run time and no part of a proof
NOT_FOLLOWED = "the prover does not follow this"


@dataclass(frozen=True, slots=True)
class Read:
    """What is at a place. Shape: `is_maybe` = it need not be there; `strangers` = a parent may be neither an object nor null."""

    value: Value
    is_maybe: bool
    has_strangers: bool = False


def read_place(root: Value, path: Segments) -> Read:
    """Give what stands at a path below a value."""
    value, is_maybe, has_strangers = root, False, False
    for name in path:
        is_maybe |= value.null
        has_strangers |= bool(value.booleans or value.text is not None or value.numbers or value.arrays)
        found: list[Value] = []
        for one in value.objects:
            own = one.fields.get(name)
            is_maybe |= own is None or not own.is_required
            if own is not None:
                found.append(own.value.get())
            elif one.rest is not None:
                found.append(one.rest.get())
        value = join_values(found)
    return Read(value, is_maybe, has_strangers)


def take_out(value: Value, document: Json) -> tuple[Value, bool]:
    """Give a value without one document (as far as the domain can say that), and whether it may have been in it."""
    if document is None:
        return replace(value, null=False, origin=None), value.null
    if isinstance(document, bool):
        return replace(value, booleans=value.booleans - {document}, origin=None), document in value.booleans
    if isinstance(document, str) and value.text is not None:
        if not value.text.accepts(document):
            return value, False
        less = text_of(minus(value.text, of_words((document,)))).text
        return replace(value, text=less, text_facts=value.text_facts if less is not None else NO_FACTS, origin=None), True
    if isinstance(document, int | float):
        return value, has_number(value.numbers, exact(document))
    return value, bool(value.objects or value.arrays)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A step that may refuse: why, and values at the beginning of the chain that are likely to show it."""

    reason: str
    documents: tuple[Json, ...]


def run_chain(value: Value, steps: tuple[Step, ...]) -> tuple[Value, list[Refusal]]:
    """Give what a chain of steps makes of a value, and where it may refuse."""
    refusals: list[Refusal] = []
    for index, step in enumerate(steps):
        image = _run_step(value, step)
        if image.reason:
            backward = (pull_back(steps[:index], miss) for miss in image.misses)
            refusals.append(Refusal(f"`{step.name}`: {image.reason}", tuple(one for found in backward for one in found)))
        value = image.value
    return value, refusals


def _run_step(value: Value, step: Step) -> Image:
    if value.is_never:
        return Image(value)
    is_assumed = step.name == ASSUME
    by_cases = image_by_cases(value, step.run, step.detail)
    if by_cases is not None:
        return Image(by_cases.value) if is_assumed else by_cases
    return step.image(value) if step.image is not None else Image(ANYTHING, NOT_FOLLOWED)


def pull_back(steps: tuple[Step, ...], document: Json) -> tuple[Json, ...]:
    """Give, in a tuple, a value that a chain may make this of; () where it is not found."""
    for step in reversed(steps):
        if step.back is None:
            return ()
        try:
            document = step.back(document)
        except MISSES:
            return ()
    return (document,)


def list_assuming(writes: Iterable[Write]) -> Iterator[Path]:
    """Give the rules of some writes that say `assume`."""
    for write in writes:
        if any(step.name == ASSUME for step in getattr(write, "steps", ())):
            yield write.at
        yield from list_assuming(getattr(write, "body", None) or ())
        for name in ("cases", "parts"):
            for one in getattr(write, name, ()):
                yield from list_assuming(one.body)


def has_assumption(writes: Iterable[Write]) -> bool:
    """Whether a step of these writes is an assumption."""
    return any(True for _ in list_assuming(writes))
