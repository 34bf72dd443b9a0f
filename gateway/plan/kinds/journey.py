# ruff: noqa: E501 - a table
"""`journey:` one operation composed of calls to many agencies."""

from __future__ import annotations

from ...values.keys import FLAG, TEXT, Key, KindSpec, ListOf, MapOf, OneOf, Record, Scalar
from .common import ABOUT, FAULT_NAME, FIELD, HEADER_NAME, METHOD, ROUTE_ID, SOURCE, TYPE, title_key
from .mapping import BINDING
from .route import ANSWER, CALL, EXAMPLE, NAME, PATH, TAGS

STEP_NAME = Scalar("string", pattern=r"[a-z][a-z0-9_]{0,39}", form="the name of a step (small letters, digits, _)")
_STEP_REF = Scalar("string", pattern=r"[a-z][a-z0-9_]{0,39}", form="the name of a step")
_CONDITION = Scalar("string", low=1, high=1000)
_MUST = Record(
    (
        Key("holds", _CONDITION, "What must hold once the step is done.", required=True, example='"steps.discipline.clear"'),
        Key("fault", FAULT_NAME, "What the caller gets where it does not.", required=True, example="NOT_ELIGIBLE"),
    ),
    name="must",
)
_EACH = Record(
    (
        Key(
            "over",
            SOURCE,
            "The list; `item.` is one of its elements in the step's bindings.",
            required=True,
            example="steps.household.members",
        ),
        Key("most", Scalar("integer", low=1, high=1000), "The most elements; more of them fail the step.", required=True, example="20"),
        Key("width", Scalar("integer", low=1, high=64), "How many at a time.", default=4, example="4"),
        Key(
            "absent",
            Scalar("enum", choices=("error", "omit")),
            "What follows where the operation knows nothing of an element (SUBJECT_NOT_FOUND).",
            default="error",
        ),
    ),
    name="each",
)
_SENDS = (
    Key("params", MapOf(BINDING, key=NAME, most=20), "Sources of the path's {names}."),
    Key("query", MapOf(BINDING, key=Scalar("string", high=64), most=50), "Sources of query names."),
    Key("headers", MapOf(BINDING, key=HEADER_NAME, most=50), "Sources of headers."),
    Key("body", OneOf(scalar=SOURCE, mapping=MapOf(BINDING, key=FIELD)), "Sources of the body's fields.", example="{nik: body.nik}"),
)
_DEADLINE = Key("deadline", Scalar("duration", low=0.001, high=3600), "How long the call may take.", unit="seconds")
_FALLBACK = Record(
    (
        Key(
            "call",
            Scalar("reference", of=("route", "journey")),
            "The operation that is asked instead; its answer is of the same type.",
            required=True,
            example="insurance.member.lookup",
        ),
        *_SENDS,
        _DEADLINE,
        Key(
            "absent",
            Scalar("enum", choices=("error", "fallback")),
            "What follows where the step's own operation knows nothing of the subject (SUBJECT_NOT_FOUND): that stands, or this one is asked.",
            default="error",
        ),
    ),
    name="fallback",
)
_UNDO = Record(
    (
        Key(
            "call",
            Scalar("reference", of=("route",)),
            "The operation that takes it back; write-once too.",
            required=True,
            example="civil-service.decree.revoke",
        ),
        *_SENDS,
        _DEADLINE,
    ),
    name="undo",
)
_WAITS = Record(
    (
        Key("method", METHOD, "The method of the decision.", default="POST"),
        Key(
            "path",
            PATH,
            "Where it is taken; `{journey}` stands in it. GET shows the file.",
            required=True,
            example="/civil-service/v1/promotions/{journey}/decision",
        ),
        Key(
            "list",
            PATH,
            "Where those that wait are listed, by GET, for whoever may decide them: who waits longest first, in pages.",
            example="/civil-service/v1/promotions/decisions",
        ),
        Key("body", TYPE, "The type of the decision.", required=True, example="promotion-decision@1"),
        Key(
            "when",
            _CONDITION,
            "Who may decide of those to whom a policy grants JOURNEY.STEP; absent = all of them.",
            example='"caller.user != journey.caller.user"',
        ),
        Key("within", Scalar("duration", low=1, high=86_400 * 366), "How long is waited.", required=True, unit="seconds", example="14d"),
        Key(
            "otherwise",
            Scalar("enum", choices=("cancel", "refuse", "continue")),
            "What follows where nobody has decided: the journey is cancelled, fails, or goes on without a decision.",
            required=True,
            example="cancel",
        ),
    ),
    name="waits_for",
)
_SHOWS = Record(
    (
        Key("answer", TYPE, "The type of the file; grants on JOURNEY.STEP reveal its fields.", required=True, example="promotion-file@1"),
        Key(
            "fields",
            MapOf(BINDING, key=FIELD, least=1),
            "The file: field: source.",
            required=True,
            example="{name: steps.identity.name.full}",
        ),
        Key("list", ListOf(FIELD, least=1, most=20), "Fields of the file that stand in the list of what waits too.", example="[unit]"),
    ),
    name="shows",
)
_STEP = Record(
    (
        Key("call", Scalar("reference", of=("route", "journey")), "The operation that is called.", example="population.person.lookup"),
        Key("waits_for", _WAITS, "A decision from outside, an operation of its own: JOURNEY.STEP."),
        Key("shows", _SHOWS, "What whoever decides sees: the answer of GET at the same path."),
        *_SENDS,
        Key(
            "when", _CONDITION, "A condition; where it does not hold the step is skipped, and what reads it too.", example='"body.age < 5"'
        ),
        Key("each", _EACH, "The list over which the step runs; what it gives is the list of answers."),
        Key(
            "need",
            Scalar("enum", choices=("required", "optional", "fallback")),
            "What follows where the step fails: the journey fails, the part is missing, or another operation is asked and the journey fails"
            " where that fails too; absent = as the mode says.",
            example="optional",
        ),
        Key("fallback", _FALLBACK, "Of need: fallback, what is asked where the step's own call fails."),
        Key("must", ListOf(_MUST, least=1, most=20), "What must hold once the step is done."),
        Key("after", ListOf(_STEP_REF, least=1, most=64), "Steps that must be settled before, where no data flows."),
        _DEADLINE,
        Key("undo", _UNDO, "What takes a write back; `steps.STEP` is there what the write itself gave."),
        Key("final", FLAG, "A write that cannot be undone: it runs once everything else is settled.", default=False),
    ),
    exactly_one=(("call", "waits_for"),),
    name="a step",
)
_REPLACES = Record(
    (
        Key("steps", Scalar("integer", low=1, high=1000), "Steps before.", required=True, example="14"),
        Key("fields_typed", Scalar("integer", low=0, high=100_000), "Fields that a person typed before.", required=True, example="43"),
        Key("source", TEXT, "Where these numbers come from.", required=True, example="reference scenario"),
    ),
    name="replaces",
)

