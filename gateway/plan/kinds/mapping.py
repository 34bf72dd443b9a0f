# ruff: noqa: E501 - a table
"""`mapping:` the two-way translation; `codelist:` a closed vocabulary; `schema:` a JSON Schema."""

from __future__ import annotations

from ...values.keys import OPEN, TEXT, Key, KindSpec, ListOf, MapOf, OneOf, Record, Scalar, Shape
from .common import ABSENT, DROP_FIELD, FIELD, MAPPING_ID, SOURCE, TITLE, TYPE, VALID, VERSIONED_ID, VIA

_WIDTHS = Key("widths", ListOf(Scalar("integer", low=1, high=1000), least=1, most=50), "The width of each part.", example="[2, 2, 2, 4]")
_SEP = Key("sep", Scalar("string", low=1, high=20), "The text between the parts.", example='"-"')
_ONLY = Key("only", Scalar("enum", choices=("to_canonical", "to_agency")), "The one direction in which the field runs.")
_CONST = Key("const", OPEN, "A constant.", required=True, example="kemendagri")


def _forms(part: Scalar, extra: tuple[Key, ...]) -> tuple[tuple[str, Record], ...]:
    """Give the forms that a binding and a field share; `part` is what a name on the source's side is."""
    return (
        ("const", Record((_CONST, *extra), name="a constant")),
        ("from", Record((Key("from", part, "The source.", required=True), VIA, ABSENT, *extra), name="a source")),
        (
            "join",
            Record(
                (Key("join", ListOf(part, least=2, most=20), "The parts, in order.", required=True), _WIDTHS, _SEP, VIA, *extra),
                exactly_one=(("widths", "sep"),),
                name="a join",
            ),
        ),
    )


_FIELD_OR_WHOLE = Scalar("field", choices=(".",))  # "." = the whole: the fields of a picked element are its fields
BINDING: Shape = OneOf(scalar=SOURCE, records=tuple(form for form in _forms(SOURCE, ()) if form[0] != "join"))


_LACK = Key("lack", MapOf(TEXT, key=FIELD), "Canonical fields that cannot be given here, each with the reason.")
_SPLIT = Record(
    (
        Key("split", FIELD, "The agency's text.", required=True, example="NAMA"),
        Key("into", ListOf(FIELD, least=2, most=20), "Its parts, below this canonical field.", required=True, example="[family, given]"),
        _WIDTHS,
        _SEP,
        VIA,
        _ONLY,
    ),
    exactly_one=(("widths", "sep"),),
    name="a split",
)
_DERIVE = Record(
    (Key("derive", TEXT, "An expression over the agency's fields.", required=True, example='"size(NAMA) > 30"'),), name="a derived field"
)


def _choices(fields: Shape) -> tuple[tuple[str, Record], ...]:
    """Give the forms that depend on values."""
    case = Record(
        (
            Key("is", OPEN, "The canonical tag; absent = the agency's.", example="licence"),
            Key("fields", fields, "What else is there in this case; paths as beside the switch."),
            DROP_FIELD,
            _LACK,
        ),
        name="a case",
    )
    cases = MapOf(OneOf(scalar=Scalar("string", high=200), mapping=case), key=Scalar("string", high=200), least=1, most=64, numbers=True)
    switch = Record(
        (
            Key("switch", FIELD, "The agency's tag.", required=True, example="jenis_izin"),
            Key("cases", cases, "The agency's tag: the canonical tag, or what is there then.", required=True),
            _ONLY,
        ),
        name="a switch",
    )
    element = Record((Key("from", FIELD, "The element's field.", required=True), VIA, ABSENT), name="a value")
    value = OneOf(scalar=FIELD, records=(("from", element),))
    pick = Record(
        (
            Key("pick", FIELD, "The agency's list.", required=True, example="KONTAK"),
            Key("where", MapOf(OPEN, key=FIELD, least=1, most=8), "What tells the element apart.", required=True, example="{JENIS: EMAIL}"),
            Key("value", value, "The one field of the element that is wanted.", example="NILAI"),
            Key("fields", fields, "canonical: agency, of the element."),
            Key(
                "arity", Scalar("enum", choices=("one", "first")), "What becomes of a second such element: refused, or left.", default="one"
            ),
            DROP_FIELD,
            _LACK,
            _ONLY,
        ),
        exactly_one=(("value", "fields"),),
        name="a pick",
    )
    return ("switch", switch), ("pick", pick)


