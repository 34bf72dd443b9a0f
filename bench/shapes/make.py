"""The 400 applications: the schema of each, what each of its fields means (as its manual would say), and visits as it writes them.

Laws: 1. The same at every run. 2. No two have one schema. 3. Everything is synthetic.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.values.model import Json

from .words import CODES, DATES, EXTRAS, GROUPS, LACKS, MEANINGS, NAMES, PARTS, ROOTS, STYLES, TRUTHS

CANONICAL = {
    "number": "number", "facility": "facility", "nik": "patient.nik", "name": "patient.name", "birth": "patient.birth_date",
    "sex": "patient.sex", "phone": "patient.phone", "street": "patient.street", "village": "patient.village", "visited": "visited_on",
    "kind": "kind", "insured": "insured", "cost": "cost",
}  # fmt: skip
PATIENT = ("nik", "name", "birth", "sex", "phone", "street", "village")
PICTURE, COLUMN = "99.99.99.9999", "^[0-9]{%d}$"
Write = Callable[[Json], Json]


@dataclass
class Application:
    """One of them. Shape: `fields` is canonical path → the form that is right; `writes` how a visit's values are written, by path."""

    id: str
    draw: random.Random
    style: str
    properties: dict[str, Json] = field(default_factory=dict)
    fields: dict[str, Json] = field(default_factory=dict)
    drops: dict[str, tuple[str, str]] = field(default_factory=dict)
    lacks: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    writes: list[tuple[tuple[str, ...], str, Write, bool]] = field(default_factory=list)
    group: tuple[str, ...] = ()
    root: tuple[str, ...] = ()

    def name(self, words: str) -> str:
        """Write a name in the maker's style."""
        parts = words.split()
        if self.style in ("UPPER_SNAKE", "lower_snake"):
            joined = "_".join(parts)
            return joined.upper() if self.style == "UPPER_SNAKE" else joined
        if self.style == "runtogether":
            return "".join(parts)
        joined = "".join(part.capitalize() for part in parts)
        return joined if self.style == "PascalCase" else joined[0].lower() + joined[1:]

    def place(self, key: str) -> tuple[str, ...]:
        """Give where a field's object stands."""
        return self.root + (self.group if key in PATIENT else ())

    def add(self, key: str, name: str, schema: Json, write: Write, *, is_required: bool = True) -> str:
        """Add a field; give its path as a mapping names it."""
        path = (*self.place(key), name)
        self.properties[".".join(path)] = schema
        self.writes.append((path, key, write, is_required))
        return ".".join(path)

    def pick_name(self, key: str, among: Json = NAMES) -> str:
        """Draw a name that is not taken at its place."""
        while True:
            name = self.name(self.draw.choice(among[key]))
            if ".".join((*self.place(key), name)) not in self.properties:
                return name


def make_application(number: int) -> Application:
    """Make one of the applications."""
    draw = random.Random(f"health centre application {number}")
    made = Application(f"pkm{number:03}", draw, draw.choice(STYLES))
    made.root = (made.name(root),) if (root := draw.choice(ROOTS)) else ()
    made.group = (made.name(draw.choice(GROUPS)),) if draw.random() < 0.6 else ()
    _add_texts(made)
    _add_name(made)
    for key in ("birth", "visited"):
        _add_date(made, key)
    for key in ("sex", "kind"):
        _add_codes(made, key)
    _add_village(made)
    _add_insured(made)
    _add_cost(made)
    _add_diagnoses(made)
    for words, kind, reason in draw.sample(EXTRAS, draw.randint(0, 4)):
        path = made.add("", made.name(words), {"type": "string"}, lambda _: "CONTOH", is_required=False)
        made.drops[path] = kind, reason
    return made


def _is_lacking(made: Application, key: str) -> bool:
    if key in LACKS and made.draw.random() < 0.2:
        made.lacks[CANONICAL[key]] = LACKS[key]
        return True
    return False


def _add_texts(made: Application) -> None:
    schemas: dict[str, Json] = {
        "number": {"type": "string", "minLength": 1, "maxLength": 20}, "facility": {"type": "string", "pattern": "^P[0-9]{10}$"},
        "nik": {"type": "string", "format": "nik"}, "street": {"type": "string", "minLength": 1, "maxLength": 120},
    }  # fmt: skip
    for key, schema in schemas.items():
        if not _is_lacking(made, key):
            made.fields[CANONICAL[key]] = made.add(key, made.pick_name(key), schema, str)
    if not _is_lacking(made, "phone"):
        phone: Json = {"type": "string", "format": "phone"}
        nothing = made.draw.choice(("absent", None, "-", ""))
        name = made.pick_name("phone")
        if nothing == "absent":
            made.fields[CANONICAL["phone"]] = made.add("phone", name, phone, str, is_required=False)
            return
        schema = {"type": ["string", "null"], "format": "phone"} if nothing is None else {"anyOf": [{"const": nothing}, phone]}
        path = made.add("phone", name, schema, lambda value: nothing if value is None else value)
        made.fields[CANONICAL["phone"]] = {"from": path, "via": [{"null_as": nothing}]}


