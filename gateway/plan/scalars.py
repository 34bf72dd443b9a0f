"""From the text of one value to plain Python.

Laws: 1. YAML 1.2 core meaning only: `on`, `no`, `1:30`, `010`, `1_000` are texts. 2. A bare number where a text belongs is an
error, for what it would lose (`00`, `3215011708910003`, `1.10`). 3. A number without its unit is an error.
Must not know: positions, keys, documents.
Source: YAML 1.2.2, 10.3.2.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from ..values.keys import Scalar
from ..values.model import Json
from ..values.problem import suggest_name

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
BYTES = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
BUILT_IN_TYPES = (
    *("string", "integer", "number", "boolean", "nik", "npwp", "nip", "nib", "date", "datetime"),
    *("cursor", "page-size", "url", "zone", "agency"),
)
ROOTS = ("path", "query", "header", "body", "caller", "purpose", "exchange", "page", "row", "steps", "item")
ROOTS_LATER = ("journey", "param")
INTEGER_MAX = 1 << 53
EXACT_MAX = (1 << 63) - 1  # of a number that is declared as an identifier

SECRET = re.compile(r"\$\{(?:env:[A-Za-z_][A-Za-z0-9_]*|file:/[^{}]+)\}")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: dict[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?)([A-Za-z]*)")
_SEGMENT = r'(?:"[^"\n]+"|[^\s."{}\[\],#$]+)'
_FIELD = re.compile(rf"{_SEGMENT}(?:\.{_SEGMENT})*")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/@-]{0,199}")
_TYPE = re.compile(r"[a-z][a-z0-9-]*(?:/[A-Za-z][A-Za-z0-9_.-]*)*@[1-9][0-9]{0,3}")


class WrongValue(Exception):
    """Says what is wrong with one value: code, message, cure; never leaves decoding."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def looks_like_text(text: str) -> bool:
    """Say whether a plain scalar is a text to YAML 1.2 (core); numerals with leading zeros count as numbers here."""
    return (
        text not in _WORDS and _INTEGER.fullmatch(text) is None and _FLOAT.fullmatch(text) is None and _NOT_FINITE.fullmatch(text) is None
    )


def resolve_plain(text: str, most: int = INTEGER_MAX) -> Json:
    """Give what a plain scalar means in free JSON; `most` is the greatest integer.

    Faults: WrongValue for what JSON has not (infinity) and for integers that do not survive it.
    """
    first = text[:1]
    if first.isalpha() and text not in _WORDS:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _NOT_FINITE.fullmatch(text):
        raise WrongValue("JB-KEY-012", "JSON has no such number", "quote it if it is a text")
    if _LEADING_ZERO.match(text):
        return text
    if _INTEGER.fullmatch(text):
        return _whole(text, most)
    return float(text) if _FLOAT.fullmatch(text) and len(text) < 400 else text


def _whole(text: str, most: int) -> int:
    number = int(text, 0) if len(text) <= 30 else most + 1
    if abs(number) > most:
        raise WrongValue("JB-KEY-012", "a whole number beyond 2^53 does not survive JSON", "quote it")
    return number


def convert_scalar(shape: Scalar, text: str, is_plain: bool) -> Json:
    """Convert the text of one value.

    Faults: WrongValue.
    """
    if is_plain and text == "":
        raise WrongValue("JB-KEY-003", f"nothing stands here; {describe_scalar(shape)} belongs here")
    convert = _CONVERTERS.get(shape.type)
    if convert is not None:
        return convert(shape, text)
    if is_plain and shape.type != "secret" and not looks_like_text(text):
        what = "a bare number" if text not in _WORDS else f"a bare `{text}`"
        hint = "write one of these words" if shape.type == "enum" else f'quote it: "{_short(text)}"'
        raise WrongValue("JB-KEY-004", f"{what} where {describe_scalar(shape)} belongs", hint)
    _TEXTS[shape.type](shape, text)
    return text


def describe_scalar(shape: Scalar) -> str:
    """Say in words what belongs where a shape stands."""
    if shape.type == "enum":
        return "one of " + ", ".join(shape.choices) if len(shape.choices) > 1 else shape.choices[0]
    if shape.type == "reference":
        return "the id of " + " or ".join(("an " if kind[0] in "aeiou" else "a ") + kind for kind in shape.of)
    return shape.form or _DESCRIPTIONS[shape.type]


