"""Who is who and who may do what: issuers, identities, policies, compiled.

Laws: 1. No grant, no access. 2. What a grant reveals must exist in the answer and be of the policy's classes. 3. Of several
folders, each may grant only on what its own agencies own or were delegated, and a class means the agencies of its own folder and of the
first. 4. A passed end date never stops a plan from loading.
Must not know: how a token is verified, how a document is cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ..policy.disclosure import check_classes, check_disclosure
from ..policy.grants import ClassOf, Grant
from ..policy.issuers import Identity, IssuerOptions, JwtIdentity, KeyIdentity, check_identities, check_issuers
from ..policy.operations import TagOf, expand_operations
from ..values.model import SANDBOX_ISSUER, Json
from .calls import OPAQUE
from .decode import Document
from .delegations import check_ownership, read_delegations
from .federation import Federation
from .marks import Path
from .notes import UNKNOWN_NAME, Notes
from .providers import answer_type
from .secrets import Secrets, Unresolved
from .shelf import Shelf
from .unresolved import note_unresolved


@dataclass(frozen=True, slots=True)
class Access:
    """What identity and permission are made of; grants have their operations expanded."""

    issuers: tuple[IssuerOptions, ...]
    identities: tuple[Identity, ...]
    grants: tuple[Grant, ...]


Tags = Mapping[str, Sequence[str]]


def build_access(federation: Federation, tags: Tags, shelf: Shelf, secrets: Secrets, notes: Notes) -> Access:
    """Compile issuers, agencies' identities and policies.

    Shape: `tags` gives the tags of every operation, also of one that is not whole.
    """
    issuers = tuple(
        options for document in federation.of("issuer").values() if (options := _read_issuer(federation, document, secrets, notes))
    )
    identities = tuple(each for document in federation.of("agency").values() for each in _read_identities(document))
    _note_identity_problems(federation, issuers, identities, notes)
    policies = [(document, _expand(federation, document, tags, notes)) for document in federation.of("policy").values()]
    delegations = read_delegations(policies)
    for document, operations in policies:
        check_ownership(federation, document, operations, delegations, notes)
    grants = tuple(grant for document, operations in policies for grant in _read_policy(federation, document, operations, shelf, notes))
    return Access(issuers, identities, grants)


def _read_issuer(federation: Federation, document: Document, secrets: Secrets, notes: Notes) -> IssuerOptions | None:
    value = document.value
    keys = value["keys"]
    claims = value.get("claims") or {}
    jwks, url = None, ""
    if "file" in keys:
        jwks = federation.raw_file(document, keys["file"])
        if jwks is None:
            return None
    else:
        try:
            url = secrets.resolve(keys["url"], "url")
        except Unresolved:
            note_unresolved(document, secrets, notes)
            return None
    _check_sandbox(federation, document, url, secrets, notes)
    return IssuerOptions(
        id=document.id,
        iss=value["iss"],
        audiences=tuple(value["audiences"]),
        algorithms=tuple(value["algorithms"]),
        jwks=jwks,
        url=url,
        agency_claim=claims.get("agency", "agency"),
        user_claim=claims.get("user", "sub"),
        leeway_s=int(value.get("leeway", 30)),
        lifetime_max_s=int(value.get("lifetime_max", 86_400)),
        subject_claim=claims.get("subject", ""),
    )


def _check_sandbox(federation: Federation, document: Document, url: str, secrets: Secrets, notes: Notes) -> None:
    """Hold the sandbox's tokens, and keys that come in plain text, to gateways that say `sandbox: true`."""
    is_sandbox = any(gateway.value.get("sandbox") for gateway in federation.of("gateway").values())
    is_plain = url.startswith("http:") and secrets.knows(document.value["keys"].get("url", ""))
    if is_sandbox or not (is_plain or document.value["iss"] == SANDBOX_ISSUER):
        return
    what = "keys fetched in plain text" if is_plain else "the sandbox's identity provider"
    notes.note(
        document, ("keys",) if is_plain else ("iss",), "JB-SEC-008", f"{what} may vouch for callers of a sandbox only",
        "name your own issuer with https keys, or sandbox: true on the gateway", "anyone on the way could make tokens",
    )  # fmt: skip


def _read_identities(document: Document) -> list[Identity]:
    found: list[Identity] = []
    for each in document.value.get("identity") or ():
        if "jwt" in each:
            claims = tuple(sorted((each["jwt"].get("claims") or {}).items()))
            found.append(JwtIdentity(document.id, each["jwt"]["issuer"], claims))
        elif "api_key" in each:
            found.append(KeyIdentity(document.id, tuple(each["api_key"]["hashes"])))
    return found


