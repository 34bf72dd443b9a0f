"""The softwares: read from the seeds, their documents as trees whose leaves are constants or fields in a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

from gateway.values.model import Json

from ..credentials import Credential, Style, make_credential
from ..seeds import read_seeds
from .forms import Leaf, read_leaf

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | Leaf | Const"
REASONS = ("missing", "wrong", "credential")


@dataclass(frozen=True, slots=True)
class Const:
    """A value that is always the same."""

    value: Json


@dataclass(frozen=True, slots=True)
class Family:
    """One software. Shape: `path` stands below an installation's address and may hold `{nik}`; one of `query`, `send` or neither.

    `absent` None = what a resident has not is left out, else what is written for it. `refusals` reason → status and code; of SOAP a code.
    """

    id: str
    lang: str
    about: str
    used: Mapping[str, int]
    speaks: str  # json, xml, soap11, soap12
    style: Style
    header: str
    has_key_each: bool
    method: str
    path: str
    query: Mapping[str, Tree]
    send: Tree | None
    tell: Tree
    absent: Const | None
    refusal: Json
    refusals: Mapping[str, tuple[Json, ...]]
    namespace: str
    encoding: str

    @property
    def prefix(self) -> str:
        """Give what the names of its environment variables begin with."""
        return "RESIDENTS_" + self.id.upper().replace("-", "_")

    def make_credential(self) -> Credential:
        """Make a credential of this start in its style."""
        return make_credential(self.style, self.header)


def read_families(seeds: Path) -> dict[str, Family]:
    """Read all softwares by id. Faults: ValueError where a leaf is none."""
    return {said["id"]: _read_family(said) for said in read_seeds(seeds / "residents", "softwares")["families"]}


def _read_family(said: dict[str, Json]) -> Family:
    style, _, header = said["auth"].partition(" ")
    method, _, path = said["ask"].partition(" ")
    absent = {"omit": None, "null": Const(None)}.get(said["absent"], Const(said["absent"]))
    refuse = dict(said["refuse"])
    query = cast("dict[str, Tree]", read_tree(said.get("query", {})))
    return Family(
        said["id"], said["lang"], said["about"], said["used"], said["speaks"], cast(Style, style), header, said.get("each", False),
        method, path, query, read_tree(said["send"]) if "send" in said else None, read_tree(said["tell"]), absent,
        refuse.pop("as", None), {reason: tuple(codes) for reason, codes in refuse.items()},
        said.get("namespace", ""), said.get("encoding", "utf-8"),
    )  # fmt: skip


def read_tree(said: Json) -> Tree:
    """Read a document's shape: texts are leaves, unless they begin with `=`."""
    if isinstance(said, dict):
        return {name: read_tree(inner) for name, inner in said.items()}
    if isinstance(said, list):
        return [read_tree(inner) for inner in said]
    if isinstance(said, str):
        return Const(said[1:]) if said.startswith("=") else read_leaf(said)
    return Const(said)


def walk_tree(tree: Tree, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Leaf | Const]]:
    """Give each leaf and constant with the names on the way to it; an element of a list by its number."""
    if isinstance(tree, dict | list):
        named = tree.items() if isinstance(tree, dict) else ((str(place), inner) for place, inner in enumerate(tree))
        for name, inner in named:
            yield from walk_tree(inner, (*at, name))
    else:
        yield at, tree


def list_leaves(family: Family) -> tuple[Leaf, ...]:
    """Give what a software tells, in order."""
    return tuple(leaf for _, leaf in walk_tree(family.tell) if isinstance(leaf, Leaf))