def _fields(depth: int) -> Shape:
    """Make the shape of `fields:`; lists nest `depth` times, cases and picked elements twice."""
    forms = (*_forms(FIELD, (_ONLY,)), ("split", _SPLIT), ("derive", _DERIVE))
    if depth:
        each = Record(
            (
                Key("each", FIELD, "The agency's list.", required=True, example="diagnosa"),
                Key("key", FIELD, "The field that tells its elements apart.", example="kode"),
                Key("fields", _fields(depth - 1), "canonical: agency, of one element."),
                VIA,
                DROP_FIELD,
                _LACK,
                _ONLY,
            ),
            exactly_one=(("fields", "via"),),
            name="each",
        )
        forms = (*forms, ("each", each), *_choices(_fields(min(depth - 1, 1))))
    return MapOf(OneOf(scalar=FIELD, records=forms), key=_FIELD_OR_WHOLE)


FIELDS: Shape = _fields(4)

MAPPING = KindSpec(
    "mapping",
    MAPPING_ID,
    Record(
        (
            Key("from", TYPE, "The agency's schema: the payload inside the envelope.", required=True, example="dukcapil/warga@1"),
            Key("to", TYPE, "The canonical schema.", required=True, example="person@1"),
            Key("fields", FIELDS, "canonical: agency.", required=True, example="{name.full: NAMA_LGKP}"),
            DROP_FIELD,
            Key("lack", MapOf(TEXT, key=FIELD), "Canonical fields that this agency cannot give, each with the reason."),
            Key(
                "params",
                MapOf(TYPE, key=Scalar("string", pattern=r"[A-Za-z_][A-Za-z0-9_-]{0,63}", form="a name"), least=1, most=8),
                "What a use gives to the mapping once: name → type. It stands as `param.NAME` in a `via`, or as a field's source.",
                example="{zone: zone}",
            ),
        )
    ),
    "The two-way translation between one agency schema and one canonical schema.",
    example=(
        "mapping: dukcapil/warga\nfrom: dukcapil/warga@1\nto: person@1\nfields:\n  name.full: NAMA_LGKP\n"
        "  birth.date: {from: TGL_LHR, via: [{date: DD-MM-YYYY}]}\ndrop:\n  AGAMA: {class: sensitive, reason: no canonical service needs it}\n"
        "lack:\n  identifiers.npwp: held by DJP\n"
    ),
)

_CODE = Scalar("string", low=1, high=200)
CODELIST = KindSpec(
    "codelist",
    VERSIONED_ID,
    Record(
        (
            Key("title", TITLE, "What the list is called."),
            Key("source", TEXT, "Where the codes come from.", example="ISO/IEC 5218"),
            Key("to", Scalar("reference", of=("codelist",)), "The canonical list that an agency's list translates to.", example="sex@1"),
            Key(
                "codes",
                MapOf(
                    OneOf(
                        scalar=_CODE,
                        mapping=Record(
                            (
                                Key("id", TEXT, "The label in Indonesian.", required=True),
                                Key("en", TEXT, "The label in English.", required=True),
                                Key("since", Scalar("date"), "The first day of the code."),
                                Key("until", Scalar("date"), "The last day of the code."),
                            ),
                            name="a code",
                        ),
                    ),
                    key=_CODE,
                    least=1,
                ),
                "Canonical: code → labels. An agency's: code → canonical code.",
                example='{"L": male, "P": female}',
            ),
            Key("file", Scalar("file"), "A CSV file beside this one, for large lists.", example="regions.csv"),
            Key("else", _CODE, "What becomes of other codes: reject, keep, or a canonical code."),
            Key("preferred", MapOf(_CODE, key=_CODE), "Canonical code → the agency's code, where several mean the same."),
            Key("valid", VALID, "When the list holds."),
        ),
        exactly_one=(("codes", "file"),),
    ),
    "A closed vocabulary: canonical, or an agency's with its translation.",
    example='codelist: dukcapil/sex@1\nto: sex@1\ncodes: {"L": male, "P": female}\nelse: reject\n',
)

SCHEMA = KindSpec(
    "schema",
    VERSIONED_ID,
    Record(
        (
            Key(
                "version",
                Scalar("string", pattern=r"[0-9]+\.[0-9]+\.[0-9]+", form="a version (1.4.0)", high=40),
                "The version; its first number is the major of the id.",
                required=True,
                example="1.4.0",
            ),
        ),
        rest=OPEN,
    ),
    "A JSON Schema 2020-12, canonical or an agency's; every other key is the schema itself.",
    example="schema: person-key@1\nversion: 1.0.0\ntype: object\nrequired: [nik]\nproperties:\n  nik: {type: string, format: nik, x-class: personal}\n",
    open=True,
)