def _add_name(made: Application) -> None:
    if made.draw.random() < 0.25:
        first, last = (made.name(words) for words in made.draw.choice(PARTS["name"]))
        word, rest = {"type": "string", "pattern": "^[^ ]{1,40}$"}, {"type": "string", "minLength": 1, "maxLength": 59}
        paths = [
            made.add("name", first, word, lambda name: name.partition(" ")[0]),
            made.add("name", last, rest, lambda name: name.partition(" ")[2]),
        ]
        made.fields[CANONICAL["name"]] = {"join": paths, "sep": " ", "only": "to_canonical"}
    else:
        made.fields[CANONICAL["name"]] = made.add("name", made.pick_name("name"), {"type": "string", "minLength": 1, "maxLength": 100}, str)


def write_date(form: str, day: str) -> str:
    """Write a day in a form."""
    return form.replace("YYYY", day[:4]).replace("MM", day[5:7]).replace("DD", day[8:])


def _add_date(made: Application, key: str) -> None:
    if key == "birth" and made.draw.random() < 0.2:
        names = [made.name(words) for words in made.draw.choice(PARTS["birth"])]
        cuts: tuple[Write, ...] = (lambda day: day[8:], lambda day: day[5:7], lambda day: day[:4])
        paths = [
            made.add(key, name, {"type": "string", "pattern": COLUMN % width}, cut)
            for name, width, cut in zip(names, (2, 2, 4), cuts, strict=True)
        ]
        assume = {"format": "date-DDMMYYYY", "reason": "the maker's manual says that they are one date", "until": "2030-12-31"}
        made.fields[CANONICAL[key]] = {"join": paths, "widths": [2, 2, 4], "via": [{"assume": assume}, {"date": "DDMMYYYY"}]}
        return
    form = made.draw.choice(DATES)
    schema = {"type": "string", "format": "date" if form == "YYYY-MM-DD" else "date-" + form}
    path = made.add(key, made.pick_name(key), schema, lambda day: write_date(form, day))
    made.fields[CANONICAL[key]] = path if form == "YYYY-MM-DD" else {"from": path, "via": [{"date": form}]}


def _add_codes(made: Application, key: str) -> None:
    codes, meanings = made.draw.choice(CODES[key]), MEANINGS[key]
    back = dict(zip(meanings, codes, strict=True))
    name = made.pick_name(key)
    if all(code.isdigit() for code in codes) and made.draw.random() < 0.3:
        path = made.add(key, name, {"type": "integer", "enum": [int(code) for code in codes]}, lambda value: int(back[value]))
        made.fields[CANONICAL[key]] = {"switch": path, "cases": dict(zip(codes, meanings, strict=True))}
        return
    path = made.add(key, name, {"type": "string", "enum": list(codes)}, lambda value: back[value])
    if codes == meanings:
        made.fields[CANONICAL[key]] = path
        return
    made.codes[key] = dict(zip(codes, meanings, strict=True))
    made.fields[CANONICAL[key]] = {"from": path, "via": [{"codes": key}]}


def _add_village(made: Application) -> None:
    form = made.draw.choice(("plain", "plain", "dotted", "columns"))
    if form == "columns":
        names, widths, at, paths = made.draw.choice(PARTS["village"]), (2, 2, 2, 4), 0, []
        for words, width in zip(names, widths, strict=True):
            cut = slice(at, at + width)
            paths.append(
                made.add("village", made.name(words), {"type": "string", "pattern": COLUMN % width}, lambda code, cut=cut: code[cut])
            )
            at += width
        made.fields[CANONICAL["village"]] = {"join": paths, "widths": list(widths)}
        return
    pattern = COLUMN % 10 if form == "plain" else "^[0-9]{2}[.][0-9]{2}[.][0-9]{2}[.][0-9]{4}$"
    dotted = form == "dotted"
    write: Write = lambda code: f"{code[:2]}.{code[2:4]}.{code[4:6]}.{code[6:]}" if dotted else code  # noqa: E731
    path = made.add("village", made.pick_name("village"), {"type": "string", "pattern": pattern}, write)
    made.fields[CANONICAL["village"]] = {"from": path, "via": [{"picture": PICTURE}]} if dotted else path


