"""`agency:` an organisation of the federation. `service:` a national service of one."""

from __future__ import annotations

from ...values.keys import OPEN, TEXT, Key, KindSpec, ListOf, MapOf, Record, Scalar
from .common import AGENCY, PLAIN_ID, later_key, owner_key, title_key

CLASSES = ("ministry", "body", "local_government", "state_company", "integrator")

_JWT = Record(
    (
        Key("issuer", Scalar("reference", of=("issuer",)), "Who issues its tokens.", required=True, example="national-idp"),
        Key("claims", MapOf(TEXT, least=1, most=10), "What these claims must be.", required=True, example="{agency: dukcapil}"),
    ),
    name="jwt",
)
_API_KEY = Record(
    (
        Key(
            "hashes",
            ListOf(Scalar("string", pattern=r"sha256:[0-9a-f]{64}", form="sha256: and 64 small hex digits"), least=1, most=10),
            "The SHA-256 of each key that it may send as X-Api-Key.",
            required=True,
        ),
    ),
    name="api_key",
)
_IDENTITY = Record(
    (
        Key("jwt", _JWT, "A bearer token.", example="{issuer: national-idp, claims: {agency: dukcapil}}"),
        Key("api_key", _API_KEY, "An API key."),
        Key("mtls", OPEN, "A client certificate.", later=True),
    ),
    exactly_one=(("jwt", "api_key", "mtls"),),
    name="an identity",
)
_CONTACT = Record(
    (
        Key("office", TEXT, "The office that answers.", example="Direktorat PIAK"),
        Key(
            "email",
            Scalar("string", pattern=r"[^@\s]+@[^@\s]+", form="an e-mail address", high=200),
            "Its address.",
            example="piak@dukcapil.example",
        ),
        Key("phone", TEXT, "Its telephone number."),
    ),
    name="contact",
)

AGENCY_KIND = KindSpec(
    "agency",
    PLAIN_ID,
    Record(
        (
            title_key("What the agency is called."),
            Key("class", Scalar("enum", choices=CLASSES), "What kind of organisation it is.", required=True, example="ministry"),
            Key("parent", AGENCY, "The agency that it belongs to.", example="kemendagri"),
            Key(
                "overlay",
                Scalar("string", pattern=r"[a-z][a-z0-9-]*", form="the name of a folder (small letters, digits, hyphens)", high=60),
                "The overlay that speaks for it: the name of a folder that is served after the federation's own.",
                example="karawang",
            ),
            Key("contact", _CONTACT, "Who answers for it."),
            Key("identity", ListOf(_IDENTITY, most=20), "How it proves itself when it calls; any one of them.", default=[]),
        )
    ),
    "An organisation of the federation: it calls, it answers, or both.",
    example=(
        "agency: dukcapil\ntitle: {id: Ditjen Dukcapil, en: Directorate General of Civil Registration}\nclass: ministry\n"
        "identity:\n  - {jwt: {issuer: national-idp, claims: {agency: dukcapil}}}\n"
    ),
)

SERVICE = KindSpec(
    "service",
    Scalar("identifier", pattern=r"[a-z][a-z0-9-]*/v[1-9][0-9]{0,3}", form="the first two segments of its paths (population/v1)", high=100),
    Record(
        (
            owner_key("The agency that answers for the service."),
            title_key("What the service is called."),
            Key("lifecycle", Scalar("enum", choices=("building", "live", "deprecated")), "Where it stands in its life.", default="live"),
            later_key("deprecation", "When it ends and what follows it."),
        )
    ),
    "A canonical national service with its major version; a route belongs to the service that its path begins with.",
    example="service: population/v1\nowner: dukcapil\ntitle: {id: Kependudukan, en: Population}\nlifecycle: live\n",
)