def _within(shape: Scalar, amount: float, text: str, units: dict[str, float] | dict[str, int] | None = None) -> None:
    if shape.low is not None and amount < shape.low:
        raise WrongValue("JB-KEY-006", f"{text} is too small", f"at least {show_amount(shape.low, units)}")
    if shape.high is not None and amount > shape.high:
        raise WrongValue("JB-KEY-006", f"{text} is too large", f"at most {show_amount(shape.high, units)}")


def show_amount(amount: float, units: dict[str, float] | dict[str, int] | None = None) -> str:
    """Write an amount with the largest unit that leaves it whole."""
    for unit, size in sorted((units or {}).items(), key=lambda row: -row[1]):
        count = round(amount / size, 6)
        if count >= 1 and count == int(count):
            return f"{int(count)}{unit}"
    return str(int(amount) if amount == int(amount) else amount)


def _integer(shape: Scalar, text: str) -> Json:
    if not re.fullmatch(r"[-+]?(?:0|[1-9][0-9]{0,17})", text):
        raise WrongValue("JB-KEY-003", f"{describe_scalar(shape)} belongs here", "write digits only")
    _within(shape, int(text), text)
    return int(text)


def _number(shape: Scalar, text: str) -> Json:
    if not _FLOAT.fullmatch(text) or _LEADING_ZERO.match(text) or len(text) > 40:
        raise WrongValue("JB-KEY-003", f"{describe_scalar(shape)} belongs here")
    _within(shape, float(text), text)
    return resolve_plain(text)


def _boolean(shape: Scalar, text: str) -> Json:
    if text not in ("true", "false"):
        wise = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(text.lower(), "")
        raise WrongValue("JB-KEY-003", "true or false belongs here", f"write {wise}" if wise else "")
    return text == "true"


def _duration(shape: Scalar, text: str) -> Json:
    return _amount(shape, text, SECONDS, "2s")


def _size(shape: Scalar, text: str) -> Json:
    return int(_amount(shape, text, BYTES, "64KiB"))


def _amount(shape: Scalar, text: str, units: dict[str, float] | dict[str, int], example: str) -> float:
    found = _AMOUNT.fullmatch(text)
    if found is None or len(text) > 24:
        raise WrongValue("JB-KEY-005", f"{describe_scalar(shape)} belongs here", f"for example {example}")
    number, unit = found.groups()
    if unit not in units:
        names = ", ".join(units)
        near = next((name for name in units if name.lower()[:1] == unit.lower()[:1] and unit), "")
        what = f'no unit is called "{unit}" here' if unit else "a number without its unit"
        raise WrongValue("JB-KEY-005", what, f"did you mean {number}{near}?" if near else f"for example {example}; units: {names}")
    value = float(number) * units[unit]
    _within(shape, value, text, units)
    return round(value, 9)


def _string(shape: Scalar, text: str) -> None:
    if shape.pattern and not re.fullmatch(shape.pattern, text):
        raise WrongValue("JB-KEY-008", f"{describe_scalar(shape)} belongs here", _mend_form(text, shape.pattern))
    if shape.low is not None and len(text) < shape.low:
        raise WrongValue("JB-KEY-006", "the text is too short", f"at least {int(shape.low)} characters")
    if shape.high is not None and len(text) > shape.high:
        raise WrongValue("JB-KEY-006", f"the text has {len(text)} characters", f"at most {int(shape.high)}")


def _mend_form(text: str, pattern: str) -> str:
    for mended in (
        text.lower(),
        text.lower().replace("_", "-"),
        text.replace("_", "-"),
        text.upper(),
        text.strip("/"),
        text + "@1",
        "/" + text,
    ):
        if mended != text and re.fullmatch(pattern, mended):
            return f'did you mean "{mended}"?'
    return ""


def _date(shape: Scalar, text: str) -> None:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError
        datetime.date.fromisoformat(text)
    except ValueError:
        raise WrongValue("JB-KEY-008", "a date belongs here", "YYYY-MM-DD, a day of the calendar") from None


def _url(shape: Scalar, text: str) -> None:
    if text.startswith("${"):
        return _secret(shape, text)
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_good = False
    if not is_good or re.search(r"[\s<>\"{}|\\^`]", text) or not text.isascii():
        raise WrongValue("JB-KEY-008", "an http or https address belongs here", "for example https://api.example/base, or ${env:NAME}")
    if "@" in urlsplit(text).netloc:
        raise WrongValue("JB-SEC-011", "a credential inside an address", "take it out; credentials stand under auth:")
    if parts.query or parts.fragment or "?" in text or "#" in text:
        raise WrongValue("JB-KEY-008", "an address with a query or a fragment", "end it before ? or #")
    return None


