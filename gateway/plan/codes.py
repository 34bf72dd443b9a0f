# ruff: noqa: E501 - a table
"""Every code of a diagnostic: what it says, why it is a mistake, how to mend it.

Laws: 1. A code never changes its meaning and is never used again for another. 2. Whoever adds a diagnostic adds its row here.
Must not know: where a diagnostic is found.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One row: the code, its title, and the three sentences of its explanation."""

    code: str
    title: str
    what: str
    why: str
    mend: str


_ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    # code, title, what, why, how to mend
    ("JB-SYN-001", "not YAML", "The text of a document is not well-formed YAML.", "Nothing can be read from it, so the whole document is left out; the documents beside it in the same file are still read.", "Look at the marked place: most often a bracket or a quote is not closed, or a line is not indented like its neighbours."),
    ("JB-SYN-002", "a character that cannot be read", "The file is not UTF-8, or holds a control character, an odd line break or a byte order mark inside.", "Such characters are invisible and mean different things to different readers.", "Save the file as UTF-8; write a special character as an escape inside double quotes."),
    ("JB-SYN-003", "a tab", "A line is indented with a tab.", "YAML counts spaces only.", "Indent with spaces; let the editor do so."),
    ("JB-SYN-004", "a text that needs quotes", "A text inside braces holds `${…}`, `{…}` or `?`, or a text begins with `@`, a backtick or `%`.", "Inside `{…}` YAML takes these characters for its own.", "Put the text in double quotes, or write the map as a block, one key a line."),
    ("JB-SYN-005", "a key twice", "The same key stands twice in one map.", "Other readers silently take the last one, so that what a reviewer sees is not what runs.", "Keep one of them."),
    ("JB-SYN-006", "a merge key", "The key `<<` stands in a map.", "It is no part of YAML 1.2, and hides what a document says.", "Write the keys out, or make what repeats a table."),
    ("JB-SYN-007", "a tag", "A value has a tag (`!…`).", "Types come from the key's specification; a tag could only contradict it.", "Take the tag out."),
    ("JB-SYN-008", "an alias that is refused", "A document has too many aliases, one that holds itself, or one that nothing defines.", "Aliases can make a small file explode in memory.", "Write the values out, or make what repeats a table."),
    ("JB-SYN-009", "nested too deep", "Maps and lists stand more than 64 deep inside one another.", "Everything has a bound; so deep a document is a mistake or an attack.", "Flatten it."),
    ("JB-SYN-010", "too large", "A file or its number of documents is over the bound.", "Everything has a bound.", "Split the file."),
    ("JB-SYN-011", "a directive", "A document begins with a line `%…`.", "Directives could change the meaning of what follows.", "Take the line out."),
    ("JB-SYN-012", "a key that is no text", "A list or a map stands where the name of a key belongs.", "Names of keys are texts.", "Write a plain name before the colon."),
    ("JB-SYN-013", "no map", "A document is a single value or a list.", "A document is a map that begins with its kind.", "Begin it with its kind, for example `route: ID`."),
    ("JB-SYN-014", "a file that cannot be read", "A file or folder could not be read, or is no plain file, or the folder holds no federation.", "What cannot be read cannot be checked, and what is not checked is not served.", "Check the path and its permissions."),
    ("JB-SYN-015", "folders without end", "A link leads back to a folder above it, or folders stand too deep in one another.", "Reading would never end.", "Take the link out."),
    ("JB-SYN-016", "too many mistakes", "One document has more mistakes than are shown.", "Everything has a bound, reports too.", "Mend the ones that are shown; the rest shows then."),
    ("JB-KEY-001", "an unknown key", "A key stands where it means nothing.", "A key that is ignored is a setting that its writer believes in and that does not hold.", "Mend the spelling (the nearest key is named), or take it out."),
    ("JB-KEY-002", "a missing key", "A key that must be there is not.", "Nothing safe could be assumed in its place.", "Add it."),
    ("JB-KEY-003", "the wrong form", "A list, a map or a text stands where another form belongs, or nothing stands there at all.", "The value cannot mean what its key says.", "Write what the message names."),
    ("JB-KEY-004", "a bare number where a text belongs", "A number, `true`, `false` or `null` stands without quotes where a text belongs.", "As a number it would lose its leading zeros, its last digits or its trailing zero: `00`, `3215011708910003`, `1.10`.", "Put it in double quotes."),
    ("JB-KEY-005", "no unit", "A duration or a size has no unit, or one that is not known.", "A bare number would be read in seconds by one and in milliseconds by another.", "Write `500ms`, `2s`, `5m`, `1h`, `30d`; `512B`, `64KiB`, `1MiB`, `1GiB`."),
    ("JB-KEY-006", "out of range", "A value, a text or a list is smaller or larger than its key allows.", "Everything has a bound.", "Choose a value inside the range that the message names."),
    ("JB-KEY-007", "not one of the words", "The value is none of the words that may stand here.", "The words are a closed list; each means something to the gateway.", "Use one of them."),
    ("JB-KEY-008", "the wrong form of a text", "A text has not the form that its key demands: an id, a date, an address, a path, a reference, a type.", "What has not this form cannot be found or used.", "Write it in the form that the message names."),
    ("JB-KEY-009", "keys that exclude one another", "Two keys stand in one map of which only one may.", "Only one of them could hold, and nobody could say which.", "Keep one."),
    ("JB-KEY-010", "no kind", "No key of the document names its kind.", "A document is understood by its kind.", "Begin it with its kind, for example `route: ID`."),
    ("JB-KEY-011", "two kinds", "Two kind keys stand in one document.", "One document is one thing.", "Put a line `---` between them."),
    ("JB-KEY-012", "a number that JSON has not", "An infinity, a not-a-number, or a whole number beyond 2^53.", "It would not survive the way through JSON.", "Put it in double quotes if it is a code or an identifier."),
    ("JB-REF-001", "an id twice", "Two documents of one kind have the same id.", "References to it would mean two things.", "Rename one of them or take it out."),
    ("JB-REF-002", "an unknown root", "A reference begins with a word that is no root.", "References begin with a part of the call: path, query, header, body, caller, purpose, exchange.", "Begin it with one of these; write a constant as `{const: …}`."),
    ("JB-REF-004", "a file outside", "A document names a file that is not inside the federation's folder.", "A federation is whole in its folder: what is checked is what is deployed.", "Put the file beside the document."),
    ("JB-YET-001", "not yet", "A kind, a key or a word is known and not served yet.", "To ignore it would be to promise what does not hold.", "Take it out until a release serves it."),
    ("JB-SEC-010", "a secret written out", "A password, token or key stands in the file itself.", "Files are copied, reviewed and kept for ever; a secret in one is a secret no more.", "Write `${env:NAME}` or `${file:/path}`, and change the secret: it was seen."),
    ("JB-SEC-011", "a credential in an address", "A URL holds a user name or a password.", "URLs are shown in logs and reports.", "Take it out; credentials stand under `auth:`."),
)  # fmt: skip

CODES: dict[str, Code] = {row[0]: Code(*row) for row in _ROWS}


def explain_code(code: str) -> str:
    """Give the explanation of a code as one paragraph under its title; empty where there is none."""
    row = CODES.get(code.upper())
    return "" if row is None else f"{row.code}: {row.title}\n\n{row.what} {row.why} {row.mend}\n"
