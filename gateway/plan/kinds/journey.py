# ruff: noqa: E501 - a table
"""`journey:` one operation composed of calls to many agencies."""

from __future__ import annotations

from ...values.keys import TEXT, Key, KindSpec, ListOf, MapOf, OneOf, Record, Scalar
from .common import ABOUT, FAULT_NAME, FIELD, HEADER_NAME, ROUTE_ID, SOURCE, later_key, title_key
from .mapping import BINDING
from .route import ANSWER, CALL, EXAMPLE, LIMITS, NAME, TAGS

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
_STEP = Record(
    (
        Key(
            "call",
            Scalar("reference", of=("route", "journey")),
            "The operation that is called.",
            required=True,
            example="population.person.lookup",
        ),
        Key("params", MapOf(BINDING, key=NAME, most=20), "Sources of the path's {names}."),
        Key("query", MapOf(BINDING, key=Scalar("string", high=64), most=50), "Sources of query names."),
        Key("headers", MapOf(BINDING, key=HEADER_NAME, most=50), "Sources of headers."),
        Key("body", OneOf(scalar=SOURCE, mapping=MapOf(BINDING, key=FIELD)), "Sources of the body's fields.", example="{nik: body.nik}"),
        Key(
            "when", _CONDITION, "A condition; where it does not hold the step is skipped, and what reads it too.", example='"body.age < 5"'
        ),
        Key("each", _EACH, "The list over which the step runs; what it gives is the list of answers."),
        Key(
            "need",
            Scalar("enum", choices=("required", "optional"), later=("fallback",)),
            "Whether the journey fails where the step fails; absent = as the mode says.",
            example="optional",
        ),
        Key("must", ListOf(_MUST, least=1, most=20), "What must hold once the step is done."),
        Key("after", ListOf(_STEP_REF, least=1, most=64), "Steps that must be settled before, where no data flows."),
        Key("deadline", Scalar("duration", low=0.001, high=3600), "How long the step may take.", unit="seconds"),
        later_key("undo", "What takes the step's effect back."),
        later_key("final", "A last write that cannot be undone."),
        later_key("waits_for", "A decision from outside."),
        later_key("shows", "What whoever decides sees."),
    ),
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

_LIMITS = Record((*LIMITS.keys, Key("width", Scalar("integer", low=1, high=64), "How many steps run at a time.", default=8)), name="limits")
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
                Scalar("enum", choices=("read",), later=("write", "write-once")),
                "What the journey does to the world.",
                required=True,
                example="read",
            ),
            Key(
                "acts",
                Record(
                    (Key("purpose", Scalar("reference", of=("purpose",)), "The purpose of its inner calls.", required=True),), name="acts"
                ),
                "As what its inner calls are made: they are granted to the journey, never to its caller.",
                required=True,
                example="{purpose: rank-promotion}",
            ),
            Key("replaces", _REPLACES, "What it replaces: the ground of `jembatan journey report`."),
            Key("mode", Scalar("enum", choices=("all_or_nothing", "partial")), "Whether a part may be missing.", default="all_or_nothing"),
            Key("problems", FIELD, "The field of the answer that lists the parts which are missing.", example="missing"),
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
        "  body: person-key@1\nanswer: child-status@1\neffect: read\nacts: {purpose: stunting-prevention}\nsteps:\n"
        "  identity: {call: population.person.lookup, body: {nik: body.nik}}\n  growth: {call: health.growth.lookup, body: {nik: body.nik}, need: optional}\n"
        "fields:\n  name: steps.identity.name.full\n  weight: steps.growth.weight\n"
    ),
)
