"""A federation beside the one before it: what is new may not go against what was decided.

Laws: 1. A route that newly leads to an app which is not to be built (another one is reused), of which nothing was decided, or of which
the decision has ended, is an error; all that answer it count, and its own `entry:`. 2. One that led there before is a warning: what is
live stays until somebody takes it out.
Must not know: how decisions come about, which day it is.
"""

from __future__ import annotations

from datetime import date

from .decode import Document
from .diagnose import Diagnostic, Related
from .federation import Federation
from .marks import Path

CODE = "JB-APP-004"


def check_against(federation: Federation, base: Federation, day: date) -> tuple[Diagnostic, ...]:
    """Give what routes say against decisions as they stand on a day, new routes and old ones."""
    apps, before = federation.of("app"), base.of("route")
    found = []
    for id, route in sorted(federation.of("route").items()):
        former = before.get(id)
        led = {app for app, _ in _find_apps(base, former)} if former is not None else set()
        for name, path in dict(reversed(_find_apps(federation, route))).items():
            app = apps.get(name)
            verdict = _judge(app, day) if app is not None else None
            if app is not None and verdict is not None:
                found.append(_say(route, path, app, verdict, (name in led, former is None)))
    return tuple(found)


def _find_apps(federation: Federation, route: Document) -> list[tuple[str, Path]]:
    """Give the apps that a route leads to, by its own entry and by the upstreams behind it, each with where it says so."""
    value, upstreams = route.value, federation.of("upstream")
    lines: list[tuple[Path, str]] = [(("provider",), str((value.get("provider") or {}).get("upstream")))]
    for key in ("any_of", "all_of"):
        listed = (value.get("providers") or {}).get(key) or ()
        lines += [(("providers", key, at), str(one.get("upstream"))) for at, one in enumerate(listed)]
    behind = [(upstreams[name].value.get("entry"), (*path, "upstream")) for path, name in lines if name in upstreams]
    named: list[tuple[str | None, Path]] = [(value.get("entry"), ("entry",)), *behind]
    return [(app, path) for app, path in named if app]


def _judge(app: Document, day: date) -> tuple[str, str] | None:
    """Give what stands against a route to an app, and the cure; None where nothing does."""
    decided = app.value.get("decided")
    if decided is None:
        return "nothing was decided of it", f"decide it first: jembatan catalogue case open --app {app.id}"
    if decided.get("until") and date.fromisoformat(str(decided["until"])) < day:
        cure = "have its case screened and decided again, then: jembatan catalogue export --decisions"
        return f'what was decided of it ("{decided["outcome"]}") ended on {decided["until"]}', cure
    if decided["outcome"] == "reuse":
        return f"decided by {decided['by']}: {decided['reason']}", "route to the app that is reused"
    return None


def _say(route: Document, path: Path, app: Document, verdict: tuple[str, str], was: tuple[bool, bool]) -> Diagnostic:
    led_there, is_new = was
    what = f'{"a new" if is_new else "the"} route "{route.id}" leads {"" if is_new or led_there else "newly "}to the app "{app.id}"'
    return Diagnostic(
        CODE, f"{what}: {verdict[0]}", route.mark_at(path), verdict[1], "it is live, and stays" if led_there else "",
        (Related("the app stands here", app.mark),), "warning" if led_there else "error",
    )  # fmt: skip
