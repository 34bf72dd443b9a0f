"""Reading `derive`: a small total language, a subset of CEL, typed against a schema.

Holds: tokens, a parser by binding power, the types of every operation.
Laws: 1. What is not in the language is a problem that says where; nothing of the text reaches Python. 2. Depth and length are bounded.
3. A field that may be null is refused: there is no test for null, and none is needed where null is not.
Must not know: Python source.
Source: github.com/google/cel-spec, langdef.md (literals, operators and their precedence).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.values.model import Json
from gateway.values.problem import Path, Problem, suggest_name

from .expression import Binary, Choose, Expression, Field, Fixed, Size, Unary, Within
from .paths import EVERY, Lost, Place, Shape, Types, find_place, show_path, split_path

CODE_DERIVE, CODE_TYPE, CODE_NULL, CODE_UNKNOWN = "JB-MAP-015", "JB-MAP-012", "JB-MAP-013", "JB-MAP-005"
TEXT_MAX, DEPTH_MAX, NODES_MAX = 1000, 32, 200
INTEGER_MAX = (1 << 53) - 1
_TOKEN = re.compile(
    r'\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<text>"(?:[^"\\\n]|\\["\\])*"|\'(?:[^\'\\\n]|\\[\'\\])*\')'
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.(?:[A-Za-z_][A-Za-z0-9_-]*))*)|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*<>!?:()\[\],`]))"
)
_QUOTED = re.compile(r"`([^`]+)`")
_POWERS: Mapping[str, int] = {
    "?": 1, "||": 2, "&&": 3, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4, "+": 5, "-": 5, "*": 6,
}  # fmt: skip
_UNARY_POWER = 7
_NUMBERS = ("integer", "number")


class _Wrong(Exception):
    """What is wrong, at which character."""

    def __init__(self, at: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.at, self.code, self.message, self.hint = at, code, message, hint


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def read_expression(text: str, shape: Shape, at: Path, sources: list[Place], problems: list[Problem]) -> Expression | None:
    """Read and type an expression over a document of `shape`; its fields are added to `sources`, in order."""
    try:
        if len(text) > TEXT_MAX:
            raise _Wrong(0, CODE_DERIVE, f"an expression has at most {TEXT_MAX} characters")
        reader = _Reader(_split_tokens(text), shape, sources)
        node = reader.read(0, 0)
        reader.expect("end", "")
        if node.type == "array":
            raise _Wrong(0, CODE_TYPE, "a list is no value here", "size(…) of it is")
        return node
    except _Wrong as wrong:
        problems.append(Problem(at, wrong.code, f"at character {wrong.at + 1}: {wrong.message}", wrong.hint))
        return None


def _split_tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        quoted = _QUOTED.match(text, at + len(text[at:]) - len(text[at:].lstrip()))
        found = quoted or _TOKEN.match(text, at)
        if found is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            hint = "literals, fields, == != < <= > >= + - * && || ! ?: in size()"
            raise _Wrong(start, CODE_DERIVE, f'"{text[start]}" is no part of an expression', hint)
        kind = "name" if quoted else str(found.lastgroup)
        word = found.group(1) if quoted else found.group(kind)
        tokens.append(_Token(kind, word, found.start() if quoted else found.start(kind)))
        at = found.end()
    return [*tokens, _Token("end", "", len(text))]


class _Reader:
    """Reads by binding power: each operator takes what binds tighter than itself."""

    def __init__(self, tokens: list[_Token], shape: Shape, sources: list[Place]) -> None:
        self.tokens, self.shape, self.sources = tokens, shape, sources
        self.at = self.nodes = 0

    def take(self) -> _Token:
        token = self.tokens[self.at]
        self.at += token.kind != "end"
        self.nodes += 1
        if self.nodes > NODES_MAX:
            raise _Wrong(token.at, CODE_DERIVE, f"an expression has at most {NODES_MAX} parts")
        return token

    def peek(self) -> _Token:
        return self.tokens[self.at]

    def expect(self, kind: str, text: str) -> None:
        token = self.take()
        if token.kind != kind or (text and token.text != text):
            found = f'"{token.text}"' if token.text else "the end"
            raise _Wrong(
                token.at, CODE_DERIVE, f"{'the end' if kind == 'end' else chr(34) + text + chr(34)} is wanted here and not {found}"
            )

    def read(self, power: int, depth: int) -> Expression:
        if depth > DEPTH_MAX:
            raise _Wrong(self.peek().at, CODE_DERIVE, f"nested more than {DEPTH_MAX} deep")
        left = self.read_first(depth)
        while True:
            token = self.peek()
            own = _POWERS.get(token.text, 0) if token.kind in ("sign", "name") else 0
            if own <= power:
                return left
            self.take()
            if token.text == "?":
                left = self.read_choice(left, token, depth)
            elif token.text == "in":
                left = self.read_within(left, token, depth)
            else:
                left = _join(token, left, self.read(own, depth + 1))

    def read_first(self, depth: int) -> Expression:
        token = self.take()
        if token.kind == "number":
            return _read_number(token)
        if token.kind == "text":
            return Fixed("string", re.sub(r"\\(.)", r"\1", token.text[1:-1]))
        if token.kind == "name":
            return self.read_name(token, depth)
        if token.text == "(":
            inner = self.read(0, depth + 1)
            self.expect("sign", ")")
            return inner
        if token.text in ("!", "-"):
            inner = self.read(_UNARY_POWER, depth + 1)
            _want(token, inner, ("boolean",) if token.text == "!" else _NUMBERS)
            return Unary(inner.type, token.text, inner)
        raise _Wrong(token.at, CODE_DERIVE, "a value is wanted here", "a literal, a field, ( … ), size(…)")

    def read_name(self, token: _Token, depth: int) -> Expression:
        if token.text in ("true", "false"):
            return Fixed("boolean", token.text == "true")
        if self.peek().text != "(" or self.peek().kind != "sign":
            return self.read_field(token)
        if token.text != "size":
            raise _Wrong(token.at, CODE_DERIVE, f'unknown function "{token.text}"', "size is the one function")
        self.take()
        inner = self.read(0, depth + 1)
        self.expect("sign", ")")
        _want(token, inner, ("string", "array"))
        return Size("integer", inner)

    def read_field(self, token: _Token) -> Expression:
        try:
            path = split_path(token.text)
        except ValueError as error:
            raise _Wrong(token.at, CODE_UNKNOWN, str(error)) from error
        found = find_place(self.shape, path)
        if isinstance(found, Lost):
            hint = suggest_name(found.name, found.known) or f"known there: {', '.join(sorted(found.known)[:8])}"
            raise _Wrong(token.at, CODE_UNKNOWN, f"{show_path(path)} leads nowhere in the schema", hint)
        kind = _type_of_place(found.shape.types, token)
        if found not in self.sources:
            self.sources.append(found)
        return Field(kind, self.sources.index(found))

    def read_choice(self, test: Expression, token: _Token, depth: int) -> Expression:
        _want(token, test, ("boolean",))
        yes = self.read(0, depth + 1)
        self.expect("sign", ":")
        no = self.read(0, depth + 1)
        kind = _common(token, yes, no)
        return Choose(kind, test, yes, no)

    def read_within(self, inner: Expression, token: _Token, depth: int) -> Expression:
        self.expect("sign", "[")
        values: list[Json] = []
        while True:
            item = self.read(_POWERS["?"], depth + 1)
            _common(token, inner, item)
            if not isinstance(item, Fixed):
                raise _Wrong(token.at, CODE_DERIVE, "the list after `in` holds literals only")
            values.append(item.value)
            if self.peek().text != ",":
                break
            self.take()
        self.expect("sign", "]")
        return Within("boolean", inner, tuple(values))


def _read_number(token: _Token) -> Expression:
    if "." in token.text:
        return Fixed("number", float(token.text))
    if int(token.text) > INTEGER_MAX:
        raise _Wrong(token.at, CODE_DERIVE, "an integer beyond 2^53 is not exact")
    return Fixed("integer", int(token.text))


def _type_of_place(types: Types, token: _Token) -> str:
    if "null" in types and types != EVERY:
        raise _Wrong(token.at, CODE_NULL, f"{token.text} may be null", "a derived value needs what is never null")
    if types == {"array"}:
        return "array"
    if "number" in types and types <= {"integer", "number"}:
        return "number"
    if len(types) == 1 and types <= {"string", "integer", "boolean"}:
        return next(iter(types))
    raise _Wrong(
        token.at, CODE_TYPE, f"{token.text} is {' or '.join(sorted(types))}", "one type is wanted: string, integer, number, boolean"
    )


def _want(token: _Token, node: Expression, kinds: tuple[str, ...]) -> None:
    if node.type not in kinds:
        raise _Wrong(token.at, CODE_TYPE, f'"{token.text}" takes {" or ".join(kinds)} and gets {node.type}')


def _common(token: _Token, left: Expression, right: Expression) -> str:
    """Give the type of two values that must be of a kind; integers are numbers."""
    if left.type == right.type and left.type != "array":
        return left.type
    if left.type in _NUMBERS and right.type in _NUMBERS:
        return "number"
    raise _Wrong(token.at, CODE_TYPE, f'"{token.text}" takes two of one type and gets {left.type} and {right.type}')


def _join(token: _Token, left: Expression, right: Expression) -> Expression:
    word = token.text
    kind = _common(token, left, right)
    if word in ("&&", "||"):
        _want(token, left, ("boolean",))
        return Binary("boolean", word, left, right)
    if word in ("==", "!="):
        return Binary("boolean", word, left, right)
    if word in ("<", "<=", ">", ">="):
        _want(token, left, (*_NUMBERS, "string"))
        return Binary("boolean", word, left, right)
    _want(token, left, (*_NUMBERS, "string") if word == "+" else _NUMBERS)
    return Binary(kind, word, left, right)
