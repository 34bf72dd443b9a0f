"""`null_as` and `default`: the two operators on whether a value is there at all; compiled into the presence of a field.

Laws: `null_as` stands first in `via` (at the agency's end), `default` last (at the canonical end).
"""

from __future__ import annotations

from .spec import Argument, Spec

NULL_AS = Spec(
    "null_as",
    "What the agency writes where there is no value (a text such as `-`, or null). It becomes null where the canonical field may be null, "
    "and nothing otherwise; no canonical value becomes it.",
    (Argument("value", "any", "What stands for no value.", "-", is_required=True),),
    "value",
    {"null_as": "-"},
)
DEFAULT = Spec(
    "default",
    "What the canonical value is where the agency has none. On the way back that value is left out.",
    (Argument("value", "any", "The canonical value.", "unknown", is_required=True),),
    "value",
    {"default": "unknown"},
)