def _address(shape: Scalar, text: str) -> None:
    found = re.fullmatch(r"(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})", text)
    if found is None or int(found.group(1)) > 65535:
        raise WrongValue("JB-KEY-008", "host:port belongs here", "for example 127.0.0.1:8080; port 0 takes a free one")


def _path(shape: Scalar, text: str) -> None:
    if text.startswith("${"):
        return _secret(shape, text)
    if not text.isprintable() or len(text) > 1024:
        raise WrongValue("JB-KEY-008", "the path of a file belongs here")
    return None


def _file(shape: Scalar, text: str) -> None:
    if text.startswith("/") or "\\" in text or ":" in text or not text.isprintable() or len(text) > 256:
        raise WrongValue("JB-KEY-008", "the name of a file beside this one belongs here", "for example sex.csv")


def _reference(shape: Scalar, text: str) -> None:
    if not _REFERENCE.fullmatch(text):
        raise WrongValue("JB-KEY-008", f"{describe_scalar(shape)} belongs here")


def _enum(shape: Scalar, text: str) -> None:
    if text in shape.later:
        raise WrongValue("JB-YET-001", f'"{text}" is known and not served yet', "use " + " or ".join(shape.choices))
    if text not in shape.choices:
        near = suggest_name(text, shape.choices) or (f'did you mean "{text.upper()}"?' if text.upper() in shape.choices else "")
        raise WrongValue(
            "JB-KEY-007", f'"{_short(text)}" is none of the words that may stand here', near or "one of " + ", ".join(shape.choices)
        )


def _secret(shape: Scalar, text: str) -> None:
    if SECRET.fullmatch(text):
        return
    if shape.type == "secret" and not text.startswith("${"):
        raise WrongValue("JB-SEC-010", "a secret written out", "write ${env:NAME} or ${file:/path}, and change the secret: it was seen")
    raise WrongValue("JB-KEY-008", "a reference that is no reference", "${env:NAME} or ${file:/path}, the whole value")


def _type(shape: Scalar, text: str) -> None:
    name = text.removeprefix("optional ").strip() if shape.of else text
    if name in BUILT_IN_TYPES or name in shape.choices or _TYPE.fullmatch(name):
        return
    if name.endswith("?"):
        raise WrongValue("JB-KEY-008", "a `?` behind a type", f"write optional {name[:-1]}")
    near = suggest_name(name, BUILT_IN_TYPES) or (f'did you mean "{name}@1"?' if _TYPE.fullmatch(name + "@1") else "")
    raise WrongValue("JB-KEY-008", f'"{_short(name)}" is no type', near or "a built-in type, or NAME@MAJOR")


def _source(shape: Scalar, text: str) -> None:
    if not _FIELD.fullmatch(text):
        raise WrongValue("JB-KEY-008", "a reference belongs here, for example body.nik", "a text that is meant as it stands is {const: …}")
    root = text.split(".", 1)[0]
    if root in ROOTS_LATER:
        raise WrongValue("JB-YET-001", f'references into "{root}" are known and not served yet')
    if root not in ROOTS:
        near = suggest_name(root, ROOTS)
        raise WrongValue("JB-REF-002", f'"{_short(root)}" is no root of a reference', near or "roots: " + ", ".join(ROOTS))


def _field(shape: Scalar, text: str) -> None:
    if text not in shape.choices and not _FIELD.fullmatch(text):
        raise WrongValue("JB-KEY-008", "the path of a field belongs here", 'dots nest; a name that holds a dot stands in "…"')


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


_CONVERTERS: dict[str, Callable[[Scalar, str], Json]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "duration": _duration,
    "size": _size,
}
_TEXTS: dict[str, Callable[[Scalar, str], None]] = {
    "string": _string,
    "identifier": _string,
    "date": _date,
    "url": _url,
    "address": _address,
    "path": _path,
    "file": _file,
    "reference": _reference,
    "enum": _enum,
    "secret": _secret,
    "type": _type,
    "source": _source,
    "field": _field,
}
_DESCRIPTIONS: dict[str, str] = {
    "string": "a text",
    "identifier": "an id",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "duration": "a duration (500ms, 2s, 30d)",
    "size": "a size (64KiB, 1MiB)",
    "date": "a date (YYYY-MM-DD)",
    "url": "an http or https address",
    "address": "host:port",
    "path": "the path of a file",
    "file": "the name of a file beside this one",
    "secret": "a secret by reference (${env:NAME}, ${file:/path})",
    "type": "a type",
    "source": "a reference (body.nik, path.id)",
    "field": "the path of a field",
}