def _truth(made: Application) -> tuple[Json, Json, Write]:
    """Draw how a truth value is written: its schema, the operators, and how."""
    if made.draw.random() < 0.3:
        return {"type": "boolean"}, [], bool
    yes, no = made.draw.choice(TRUTHS)
    return {"type": "string", "enum": [yes, no]}, [{"bool": {"yes": yes, "no": no}}], lambda value: yes if value else no


def _add_insured(made: Application) -> None:
    if not _is_lacking(made, "insured"):
        schema, via, write = _truth(made)
        path = made.add("insured", made.pick_name("insured"), schema, write)
        made.fields[CANONICAL["insured"]] = {"from": path, "via": via} if via else path


def _add_cost(made: Application) -> None:
    if _is_lacking(made, "cost"):
        return
    name = made.pick_name("cost")
    if made.draw.random() < 0.25:
        path = made.add("cost", made.name("biaya ribu"), {"type": "integer", "minimum": 0, "maximum": 1_000_000}, lambda cost: cost // 1000)
        made.fields[CANONICAL["cost"]] = {"from": path, "via": [{"scale": 1000}]}
    else:
        made.fields[CANONICAL["cost"]] = made.add("cost", name, {"type": "integer", "minimum": 0, "maximum": 1_000_000_000}, int)


def _add_diagnoses(made: Application) -> None:
    code, primary = made.name(made.draw.choice(NAMES["code"])), made.name(made.draw.choice(NAMES["primary"]))
    schema, via, write = _truth(made)
    item = {
        "type": "object",
        "required": [code, primary],
        "properties": {code: {"type": "string", "pattern": "^[A-Z][0-9]{2}$"}, primary: schema},
    }
    path = made.add(
        "diagnoses", made.pick_name("diagnoses"), {"type": "array", "maxItems": 20, "items": item},
        lambda found: [{code: one["code"], primary: write(one["primary"])} for one in found],
    )  # fmt: skip
    made.fields["diagnoses[].code"] = code
    made.fields["diagnoses[].primary"] = {"from": primary, "via": via} if via else primary
    made.fields["diagnoses"] = path


def write_schema(made: Application) -> Json:
    """Give the schema of an application."""
    top: Json = {"type": "object", "required": [], "properties": {}}
    for path, _, _, is_required in made.writes:
        node = top
        for name in path[:-1]:
            _require(node, name)
            node = node["properties"].setdefault(name, {"type": "object", "required": [], "properties": {}})
        node["properties"][path[-1]] = made.properties[".".join(path)]
        if is_required:
            _require(node, path[-1])
    return top


def _require(node: Json, name: str) -> None:
    if name not in node["required"]:
        node["required"].append(name)


def write_visit(made: Application, visit: Json) -> Json:
    """Write a visit as the application would."""
    document: Json = {}
    for path, key, write, is_required in made.writes:
        value = read_visit(visit, key)
        if value is None and not is_required:
            continue
        node = document
        for name in path[:-1]:
            node = node.setdefault(name, {})
        node[path[-1]] = write(value)
    return document


def read_visit(visit: Json, key: str) -> Json:
    """Give what a visit tells of a field."""
    if not key:
        return ""
    value = visit
    for name in CANONICAL.get(key, key).split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def make_visit(draw: random.Random) -> Json:
    """Make up a visit, as the nation writes it."""
    born = f"{draw.randint(1950, 2023)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
    female = draw.random() < 0.5
    day = int(born[8:]) + 40 * female
    area = draw.choice(("321501", "327302", "940301", "730601"))
    patient: Json = {
        "nik": f"{area}{day:02}{born[5:7]}{born[2:4]}{draw.randint(1, 9999):04}",
        "name": f"{draw.choice(('SITI', 'DEWI') if female else ('ASEP', 'UJANG'))} {draw.choice(('CONTOH', 'MISAL', 'REKAAN JAYA'))}",
        "birth_date": born, "sex": "female" if female else "male", "street": f"JL CONTOH {draw.randint(1, 99)}",
        "village": f"{area}{draw.randint(1001, 1020)}",
    }  # fmt: skip
    if draw.random() < 0.6:
        patient["phone"] = f"+62800{draw.randint(0, 9_999_999):07}"
    found = [{"code": f"{draw.choice('ABJK')}{draw.randint(0, 99):02}", "primary": at == 0} for at in range(draw.randint(0, 3))]
    return {
        "number": f"K{draw.randint(1, 999_999):06}", "facility": f"P{draw.randint(0, 10**10 - 1):010}", "patient": patient,
        "visited_on": f"2026-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}", "kind": draw.choice(MEANINGS["kind"]),
        "insured": draw.random() < 0.7, "cost": draw.randint(0, 500) * 1000, "diagnoses": found,
    }  # fmt: skip