def _note_identity_problems(
    federation: Federation, issuers: tuple[IssuerOptions, ...], identities: tuple[Identity, ...], notes: Notes
) -> None:
    for problem in check_issuers(issuers):
        notes.note(federation.of("issuer")[str(problem.path[0])], problem.path[1:], problem.code, problem.message, problem.hint)
    for problem in check_identities(identities, issuers):
        if problem.code == UNKNOWN_NAME:
            continue  # noted with all other names; an issuer that is not whole is no unknown one
        agency, place = str(problem.path[0]), int(problem.path[1])
        form = "jwt" if isinstance(identities[place], JwtIdentity) else "api_key"
        own = sum(each.agency == agency for each in identities[:place])
        path = ("identity", own, form, *problem.path[2:])
        notes.note(federation.of("agency")[agency], path, problem.code, problem.message, problem.hint, "nobody can call as this agency so")


def _expand(federation: Federation, document: Document, tags: Tags, notes: Notes) -> frozenset[str]:
    """Give the operations that a policy names; a prefix or a tag means those of its own folder."""
    home, operations = federation.home_of(document), federation.operations
    near = {name: its for name, its in tags.items() if name not in operations or federation.home_of(operations[name]) == home}
    found: set[str] = set()
    for index, each in enumerate(document.value["operations"]):
        is_exact = isinstance(each, str) and not each.endswith(".*")
        expanded = expand_operations([TagOf(each["tag"]) if isinstance(each, dict) else each], tags if is_exact else near)
        found |= expanded.operations
        problems = [replace(problem, path=("operations", index)) for problem in expanded.problems]
        notes.note_problems(document, (), problems, "the policy opens less than it says")
    return frozenset(found)


def _read_policy(federation: Federation, document: Document, operations: frozenset[str], shelf: Shelf, notes: Notes) -> list[Grant]:
    value, home = document.value, federation.home_of(document)
    routes = [federation.operations[name] for name in sorted(operations & federation.operations.keys())]
    for index, each in enumerate(value.get("delegates") or ()):
        _check_reveals(document, ("delegates", index), each, routes, shelf, notes)
    grants = []
    for index, each in enumerate(value["grants"]):
        _check_reveals(document, ("grants", index), each, routes, shelf, notes)
        valid = each.get("valid") or {}
        reveals = None if each["reveals"] == "all" else tuple(each["reveals"])
        callers = tuple(grantee for who in each["callers"] for grantee in _read_grantee(who, home))
        mark = document.mark_at(("grants", index))
        grants.append(
            Grant(
                document.id,
                index,
                operations,
                callers,
                tuple(each["purposes"]),
                reveals,
                each.get("masks") or {},
                _read_date(valid.get("since")),
                _read_date(valid.get("until")),
                f"{mark.file}:{mark.line}",
            )
        )
    return [] if notes.is_wrong(document) else grants


def _read_grantee(who: Json, home: int) -> tuple[str | ClassOf, ...]:
    if isinstance(who, str):
        return (who,)
    if "class" in who:
        return tuple(ClassOf(name_class(who["class"], place)) for place in dict.fromkeys((0, home)))
    return (f"journey:{who['journey']}",)


def name_class(name: str, home: int) -> str:
    """Give the name of a class among the agencies of one folder: nobody gains by a class that an overlay gives itself."""
    return f"{name}#{home}" if home else name


def _read_date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _check_reveals(document: Document, here: Path, grant: Json, routes: list[Document], shelf: Shelf, notes: Notes) -> None:
    """Check what a grant reveals against each operation's answer; an equal problem is noted once."""
    seen: set[tuple[object, ...]] = set()
    for name in dict.fromkeys(answer_type(route) for route in routes):
        if name in (OPAQUE, ""):
            if grant["reveals"] != "all":
                notes.note(
                    document, (*here, "reveals"), "JB-POL-090", "an answer that nobody reads has no fields to choose from", "reveals: all"
                )
            continue
        if name not in shelf.registry.documents or name in shelf.wrong_schemas:
            continue
        describe = shelf.find_classes(name).describe_field
        reveals = None if grant["reveals"] == "all" else grant["reveals"]
        wrong = check_disclosure(reveals, grant.get("masks") or {}, describe)
        problems = (*wrong, *check_classes(reveals, document.value["classes"], describe))
        fresh = [problem for problem in problems if (problem.path, problem.code, problem.message) not in seen]
        seen |= {(problem.path, problem.code, problem.message) for problem in fresh}
        notes.note_problems(document, here, fresh)
