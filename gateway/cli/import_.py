"""`jembatan import wsdl FILE`: a first draft of an agency that speaks SOAP, for a person to finish."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import yaml

from ..plan.kinds.common import PLAIN_ID
from ..translate.paths import list_leaves, read_shape, show_path
from ..translate.problems import Untranslatable
from ..translate.xml.wsdl import Operation, Service, read_wsdl
from ..values.model import Json
from .frame import FINE, UsageError, say

HELP = "Draft an upstream, its schemas and the skeletons of its mappings from a WSDL; nothing is fetched."
EXAMPLE = "  jembatan import wsdl nib.wsdl --owner bkpm --name oss --into country/"
_MODELINE = "# yaml-language-server: $schema=../../.jembatan/schema/file.json\n"
_BYTES_MAX = 8 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("form", choices=("wsdl",), help="what the file is")
    parser.add_argument("file", type=Path, help="the file; what it imports stands beside it")
    parser.add_argument("--owner", required=True, help="the agency that it belongs to, e.g. bkpm")
    parser.add_argument("--name", required=True, help="what its backend is called, e.g. oss")
    parser.add_argument("--into", type=Path, help="the federation's folder: write files there (default: print)")


def run(arguments: argparse.Namespace) -> int:
    """Read, draft, print or write."""
    for word in (arguments.owner, arguments.name):
        if re.fullmatch(PLAIN_ID.pattern, word) is None:
            raise UsageError(f"{word} is no id: small letters, digits and hyphens")
    place: Path = arguments.file
    try:
        service = read_wsdl(_read(place), lambda where: _load(place.parent, where))
    except Untranslatable as wrong:
        raise UsageError(f"{place} is {wrong.findings[0].detail}") from None
    except ValueError as error:
        raise UsageError(f"{place}: {error}") from None
    drafts = {
        Path("routes") / arguments.owner / f"{arguments.name}.yaml": draft_upstream(service, arguments.owner, arguments.name),
        Path("schemas") / arguments.owner / f"{arguments.name}.yaml": draft_schemas(service, arguments.owner),
    }
    if arguments.into is None:
        say("---\n".join(drafts.values()).rstrip())
        return FINE
    _write(arguments.into, drafts)
    return FINE


def _write(folder: Path, drafts: dict[Path, str]) -> None:
    taken = [str(folder / path) for path in drafts if (folder / path).exists()]
    if taken:
        raise UsageError(f"{', '.join(taken)} is there already; nothing was written")
    for path, text in drafts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(_MODELINE + text, encoding="utf-8")
        say(f"wrote {folder / path}")


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        raw = file.read(_BYTES_MAX + 1)
    if len(raw) > _BYTES_MAX:
        raise UsageError(f"{path} is larger than {_BYTES_MAX} bytes")
    return raw


def _load(folder: Path, where: str) -> bytes | None:
    """Give a file beside the WSDL; None for an address, and for what stands outside of its folder."""
    path = (folder / where).resolve()
    is_beside = "://" not in where and path.is_relative_to(folder.resolve()) and path.is_file()
    return _read(path) if is_beside else None


def draft_upstream(service: Service, owner: str, name: str) -> str:
    """Draft the upstream, with a route's `request:` for each operation as a comment."""
    word = re.sub(r"[^A-Z0-9]", "_", name.upper())
    requests = "".join(
        f"#   request: {{operation: {one.name}, action: {one.action}, schema: {_name_of(owner, one.asks)}, body: {{…}}}}\n"
        for one in service.operations
    )
    return (
        f"upstream: {owner}.{name}\nowner: {owner}\n"
        f"url: ${{env:{word}_URL}}  # TODO: the WSDL says {_on_one_line(service.address)}\n"
        f"auth:  # TODO: basic, bearer, api_key, mtls or ws_security: ask the agency\n  ws_security:\n"
        f"    username: ${{env:{word}_USER}}\n    password: ${{env:{word}_PASSWORD}}\n"
        f"dialect:\n  format: {service.format}\n  namespace: {_quote(service.namespace)}\n"
        f"  faults: {{else: PROVIDER_FAILED}}  # TODO: the codes of its faults, e.g. Client.TidakDitemukan: SUBJECT_NOT_FOUND\n"
        f"# TODO: routes; each operation is asked so:\n{requests}"
    )


def draft_schemas(service: Service, owner: str) -> str:
    """Draft the schemas of all messages, and the skeletons of the mappings of what is given as comments."""
    messages = dict.fromkeys(root for one in service.operations for root in (one.asks, one.gives))
    schemas = {root: service.types.draft(root) for root in messages}
    texts = []
    for root, schema in schemas.items():
        document = {"schema": _name_of(owner, root), "version": "1.0.0", **schema}
        texts.append(yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=130, default_flow_style=None))
    remarks = "".join(f"# TODO: {_on_one_line(each)}\n" for each in service.remarks)
    return remarks + "---\n".join(texts) + "".join(_draft_mapping(owner, one, schemas[one.gives]) for one in service.operations)


def _draft_mapping(owner: str, operation: Operation, schema: Json) -> str:
    leaves = [show_path(leaf) for leaf in list_leaves(read_shape(schema, {}))]
    lines = "".join(f"#   TODO: {leaf}\n" for leaf in leaves)
    return (
        f"# TODO: the mapping of what {operation.name} gives\n# mapping: {owner}/{_local(operation.gives)}\n"
        f"# from: {_name_of(owner, operation.gives)}\n# to: TODO@1\n# fields:  # canonical: agency\n{lines}"
    )


def _local(root: str) -> str:
    return root.rpartition("}")[2]


def _name_of(owner: str, root: str) -> str:
    return f"{owner}/{_local(root)}@1"


def _on_one_line(text: str) -> str:
    return re.sub(r"[^ -~]", "?", text)[:200]


def _quote(text: str) -> str:
    return '"' + re.sub(r'[^ -~]|["\\]', "", text) + '"'
