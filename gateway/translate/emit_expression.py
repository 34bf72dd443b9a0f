"""From a typed expression to the text of a Python expression.

Laws: 1. Made from the tree alone: fixed words, variables of ours, constants by name or repr(). 2. What it costs is bounded by its length:
nothing repeats, and every partial integer is bounded by the expression's own length.
Must not know: YAML, schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .expression import Binary, Choose, Expression, Field, Fixed, Size, Unary, Within

_WORDS = {"&&": "and", "||": "or"}


def emit_expression(node: Expression, given: Sequence[str], name_constant: Callable[[object], str]) -> str:
    """Give the Python of an expression; `given` are the variables of its sources."""
    if isinstance(node, Fixed):
        return repr(node.value)
    if isinstance(node, Field):
        return given[node.index]

    def emit(inner: Expression) -> str:
        return emit_expression(inner, given, name_constant)

    if isinstance(node, Unary):
        return f"(not {emit(node.inner)})" if node.word == "!" else f"(-{emit(node.inner)})"
    if isinstance(node, Binary):
        return f"({emit(node.left)} {_WORDS.get(node.word, node.word)} {emit(node.right)})"
    if isinstance(node, Size):
        return f"len({emit(node.inner)})"
    if isinstance(node, Within):
        return f"({emit(node.inner)} in {name_constant(node.values)})"
    assert isinstance(node, Choose)
    return f"({emit(node.yes)} if {emit(node.test)} else {emit(node.no)})"
