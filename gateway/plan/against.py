"""A federation beside the one before it: what is new may not go against what was decided.

Laws: 1. A new route to an app that is not to be built (another one is reused) or that nothing was decided of is an error. 2. A route that
stood there before is a warning: what is live stays until somebody takes it out.
Must not know: how decisions come about, dates.
"""

from __future__ import annotations

from .decode import Document
from .diagnose import Diagnostic, Related
from .federation import Federation

CODE = "JB-APP-004"


def check_against(federation: Federation, base: Federation) -> tuple[Diagnostic, ...]:
    """Give what routes say against decisions, new routes and old ones."""
    apps, before = federation.of("app"), base.of("route")
    found = []
    for id, route in sorted(federation.of("route").items()):
        for holder in _holders(federation, route):
            app = apps.get(str(holder.value.get("entry") or ""))
            if app is not None:
                found += _judge(route, holder, app, id not in before)
                break
    return tuple(found)


def _holders(federation: Federation, route: Document) -> list[Document]:
    """Give the route and the upstream behind it: either may name the entry."""
    upstream = federation.of("upstream").get(str((route.value.get("provider") or {}).get("upstream")))
    return [route, *([upstream] if upstream is not None else [])]


def _judge(route: Document, holder: Document, app: Document, is_new: bool) -> list[Diagnostic]:
    decided = app.value.get("decided")
    if decided is not None and decided["outcome"] != "reuse":
        return []
    said = "nothing was decided of it" if decided is None else f"decided by {decided['by']}: {decided['reason']}"
    path = ("entry",) if holder is route else ("provider", "upstream")
    return [
        Diagnostic(
            CODE, f'{"a new" if is_new else "the"} route "{route.id}" leads to the app "{app.id}": {said}', route.mark_at(path),
            "decide it first, or route to the app that is reused", "" if is_new else "it is live, and stays",
            (Related("the app stands here", app.mark),), "error" if is_new else "warning",
        )
    ]  # fmt: skip
