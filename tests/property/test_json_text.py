"""Law: decode_json refuses a text exactly where an exact reader finds a name twice, a number that changes, or too much depth."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from gateway.schema.text import decode_json, encode_json
from gateway.values.faults import Refused

NAMES = st.sampled_from(["a", "b", ":", "a:", "::", '"', "\\", "/", "", "é", "\\u003a", "\x00", "x:y"])
NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.sampled_from(
        ["9007199254740992", "9007199254740993", "-9007199254740993", "1e5", "1.50", "-0", "0.0", "1E+2", "123456789012345678.5"]
    ),
)


@st.composite
def strings(draw, values=NAMES):
    """Spell a string, each character plain or by one of its escapes."""
    out = '"'
    for char in draw(values):
        short = {'"': '\\"', "\\": "\\\\", "/": "\\/"}.get(char)
        forms = [f"\\u{ord(char):04x}", f"\\u{ord(char):04X}"] + ([short] if short else [])
        if char not in '"\\' and char >= " ":
            forms += [char] * 3
        out += draw(st.sampled_from(forms))
    return out + '"'


SPACES = st.sampled_from(["", "", " ", "\n", "\t", " \r\n"])


def texts():
    scalars = st.one_of(NUMBERS, strings(), st.sampled_from(["true", "false", "null"]))
    return st.recursive(scalars, lambda inner: st.one_of(objects(inner), arrays(inner)), max_leaves=12)


@st.composite
def objects(draw, inner):
    members = draw(st.lists(st.tuples(strings(), SPACES, inner), max_size=4))
    return "{" + ",".join(f"{name}{space}:{space}{value}{space}" for name, space, value in members) + "}"


@st.composite
def arrays(draw, inner):
    return "[" + ",".join(draw(st.lists(st.tuples(SPACES, inner).map("".join), max_size=4))) + "]"


def is_acceptable(text: str) -> bool:
    good = True

    def pairs(members):
        nonlocal good
        good &= len({name for name, _ in members}) == len(members)
        return dict(members)

    def integer(digits):
        nonlocal good
        good &= abs(int(digits)) <= 2**53
        return int(digits)

    json.loads(text, object_pairs_hook=pairs, parse_int=integer)
    return good


@given(texts())
def test_refused_exactly_where_an_exact_reader_refuses(text):
    try:
        document = decode_json(text.encode())
    except Refused as refusal:
        assert {f.keyword for f in refusal.fault.findings} <= {"duplicate", "integer"}
        assert not is_acceptable(text)
    else:
        assert is_acceptable(text)
        assert document == json.loads(text)


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(), st.floats(allow_nan=False, allow_infinity=False)),
        lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
        max_leaves=20,
    )
)
def test_what_is_written_reads_back_the_same(document):
    assert decode_json(encode_json(document)) == document


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_as_not_json(raw):
    try:
        decode_json(raw)
    except Refused as refusal:
        assert refusal.fault.kind.name == "NOT_JSON"