_LIMITS = Record(
    (
        Key(
            "deadline",
            Scalar("duration", low=0.001, high=86_400 * 366),
            "How long the journey may take: 10s, or 30d where it writes.",
            unit="seconds",
            example="30d",
        ),
        Key("body", Scalar("size", low=1, high=1 << 40), "The largest body that is taken.", unit="bytes"),
        Key("width", Scalar("integer", low=1, high=64), "How many steps run at a time.", default=8),
        Key(
            "wait",
            Scalar("duration", low=0, high=60),
            "How long a caller of a journey that writes waits at most (`Prefer: wait=`); absent = 30s.",
            unit="seconds",
        ),
        Key("tries", Scalar("integer", low=1, high=20), "How often a call of a journey that writes is tried; absent = 6."),
        Key(
            "open",
            Scalar("integer", low=1, high=10_000_000),
            "How many journeys that write may be under way; over it new ones are shed; absent = 100,000.",
        ),
        Key(
            "keep",
            Scalar("duration", low=60, high=86_400 * 3660),
            "How long one that writes is kept once it has ended; absent = 30d.",
            unit="seconds",
        ),
    ),
    name="limits",
)
JOURNEY = KindSpec(
    "journey",
    ROUTE_ID,
    Record(
        (
            title_key("What the journey is called."),
            TAGS,
            Key("call", CALL, "The canonical call: all that a person types.", required=True),
            Key("answer", ANSWER, "The type of the answer.", required=True, example="child-status@1"),
            Key(
                "effect",
                Scalar("enum", choices=("read", "write-once")),
                "What the journey does to the world; one that writes or waits for a decision is write-once and takes an Idempotency-Key.",
                required=True,
                example="read",
            ),
            Key(
                "acts",
                Record(
                    (
                        Key(
                            "purpose",
                            Scalar("reference", of=("purpose",)),
                            "The purpose of its inner calls.",
                            required=True,
                            example="rank-promotion",
                        ),
                    ),
                    name="acts",
                ),
                "As what its inner calls are made: they are granted to the journey, never to its caller.",
                required=True,
                example="{purpose: rank-promotion}",
            ),
            Key("replaces", _REPLACES, "What it replaces: the ground of `jembatan journey report`."),
            Key("mode", Scalar("enum", choices=("all_or_nothing", "partial")), "Whether a part may be missing.", default="all_or_nothing"),
            Key(
                "problems",
                FIELD,
                "The field of the answer that lists the parts which are missing; needed where a part may be.",
                example="missing",
            ),
            Key(
                "steps",
                MapOf(_STEP, key=STEP_NAME, least=1, most=64),
                "The calls; what they read of one another is their order.",
                required=True,
            ),
            Key(
                "fields",
                MapOf(BINDING, key=FIELD, least=1),
                "The answer: field: source.",
                required=True,
                example="{name: steps.identity.name.full}",
            ),
            ABOUT,
            Key("limits", _LIMITS, "What one journey may cost."),
            Key("examples", ListOf(EXAMPLE, most=100), "Calls with what must come out: they are tests.", default=[]),
        ),
    ),
    "One operation composed of calls to many agencies.",
    example=(
        "journey: family.child.status\ntitle: {id: Keadaan anak, en: The state of a child}\ncall:\n  method: POST\n  path: /family/v1/children/status\n"
        "  body: person-key@1\nanswer: child-status@1\neffect: read\nacts: {purpose: stunting-prevention}\nproblems: missing\nsteps:\n"
        "  identity: {call: population.person.lookup, body: {nik: body.nik}}\n  growth: {call: health.growth.lookup, body: {nik: body.nik}, need: optional}\n"
        "fields:\n  name: steps.identity.name.full\n  weight: steps.growth.weight\n"
    ),
)
