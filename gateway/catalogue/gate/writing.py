"""Decisions as YAML: `decided:` in `app:` documents, put where it belongs; what else stands in a text stays as it is.

Laws: 1. Only the value of `decided:` changes, or one line is added to a document; comments stay. 2. Writing the same again changes nothing.
Must not know: files.
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson
import yaml

from ..entry import App, Decision
from ..form import write_app


class Unwritable(ValueError):
    """A text into which no decision can be put; the text says why."""


def write_decided(decision: Decision) -> str:
    """Give a decision as one line of YAML."""
    until = f", until: {decision.until}" if decision.until else ""
    by, reason = (orjson.dumps(one).decode() for one in (decision.by, decision.reason))
    return f"decided: {{outcome: {decision.outcome}, by: {by}, reason: {reason}{until}}}"


def put_decisions(text: str, apps: Mapping[str, App]) -> tuple[str, int]:
    """Put decisions into a text of documents; an app that it does not hold is added as a whole document. Give how many changed.

    Faults: Unwritable.
    """
    decided = {id: app.decided for id, app in apps.items() if app.decided is not None}
    roots = {_find_id(root): root for root in _compose(text)}
    edits = [_edit(root, text, decided[id]) for id, root in roots.items() if id in decided]
    done = text
    for begin, end, line in sorted(edits, reverse=True):
        done = done[:begin] + line + done[end:]
    more = [_write_document(apps[id], decided[id]) for id in sorted(decided.keys() - roots.keys())]
    if more:
        done = "---\n".join([done if done.endswith("\n") else done + "\n", *more] if done.strip() else more)
    return done, len(more) + sum(text[begin:end] != line for begin, end, line in edits)


def _write_document(app: App, decision: Decision) -> str:
    rows = {key: value for key, value in write_app(app).items() if key != "decided"}
    return yaml.safe_dump(rows, sort_keys=False, allow_unicode=True, width=120) + write_decided(decision) + "\n"


def _compose(text: str) -> list[yaml.Node | None]:
    try:
        return list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise Unwritable(f"it is not YAML: {error}") from None


def _find_id(root: yaml.Node | None) -> str:
    if not isinstance(root, yaml.MappingNode):
        return ""
    return next((str(value.value) for key, value in root.value if key.value == "app"), "")


def _edit(root: yaml.Node | None, text: str, decision: Decision) -> tuple[int, int, str]:
    """Give what is taken out and what is put there."""
    assert isinstance(root, yaml.MappingNode)
    if root.flow_style:
        raise Unwritable("a document in braces: write one key a line")
    line = write_decided(decision)
    for key, value in root.value:
        if key.value == "decided":
            return key.start_mark.index, _end(value), line
    end = _end(root)
    return end, end, line + "\n" if text[end - 1 : end] == "\n" else "\n" + line


def _end(node: yaml.Node) -> int:
    """Give where a node's text ends: a block's own mark stands behind the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, yaml.MappingNode) else last)
    return int(node.end_mark.index)
